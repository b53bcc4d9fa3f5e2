"""Dates as news sources write them -> one moment in UTC, or the reason why not.

What cannot be read with certainty is not read at all: "03/04/2026" is two days, "IST" three zones.
Machines' forms are read by Python's own parser (ISO 8601) or counted (seconds since 1970); what is
written with words goes through `_written`. Measured beside dateutil and dateparser, which guess
(`benchmarks/results/libraries.json`).
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import regex

from indexer.article.clock_times import time_in
from indexer.article.month_names import month_number, with_months_as_words
from indexer.article.persian_calendar import MONTHS as PERSIAN_MONTHS
from indexer.article.persian_calendar import gregorian
from indexer.article.printed_dates import FILLERS, in_our_writing
from indexer.article.thai_dates import ERAS, in_our_era
from indexer.article.weekdays import days_named, without_weekday
from indexer.article.zones import in_utc
from search.index.credible import EARLIEST_YEAR

_PARTIAL = regex.compile(r"(\d{4})(?:-(\d{2}))?")
_OFFSET = regex.compile(r"\s*(?:Z|UTC|GMT)$|\s+(?=[+-]\d{2}:?\d{2}$)", regex.IGNORECASE)
_ORDINAL = regex.compile(r"(\d{4})-(\d{3})(?=T|$)", regex.IGNORECASE)
_REGION = regex.compile(r"\[([A-Za-z_/+-]+)\]$")
_DOT_NET = regex.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_MIDNIGHT = regex.compile(r"(?<=[T ])24(?=:?00(?::?00(?:[.,]0+)?)?(?!\d))", regex.IGNORECASE)
_LEAP_SECOND = regex.compile(r"(?<=[T ]\d\d:?\d\d:?)60(?!\d)")

_BEFORE_YEAR_1 = regex.compile(r"(?:^|\s)-\d{4}(?:-|\s\d\d:)")
"""A year with a minus sign, as "no date" comes out of MySQL: -0001-11-30, "30 Nov -0001 00:00"."""

_REIGN = regex.compile(r"(令和|平成|昭和|民國|民国)\s?(\d{1,3}|元)\s?(?=年)")
_REIGNS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""Eras in which Japan and Taiwan count years, and the year before the first of each."""

_SHEETS = (32_874, 73_415)
"""Days that spreadsheets count for dates, from 1990 to 2100: 1 is the first of January 1900."""

_PERSIAN = regex.compile(rf"(\d{{1,2}})\s?({'|'.join(PERSIAN_MONTHS)})\s?(?:ماه\s?)?(1[34]\d\d)")

_PERSIAN_NUMBERS = regex.compile(r"(?<![\d/-])(1[34]\d\d)([/-])(\d{1,2})\2(\d{1,2})(?!\d)")
_PERSIAN_LANGUAGES = frozenset({"fa", "prs"})
"""Those of Iran and Afghanistan, whose papers count years of the sun."""

_INDIAN_TIME = regex.compile(r"(?<=\d\s?|[ap]\.?m\.?\s?)\bIST\b", regex.IGNORECASE)
_LANGUAGES_OF_INDIA = frozenset("hi bn ta te ml kn mr gu pa or as".split())  # noqa: SIM905
"""Those in which IST is no time of Ireland or Israel."""

_LOG_TIME = regex.compile(r"(?<=/\d{4}):(?=\d\d:)")
"""The colon of web servers' logs: "01/Aug/2026:10:00:00"."""

_SEPARATED = regex.compile(r"(\d{1,4})([-/.])\s?(\d{1,2})\2\s?(\d{1,4})\.?")
_EAST_ASIAN = regex.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_MONGOLIAN = regex.compile(r"(\d{4}) он(?:ы)? (\d{1,2})(?:\s?-?\s?р)? сар(?:ын)? (\d{1,2})")
_VIETNAMESE = regex.compile(
    r"(?:ngày )?(\d{1,2}) tháng (\d{1,2})(?:,| năm)?,? (\d{4})", regex.IGNORECASE
)
_NUMBER_OR_WORD = regex.compile(r"\d+|[\p{L}\p{M}]+")
_NTH = regex.compile(
    r"(?<=\b\d{1,2})(?:st|nd|rd|th|er|ère|re|o|a|-?й|-?го|-?е|η|ης)\b", regex.IGNORECASE
)
LONGEST = 200
"""Characters of a date; what is longer is none."""


