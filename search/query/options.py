"""From what a person typed, query and options, to a request. Pure: `now` is given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from search.errors import UsageError
from search.index.port import Interval
from search.query.parsing import ParsedQuery, QueryError, parse
from search.query.syntax import FieldName, Node, Restriction, Without
from search.request import Balance, Mode, Recency, Request, Sort


@dataclass(frozen=True, slots=True)
class Options:
    """Options that say the same as fields of the query language, as text.

    `langs`, `sources`, `sections` and `tags` may hold several values with commas between;
    `title` is a query of its own that must match in the headline.
    """

    langs: Sequence[str] = ()
    sources: Sequence[str] = ()
    sections: Sequence[str] = ()
    tags: Sequence[str] = ()
    after: str | None = None
    before: str | None = None
    on: str | None = None
    exclude_langs: Sequence[str] = ()
    title: str | None = None


def understood(query: str, options: Options, now: datetime) -> ParsedQuery:
    """Read the query with the options behind it.

    Raises `QueryError` for the query, `UsageError` for an option.
    """
    restrictions = list(_restrictions(options))
    for restriction in restrictions:
        try:
            parse("", now, (restriction,))
        except QueryError as error:
            raise UsageError(f"--{restriction.name}: {error.sentence}") from None
    further: list[Node] = [*restrictions]
    if options.exclude_langs:
        further.append(Without(Restriction("lang", tuple(options.exclude_langs))))
    if options.title is not None and options.title.strip():
        query = f"{query} title:({options.title})".strip()
    return parse(query, now, further)


def request_of(  # noqa: PLR0913 - one argument for each thing that can be asked
    parsed: ParsedQuery,
    *,
    mode: Mode,
    limit: int,
    sort: Sort = Sort.RELEVANCE,
    recency: Recency | None = None,
    balance: Balance = Balance.RELEVANCE,
    facets: bool = False,
    histogram: Interval | None = None,
    rerank: bool = False,
    names: bool = True,
) -> Request:
    """Make the request of a query that was read."""
    return Request(
        question=parsed.question,
        filters=parsed.filters,
        mode=mode,
        limit=limit,
        clause=parsed.clause,
        written=parsed.text,
        sort=sort,
        recency=recency,
        balance=balance,
        facets=facets,
        histogram=histogram,
        rerank=rerank,
        names=names,
    )


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
        ("lang", options.langs),
        ("source", options.sources),
        ("section", options.sections),
        ("tag", options.tags),
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
