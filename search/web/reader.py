"""Who reads: the language of the page, time zone and colours, from the request alone.

What the address says counts first (`ui`, `zone`, `theme`), and is remembered in a cookie; then the
cookie; then what the browser prefers: its languages, and the zone that it was in when it last read
a page, which whoever travels changes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent
from starlette.requests import Request

from search.index.model import UNKNOWN_LANGUAGE
from search.index.time_zones import local, zone_name
from search.web.catalogue import LANGUAGES, Catalogue, catalogue

THEMES = ("auto", "light", "dark")
COOKIES = {"ui": "polywire_ui", "zone": "polywire_zone_chosen", "theme": "polywire_theme"}
"""Parameter of the address -> the cookie that remembers it."""

HERE = "polywire_zone"
"""The cookie in which `page.js` keeps the zone that the browser is in."""

_QUALITY = re.compile(
    r"\s*([A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,40})?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*"
)
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ckb", "dv", "ps", "sd", "ug", "yi", "arc"})


@dataclass(frozen=True, slots=True)
class Reader:
    """How one person reads the page."""

    catalogue: Catalogue
    zone: str
    theme: str
    chosen: Mapping[str, str]
    """What the address chose, to be remembered."""
    region: str | None = None
    """Where the language is spoken as the reader does: it says how dates are written."""

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.catalogue.lang

    @property
    def direction(self) -> str:
        """Where its lines begin."""
        return direction(self.lang)

    def number(self, value: float) -> str:
        """Write a number."""
        return str(format_decimal(value, locale=self.catalogue.locale))

    def percent(self, share: float) -> str:
        """Write a share of one."""
        return str(format_percent(share, locale=self.catalogue.locale))

    def day(self, moment: datetime | str) -> str:
        """Write the day of a moment in the reader's time zone."""
        return str(format_date(self._local(moment), "medium", locale=self._dated))

    def span(self, text: str) -> str:
        """Write a day, month or year, given as `2026-08-14`, `2026-08` or `2026`.

        Raises `ValueError` for what is none.
        """
        forms = {4: ("-01-01", "y"), 7: ("-01", "LLLL y"), 10: ("", "medium")}
        if len(text) not in forms:
            raise ValueError(f"{text!r} is no day, month or year")
        rest, form = forms[len(text)]
        day = date.fromisoformat(text + rest)
        return str(format_date(day, form, locale=self._dated))

    def moment(self, moment: datetime | str) -> str:
        """Write day and time in the reader's time zone."""
        both = str(self._dated.datetime_formats["medium"])
        return both.format(self.clock(moment), self.day(moment))

    def clock(self, moment: datetime | str) -> str:
        """Write the time of day."""
        return str(format_time(self._local(moment), "short", locale=self._dated))

    def language(self, code: str) -> str:
        """Name a language as its speakers do."""
        if code == UNKNOWN_LANGUAGE:
            return self.catalogue.text("language.unknown")
        return _own_name(code) or code

    def language_here(self, code: str) -> str:
        """Name a language in the language of the page."""
        if code == UNKNOWN_LANGUAGE:
            return self.catalogue.text("language.unknown")
        return str(self.catalogue.locale.languages.get(code, code))

    @property
    def _dated(self) -> Locale:
        return _regional(self.lang, self.region)

    def _local(self, moment: datetime | str) -> datetime:
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return local(at, self.zone)


@cache
def _own_name(code: str) -> str | None:
    try:
        locale = Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None
    name = locale.languages.get(locale.language)
    # Languages that are written in lower case stand at the beginning of a label here.
    return name[:1].upper() + name[1:] if name else None


@cache
def _regional(lang: str, region: str | None) -> Locale:
    if region is not None:
        with suppress(UnknownLocaleError):
            return Locale(lang, region)
    return catalogue(lang).locale


def direction(lang: str) -> str:
    """Return `rtl` or `ltr`."""
    return "rtl" if lang.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def reader_of(request: Request, default_zone: str) -> Reader:
    """Read it from a request; what cannot be meant is passed over."""
    chosen = {
        name: value
        for name in COOKIES
        if (value := _valid(name, request.query_params.get(name))) is not None
    }
    kept = {
        name: value
        for name, cookie in COOKIES.items()
        if (value := _valid(name, request.cookies.get(cookie))) is not None
    }
    here = _valid("zone", request.cookies.get(HERE)) or default_zone
    found = kept | chosen
    header = request.headers.get("accept-language", "")
    lang = found.get("ui") or _preferred(header)
    zone, theme = found.get("zone", here), found.get("theme", "auto")
    return Reader(catalogue(lang), zone, theme, chosen, _region(header, lang))


def _valid(name: str, value: str | None) -> str | None:
    if not value:
        return None
    if name == "ui":
        return value if value in LANGUAGES else None
    if name == "theme":
        return value if value in THEMES else None
    try:
        return zone_name(value) if len(value) <= 64 else None
    except ValueError:
        return None


def _region(header: str, lang: str) -> str | None:
    """Return where a browser says that a language is spoken (RFC 5646), if it does."""
    tag = rf"(?i)(?:^|[,\s]){lang}(?:-[a-z]{{4}})?-([a-z]{{2}})(?=[\s,;-]|$)"
    found = re.search(tag, header[:1000])
    return found[1].upper() if found else None


def _preferred(header: str) -> str:
    """Return the language of the page that a browser likes best (RFC 9110, section 12.5.4)."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header[:1000].split(",")):
        found = _QUALITY.fullmatch(part)
        if found and found[1].lower() in LANGUAGES:
            wanted.append((-float(found[2] or 1), place, found[1].lower()))
    return min(wanted)[2] if wanted and min(wanted)[0] < 0 else LANGUAGES[0]
