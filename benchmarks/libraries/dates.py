"""Dates as news sources write them: `indexer.article.dates` beside dateutil and dateparser."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from indexer.article.dates import parse_date

CASES = """
    Sat, 01 Aug 2026 10:00:00 CEST | 2026-08-01T08:00:00
    Sat Aug 01 2026 10:00:00 GMT+0200 (Central European Summer Time) | 2026-08-01T08:00:00
    Sat, 1 Aug 2026 10:00 EST | 2026-08-01T15:00:00
    01 Aug 26 10:00:00 PDT | 2026-08-01T17:00:00
    Sat Aug  1 10:00:00 CEST 2026 | 2026-08-01T08:00:00
    Sat Aug 01 10:00:00 +0000 2026 | 2026-08-01T10:00:00
    Sat Aug  1 10:00:00 2026 | 2026-08-01T10:00:00
    2026-08-01 10:00:00 +0200 CEST | 2026-08-01T08:00:00
    2026-08-01T10:00:00+02:00[Europe/Berlin] | 2026-08-01T08:00:00
    2026-08-01T10:00:00 CEST | 2026-08-01T08:00:00
    2026-08-01 10:00:00 Europe/Berlin | 2026-08-01T08:00:00
    2026-08-01T10:00:00,123Z | 2026-08-01T10:00:00.123000
    2026-08-01T10:00:00.1234567Z | 2026-08-01T10:00:00.123456
    2026-08-01T24:00:00Z | 2026-08-02T00:00:00
    2016-12-31T23:59:60Z | 2017-01-01T00:00:00
    2026-W31-6 | 2026-08-01T00:00:00
    2026-213 | 2026-08-01T00:00:00
    2026-213T10:00:00Z | 2026-08-01T10:00:00
    1785578400 | 2026-08-01T10:00:00
    1785578400000 | 2026-08-01T10:00:00
    1785578400.5 | 2026-08-01T10:00:00.500000
    20260801T100000Z | 2026-08-01T10:00:00
    20260801100000 | 2026-08-01T10:00:00
    20260801 | 2026-08-01T00:00:00
    /Date(1785578400000+0200)/ | 2026-08-01T10:00:00
    August 1, 2026 10:00 PM EDT | 2026-08-02T02:00:00
    Aug. 1st, 2026 at 10:00 a.m. ET | 2026-08-01T14:00:00
    August 1, 2026, 12:30 AM | 2026-08-01T00:30:00
    8/25/2026 10:00:00 PM | 2026-08-25T22:00:00
    25/08/2026 22h15 | 2026-08-25T22:15:00
    08/08/2026 | 2026-08-08T00:00:00
    2026/08/01 10:00 | 2026-08-01T10:00:00
    03.04.2026 | 2026-04-03T00:00:00
    1. August 2026, 10:00 Uhr | 2026-08-01T10:00:00
    Samstag, 1. August 2026, 10.30 Uhr MESZ | 2026-08-01T08:30:00
    1er août 2026 à 10h30 | 2026-08-01T10:30:00
    sábado, 1 de agosto de 2026 10:00 | 2026-08-01T10:00:00
    1º de agosto de 2026 às 10h00 | 2026-08-01T10:00:00
    martes, 4 de agosto de 2026 | 2026-08-04T00:00:00
    1 sierpnia 2026 | 2026-08-01T00:00:00
    1 августа 2026 г., 10:00 | 2026-08-01T10:00:00
    1 серпня 2026 року | 2026-08-01T00:00:00
    2026. augusztus 1. | 2026-08-01T00:00:00
    1 Ağustos 2026 Cumartesi | 2026-08-01T00:00:00
    1 Αυγούστου 2026 | 2026-08-01T00:00:00
    2026年8月1日 10時30分 | 2026-08-01T10:30:00
    2026年8月1日下午3:05 | 2026-08-01T15:05:00
    2026년 8월 1일 오후 3시 5분 | 2026-08-01T15:05:00
    2026. 8. 1. | 2026-08-01T00:00:00
    ١ أغسطس ٢٠٢٦ | 2026-08-01T00:00:00
    ٢٠٢٦-٠٨-٠١T١٠:٠٠:٠٠Z | 2026-08-01T10:00:00
    २०२६-०८-०१ | 2026-08-01T00:00:00
    1 अगस्त 2026 | 2026-08-01T00:00:00
    1 สิงหาคม 2569 | 2026-08-01T00:00:00
    ngày 1 tháng 8 năm 2026 | 2026-08-01T00:00:00
    1 Agustus 2026 10.00 WIB | 2026-08-01T03:00:00
    Sabtu, 1 Agustus 2026 10:00 WIB | 2026-08-01T03:00:00
    1 באוגוסט 2026 | 2026-08-01T00:00:00
    2026-08-01T10:00:00z | 2026-08-01T10:00:00
    1970-01-01T00:00:00Z | 1970-01-01T00:00:00
    01/Aug/2026:10:00:00 +0200 | 2026-08-01T08:00:00
    01-Aug-2026 | 2026-08-01T00:00:00
    Saturday, August 1, 2026 | 2026-08-01T00:00:00
    August 2026 | 2026-08-01T00:00:00
    10:00 AM, August 1, 2026 | 2026-08-01T10:00:00
    Sat, 01 Aug 2026 10:00:00 GMT+02:00 | 2026-08-01T08:00:00
    Sat, 01 Aug 2026 10:00:00 UTC+5:30 | 2026-08-01T04:30:00
    Sat, 01 Aug 2026 10:00:00 -0000 | 2026-08-01T10:00:00
    2026-08-01 10:00 p. m. | 2026-08-01T22:00:00
    2026-08-01 10:00 UTC | 2026-08-01T10:00:00
    1 de agosto de 2026, 10:00 CEST | 2026-08-01T08:00:00
    Published: August 1, 2026 10:00 BST | 2026-08-01T09:00:00
    Mar 3, 2026 | 2026-03-03T00:00:00
    lauantai 1. elokuuta 2026 klo 10.30 | 2026-08-01T10:30:00
    lørdag 1. august 2026 kl. 10.30 | 2026-08-01T10:30:00
    2026-8-1 | 2026-08-01T00:00:00
    Sat, 01 Aug 2026 10:00:00 IST | -
    Sat, 01 Aug 2026 10:00:00 XYZ | -
    03/04/2026 | -
    03-04-2026 | -
    3/4/26 | -
    25-08-20 | -
    yesterday | -
    2 hours ago | -
    12 Foo 2026 | -
    2026-02-30 | -
    2026-13 | -
    2026-08-20T25:00 | -
    10:00 | -
    2026-08-01 13:00 AM | -
    February 30, 2026 | -
    44 BC | -
    202608 | -
    Tuesday | -
    May | -
    1 2 3 | -
    31/31/2026 | -
    Sat, 01 Aug 2026 10:00:00 +9900 | -
    2026-08-01T10:00:00+25:00 | -
    3 mars or 4 mars 2026 | -
    1405/05/10 99 | -
    soon | -
