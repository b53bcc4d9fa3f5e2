"""Latin letters as sounds: the spellings of many languages at once, with their alternatives.

What one language writes another reads otherwise (`ch` in Churchill, Bach and Christian, `j` in
Johnson, Jelzin and Juan), and a name keeps the spelling of its origin in any language. So a word
is read in all these ways, as Beider and Morse do ("Phonetic Matching: A Better Soundex", 2010),
but without their guess of the name's origin, and with consonants only.
"""

from __future__ import annotations

import unicodedata

from search.names.reading import SILENT, VOWEL, Reading, Spelling

_MARKED = "šşșśžżźčćçţțđðþßłğñ"
"""Letters whose marks change the sound; all others lose their marks."""

_V = "[aeiouy]"

SPELLING = Spelling(
    [
        ("schtsch|shch|šč|szcz|schtch", ("x",)),
        (f"tsch|tzsch|tch|tsh|tš|dsch|dzh|dž|dj(?={_V})", ("x",)),
        ("sch", ("x", "sk")),
        ("cch", ("k",)),
        ("sh|zh|š|ş|ș|ś|ž|ż|ź|č|ć|cz|zs|cc(?=[eiy])", ("x",)),
        ("ch(?=[bdfgklmnprstvwz])", ("k", "h")),
        ("ch", ("x", "h", "k")),
        ("sz", ("x", "s")),
        ("rz", ("rs", "x")),
        ("cs", ("ks", "x")),
        ("th|þ", ("Q",)),
        ("ph", ("f",)),
        (f"kh(?={_V})", ("K",)),
        ("kh", ("H",)),
        ("gh", ("g", "")),
        ("wh", ("w",)),
        ("rh", ("r",)),
        ("ck", ("k",)),
        ("qu", ("k", "kw")),
        ("^x", ("x", "s", "ks")),
        ("x", ("ks",)),
        ("c(?=[eiy])|ç", ("s", "x")),
        ("c$", ("k", "s", "x")),
        ("c|k|q", ("k",)),
        ("dt", ("t",)),
        ("tz|ts|zz|ds|dz|ss|ţ|ț|ß|s|z", ("s",)),
        ("đ", ("d", "x")),
        ("ğ", ("g", "")),
        (f"j(?={_V})", ("", "x", "h")),
        ("j", SILENT),
        ("y(?=[aeiou])", SILENT),
        ("g(?=[eiy])", ("g", "x")),
        ("^wr", ("r",)),
        (f"w(?={_V})", ("w",)),
        ("w", ("v", "")),
        # Beckham, Buddha
        (f"(?<=[bcdgkprt])h(?={_V})", ("h", "")),
        (f"h(?={_V})", ("h",)),
        ("h", ("H",)),
        ("t(?=[iy])", ("T",)),
        ("d(?=[iy])", ("D",)),
        ("t", ("t",)),
        ("d|ð", ("d",)),
        ("l|ł", ("l",)),
        ("n|ñ", ("n",)),
        *((letter, (letter,)) for letter in "bfgmprv"),
        (f"{_V}+", VOWEL),
    ]
)
"""`cz`, `sz`, `rz` are Polish, `cs`, `zs` Hungarian, `sch`, `tsch` German, `ç`, `ş`, `ğ` Turkish;
`c` before e and i is s in English and French, ts in Slavic languages, ch in Italian."""


def read(word: str) -> Reading:
    """Read a word in Latin letters, in any case and with any marks."""
    return SPELLING.read(plain(word))


def plain(word: str) -> str:
    """Lower-case, and remove the marks that do not change a consonant."""
    lowered = unicodedata.normalize("NFC", word.replace("İ", "i").lower())
    if lowered.isascii():
        return lowered
    return "".join(letter if letter in _MARKED else _bare(letter) for letter in lowered)


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFKD", letter)[0]
    if base.isascii():
        return base
    from anyascii import anyascii

    return anyascii(letter).lower()