def parse_date(given: str | float, lang: str | None = None) -> datetime:
    """Return the moment, aware and in UTC.

    Understands ISO 8601 (a part that is not given is the first one: "2025-08"), RFC 822 and 2822,
    what JavaScript, Java and the shell print, seconds (milliseconds, ...) since 1970, the days that
    spreadsheets count, days and months in words of many languages, AM and PM, and digits of any
    script. A time without a zone is in UTC. `lang` decides where a name is that of two
    months.

    Raises `ValueError` with the reason, also for what two people might read differently
    ("08/09/2025", a time zone that is the name of several, a year of another calendar). Whether the
    moment is one that an article can have is another question: `search.index.credible`.
    """
    return _parsed(str(given).strip() if not isinstance(given, float) else _plain(given), lang)


@lru_cache(4096)
def _parsed(given: str, lang: str | None) -> datetime:
    text = _normal(given) if len(given) <= LONGEST else ""
    reason = "write dates as 2025-08-20 or 2025-08-20T10:00:00+02:00"
    try:
        _check_year(text)
        text = _meant_in(text, lang)
        text = in_our_writing(text)
        moment = _counted(text) or _iso(text) or _written(_REGION.sub(r" \1", text), lang)
        if moment is not None and (era := _other_era(moment.year)):
            reason = f"{moment.year} is a year of the {era}"
        elif moment is not None:
            return in_utc(moment)
    except (ValueError, OverflowError) as error:
        reason = str(error)
    raise ValueError(f"{_shown(given)} is not a date that can be read for certain; {reason}")


def _meant_in(text: str, lang: str | None) -> str:
    """Write out what means one thing in texts of this language, and elsewhere several."""
    if lang in _PERSIAN_LANGUAGES:
        return _PERSIAN_NUMBERS.sub(_of_persian_numbers, text)
    return _INDIAN_TIME.sub("+05:30", text) if lang in _LANGUAGES_OF_INDIA else text


def _of_persian_numbers(found: regex.Match[str]) -> str:
    day = gregorian(int(found[1]), int(found[3]), int(found[4]))
    return day.isoformat() if day else found[0]


def _check_year(text: str) -> None:
    if _BEFORE_YEAR_1.search(text):
        raise ValueError("it is before year 1")


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:.6f}"


