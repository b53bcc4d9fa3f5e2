"""Names of months in the languages of newspapers, by CLDR (through Babel)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Literal

_Context = Literal["format", "stand-alone"]
_Width = Literal["wide", "abbreviated"]

LANGUAGES = """
    en de fr es it pt nl pl ru uk be bg sr sr-Latn hr bs sl mk cs sk hu ro el tr az kk ky uz ka
    hy sq lt lv et fi sv da nb is ga cy ca gl eu ar he fa ur hi bn ta te ml kn mr gu pa ne si th lo
    km my
    id ms fil sw af am so mn mt fo ar-LB ar-DZ ar-MA
""".split()  # noqa: SIM905
"""Those whose names of months are words (in Chinese, Japanese, Korean and Vietnamese: numbers).
Arabic has several sets of them."""

_ENGLISH = """
    january february march april may june july august september october november december
""".split()  # noqa: SIM905

_FURTHER = {
    "sept": 9, "mär": 3, "maerz": 3, "févr": 2, "fevr": 2, "juil": 7, "set": 9, "setiembre": 9,
    "abr": 4, "ago": 8, "dez": 12, "okt": 10, "gen": 1, "mag": 5, "giu": 6, "lug": 7, "ott": 10,
    "dic": 12, "ene": 1, "fév": 2, "aoû": 8, "déc": 12, "fev": 2, "mrz": 3, "mrt": 3, "avr": 4,
    "mai": 5, "mei": 5, "maj": 5, "juin": 6, "out": 10,
}  # fmt: skip
"""Abbreviations that CLDR does not have, or has in another form."""

_WRITTEN_OUT = tuple(
    names.split()
    for names in (
        "janairu fabrairu maris afirilu mayu yuni yuli agusta satumba oktoba nuwamba disamba",
        """ජනවාරි පෙබරවාරි මාර්තු අප්රේල් මැයි ජූනි ජූලි අගෝස්තු සැප්තැම්බර් ඔක්තෝබර් නොවැම්බර්
        දෙසැම්බර්""",
    )
)
"""Hausa, of which the short names are days of the week in English, and Sinhala as papers write it;
CLDR has the months of the moon. Without joiners, as dates are read."""


_TWO_WORDS = {
    "كانون الثاني": "يناير", "كانون الأول": "ديسمبر", "تشرين الأول": "أكتوبر",
    "تشرين الثاني": "نوفمبر",
}  # fmt: skip
"""Names of months that are two words, and others for them."""


def with_months_as_words(text: str) -> str:
    """Return a date with each month as one word."""
    if "كانون" in text or "تشرين" in text:
        for name, word in _TWO_WORDS.items():
            text = text.replace(name, word)
    return text


def month_number(word: str, lang: str | None = None) -> int | None:
    """Return the month that a word names in any language, None if it names none.

    Where languages disagree ("listopad" is October in Croatian and November in Polish) the given
    language decides; without one it names none.
    """
    # Hebrew writes "in" and the month as one word, Khmer "month"; Basque has "of" behind it, and
    # Burmese "month".
    name = folded(word).removeprefix("ב").removeprefix("ខែ").removesuffix("ren")
    name = name.removesuffix("လ")
    english = _english().get(name)
    if english:
        return english
    months = _months().get(name, {})
    if len(set(months.values())) == 1:
        return next(iter(months.values()))
    return months.get(lang or "")


def month_beginning(word: str) -> int | None:
    """Return the month that begins as a word does, whose other letters may have been lost.

    Old encodings have signs in place of letters with accents ("M{r", "d?c"): each may be any.
    """
    name = folded(word)
    for length in (len(name), 4, 3):  # four tell juin from juillet
        begin = re.sub(r"[^a-z]", ".", name[:length])
        found = {number for known, number in _english().items() if re.fullmatch(begin, known)}
        if len(found) == 1:
            return found.pop()
    return None


@cache
def _english() -> dict[str, int]:
    """English ones apart: most dates need no other, and loading all takes half a second."""
    return {
        name[:length]: number
        for number, name in enumerate(_ENGLISH, start=1)
        for length in (3, len(name))
    } | _FURTHER


@cache
def _months() -> dict[str, dict[str, int]]:
    from babel.dates import get_month_names

    found: dict[str, dict[str, int]] = defaultdict(dict)
    for names in _WRITTEN_OUT:
        for number, name in enumerate(names, start=1):
            found[name][""] = number
    for lang, context, width in forms():
        for number, name in get_month_names(width, context, lang).items():
            found[folded(name)][lang.partition("_")[0]] = number
    return found


def forms() -> Iterator[tuple[str, _Context, _Width]]:
    """Yield what CLDR has names in: languages, contexts and widths."""
    contexts: tuple[_Context, ...] = ("format", "stand-alone")
    widths: tuple[_Width, ...] = ("wide", "abbreviated")
    for lang in LANGUAGES:
        for context in contexts:
            for width in widths:
                yield lang.replace("-", "_"), context, width


def folded(word: str) -> str:
    """Return a word as names of months and days are compared."""
    plain = unicodedata.normalize("NFKC", word).translate(_ALEFS)
    return plain.casefold().strip(". ")


_ALEFS = str.maketrans("أإآى", "اااي")
"""Arabic papers write the hamza of days and months or leave it out."""
