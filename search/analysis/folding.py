"""Folding: letters that people take for the same become the same.

Compatibility forms (NFKC, Unicode Standard Annex 15), case (Unicode `casefold`), accents of
Latin and Greek, stress marks of Cyrillic, vowel signs of Arabic and Hebrew, spelling variants
of Arabic letters, final letters of Hebrew, nasals of the scripts of India, traditional Chinese
characters, skin colours of emoji, and native digits. Marks that make another letter stay:
Cyrillic й and ї, Japanese voicing marks, vowel signs of the scripts of India and South-East Asia.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from search.analysis.han import simplified

LETTERS = {
    # Latin letters that Unicode does not decompose into base letter and mark.
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
    "ŋ": "n", "ı": "i", "ŧ": "t", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ơ": "o", "ư": "u",
    "ə": "e",  # as Azerbaijani is typed on other keyboards
    # Cyrillic ё is printed е in most papers; a grave accent marks stress only.
    "ё": "е", "ѐ": "е", "ѝ": "и", "ґ": "г",
    # Arabic: carriers of hamza, final forms, and the Persian and Urdu shapes of the same letters.
    "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه",
    "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ۂ": "ه", "ۃ": "ه", "ە": "ه", "ک": "ك", "ڪ": "ك", "ؤ": "و",
    "ئ": "ي", "ۓ": "ي", "ۍ": "ي", "ێ": "ي", "ۆ": "و", "ڵ": "ل", "ڕ": "ر",
    # Hebrew letters at the end of a word.
    "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ",
    # Devanagari: nasalisation is written both ways.
    "ँ": "ं", "ঁ": "ং", "ઁ": "ં", "ੰ": "ਂ", "ৎ": "ত্",
    # Apostrophes and quotation marks inside words (м'яч, צה״ל, Hawaiʻi) are often left out.
    "'": "", "’": "", "ʼ": "", "ʻ": "", "ʾ": "", "ʿ": "", "\u05f4": "", "\u05f3": "", '"': "",
    # Between two l in Catalan (coŀlega), where it has a character of its own with the first.
    "·": "",
    # The musical sign is often typed for the other one (C♯).
    "♯": "#",
}  # fmt: skip

DROPPED_MARKS = (
    (0x0300, 0x036F),  # accents, diaereses, cedillas: Latin, Greek, Cyrillic stress
    (0x0591, 0x05C7),  # Hebrew accents and points
    (0x0610, 0x061A),  # Arabic signs
    (0x0640, 0x0640),  # Arabic tatweel
    (0x064B, 0x065F),  # Arabic vowel signs
    (0x0670, 0x0670),  # Arabic superscript alef
    (0x06D6, 0x06ED),  # Quranic marks
    (0x093C, 0x093C),  # Devanagari nukta
    (0x0A3C, 0x0A3C),  # that of Gurmukhi; in Bengali and Odia it makes letters of their own
    (0x0ABC, 0x0ABC),  # Gujarati
    (0x0CBC, 0x0CBC),  # Kannada
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
    (0x1F3FB, 0x1F3FF),  # skin colours of emoji
)

_HAN = (range(0x3400, 0xA000), range(0x20000, 0x33480))

_NASAL_BLOCKS = (0x0900, 0x0980, 0x0A80, 0x0B00, 0x0C00, 0x0C80)
"""Devanagari, Bengali, Gujarati, Oriya, Telugu, Kannada: all laid out alike (ISCII)."""

_NASAL_ROWS = ((0x19, 0x15, 0x18), (0x1E, 0x1A, 0x1D), (0x23, 0x1F, 0x22), (0x28, 0x24, 0x27),
               (0x2E, 0x2A, 0x2D))  # fmt: skip
"""In each block: a nasal, and the first and last of the consonants made at the same place."""

_ACCENTED = ("LATIN", "GREEK")


class _Folds(dict[int, str]):
    """The fold of each code point, worked out when it is first met."""

    def __missing__(self, codepoint: int) -> str:
        folded = self[codepoint] = _fold_character(chr(codepoint))
        return folded


def _fold_character(character: str) -> str:
    if character in LETTERS:
        return LETTERS[character]
    category = unicodedata.category(character)
    codepoint = ord(character)
    if category == "Cf" or any(low <= codepoint <= high for low, high in DROPPED_MARKS):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if any(codepoint in block for block in _HAN):
        return simplified().get(character, character)
    if unicodedata.name(character, "").startswith(_ACCENTED):
        decomposed = unicodedata.normalize("NFD", character)
        return "".join(LETTERS.get(c, c) for c in decomposed if unicodedata.category(c) != "Mn")
    return character


_FOLDS = _Folds()


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Fold one word: the same for all spellings that people take for the same, no spaces in it.

    Folding twice changes nothing more.
    """
    if word.isascii() and word.isalnum():
        return word.lower()
    folded, before = word, None
    while folded != before:
        before = folded
        folded = unicodedata.normalize("NFKC", folded).casefold().translate(_FOLDS)
        if "\u0900" <= max(folded, default="") <= "\u0d7f":
            folded = _nasals().sub(_anusvara, folded)
    if "." in folded[1:] and not any(character.isdigit() for character in folded):
        folded = folded.replace(".", "")  # U.S., e.g., but not .NET
    return "".join(folded.split())


@cache
def _nasals() -> re.Pattern[str]:
    """Find a nasal with its virama before a consonant made at the same place.

    It is written as a letter or as a dot (anusvara): हिन्दी or हिंदी, ব্যাঙ্ক or ব্যাংক.
    """
    return re.compile(
        "|".join(
            f"{chr(block + nasal)}{chr(block + 0x4D)}(?=[{chr(block + first)}-{chr(block + last)}])"
            for block in _NASAL_BLOCKS
            for nasal, first, last in _NASAL_ROWS
        )
    )


def _anusvara(nasal: re.Match[str]) -> str:
    return chr((ord(nasal[0][0]) & ~0x7F) + 0x02)