def _normal(text: str) -> str:
    """One form of digits, minus signs and spaces; no marks of direction."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        str(unicodedata.digit(char)) if unicodedata.category(char) == "Nd" else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    return " ".join(text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").split())


_UNITS = {9: 1, 10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
"""Digits of what counts seconds, milliseconds, ... since 1970: in seconds from 1973 to 2286."""


def _counted(text: str) -> datetime | None:
    """Read what counts from 1970, and calendar dates without any separator."""
    found = _DOT_NET.fullmatch(text)
    if found:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))
    whole, _, fraction = text.partition(".")
    if not whole.isdecimal() or not (fraction.isdecimal() or text == whole):
        return None
    if len(whole) in (12, 14) and not fraction:
        return _iso(f"{whole[:8]}T{whole[8:]}")
    if len(whole) == 5 and _SHEETS[0] <= int(whole) <= _SHEETS[1]:
        seconds = round(float(text) % 1 * 86_400)
        return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=int(whole), seconds=seconds)
    unit = 1 if not int(whole) else _UNITS.get(len(whole))
    if unit is None or (fraction and unit > 1):
        return None
    since = timedelta(microseconds=int(whole) * 10**6 // unit + int(fraction[:6].ljust(6, "0")))
    return datetime(1970, 1, 1, tzinfo=UTC) + since


def _iso(text: str) -> datetime | None:
    text, named = _REGION.subn("", text)
    partial = _PARTIAL.fullmatch(text)
    if partial:
        text = f"{partial[1]}-{partial[2] or '01'}-01"
    later = timedelta()
    if _MIDNIGHT.search(text):
        text, later = _MIDNIGHT.sub("00", text), timedelta(days=1)
    elif _LEAP_SECOND.search(text):
        text, later = _LEAP_SECOND.sub("59", text), timedelta(seconds=1)
    try:
        text = _ORDINAL.sub(_nth_day, text, count=1)
        moment = datetime.fromisoformat(_OFFSET.sub(_zone, text, count=1))
    except ValueError:
        return None
    return None if named and moment.tzinfo is None else moment + later


def _other_era(year: int) -> str | None:
    """Name the calendar in which a year is one of our time, and in which it is not read here."""
    if 1300 <= year < EARLIEST_YEAR:
        return "Persian or Islamic calendar, most likely"
    return "Buddhist calendar, most likely" if year in ERAS else None


def _zone(match: regex.Match[str]) -> str:
    return "+00:00" if match[0].strip() else ""


def _nth_day(match: regex.Match[str]) -> str:
    day = datetime.strptime(match[0], "%Y-%j")
    return day.date().isoformat()


def _written(text: str, lang: str | None) -> datetime | None:
    """Read a date with a time or none, in words or numbers. Raises `ValueError` with a reason."""
    text = _REIGN.sub(_year_of_reign, in_our_era(text))
    days, text = without_weekday(_LOG_TIME.sub(" ", text))
    clock, rest = time_in(with_months_as_words(text))
    numbers = _numbers(rest, days) or _worded(_NTH.sub("", rest), lang, has_time=clock is not None)
    if numbers is None:
        return None
    day = datetime(*numbers)
    return day if clock is None else clock.on(day)


def _year_of_reign(match: regex.Match[str]) -> str:
    return str(_REIGNS[match[1]] + (1 if match[2] == "元" else int(match[2])))


def _numbers(text: str, days: frozenset[int]) -> tuple[int, int, int] | None:
    """Read a date in numbers; `days` are the days of the week that it was given with."""
    found = _EAST_ASIAN.search(text) or _MONGOLIAN.search(text)
    if found:
        order = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _VIETNAMESE.search(text):
        order = (int(found[3]), int(found[2]), int(found[1]))
    elif found := _PERSIAN.search(text):
        order = _of_persian(int(found[3]), found[2], int(found[1]))
    elif found := _SEPARATED.search(text):
        days = days.union(*map(days_named, _words_around(text, found)))
        order = _ordered((found[1], found[3], found[4]), found[2], days)
    else:
        return None
    around = _words_around(text, found)
    return order if all(_says_nothing(word) for word in around) else None


def _of_persian(year: int, month: str, day: int) -> tuple[int, int, int]:
    found = gregorian(year, PERSIAN_MONTHS.index(month) + 1, day)
    if found is None:
        raise ValueError("there is no such day")
    return found.year, found.month, found.day


def _words_around(text: str, found: regex.Match[str]) -> list[str]:
    return _NUMBER_OR_WORD.findall(text[: found.start()] + " " + text[found.end() :])


def _ordered(
    numbers: tuple[str, str, str], separator: str, days: frozenset[int]
) -> tuple[int, int, int]:
    """Tell day, month and year apart. Raises `ValueError` where that is not certain."""
    first, second, third = numbers
    if len(first) == 4 and len(third) <= 2:
        return int(first), int(second), int(third)
    if len(first) > 2 or len(third) != 4:
        raise ValueError("write the year with four digits")
    one, other, year = int(first), int(second), int(third)
    # With dots the day comes first in every language that CLDR knows; with others it depends.
    if separator == "." or one > 12 or one == other:
        return year, other, one
    if other > 12:
        return year, one, other
    both = (year, other, one), (year, one, other)
    fitting = [each for each in both if datetime(*each).weekday() in days]
    if len(fitting) == 1:
        return fitting[0]
    raise ValueError("day and month may be either way round; write 2026-04-03")


def _worded(text: str, lang: str | None, *, has_time: bool) -> tuple[int, int, int] | None:
    """Read a month's name with a day and a year, in any order."""
    months: list[int] = []
    numbers: list[str] = []
    for token in _NUMBER_OR_WORD.findall(text):
        if token.isdecimal():
            numbers.append(token)
            continue
        month = month_number(token, lang)
        # "mar" is March, and Tuesday in Spanish.
        if month and not (months and days_named(token)):
            months.append(month)
        elif not _says_nothing(token):
            return None
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if not years and len(days) == 2 and has_time:
        years = [_whole_year(days.pop())]  # RFC 822: "01 Aug 26 10:00:00 GMT"
    if (
        len(set(months)) != 1
        or len(years) != 1
        or len(days) > 1
        or len(years + days) < len(numbers)
    ):
        return None
    return int(years[0]), months[0], int(days[0]) if days else 1


def _whole_year(digits: str) -> str:
    """Complete a year of two digits as RFC 2822, 4.3 does."""
    return ("20" if int(digits) < 50 else "19") + digits.zfill(2)


def _says_nothing(word: str) -> bool:
    return word.casefold() in FILLERS or bool(days_named(word))


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "...")
