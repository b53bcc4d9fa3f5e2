"""Cyrillic, Greek, Hebrew and Arabic letters as sounds.

A general transliteration loses what matters here: it spells ч and х with Latin letters that are
read in several ways again, and writes out the vowels that Arabic and Hebrew leave to the reader.
"""

from __future__ import annotations

import unicodedata

from search.names.reading import SILENT, VOWEL, Alternatives, Reading, Spelling

_CYRILLIC_VOWELS = "аеёиіїоуыэюяєәөүұѐѝ"

CYRILLIC = Spelling(
    [
        ("шч|щ|дж|тч|тш|ж|ч|ш|џ|ћ|җ", ("x",)),
        ("тс|дз|з|с|ц", ("s",)),
        ("дт", ("t",)),
        # Russian writes both h and g so (Гитлер), Ukrainian and Belarusian h (Луганськ, Lugansk).
        ("г", ("g", "h")),
        (f"х(?=[{_CYRILLIC_VOWELS}])", ("h",)),
        ("х", ("H",)),
        # Уильям, Уотсон
        (f"^у(?=[{_CYRILLIC_VOWELS}])", ("w", ".")),
        ("ў", ("v", "")),
        ("т(?=[иіье])", ("T",)),
        ("д(?=[иіь])", ("D",)),
        ("ђ", ("x", "d")),
        ("ќ", ("k", "x")),
        ("ѓ", ("g", "x")),
        ("ґ|ғ", ("g",)),
        ("к|қ", ("k",)),
        ("л|љ", ("l",)),
        ("н|њ|ң", ("n",)),
        ("һ", ("h",)),
        *((letter, (sound,)) for letter, sound in zip("бвдмпртф", "bvdmprtf", strict=True)),
        (f"[{_CYRILLIC_VOWELS}]+", VOWEL),
    ]
)

GREEK = Spelling(
    [
        ("μπ", ("b", "mp")),
        ("ντ", ("d", "nt")),
        ("γκ|γγ", ("g", "ng")),
        ("τζ", ("x",)),
        ("τσ", ("s", "x")),
        ("^ου(?=[αεηιοω])", ("w",)),
        ("^γι(?=[αοευ])", SILENT),
        ("αυ|ευ", (".v", ".")),
        ("γ(?=[ειηυ])", ("g", "")),
        ("γ", ("g",)),
        ("τ(?=ι)", ("T",)),
        ("ξ", ("ks",)),
        ("ψ", ("ps",)),
        ("σ|ς|ζ", ("s", "x")),
        ("χ", ("h", "x")),
        ("θ", ("Q",)),
        *((letter, (sound,)) for letter, sound in zip("βδκλμνπρτφ", "vdklmnprtf", strict=True)),
        ("[αεηιουω]+", VOWEL),
    ]
)


def _unvowelled(letters: str, sounds: Alternatives) -> tuple[str, Alternatives]:
    """A consonant that a vowel may follow unwritten."""
    return f"[{letters}]", tuple(f"{sound};" for sound in sounds)


HEBREW = Spelling(
    [
        ("[צץגזש]['׳]", ("x;",)),
        ("ת['׳]", ("Q;",)),
        ("וו|^ו", ("v;",)),
        ("ה$", VOWEL),
        _unvowelled("כך", ("k", "h")),
        _unvowelled("ב", ("b", "v")),
        _unvowelled("פ", ("p", "f")),
        _unvowelled("ף", ("f",)),
        _unvowelled("ש", ("x", "s")),
        _unvowelled("סזצץ", ("s",)),
        _unvowelled("הח", ("h",)),
        _unvowelled("טת", ("t",)),
        _unvowelled("ק", ("k",)),
        _unvowelled("מם", ("m",)),
        _unvowelled("נן", ("n",)),
        *(_unvowelled(letter, (sound,)) for letter, sound in zip("גדלר", "gdlr", strict=True)),
        ("[אויע]+", VOWEL),
    ]
)

ARABIC = Spelling(
    [
        ("تش|دج", ("x;",)),
        ("^و", ("w;",)),
        ("[هة]$", VOWEL),
        _unvowelled("ج", ("x", "g")),
        _unvowelled("چژش", ("x",)),
        _unvowelled("ث", ("Q",)),
        _unvowelled("سصزظ", ("s",)),
        _unvowelled("خ", ("K",)),
        _unvowelled("هحھہ", ("h",)),
        _unvowelled("طتٹ", ("t",)),
        _unvowelled("ضدذڈ", ("d",)),
        _unvowelled("ق", ("k", "g")),
        _unvowelled("كک", ("k",)),
        _unvowelled("گغ", ("g",)),
        _unvowelled("ف", ("f", "v")),
        _unvowelled("ڤ", ("v",)),
        _unvowelled("پ", ("p",)),
        _unvowelled("ب", ("b", "p")),
        _unvowelled("رڑ", ("r",)),
        _unvowelled("نں", ("n",)),
        _unvowelled("ل", ("l",)),
        _unvowelled("م", ("m",)),
        ("[اأإآٱويىیئؤءعةےۀۂې]+", VOWEL),
    ]
)

_BY_SCRIPT = {"CYRILLIC": CYRILLIC, "GREEK": GREEK, "HEBREW": HEBREW, "ARABIC": ARABIC}


def read(word: str, script: str) -> Reading:
    """Read a word in one of the four scripts, in any case and with any marks."""
    return _BY_SCRIPT[script].read(_plain(word, script))


def _plain(word: str, script: str) -> str:
    lowered = unicodedata.normalize("NFKC", word).lower()
    if script == "CYRILLIC":
        return lowered  # й, ї and ў are letters of their own
    decomposed = unicodedata.normalize("NFD", lowered)
    if script == "ARABIC":
        # What Unicode composes of alef, waw or yeh and a hamza are letters of their own, too.
        decomposed = lowered
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn")
