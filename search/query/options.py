"""From what a person typed, query and options, to a request. Pure: `now` is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta

from search.errors import UsageError
from search.index.port import Interval
from search.index.time_zones import UTC_NAME, time_zone, zone_name
from search.query.parsing import ParsedQuery, QueryError, parse
from search.query.reading import read
from search.query.syntax import FieldName, Node, Restriction, Title, Without
from search.request import Balance, Mode, Recency, Request, Sort
from search.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Every option beside the query; None leaves it to `Defaults`.

    `lang`, `source`, `section` and `tag` say the same as the fields of the query language; each
    may have several values separated by commas. `title` is a query of its own that must match in
    the headline. `recency` is a half-life as `half_life` reads it.
    """

    lang: Sequence[str] = ()
    source: Sequence[str] = ()
    section: Sequence[str] = ()
    tag: Sequence[str] = ()
    after: str | None = None
    before: str | None = None
    on: str | None = None
    exclude_lang: Sequence[str] = ()
    title: str | None = None
    mode: Mode | None = None
    limit: int | None = None
    passages: int = 3
    sort: Sort = Sort.RELEVANCE
    recency: str | None = None
    balance: Balance | None = None
    facets: bool = False
    histogram: Interval | None = None
    rerank: bool | None = None
    names: bool | None = None
    copies: bool = False
    strict: bool = False
    """Refuse a query that is not in order, in place of reading it with notes."""
    timezone: str | None = None
    min_confidence: float | None = None

    @classmethod
    def of(cls, given: object, **further: object) -> Options:
        """Read the options from the attributes of an object; None means that one is not given.

        `further` options come before those of the object.
        """
        named = {
            field.name: getattr(given, field.name)
            for field in fields(cls)
            if getattr(given, field.name, None) is not None
        }
        return cls(**(named | further))


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a request has where the options do not say, as the settings have it."""

    mode: Mode = Mode.HYBRID
    limit: int = 10
    balance: Balance = Balance.RELEVANCE
    rerank: bool = False
    """Whether there is a reranker; it is used unless the options say no."""
    names: bool = True
    timezone: str = UTC_NAME
    """The reader's time zone, as `search.index.time_zones.zone_name` returns it."""


def request_of(query: str, options: Options, now: datetime, defaults: Defaults) -> Request:
    """Make a request of a query and its options; its days are those of the reader's time zone.

    Raises `QueryError` for the query, `UsageError` for an option.
    """
    zone = defaults.timezone if options.timezone is None else _zone_name(options.timezone)
    now = now.astimezone(time_zone(zone))
    parsed = understood(query, options, now)
    recency = options.recency
    least = options.min_confidence
    if least is not None and not 0 <= least <= 1:
        raise UsageError(
            f"--min-confidence {least:g} is not a probability; write a number from 0 to 1, such as "
            "0.5."
        )
    return Request(
        text=parsed.text,
        filters=parsed.filters,
        mode=Mode(defaults.mode if options.mode is None else options.mode),
        limit=defaults.limit if options.limit is None else options.limit,
        passages=options.passages,
        clause=parsed.clause,
        written=parsed.written,
        canonical=parsed.canonical,
        sort=Sort(options.sort),
        recency=None if recency is None else Recency(half_life(recency), now),
        balance=Balance(defaults.balance if options.balance is None else options.balance),
        facets=options.facets,
        histogram=options.histogram,
        timezone=zone,
        rerank=defaults.rerank if options.rerank is None else options.rerank,
        names=defaults.names if options.names is None else options.names,
        every_copy=options.copies,
        min_confidence=least,
        notes=parsed.notes,
    )


def _zone_name(text: str) -> str:
    try:
        return zone_name(text)
    except ValueError as error:
        raise UsageError(f"--timezone: {error}.") from None


def understood(query: str, options: Options, now: datetime) -> ParsedQuery:
    """Read the query with the filters of the options added; days are in the zone of `now`.

    Raises `QueryError` for the query, `UsageError` for an option.
    """
    restrictions = list(_restrictions(options))
    for restriction in restrictions:
        try:
            parse("", now, (restriction,), strict=True)
        except QueryError as error:
            raise UsageError(f"--{restriction.name}: {error.sentence}") from None
    further: list[Node] = [*restrictions]
    if options.exclude_lang:
        further.append(Without(Restriction("lang", tuple(options.exclude_lang))))
    notes: tuple[str, ...] = ()
    if options.title is not None and options.title.strip():
        title = read(options.title, options.strict)
        notes = title.notes
        further.append(Title(title.tree))
    parsed = parse(query, now, further, options.strict)
    return replace(parsed, notes=(*parsed.notes, *notes))


def half_life(text: str) -> timedelta:
    """Read a half-life: `12h`, `7d`, `2w`, `3m` (of 30 days) or `1y` (of 365).

    Raises `UsageError`.
    """
    match = re.fullmatch(r"([0-9]{1,5})([hdwmy])", text.strip().lower())
    hours = int(match[1]) * _HOURS[match[2]] if match else 0
    if not hours:
        raise UsageError(
            f"--recency {text} is not a half-life; write 12h, 7d, 2w, 3m or 1y: "
            "an article that much older counts half."
        )
    return timedelta(hours=hours)


_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}


def _restrictions(options: Options) -> Iterator[Restriction]:
    several: tuple[tuple[FieldName, Sequence[str]], ...] = (
        ("lang", options.lang),
        ("source", options.source),
        ("section", options.section),
        ("tag", options.tag),
    )
    for name, given in several:
        values = [part.strip() for value in given for part in value.split(",")]
        if any(values):
            yield Restriction(name, tuple(dict.fromkeys(filter(None, values))))
    single: tuple[tuple[FieldName, str | None], ...] = (
        ("after", options.after),
        ("before", options.before),
        ("on", options.on),
    )
    for name, value in single:
        if value is not None:
            yield Restriction(name, (value.strip(),))