"""
"""What is written, and the moment in UTC; "-" where nobody can say for certain which one it is."""


def compare() -> dict[str, Any]:
    """Return how many of the certain and of the uncertain ones each reads, and microseconds."""
    certain, uncertain = _cases()
    readers = {"ours": _ours, "dateutil": _dateutil(), "dateparser": _dateparser()}
    return {
        "certain": len(certain),
        "uncertain": len(uncertain),
        **{name: _figures(read, certain, uncertain) for name, read in readers.items()},
    }


def _figures(
    read: Callable[[str], datetime | None], certain: dict[str, datetime], uncertain: list[str]
) -> dict[str, Any]:
    for text in ("2 sierpnia 2020 11:11", "Mon, 03 Aug 2020 11:11:11 CEST"):
        read(text)
    microseconds = _microseconds(read, list(certain))
    found = {text: read(text) for text in certain}
    return {
        "right": sum(found[text] == moment for text, moment in certain.items()),
        "wrong": sum(found[text] not in (moment, None) for text, moment in certain.items()),
        "guessed": sum(read(text) is not None for text in uncertain),
        "microseconds_iso": _microseconds(
            read, [f"20{n:02}-08-01T10:00:00+02:00" for n in range(99)]
        ),
        "microseconds": microseconds,
    }


def _cases() -> tuple[dict[str, datetime], list[str]]:
    certain, uncertain = {}, []
    for line in filter(None, map(str.strip, CASES.splitlines())):
        text, _, moment = line.rpartition(" | ")
        if moment == "-":
            uncertain.append(text)
        else:
            certain[text] = datetime.fromisoformat(f"{moment}Z")
    return certain, uncertain


def _ours(text: str) -> datetime | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _dateutil() -> Callable[[str], datetime | None]:
    from dateutil import parser  # type: ignore[import-untyped]

    def read(text: str) -> datetime | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return _utc(parser.parse(text))
            except (ValueError, OverflowError):
                return None

    return read


def _dateparser() -> Callable[[str], datetime | None]:
    import dateparser  # type: ignore[import-untyped]

    settings = {"PARSERS": ["timestamp", "absolute-time"], "STRICT_PARSING": True}

    def read(text: str) -> datetime | None:
        return _utc(dateparser.parse(text, settings=settings))

    return read


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _microseconds(read: Callable[[str], datetime | None], texts: list[str]) -> float:
    """Of one reading per text, all of them new to the reader; what it loads, it has loaded."""
    start = time.process_time()
    for text in texts:
        read(text)
    return round(1e6 * (time.process_time() - start) / len(texts), 1)
