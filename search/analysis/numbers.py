"""Numbers as they are matched: 1,000 and 1.000 and 1 000 are 1000, each by its language's habit.

Which mark parts thousands and which begins the decimals differs by language, and often the
number itself shows it: in 1.234,5 and 1'234.5 the last mark begins the decimals, in 1.000.000 and
1,00,000 none does. Only a single mark before three digits says nothing (1.000 is a thousand in
German and one in English): there the language decides. A date (1.8.2026) or a version (1.2.3) is
no number and is left alone.
"""

from __future__ import annotations

import re
import unicodedata

from search.analysis.languages import Language

MARKS = (".", ",", "")
"""What may begin decimals in a language; "" where a mark before three digits parts thousands,
whichever it is (Spanish: 1.000 in Madrid, 1,000 in Mexico)."""

_THOUSANDS, _DECIMALS = "_", ";"
_SIGNS = {"٫": _DECIMALS, "٬": _THOUSANDS, "'": _THOUSANDS, "’": _THOUSANDS, "，": ",", "．": "."}
_PARTS = r"[.,_;]"
_GROUPS = r"[1-9]\d{0,2}(?:[.,_]\d{2,3})*[.,_]\d{3}"


def read(written: str, decimal: str) -> str | None:
    """Return a number as digits with at most one full stop, or None if it is no number.

    `written` consists of digits of any script and of marks between them; `decimal` is one of
    `MARKS`.
    """
    plain = "".join(_plain(character) for character in written)
    marks = re.findall(_PARTS, plain)
    if not marks:
        return plain if plain.isdecimal() else None
    last, whole, fraction = marks[-1], plain, ""
    if last == _DECIMALS or (last != _THOUSANDS and _begins_decimals(plain, marks, decimal)):
        whole, _, fraction = plain.rpartition(last)
    if not whole.isdecimal():
        if not re.fullmatch(_GROUPS, whole):
            return None
        whole = re.sub(_PARTS, "", whole)
        fraction = fraction.strip("0") and fraction  # 10,000.00 is 10000
    return f"{whole}.{fraction}" if fraction else whole


def number(written: str, language: Language) -> str | None:
    """Read a number as texts of a language have it."""
    return read(written, language.decimal)


def readings(written: str) -> tuple[str, ...]:
    """Return every number that is meant by this in some language, nothing if none is."""
    found = dict.fromkeys(read(written, decimal) for decimal in MARKS)
    return tuple(one for one in found if one is not None)


def is_marked(word: str) -> bool:
    """Tell whether a word begins with a digit and has more in it than letters and digits."""
    return not word.isalnum() and word[:1].isdecimal()


def _begins_decimals(plain: str, marks: list[str], decimal: str) -> bool:
    last = marks[-1]
    if len(marks) > 1:
        return marks.count(last) == 1
    return last == decimal or not re.fullmatch(_GROUPS, plain)


def _plain(character: str) -> str:
    if character.isspace():
        return _THOUSANDS
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else _SIGNS.get(character, character)
