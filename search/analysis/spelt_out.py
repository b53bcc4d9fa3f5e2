"""Words that are also written with other letters, where a key or a font is missing.

Schröder is Schroeder, Tromsø Tromsoe and Århus Aarhus in papers of other countries and in
addresses, and a short Hebrew noun has its article inside a preposition. Only a query is spelt both
ways, by which it finds either; what is stored stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from search.analysis.folding import fold
from search.analysis.words import Piece

_IN_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
_OF_ONE = re.compile(r"[äöü](?=\w)|[åø]", re.IGNORECASE)
"""No umlaut at the end, where it is Turkish or Hungarian: statü is no statue."""
_FIGURES_LAST = re.compile(r"(?=.*[^\W\d_])\w*[0-9]")
"""G7, MiG-29, MP3: in English more than one of them end in an s."""


_OWN_LETTER = frozenset(
    """
    לילה לקוח לבנה לשונ לבוש ליגה ליבה לוחמ לחימ בוקר בחור בכיר בטוח ברור ברכה בריא ביצה בירה בעיה
    בלונ ביתר ברזל באמת בורר בודד בולט בנוי בגיר הילה הרבה הכול הבנה המונ הגנה הודו היום
    """.split()  # noqa: SIM905
)
"""Hebrew words, folded, whose first letter is their own."""


def other_spellings(words: Iterable[Piece], joined: Iterable[str]) -> list[str]:
    """Return the folded words that are other spellings of these, and of these joined forms."""
    found = [one for word in words for one in _spelt(word.text)]
    return [*found, *(one for form in joined for one in _plural(form))]


def is_spelt_otherwise(word: str) -> bool:
    """Tell whether a query of a word looks for more than its own terms."""
    return has_dialytika(word) or next(_spelt(word), None) is not None


def _spelt(word: str) -> Iterator[str]:
    composed = unicodedata.normalize("NFC", word)
    in_two = _OF_ONE.sub(lambda found: _IN_TWO[found[0].lower()], composed)
    if in_two != composed:
        yield fold(in_two)
    folded = fold(word)
    if re.match(r"aa[^\W\d_]{2}", folded):  # Aarhus is the newer spelling
        yield folded[1:]
    yield from _plural(folded)
    yield from _hebrew(folded)


def _hebrew(folded: str) -> Iterator[str]:
    """Yield a noun of three letters with the article for that with "to" and "in", and back.

    These swallow the article (לגשר is "to the bridge"). What they leave of so short a word is too
    little for a term of its own (`search.analysis.clitics`).
    """
    found = re.fullmatch("([הבל]?)([א-ת]{3})", folded)
    if found is None or folded in _OWN_LETTER:
        return
    for before in {"ב": "הל", "ל": "הב"}.get(found[1], "בל"):
        yield before + found[2]


def _plural(folded: str) -> Iterator[str]:
    if _FIGURES_LAST.fullmatch(folded):
        yield f"{folded}s"
    elif folded.endswith("s") and _FIGURES_LAST.fullmatch(folded[:-1]):
        yield folded[:-1]


def has_dialytika(word: str) -> bool:
    """Tell whether a Greek word has the dots that stemming takes for part of a letter."""
    return re.search("[ϊϋΐΰΪΫ]", word) is not None
