"""Folding: letters that people take for the same become the same.

Compatibility forms (NFKC, Unicode Standard Annex 15), case (Unicode `casefold`), accents of
Latin and Greek, stress marks of Cyrillic, vowel signs of Arabic and Hebrew, spelling variants
of Arabic letters, and native digits. Marks that make another letter stay: Cyrillic й and ї,
Japanese voicing marks, vowel signs of the scripts of India and South-East Asia.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LETTERS = {
    # Latin letters that Unicode does not decompose into base letter and mark.
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
    "ŋ": "n", "ı": "i", "ŧ": "t", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ơ": "o", "ư": "u",
    # Cyrillic ё is printed е in most papers; a grave accent marks stress only.
    "ё": "е", "ѐ": "е", "ѝ": "и", "ґ": "г",
    # Arabic: carriers of hamza, final forms, and the Persian and Urdu shapes of the same letters.
    "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي", "ة": "ه",
    "ۀ": "ه", "ہ": "ه", "ھ": "ه", "ۂ": "ه", "ک": "ك", "ؤ": "و", "ئ": "ي",
    # Devanagari: nasalisation is written both ways.
    "ँ": "ं",
    # Apostrophes and quotation marks inside words (м'яч, צה״ל) are often left out.
    "'": "", "’": "", "ʼ": "", "\u05f4": "", "\u05f3": "", '"': "",
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
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFE20, 0xFE2F),
)

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
    if "." in folded and not any(character.isdigit() for character in folded):
        folded = folded.replace(".", "")  # U.S., e.g.
    return "".join(folded.split())
