"""Language codes as people write them -> the one code that Polywire stores.

Stored codes are ISO 639-1 where a language has one ("de", "zh"), else ISO 639-3 ("ckb").
Regions and scripts are dropped, since the index analyses a language, not a locale.
"""

from __future__ import annotations

from functools import cache

from search.index.model import UNKNOWN_LANGUAGE

_FOLDED = {
    "nb": "no",  # Bokmål and Nynorsk: identifiers cannot distinguish short texts in the two,
    "nn": "no",  # and one stemmer serves both
    "fil": "tl",  # Filipino is standardised Tagalog; only Tagalog has an ISO 639-1 code
    "yue": "zh",  # written Cantonese and Wu share script and analysis with written Mandarin
    "wuu": "zh",
    "mul": UNKNOWN_LANGUAGE,
    "zxx": UNKNOWN_LANGUAGE,
    "mis": UNKNOWN_LANGUAGE,
}
"""Codes that BCP 47 distinguishes and a search index should not."""


@cache
def normalise_code(code: str) -> str | None:
    """Return the stored form of a language code or BCP 47 tag, None if there is no such language.

    "zh-Hant-TW", "zh_cn", "cmn" and "chi" all give "zh"; "iw" gives "he"; "nb" gives "no";
    "und", "mul" and "zxx" give `UNKNOWN_LANGUAGE`. Registry: BCP 47 (RFC 5646), by `langcodes`.
    """
    import langcodes
    from langcodes.tag_parser import LanguageTagError

    try:
        tag = langcodes.get(code.strip().replace("_", "-"))
    except (LanguageTagError, ValueError):
        return None
    if not tag.language or tag.language == "und":
        return UNKNOWN_LANGUAGE
    if not langcodes.get(tag.language).is_valid():
        return None
    language = tag.prefer_macrolanguage().language or UNKNOWN_LANGUAGE
    return _FOLDED.get(language, language)
