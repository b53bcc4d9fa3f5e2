"""Languages as people write them -> the one code that Polywire stores, and asks for.

Stored codes are ISO 639-1 where a language has one ("de", "zh"), else ISO 639-3 ("ckb").
Regions and scripts are dropped, since the index analyses a language, not a locale. What is read,
asked for and identified all goes through here.
"""

from __future__ import annotations

import contextlib
import re
from functools import cache

from search.analysis.languages import NEUTRAL, languages

_FOLDED = {
    "nb": "no",  # Bokmål and Nynorsk: identifiers cannot distinguish short texts in the two,
    "nn": "no",  # and one stemmer serves both
    "fil": "tl",  # Filipino is standardised Tagalog; only Tagalog has an ISO 639-1 code
    "hbo": "he",  # what identifiers call Hebrew with vowel points, and Greek with all accents:
    "grc": "el",  # no newspaper is written in the ancient languages
    "sdh": "ckb",  # Southern Kurdish: written as Central Kurdish is, and taken for it
    "cnr": "sr",
    # Codes of countries, which are those of no language.
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "jp": "ja",
    "ua": "uk",
    "vn": "vi",
    "cn": "zh",
    # Chinese languages share script and analysis with written Mandarin.
    **dict.fromkeys(("yue", "wuu", "nan", "hak", "gan", "hsn", "cdo", "lzh"), "zh"),
    **dict.fromkeys(("mul", "zxx", "mis", "unknown", "undetermined", "other"), NEUTRAL.code),
}
"""Codes that BCP 47 distinguishes and a search index should not."""

_NAMES = {
    "farsi": "fa", "dari": "fa", "mandarin": "zh", "cantonese": "zh", "sorani": "ckb",
    "kurmanji": "ku", "bengali": "bn", "castilian": "es", "panjabi": "pa", "moldavian": "ro",
    "moldovan": "ro", "oriya": "or", "flemish": "nl", "serbo-croatian": "sr", "montenegrin": "sr",
    "persian": "fa", "filipino": "tl", "tagalog": "tl", "uighur": "ug", "pushto": "ps",
    "azeri": "az", "bokmål": "no", "nynorsk": "no", "castellano": "es", "汉语": "zh", "漢語": "zh",
    "sinhalese": "si", "brazilian portuguese": "pt", "slovenian": "sl", "slovene": "sl",
}  # fmt: skip
"""Names that CLDR does not have, or has for what is folded."""

_STORED_BEFORE = {"he": ("hbo",), "el": ("grc",), "ckb": ("sdh",), "zh": ("nan", "lzh")}
"""What earlier programs stored of what is one language now."""


@cache
def normalise_code(code: str) -> str | None:
    """Return the stored form of a language code, BCP 47 tag or name; None if it is none.

    "zh-Hant-TW", "zh_cn", "cmn", "chi" and "Chinese" all give "zh"; "iw" gives "he"; "nb" gives
    "no"; "und", "mul" and "zxx" give `NEUTRAL.code`. Registry: BCP 47 (RFC 5646), by `langcodes`;
    names: CLDR, by Babel.
    """
    written = code.strip().partition(".")[0].replace("_", "-")  # "de_DE.UTF-8"
    plain = written.casefold()
    if plain in _FOLDED:
        return _FOLDED[plain]
    if plain in languages():
        return plain
    return _by_tag(written) or _by_name(code.strip().casefold())


def stored_codes(code: str) -> frozenset[str]:
    """Return every code under which articles of a language may be stored.

    Raises `ValueError` for what is neither a code nor a name of a language.
    """
    known = normalise_code(code)
    if known is None:
        # Two or three letters may be a code that is newer than the registry we have.
        plain = code.strip().casefold()
        if not re.fullmatch(r"[a-z]{2,3}", plain):
            raise ValueError(
                f"{code} is not a language code; write codes of two or three letters, such as de,fr"
            )
        known = plain
    before = _STORED_BEFORE.get(known, ())
    plain = code.strip().casefold()
    return frozenset((known, *before, *([plain] if known == _written_as(plain) else [])))


def _by_tag(written: str) -> str | None:
    import langcodes
    from langcodes.tag_parser import LanguageTagError

    try:
        tag = langcodes.get(written)
    except (LanguageTagError, ValueError):
        return None
    if not tag.language or tag.language == "und":
        return NEUTRAL.code
    if not langcodes.get(tag.language).is_valid():
        return None
    language = tag.prefer_macrolanguage().language or NEUTRAL.code
    language = _FOLDED.get(language, language)
    return language if language in languages() else _written_as(language)


def _written_as(code: str) -> str:
    """Return the language in which a spoken form of it is written, if that is one we analyse.

    So Egyptian is Arabic, and the Malay of Malaysia Malay.
    """
    from langcodes.data_dicts import MACROLANGUAGES

    macro = MACROLANGUAGES.get(code) if len(code) == 3 else None
    whole = normalise_code(macro) if macro else None
    return whole if whole is not None and whole in languages() else code


def _by_name(name: str) -> str | None:
    name = re.sub(r"\s*[(,;].*", "", name)  # "Chinese (Simplified)", "Greek, Modern (1453-)"
    if name in _NAMES:
        return _NAMES[name]
    if len(name) < 4 and name.isascii():
        return None
    code = _english_names().get(name) or _own_names().get(name) or _other_names().get(name)
    return None if code is None else _by_tag(code)


@cache
def _english_names() -> dict[str, str]:
    from babel import Locale

    names = Locale("en").languages
    return {name.casefold(): code for code, name in names.items() if "_" not in code}


@cache
def _own_names() -> dict[str, str]:
    """What languages are called in themselves: Deutsch, русский, 日本語."""
    from babel import Locale, UnknownLocaleError

    names: dict[str, str] = {}
    for code in languages():
        with contextlib.suppress(UnknownLocaleError, ValueError):
            names[(Locale.parse(code).get_language_name(code) or "").casefold()] = code
    return names


@cache
def _other_names() -> dict[str, str]:
    """What our languages are called in one another, with regions and scripts: Englisch, 简体中文.

    A name that two languages have for different ones is left out. Takes half a second, once.
    """
    from babel import Locale, UnknownLocaleError

    meant: dict[str, set[str]] = {}
    for named_in in (*languages(), "zh_Hant", "sr_Latn"):
        with contextlib.suppress(UnknownLocaleError, ValueError):
            for code, name in Locale.parse(named_in).languages.items():
                if (plain := code.partition("_")[0]) in languages():
                    # Arabic names have the article, which people leave out.
                    for one in (name, name.removeprefix("ال")):
                        meant.setdefault(one.casefold(), set()).add(plain)
    return {name: codes.pop() for name, codes in meant.items() if len(codes) == 1}
