"""What stands between headline and text on pages without markup for it, as on views for printing.

A byline, a day, or the headline with both in one paragraph: "Weir fails Ada Fenn | 9 March 2026".
"""

from __future__ import annotations

import re

from indexer.article.bylines import BY, is_name, is_place, people_in
from indexer.article.month_names import month_number

LONGEST = 80
"""Characters of such a line."""

FIRST = 3
"""Paragraphs that may be such."""

_BY = re.compile(rf"(?i:{BY}|text|texte)\s*:?\s+(?=[^\W\d_a-z])")
_BETWEEN = re.compile(r"\s*[|·•]\s*|\s+[-–—]\s+")
_NUMBERS = re.compile(
    r"\d{4}\s?[年년./-]\s?\d{1,2}\s?[月월./-]\s?\d{1,2}\s?[日일.]?"
    r"(?:\s*(?:\(.\)|[(（]?.曜日?[)）]?))?(?:\s*(?:午前|午後|上午|下午|오전|오후)?\s*\d{1,2}\s?[:時时点시]\s?(?:\d{2}\s?[分분]?)?)?"
)
"""A day in numbers, the year first, and its time."""

_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d).*(?<!\d)(?:19|20)\d\d(?!\d)")


def without_opening(
    paragraphs: list[str], title: str, *, unsigned: bool = False
) -> tuple[list[str], list[str]]:
    """Return the paragraphs without these lines, and the names in the bylines among them.

    A page with nothing else keeps them. Where nobody is named elsewhere (`unsigned`), a byline may
    also stand below the standfirst, and the first line may be nothing but names.
    """
    rest, names = _without_first(paragraphs, title)
    if names or not unsigned or len(rest) <= FIRST:
        return rest, names
    for at, text in enumerate(rest[:FIRST]):
        if len(text) > LONGEST:
            continue
        named = [one.partition(",")[0] for one in _names(text, is_headed=False)]
        bare = _bare_names(text)
        # One name alone is a byline at the top; further down it may be a heading.
        named = named or (bare if at == 0 or len(bare) > 1 else [])
        if named:
            return [*rest[:at], *rest[at + 1 :]], named
    return rest, names


def _bare_names(text: str) -> list[str]:
    """Return the names of people in a line that has nothing else: "Ada Fenn/Li Wei"."""
    parts = re.split(r"\s*(?:[/,;&]|\band\b)\s*", text)
    return parts if all(_PERSON.fullmatch(one) and not is_place(one) for one in parts) else []


_PERSON = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+(?:[- ][^\W\d_a-z][^\W\d_A-Z]+){1,2}")


def _without_first(paragraphs: list[str], title: str) -> tuple[list[str], list[str]]:
    names: list[str] = []
    for at, text in enumerate(paragraphs[:FIRST]):
        rest = text.removeprefix(title).strip(" |·•,-–—") if title else text
        if at + 1 == len(paragraphs) or len(rest) > LONGEST:
            return paragraphs[at:], names
        named = _names(rest, is_headed=rest != text)
        if not named and not _is_day(rest):
            return paragraphs[at:], names
        names += named
    return paragraphs[FIRST:], names


def _names(text: str, *, is_headed: bool) -> list[str]:
    """Return who wrote it, of a line that says so by a word, or by a day behind the names."""
    by = _BY.match(text)
    named, *behind = _BETWEEN.split(text[by.end() :] if by else text, maxsplit=1)
    dated = bool(behind) and _is_day(behind[0])
    if not (dated and (by or is_headed)) and not (by and not behind):
        return []
    names = people_in(named)
    return names if all(map(is_name, names)) else []


_MOST_WORDS = 4
"""Of a day: its name, the month, what stands before a time."""


def _is_day(text: str) -> bool:
    """Tell a line that is a day with month in letters and year, and nothing else but a time.

    A day without its year may be a heading, as of a chronicle.
    """
    if _NUMBERS.fullmatch(text):
        return True
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) > _MOST_WORDS or not _DAY.search(text):
        return False
    return sum(month_number(word) is not None for word in words) == 1
