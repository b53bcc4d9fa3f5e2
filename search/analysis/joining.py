"""Words that are written as one with a sign between them, and what they are without it.

COVID-19 is also written COVID19, F-16 F16, O'Brien OBrien, Node.js NodeJS, #Free_Press freepress,
and Persian می‌روند both می روند and میروند. Each part is a word of its own; the joined form is found
besides. In a query the joined form is what tells: of an address or F-16 the parts say nothing.

So it is with letters and figures that stand apart (iPhone 16, 5 G, 30 °C), but that there the parts
of a query tell, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from search.analysis.folding import fold
from search.analysis.languages import language
from search.analysis.words import Piece, pieces

_HYPHENS = frozenset("-‐‑–−")
_TAG = frozenset(("_", ""))
_HALF_SPACE = "\u200c"
_NO_WIDTH = "\u200b"  # typed in its place
_PERSIAN = frozenset((_HALF_SPACE, _NO_WIDTH, " "))
_APOSTROPHES = frozenset("'’‘`´")
CATALAN_DOTS = frozenset("·•‧∙⋅")
"""The first is the one between two l (col·lega); the others are typed in its place."""
_LINKS = frozenset((*_HYPHENS, *_TAG, *_APOSTROPHES, ".", "@", _HALF_SPACE, _NO_WIDTH))

_BEFORE = frozenset(("مي", "نمي"))
_BEHIND = frozenset(("ها", "هاي", "هايي", "هايش", "تر", "ترين"))
"""Persian particles that belong to the next word and to the one before, folded: the mark of the
present, plural and comparison. They are written with a half-space, a space or nothing."""

_PREFIXES = frozenset(
    """
    anti post non pre pro sub over semi auto multi inter micro mini mega ultra super extra infra neo
    pan para vice eco bio geo mid tele cyber counter under contra hyper meta intra trans
    анти пост супер мини микро экс вице про анты міні псевдо квази мульти нео
    """.split()  # noqa: SIM905
)
"""What stands before a word with a hyphen or without one, in many languages."""

_DOMAIN = r"[a-z]{2,12}|[A-Z]{2,3}"
"""The last part of an address; in a text without a space behind a full stop, a capital follows."""


# Both begin with a class of characters, which a text is looked through for many times as fast as
# for what stands around them.
_SPACED = re.compile(r"[1-9](?<![\w.,].)\d{0,2}(?: \d{3})+(?:[.,]\d+)?(?![.,]?\w)")
"""A number whose thousands are parted by ordinary spaces."""


_MAY_JOIN = re.compile(
    r"[-‐‑–−_@\u200b\u200c.·•‧∙⋅+＋#＃＠'’‘`´م ](?:"
    r"(?<=\w[-‐‑–−_@\u200b\u200c])\w|(?<=\w\.)[^\W\d_]|(?<=[lL][·•‧∙⋅])[lL]|(?<=\w[+＋])(?!\w)"
    r"|(?<=[#＃@＠])\w|(?<=[OoGg]['’‘`´])\w|(?<=\b[BKMNTbkmnt]['’‘])\w|(?<=\w[rR]['’‘])[aA]"
    r"|(?<=[aeiouāēīōūAEIOU]['’‘])(?<![qQ]u['’‘])[aeiouāēīōūAEIOU]|(?<=م)[يیى] |(?<= )(?:ها|تر))"
)
"""What a text has in it that `joined` finds something in; most have nothing."""


WITH_NOUNS = frozenset({"de", "lb"})
"""Languages whose nouns begin with a capital."""

COMPOUNDING = WITH_NOUNS | {
    "af",
    "be",
    "bg",
    "da",
    "en",
    "fy",
    "nb",
    "nl",
    "nn",
    "no",
    "ru",
    "sv",
    "uk",
}
"""Languages that write the same word with a hyphen and as one: in others, hyphens join what stays
apart (dit-elle, celui-ci), and each form makes its passage longer to BM25."""

_HYPHENATED = re.compile(r"[-‐‑–−](?<=[^\W\d_].)[^\W\d_]")

_FIGURE = re.compile(r"\d")
_NUMBER = r"(?<!\d)\d+(?:[.,]\d+)?"
_SPACE = "[ \u00a0\u2009\u202f]?"
_DEGREES = re.compile(rf"({_NUMBER}){_SPACE}(?:[°º]{_SPACE}([CFcfСс])\b|([℃℉㍱-㏟]))")
"""Also units that are one character, as East Asian papers write them: 100㎞."""
_LONGEST_NUMBER, _LONGEST_UNIT = 4, 3
"""Behind letters, figures are a year at most; behind figures, letters are a unit."""


class Joined(NamedTuple):
    """The pieces `first` to `last` (both included) as one folded word.

    `tight` says that the parts mean nothing by themselves.
    """

    form: str
    first: int
    last: int
    tight: bool


def joined(text: str, found: Sequence[Piece]) -> list[Joined]:
    """Return the joined forms of the pieces of a text, in order."""
    if not _MAY_JOIN.search(text):
        return []
    links = [_link(text, left, right) for left, right in pairwise(found)]
    result = list(_with_plus(text, found))
    first = 0
    while first < len(links):
        if links[first] is None:
            first += 1
            continue
        last = first
        while last < len(links) and links[last] is not None:
            last += 1
        chain = [link for link in links[first:last] if link is not None]
        result.extend(_forms(found, first, chain))
        first = last
    return sorted(result, key=lambda join: join.first)


def stored(text: str, found: Sequence[Piece], lang: str, *, figures: bool = True) -> list[Joined]:
    """Return the joined forms that find a text: also those of hyphens, and the ends of an address.

    A query of `bote.example` finds `desk@news.bote.example`, but not the other way round. Letters
    and figures that stand apart are joined but for function words of the language: a query of A4
    does not find "a 4-year-old". Who looks for nothing with `figures` does without these.
    """
    joins = joined(text, found)
    if lang in COMPOUNDING:
        joins += hyphenated(text, found, nouns=lang in WITH_NOUNS)
    function = language(lang).stopwords
    for join in written_apart(text, found) if figures else ():
        parts = found[join.first : join.last + 1]
        if join.tight or not any(fold(part.text) in function for part in parts):
            joins.append(join)
    for join in tuple(joins):
        joins += _ends_of_address(text, found, join) if join.tight else ()
        joins += _without_particles(found, join)
    return joins


def _ends_of_address(text: str, found: Sequence[Piece], join: Joined) -> Iterator[Joined]:
    for first in range(join.first + 1, join.last):
        if text[found[first].start - 1] in ".@":
            yield _join(found, first, join.last, tight=True)


def _without_particles(found: Sequence[Piece], join: Joined) -> Iterator[Joined]:
    """Yield a Persian word of several parts without the particles around them: کتاب‌خانه‌ها."""
    first, last = join.first, join.last
    if last - first < 2:
        return
    first += fold(found[first].text) in _BEFORE
    last -= fold(found[last].text) in _BEHIND
    if first < last and (first, last) != (join.first, join.last):
        yield _join(found, first, last, tight=False)


def written_apart(text: str, found: Sequence[Piece]) -> Iterator[Joined]:
    """Yield letters and figures that stand side by side, as one word: iPhone 16, 100 km, 30 °C.

    What has a degree sign is `tight`: it can be nothing else.
    """
    if not _FIGURE.search(text):
        return
    for n, (left, right) in enumerate(pairwise(found)):
        behind_letters = right.text.isdecimal()
        if not (behind_letters or left.text[0].isdecimal()):
            continue  # most words stand beside no figure
        gap = text[left.end : right.start]
        if left.is_run or right.is_run or gap.strip() or len(gap) != 1:
            continue
        if behind_letters:
            is_one = len(right.text) <= _LONGEST_NUMBER and _has_no_figure(left.text)
        else:
            is_one = len(right.text) <= _LONGEST_UNIT and _has_no_figure(right.text)
            is_one = is_one and re.fullmatch(_NUMBER, left.text) is not None
        if is_one:
            yield _join(found, n, n + 1, tight=False)
    yield from _degrees(text, found)


def _degrees(text: str, found: Sequence[Piece]) -> Iterator[Joined]:
    if not _DEGREES.search(text):
        return
    for n, piece in enumerate(found):
        degrees = _DEGREES.match(text, piece.start)
        if degrees is not None and not piece.is_run:
            unit = fold(degrees[2] or degrees[3]).removeprefix("°").replace("с", "c")  # Cyrillic
            is_apart = n + 1 < len(found) and found[n + 1].start < degrees.end()
            yield Joined(f"{fold(degrees[1])}{unit}", n, n + is_apart, tight=True)


def _has_no_figure(word: str) -> bool:
    return not re.search(r"[\d+＋#＃♯&＆.]", word)


def _with_plus(text: str, found: Sequence[Piece]) -> Iterator[Joined]:
    """Yield words of several letters with a plus behind them (Canal+), and 18+."""
    if "+" not in text and "＋" not in text:
        return
    for n, piece in enumerate(found):
        sign = re.match(r"[+＋]{1,2}(?!\w)", text[piece.end : piece.end + 3])
        if sign is not None and not piece.is_run and piece.text[-1].isalnum():
            yield Joined(fold(piece.text) + fold(sign[0]), n, n, tight=True)


def telling_parts(found: Sequence[Piece], joins: Sequence[Joined]) -> list[Piece]:
    """Leave out the parts that say nothing beside their joined form.

    These are single letters, and numbers behind something (of F-16 and COVID-19, not of the
    Russian 1990-х), and all parts of an address.
    """
    silent: set[int] = set()
    for join in joins:
        for n in range(join.first, join.last + 1):
            part = found[n].text
            if join.tight or (part.isdecimal() and n > join.first) or _is_letter(part):
                silent.add(n)
    return [piece for n, piece in enumerate(found) if n not in silent]


def _is_letter(part: str) -> bool:
    return len(part) == 1 and part.isalpha()


def _link(text: str, left: Piece, right: Piece) -> str | None:
    """Return what joins two pieces: a sign, nothing (within a hashtag), or None: they are apart."""
    gap = right.start - left.end
    if gap > 1 or left.is_run or right.is_run:
        return None
    sign = text[left.end : right.start]
    if sign == " ":
        return sign if _is_persian(left, right) else None
    if sign in _APOSTROPHES:
        return sign if _is_one_name(left.text, right.text) else None
    if sign in CATALAN_DOTS:
        return sign if (left.text[-1] + right.text[0]).lower() == "ll" else None
    if not sign:
        return sign if left.text[-1].isalnum() and right.text[0].isalnum() else None
    return sign if sign in _LINKS else None


def _is_one_name(left: str, right: str) -> bool:
    """Tell an apostrophe that many leave out: O'Brien, M'Bappé, Sana'a and Shi'a, Qur'an.

    Behind o and g it makes letters of Uzbek (bo'ron), but for an English genitive.
    """
    before, behind = fold(left), fold(right)
    if before[-1:] in ("o", "g") and (len(before) == 1 or behind != "s"):
        return True
    if len(before) == 1:
        return before in "bkmnt" and left.isupper() and right[0].isupper() and len(right) > 2
    if before in ("qur", "kur"):
        return behind == "an"
    return before[-1:] in _VOWELS and behind[:1] in _VOWELS and not before.endswith("qu")


_VOWELS = frozenset("aeiou")
"""Between two of them an apostrophe is a sound of Arabic, Hebrew, Chinese or Hawaiian, and but
for the French qu' no word of Europe is cut off so."""


def hyphenated(text: str, found: Sequence[Piece], *, nouns: bool) -> Iterator[Joined]:
    """Yield two words with a hyphen as one, which many write them as: cease-fire, Corona-Krise.

    A second word with a capital is one of the `nouns`, as German has them, or a name, which nobody
    writes as one (Trump-Putin); to join these, too, costs 0.003 of the recall by words on wmt-news.
    """
    if not _HYPHENATED.search(text):
        return
    for n, (left, right) in enumerate(pairwise(found)):
        if right.start - left.end == 1 and text[left.end] in _HYPHENS:
            parts = (left.text, right.text)
            is_one = all(part.isalpha() and len(part) > 2 for part in parts)
            is_one = is_one and (nouns or right.text.islower())
            if is_one and not _is_pair("-", left, right) and not (left.is_run or right.is_run):
                yield _join(found, n, n + 1, tight=False)


def _is_persian(left: Piece, right: Piece) -> bool:
    if not "\u0620" <= left.text[0] <= "\u06ff":
        return False
    return fold(left.text) in _BEFORE or fold(right.text) in _BEHIND


def _forms(found: Sequence[Piece], first: int, chain: Sequence[str]) -> Iterator[Joined]:
    """Yield the joined forms of a chain of pieces, `chain[n]` between the n-th and the next."""
    rest = 0
    end = _end_of_address(found, first, chain)
    if end:
        www = fold(found[first].text) == "www"
        yield _join(found, first + www, first + end, tight=True)
        rest = end
    while rest < len(chain):
        kind = next(
            (kind for kind in (_TAG, _PERSIAN, _APOSTROPHES) if chain[rest] in kind), frozenset()
        )
        last = rest + 1
        while kind and last < len(chain) and chain[last] in kind:
            last += 1
        here = first + rest
        is_one = chain[rest] in CATALAN_DOTS
        if kind or is_one or _is_pair(chain[rest], *found[here : here + 2]):
            yield _join(found, here, first + last, tight=False)
        rest = last


def _end_of_address(found: Sequence[Piece], first: int, chain: Sequence[str]) -> int:
    """Return how many links of the chain belong to an e-mail or web address, or Node.js."""
    for n in reversed(range(len(chain))):
        last = found[first + n + 1].text
        if chain[n] == "." and re.fullmatch(_DOMAIN, last):
            return n + 1
    return 0


def _is_pair(sign: str, left: Piece, right: Piece) -> bool:
    """Tell whether two words with a hyphen are as often written as one: F-16, Wi-Fi, e-mail."""
    if sign not in _HYPHENS:
        return False
    figures = left.text.isdecimal(), right.text.isdecimal()
    if any(figures):
        return not all(figures)
    return min(len(left.text), len(right.text)) <= 2 or fold(left.text) in _PREFIXES


def _join(found: Sequence[Piece], first: int, last: int, *, tight: bool) -> Joined:
    form = "".join(fold(piece.text) for piece in found[first : last + 1])
    return Joined(form, first, last, tight)


def merged(text: str, *, spaced: bool, half: bool) -> list[Piece]:
    """Cut a text into pieces, where some are one in its language.

    `spaced` makes a number of 1 000, `half` takes a half-space for no space (in Kurdish it shows
    that a letter h is a vowel).
    """
    found = pieces(text)
    if half and _HALF_SPACE in text:
        found = _united(text, found, _half_spaced(text, found))
    if spaced and (spans := [match.span() for match in _SPACED.finditer(text)]):
        found = _united(text, found, spans)
    return found


def _half_spaced(text: str, found: Sequence[Piece]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for left, right in pairwise(found):
        if text[left.end : right.start] == _HALF_SPACE:
            start = spans.pop()[0] if spans and spans[-1][1] == left.end else left.start
            spans.append((start, right.end))
    return spans


def _united(text: str, found: Sequence[Piece], spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """Make one piece of those within each span, where it begins and ends with pieces."""
    starts, ends = {piece.start for piece in found}, {piece.end for piece in found}
    whole = iter([(s, e) for s, e in spans if s in starts and e in ends])
    start, end = next(whole, (len(text), len(text)))
    result: list[Piece] = []
    for piece in found:
        while piece.start >= end and start < len(text):
            start, end = next(whole, (len(text), len(text)))
        if piece.start < start:
            result.append(piece)
        elif piece.start == start:
            result.append(Piece(text[start:end], start, end, is_run=False))
    return result
