"""Where words begin and end, in any script and without knowing the language.

Scripts that put spaces between words follow Unicode Standard Annex 29 in what holds a word
together: digits with separators (3.5, 1'000), letters with dots (U.S.), apostrophes inside Cyrillic
words (м'яч) and quotation marks inside Hebrew ones. Elsewhere an apostrophe parts two words
(l'énergie, Ankara'da, Ukraine's), so that the word itself is found in every language alike. So do
underscores, the capitals within a hashtag or handle (#FreePressNow), and the half-space of Persian
(می‌روند): what was written as one there is told by `search.analysis.joining`.

A sign belongs to the word where it tells one name from another: C++, C#, .NET, AT&T, A+. An emoji
is a word.

Scripts without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) and Korean, whose
particles cling to words, come as runs of characters as people perceive them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache, partial
from typing import NamedTuple

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0"
    "\u0816-\u082d\u08ca-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09d7"
    "\u09e2\u09e3\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0ae2\u0ae3"
    "\u0b01-\u0b03\u0b3c-\u0b57\u0b82\u0bbe-\u0bd7\u0c00-\u0c04\u0c3c-\u0c56\u0c81-\u0c83"
    "\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0d82\u0d83\u0dca-\u0df3\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f18\u0f19\u0f35\u0f37\u0f39\u0f3e\u0f3f"
    "\u0f71-\u0f84\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u135d-\u135f\u17b4-\u17d3\u18a9"
    "\u1ab0-\u1aff\u1b00-\u1b04\u1b34-\u1b44\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f"
)
"""Combining marks (general category M) of scripts in use, which `\\w` leaves out."""

_INVISIBLE = "\u00ad\u200d"
"""Soft hyphen and joiner: they stand inside words."""

_ARABIC = "\u0620-\u065f\u066e-\u06d3\u06fa-\u06ff\ufb50-\ufdff\ufe70-\ufefc"

_ARABIC_PARTICLES = frozenset("وفبلك")
"""Written on to a number, too: و٣٬٤٠٠ is "and 3,400"."""

_SPACES = "\u00a0\u2007\u2009\u202f"
"""Spaces at which no line is broken: between digits they part thousands."""

_EMOJI = (
    "\u231a\u231b\u23e9-\u23f3\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623"
    "\u2626\u262a\u262e\u262f\u2638-\u263a\u2640\u2642\u2648-\u2653\u2660\u2663\u2665\u2666\u267b"
    "\u267f\u2692-\u2697\u2699\u269b\u269c\u26a0\u26a1\u26a7\u26b0\u26b1\u26bd\u26be\u26c4-\u26c8"
    "\u26ce\u26cf\u26d1-\u26d4\u26e9\u26ea\u26f0-\u26fd\u2702\u2705\u2708-\u270d\u271d\u2721\u2728"
    "\u2744\u2747\u274c\u274e\u2753-\u2757\u2763\u2764\u2b50\u2b55"
    "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f900-\U0001f9ff"
    "\U0001fa70-\U0001faff"
)
"""Pictures; of those below U+1F000 not the ones that lists and tables use as bullets."""

_RUNS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ecd\u0edc-\u0edf"  # Lao
    "\u1000-\u103f\u1050-\u108f\ua9e0-\ua9ef\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17d3"  # Khmer
    "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb\uffa1-\uffdc"  # Hangul
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u3105-\u312f"  # Bopomofo
)

_LETTER = "(?:[A-Za-z\u00c0-\u00ff]|[Ａ-ｚ])"
_BEGINS = "(?<![0-9A-Za-z_\u00c0-\u0dff])"
_ENDS = "(?![0-9A-Za-z_\u00c0-\u0dff])"
"""Nothing stands before or behind that a word would go on with; a run may. (Classes are few and
small: to compile one of all runs takes milliseconds, and every search waits for it.)"""

_SIGNED = rf"""
    (?: {_LETTER} (?: [+＋]{{1,2}} (?!{_LETTER}|[+＋]) | [\#＃♯] (?!{_LETTER}|[\#＃]) )
      | (?<!\.) \.[Nn][Ee][Tt] {_ENDS}
      | {_LETTER}{{1,3}} [&＆] {_LETTER}{{1,3}} {_ENDS}
      | [A-Z]{{1,2}} [ ][&＆][ ] [A-Z] {_ENDS}
    )"""
"""C++, C#, .NET, AT&T, Q & A."""

_ANY_WORD = rf"""
      (?<!\w) [^\W\d_] (?: \.[^\W\d_] )+ (?!\w)
    | {_BEGINS} {_SIGNED}
    | {_BEGINS} \d+ (?: [.,٫]\d+ )+ (?=[^\W\d_])
    | [^\W_]
      (?: [^\W_]++ | [{_MARKS}{_INVISIBLE}]++
        | (?<=\d) [.,٫] (?=\d)
        | (?<=[０-９]) [．，] (?=[０-９])
        | (?<=\d) (?<!\d{{4}}) ['’٬{_SPACES}] (?=\d{{3}}(?!\d))
        | (?<=[\u0400-\u052f]) ['’ʼ] (?=[\u0400-\u052f])
        | (?<=[\u05d0-\u05ea]) (?:''|’’|׳׳|["'’״׳]) (?=[\u05d0-\u05ea])
        | \u200c (?![{_ARABIC}])
        | (?<![{_ARABIC}]) \u200c
      )*
    | [\U0001f1e6-\U0001f1ff]{{2}}
    | [{_EMOJI}] (?: [\ufe0f\u20e3\U0001f3fb-\U0001f3ff]++ | \u200d [^\w\s] )*
"""
_COMMON_WORD = r"(?<!\w) [^\W\d_]++ (?= [,;:!?)\n] | [ ] (?![&＆]) )"
"""What most words are, letters up to a space, and what `_ANY_WORD` finds there, too: looked for
first, it makes cutting a text a third faster."""

_WORD = re.compile(f"{_COMMON_WORD} | {_ANY_WORD}", re.VERBOSE)
_SIGN = rf"^\.|[+＋#＃♯&＆]|\d[^\w{_MARKS}]"
_RUN = re.compile(f"[{_RUNS}]+")
_JOINED = re.compile(f"[{_MARKS}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\uff9e\uff9f]")


_TAGS = re.compile(r"[#＃@＠]\w+")
_TAG_PART = re.compile(r"[^\W_]+")


class Piece(NamedTuple):
    """A word, or a run of characters without spaces, at `start:end` of the text."""

    text: str
    start: int
    end: int
    is_run: bool


_made = partial(tuple.__new__, Piece)
"""Makes a piece of its parts, in half the time that `Piece(...)` takes: cutting texts is what takes
a search most of its time in Python."""


def pieces(text: str) -> list[Piece]:
    """Cut a text into words and runs, in order; what is neither is left out."""
    return list(_cut(text))


def rough_words(text: str) -> list[str]:
    """Cut a text into words, numbers and runs, without the finer points, in a tenth of the time.

    For who compares texts with texts, and needs no places: signs, abbreviations and quotation marks
    inside words part them.
    """
    return _rough().findall(text)


def is_run(word: str) -> bool:
    """Tell whether a word of `rough_words` is a run of characters without spaces."""
    return not word.isascii() and _RUN.match(word) is not None


@cache
def _rough() -> re.Pattern[str]:
    # Compiled where something is written: such a large class takes milliseconds.
    return re.compile(
        rf"[{_RUNS}]+|\d+(?:[.,٫]\d+)*|(?:(?![{_RUNS}])[^\W\d_])(?:(?![{_RUNS}])[\w{_MARKS}])*"
    )


# Words, names and highlights of one passage are looked for one after the other.
@lru_cache(maxsize=16)
def _cut(text: str) -> tuple[Piece, ...]:
    found: list[Piece] = []
    tags = _tag_words(text) if _TAGS.search(text) else frozenset()
    at: int | None = 0
    while at is not None:
        at = _cut_from(text, at, tags, found)
    return tuple(found)


def _cut_from(text: str, at: int, tags: frozenset[int], found: list[Piece]) -> int | None:
    """Add what stands from `at` on; return where to go on, None at the end of the text."""
    for match in _WORD.finditer(text, at):
        word = match[0]
        start, end = match.span()
        if word.isascii():
            if tags and start in tags:
                found.extend(_capitalised(word, start))
            else:
                found.append(_made((word, start, end, False)))
        elif _RUN.search(word):
            *parts, last = _parted(word, start)
            found.extend(parts)
            # A sign behind letters that a run stands before: 采用C++语言.
            signed = None if last.is_run else _signed_word().match(text, last.start)
            if signed is not None:
                found.append(Piece(signed[0], *signed.span(), is_run=False))
                return signed.end()
            found.append(last)
        elif tags and start in tags:
            found.extend(_capitalised(word, start))
        elif word[0] in _ARABIC_PARTICLES and word[1:2].isdecimal():
            found.append(Piece(word[0], start, start + 1, is_run=False))
            found.append(Piece(word[1:], start + 1, end, is_run=False))
        else:
            found.append(_made((word, start, end, False)))
    return None


@cache
def _signed_word() -> re.Pattern[str]:
    return re.compile(_SIGNED, re.VERBOSE)


def _tag_words(text: str) -> frozenset[int]:
    """Return where the words of hashtags and handles begin, which underscores part."""
    return frozenset(
        tag.start() + 1 + part.start()
        for tag in _TAGS.finditer(text)
        for part in _TAG_PART.finditer(tag[0][1:])
    )


def _capitalised(tag: str, offset: int) -> Iterator[Piece]:
    """Cut a word of a hashtag where another begins: FreePress, EUBudget, Euro2026, not G7."""
    at = 0
    for end in [*(n for n in range(1, len(tag)) if _begins_word(tag, n)), len(tag)]:
        yield Piece(tag[at:end], offset + at, offset + end, is_run=False)
        at = end


def _begins_word(tag: str, n: int) -> bool:
    before, here, behind = tag[n - 1], tag[n], tag[n + 1 : n + 2]
    if here.isdecimal() or before.isdecimal():
        letters = tag[max(0, n - 2) : n] if here.isdecimal() else tag[n : n + 2]
        return len(letters) > 1 and letters.isalpha()
    return here.isupper() and before.isalpha() and (not before.isupper() or behind.islower())


def _parted(mixed: str, offset: int) -> Iterator[Piece]:
    """Cut text without spaces where a run meets a word (`G7サミット`)."""
    at = 0
    for run in _RUN.finditer(mixed):
        if at < run.start():
            yield Piece(mixed[at : run.start()], offset + at, offset + run.start(), is_run=False)
        yield Piece(run[0], offset + run.start(), offset + run.end(), is_run=True)
        at = run.end()
    if at < len(mixed):
        yield Piece(mixed[at:], offset + at, offset + len(mixed), is_run=False)


def has_sign(word: str) -> bool:
    """Tell whether a sign tells this word from others (C++, .NET, R&D), or parts it (1,000)."""
    return re.search(_SIGN, word) is not None


def characters(run: Piece) -> list[Piece]:
    """Cut a run into characters as perceived: a base with its marks, a whole Hangul syllable.

    These are the extended grapheme clusters of Unicode Standard Annex 29.
    """
    if not _JOINED.search(run.text):
        return [Piece(c, run.start + n, run.start + n + 1, True) for n, c in enumerate(run.text)]
    import regex

    return [
        Piece(found[0], run.start + found.start(), run.start + found.end(), is_run=True)
        for found in regex.finditer(r"\X", run.text)
    ]
