"""Words with wildcards, and words near one another, in the words of a passage. Pure.

What `Wildcard` and `Near` ask for is cut here into elements, the same for both engines and for
highlights. Words are those of phrases: folded, unstemmed (`search.analysis.indexing`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from search.analysis.indexing import BREAK, phrases

_STAND_INS = {ord("*"): "\u16a0", ord("?"): "\u16a1"}
"""Runes, which analysis leaves as they are, so that a word with wildcards is cut as a word is."""

Place = tuple[int, int]
"""The first word (inclusive) and the last (exclusive), counted in words."""


@dataclass(frozen=True)
class Element:
    """What is between two spaces: words in a row, `*` and `?` in them; `skips` words before it.

    `skips` is how many words may stand between it and the element before it.
    """

    words: tuple[str, ...]
    skips: int = 0

    @property
    def is_wild(self) -> bool:
        """Whether there are wildcards."""
        return any(map(is_wild, self.words))

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(regular(word), re.DOTALL) for word in self.words)

    def stands_at(self, words: Sequence[str], at: int) -> bool:
        """Tell whether the words of a text go on like this."""
        row = words[at : at + len(self.words)]
        return len(row) == len(self.words) and all(
            pattern.fullmatch(word) for pattern, word in zip(self._patterns, row, strict=True)
        )


def elements(text: str) -> tuple[Element, ...]:
    """Cut the text of a clause; `*` alone lets one word stand between its neighbours, or none.

    What is between quotation marks is one element.
    """
    found: list[Element] = []
    skips = 0
    for phrase, token in parts_of(text):
        if phrase:
            words = tuple(word for one in elements(phrase) for word in one.words)
            found += [Element(words, skips)] if words else []
            skips = 0
            continue
        if token == "*":  # noqa: S105  no password
            skips += bool(found)
            continue
        bare = token.rstrip("?!.,;:…") if not token.endswith("*") else token
        for words in phrases(bare.translate(_STAND_INS))[:1]:
            found.append(Element(tuple(map(_with_wildcards, words)), skips))
            skips = 0
    return tuple(found)


def parts_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield each phrase and each word of the text of a `Near`; the other of the two is empty."""
    for found in re.finditer(r'(?<!\S)"(?P<phrase>\S.*?)"(?!\S)|(?P<word>\S+)', text):
        yield found["phrase"] or "", found["word"] or ""


def _with_wildcards(word: str) -> str:
    for sign, letter in _STAND_INS.items():
        word = word.replace(letter, chr(sign))
    return word


def is_wild(word: str) -> bool:
    """Tell whether there are wildcards in a word."""
    return "*" in word or "?" in word


def regular(word: str) -> str:
    """Return a regular expression (RE2, Rust, Python) for a word without spaces."""
    signs = {"*": f"[^ {BREAK}]*", "?": f"[^ {BREAK}]"}
    return "".join(signs.get(part, re.escape(part)) for part in re.split(r"([*?])", word))


def row_pattern(found: Sequence[Element]) -> str:
    """Return a regular expression for elements in a row, in words each with a space before it."""
    return (
        "".join(
            f"( [^ {BREAK}]+){{0,{one.skips}}}" * bool(one.skips)
            + "".join(f" {regular(word)}" for word in one.words)
            for one in found
        )
        + "( |$)"
    )


def in_a_row(found: Sequence[Element], words: Sequence[str]) -> Iterator[Place]:
    """Yield where the elements stand one behind the other."""
    for start in range(len(words) if found else 0):
        end = _end_of_row(found, words, start)
        if end is not None:
            yield start, end


def _end_of_row(found: Sequence[Element], words: Sequence[str], at: int) -> int | None:
    """Return where a row that begins at a place ends; None where none begins."""
    first, *rest = found
    for start in range(at, at + first.skips + 1):
        if not first.stands_at(words, start):
            continue
        end = start + len(first.words)
        whole = _end_of_row(rest, words, end) if rest else end
        if whole is not None:
            return whole
    return None


def near_one_another(found: Sequence[Element], gaps: int, words: Sequence[str]) -> list[Place]:
    """Return the places of elements that stand together with at most `gaps` other words.

    One place per element and group, in the order of the text.
    """
    standing = [
        (at, number)
        for number, one in enumerate(found)
        for at in range(len(words))
        if one.stands_at(words, at)
    ]
    asked = sum(len(one.words) for one in found)
    places: set[Place] = set()
    latest: dict[int, Place] = {}
    for at, number in sorted(standing):
        latest[number] = (at, at + len(found[number].words))
        if len(latest) < len(found):
            continue
        group = sorted(latest.values())
        apart = all(one[1] <= other[0] for one, other in itertools.pairwise(group))
        width = max(end for _, end in group) - group[0][0]
        if apart and width - asked <= gaps:
            places.update(group)
    return sorted(places)
