"""What records give as authors -> a name each: "By Ana Silva and Li Wei" are two people.

Feeds, tables and interfaces write bylines as their newspapers print them. A text is parted only
where all its parts are names of people or agencies, since surnames have such words too (Ortega y
Gasset), as have departments and firms. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from indexer.article import east_asian_bylines

BY = "by|von|par|por|di|door|av|af|przez"
"""What stands before who wrote a text: an alternation for regular expressions."""

_BY = re.compile(
    rf"(?:(?:written|reported|words|text|story)\s+by|{BY}|autor|text)(?::\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
"""What stands before a name; only "by" and what has a colon begins no name itself."""

_CERTAIN = re.compile(r"\w*\s*by\b|.*:", re.IGNORECASE)

_BETWEEN = re.compile(
    r"\s+(?:and|und|et|y|e|och|og|i|en|a|ve|és|ja|și|şi|dan|και|и|та|і|&|＆)\s+|"
    r"\s*[,;|]\s*(?:(?:and|und|et|y|e|och|og|en)\s+)?|\s+[/·•–]\s+|\s*[、，；]\s*",
    re.IGNORECASE,
)
_IN_A_PLACE = re.compile(r"\s+in\s+(?=[^\W\d_a-z]).*\Z")
_PARTICLES = frozenset(
    """de da do dos das del della di du des der den van von zu zum zur ten ter te bin ibn bint al el
    la le los las af av y e""".split()  # noqa: SIM905
)
_AGENCIES = frozenset(
    """reuters afp ap dpa epd kna efe ansa apa upi pa tass tt ntb ritzau stt bns belga anp lusa pap
    čtk mti agerpres tanjug hina бта тасс укринформ kyodo xinhua yonhap bloomberg agencies
    agenturen agencias agences""".split()  # noqa: SIM905
)
_LONG_AGENCIES = frozenset(
    (
        "associated press", "the associated press", "agence france-presse", "press association",
        "the press association", "pa media", "the canadian press", "canadian press",
        "deutsche presse-agentur", "europa press", "agencia efe", "agência lusa", "anadolu agency",
        "united press international", "australian associated press", "риа новости",
    )
)  # fmt: skip
_ROLE = re.compile(
    r"\b(?:\w*editor|\w*correspondent|\w*reporter|writer|journalist|columnist|producer|staff|desk|"
    r"\w*redakt\w+|korrespondent\w*|corresponsal|periodista|journaliste|giornalista|jornalista|"
    r"редакт\w+|корреспондент\w*)\b",
    re.IGNORECASE,
)
_CITIES = frozenset(
    """
    New Delhi|San Francisco|San Diego|Abu Dhabi|Tel Aviv|Cape Town|Washington DC|Washington D.C.|
    New Orleans|Salt Lake City|Las Vegas|San Jose|Rio de Janeiro|São Paulo|Saint Petersburg|
    St Petersburg|St. Petersburg|St Louis|St. Louis|The Hague|Den Haag|Ivory Coast|West Bank|
    Gaza City|Kuwait City|Guatemala City|Quezon City|Northern Ireland|Great Britain|Saudi Arabia|
    Frankfurt am Main|Santa Cruz|Baton Rouge|Kansas City|Oklahoma City|Nova Scotia|North Carolina|
    South Carolina|North Dakota|South Dakota|New Jersey|New Hampshire|West Virginia
    """.replace("\n", "")
    .casefold()
    .split("|")
)
"""Places of two words or more, beside those after which zones of time and countries are called."""

MOST_WORDS = 6
"""Of a name."""

LONGEST = 1000
"""Characters of a byline that is looked at."""


def people_in(authors: str | Sequence[str]) -> list[str]:
    """Return a name each, in order, of bylines that may name several; others as they are."""
    listed = [authors] if isinstance(authors, str) else authors
    return [name for one in listed for name in _names(one)]


def _names(byline: str) -> list[str]:
    text = without_by(byline)
    if len(text) > LONGEST:
        return [text]
    if people := east_asian_bylines.people_in(text):
        return people
    parts = _parts(text)
    if len(parts) < 2:
        alone = _IN_A_PLACE.sub("", text).strip()
        return [alone if is_name(alone) else text]
    names = [_IN_A_PLACE.sub("", part).strip() for part in parts]
    people = [name for name in names if not _ROLE.search(name) and not is_place(name)]
    if people and all(map(is_name, people)):
        return people
    return [text]


def is_place(text: str) -> bool:
    """Tell a city, a country or a state, as it stands behind a name: "Ana Silva, New York"."""
    return text.casefold() in _places()


@cache
def _places() -> frozenset[str]:
    from babel import Locale

    cities = (name.rpartition("/")[2].replace("_", " ") for name in available_timezones())
    countries = Locale("en").territories.values()
    return frozenset(one.strip().casefold() for one in (*cities, *countries, *_CITIES))


def without_by(byline: str) -> str:
    """Return a byline without the word before the name, which may be a part of the name."""
    by = _BY.match(byline.strip())
    if by is None:
        return byline
    rest = byline.strip()[by.end() :]
    if by[0].startswith(("Di ", "Av ", "Af ")):  # surnames begin so: Di Marco
        return byline
    if _CERTAIN.match(by[0]) or (len(rest.split()) > 1 and is_name(rest.split(",")[0])):
        return rest
    return byline if not _are_names(rest) else rest


def _are_names(text: str) -> bool:
    parts = _parts(text)
    return len(parts) > 1 and all(map(is_name, parts))


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if part.strip()]


def is_agency(text: str) -> bool:
    """Tell the name of an agency."""
    folded = text.casefold()
    return folded in _AGENCIES or folded in _LONG_AGENCIES


def is_name(text: str) -> bool:
    """Tell a whole name: two words or more that begin large, or the name of an agency."""
    if is_agency(text):
        return True
    words = text.split()
    if len(words) == 1 and not text.isascii() and text[:1].isalpha():
        # Chinese, Japanese, Korean: no spaces within a name, and no large letters
        return text[0].upper() == text[0].lower() and 2 <= len(text) <= MOST_WORDS
    if not 2 <= len(words) <= MOST_WORDS:
        return False
    large = [word for word in words if not word[0].islower()]
    return (
        len(large) > 1
        and all(word in large or word in _PARTICLES or word[:2] in ("d'", "d’") for word in words)
        and not any(char.isdigit() for char in text)
    )
