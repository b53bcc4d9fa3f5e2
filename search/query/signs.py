"""The characters and words that the query language takes for something, as data."""

from __future__ import annotations

import re
import unicodedata

from search.query.syntax import FieldName

CLOSING = {
    '"': '"',
    "＂": "＂",
    "″": "″",
    "“": "”“",
    "”": "”",
    "‟": "”",
    "„": "“”‟",
    "«": "»",
    "»": "«",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    "❝": "❞",
}
"""What opens a phrase, and what may close it there."""

QUOTES = '"＂″“”„‟«»「」『』〝〞〟❝❞'

STOPS = rf"\s()（）{QUOTES}"
"""What ends a word: the inside of a character class."""

END = rf"(?=[{STOPS}]|$)"

DASHES = r"\-－−﹣‐‑–"
"""The inside of a character class: what keyboards and word processors make of a minus.

Hyphen, full-width and small one, minus sign, two hyphens of Unicode, en dash. An em dash is none:
it stands before words in Spanish and Russian."""

# A quotation mark between Hebrew letters is a gershayim, as in צה"ל; after a digit, inches.
GERSHAYIM = r'(?<=[\u0590-\u05ff])"(?=[\u0590-\u05ff])'
WORD = rf'(?:[^{STOPS}]|{GERSHAYIM}|(?<=[0-9])["″](?!\w))+'
ADDRESS = rf"https?://(?:[^{STOPS}]|\([^{STOPS}]*\))+"

AT_TERM = rf"(?:(?<![^{STOPS}])|(?<=(?<![^{STOPS}])&&)|(?<=(?<![^{STOPS}])\|\|))"
"""Where the grammar lets a term begin: behind what ends a word, and behind these operators."""

OPERATORS = ("OR", "AND", "NOT", "||", "&&")

NEARNESS = (
    r"(?i:(?:NEAR|ONEAR|PRE|WITHIN|ADJ|W|N|P)/[0-9]{1,3}[FN]?"
    r"|(?:NEAR|ONEAR|ADJ)[0-9]{1,3}|(?:AROUND|NEAR)\([0-9]{1,3}\))"
)
"""What joins words that are close together."""

FIELD_NAMES: dict[str, FieldName] = {
    "lang": "lang",
    "source": "source",
    "section": "section",
    "tag": "tag",
    "story": "story",
    "after": "after",
    "before": "before",
    "on": "on",
}
"""The fields that filter; `title` is the other one."""

ALIASES = {
    **dict.fromkeys(("language", "languages", "lng"), "lang"),
    **dict.fromkeys(("sources", "publisher", "outlet", "newspaper"), "source"),
    **dict.fromkeys(("publication", "pub", "sn"), "source"),
    **dict.fromkeys(("tags",), "tag"),
    **dict.fromkeys(("since",), "after"),
    **dict.fromkeys(("until",), "before"),
    **dict.fromkeys(("date",), "on"),
    **dict.fromkeys(("intitle", "allintitle", "headline", "hlead", "hd", "hl", "ti"), "title"),
}
"""Names that other tools have for our fields; `date` only before a date."""

ANYWHERE = (
    *("intext", "allintext", "inbody", "body", "bodytext", "text", "content"),
    *("fulltext", "full_text", "full-text"),
)
"""Fields of other tools for what is looked for without any here."""

EXAMPLES = {
    "lang": "write lang:de,fr",
    "source": 'write source:bbc or source:"BBC News"',
    "section": "write section:sport",
    "tag": "write tag:climate",
    "story": "write story:ID with an id that polywire stories lists",
    "after": "write after:2025-08-01 or after:7d",
    "before": "write before:2025-08-01 or before:7d",
    "on": "write on:2025-08-01 or on:yesterday",
}

WILDCARDS = "*?"


def narrow(query: str) -> str:
    """Write what keyboards make of ordinary signs as these: as many characters as before.

    Operators in full-width letters, as Japanese keyboards make them, and within words the accents
    and primes that Ukrainian ones have where the apostrophe should be.
    """
    plain = re.sub(
        rf"(?<![^{STOPS}&|])(?:ＯＲ|ＡＮＤ|ＮＯＴ){END}",
        lambda found: "".join(chr(ord(char) - 0xFEE0) for char in found[0]),
        query,
    )
    return re.sub(r"(?<=[^\W\d_])[`´′‛＇](?=[^\W\d_])", "’", plain)


def is_stem(text: str) -> bool:
    """One star after two letters or more, or after one where a character can be a word."""
    stem = text[:-1]
    if not text.endswith("*") or any(sign in stem for sign in WILDCARDS):
        return False
    return _tells_enough(stem)


def has_wildcards(text: str) -> bool:
    """Tell whether a word has a star beside a letter or a question mark before one.

    What a sentence ends with is no wildcard, nor anything in an address.
    """
    if not any(sign in text for sign in WILDCARDS) or any(sign in text for sign in "/=:@"):
        return False
    if "**" in text or not _tells_enough(text):
        return False
    stripped = text.rstrip("?!.,;…")
    return "*" in stripped or any(
        char == "?" and (at == 0 or stripped[at - 1].isalnum()) and _goes_on(stripped[at:])
        for at, char in enumerate(stripped)
    )


def _goes_on(rest: str) -> bool:
    """Tell whether a letter follows the wildcards."""
    return rest.lstrip(WILDCARDS)[:1].isalnum()


def _tells_enough(text: str) -> bool:
    letters = [char for char in text if char.isalnum()]
    return len(letters) > 1 or any(ord(char) >= 0x2E80 for char in letters)


def is_punctuation(text: str) -> bool:
    """Tell whether there is nothing in it that could be looked for; an emoji could."""
    return all(unicodedata.category(char)[0] in "PZC" or char in "`^~+<=>|−" for char in text)


def has_word(text: str) -> bool:
    """Tell whether there is a letter or a digit."""
    return any(char.isalnum() for char in text)
