"""A request as one JSON document, written and read: for method files and whatever else stores one.

Pure functions of values. `clause` and `filters` are as they were understood, so that a request
that is read again means the same, whatever becomes of the query language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from search.index.clauses import (
    AllOf,
    AnyOf,
    Clause,
    InArticle,
    Match,
    Matching,
    Near,
    Phrase,
    Prefix,
    Scope,
    Wildcard,
)
from search.index.filters import Filters
from search.index.time_zones import UTC_NAME, zone_name
from search.query.dates import moment
from search.request import Balance, Mode, Recency, Request, Sort


def request_document(request: Request) -> dict[str, Any]:
    """Return JSON values only; times are ISO 8601 in UTC."""
    recency = request.recency
    return {
        "query": request.text if request.written is None else request.written,
        "understood": {
            "query": request.text if request.canonical is None else request.canonical,
            "question": request.text,
            "clause": clause_document(request.matching),
            "filters": filters_document(request.filters),
        },
        "mode": str(request.mode),
        "sort": str(request.sort),
        "balance": str(request.balance),
        "names": request.names,
        "recency": {"half_life_s": recency.half_life.total_seconds()} if recency else None,
        "rerank": request.rerank,
        "min_confidence": request.min_confidence,
        "limit": request.limit,
        "passages": request.passages,
        "facets": request.facets,
        "histogram": request.histogram,
        "timezone": request.timezone,
        "copies": request.every_copy,
        "notes": list(request.notes),
    }


def read_request(document: Mapping[str, Any], now: datetime) -> Request:
    """Read what `request_document` wrote; `now` is what recency counts from.

    A document without `passages`, `facets` and `histogram`, as older method files are, means
    the defaults, as one without `min_confidence` does; one without `names` is from before there was
    a names leg, one without `timezone` means UTC. Raises `KeyError`, `TypeError` or `ValueError`
    for anything else.
    """
    understood, recency = document["understood"], document["recency"]
    return Request(
        text=str(understood["question"]),
        filters=_filters(understood["filters"]),
        mode=Mode(document["mode"]),
        limit=int(document["limit"]),
        passages=int(document.get("passages", 3)),
        clause=_matching(understood["clause"]),
        written=str(document["query"]),
        canonical=str(understood["query"]),
        sort=Sort(document["sort"]),
        recency=Recency(timedelta(seconds=recency["half_life_s"]), now) if recency else None,
        balance=Balance(document["balance"]),
        facets=bool(document.get("facets", False)),
        histogram=document.get("histogram"),
        timezone=zone_name(str(document.get("timezone", UTC_NAME))),
        rerank=bool(document.get("rerank")),
        names=bool(document.get("names", False)),
        every_copy=bool(document.get("copies", False)),
        min_confidence=_share(document.get("min_confidence")),
        notes=tuple(map(str, document.get("notes", ()))),
    )


def _share(value: object) -> float | None:
    return None if value is None else float(str(value))


def clause_document(clause: Matching | None) -> dict[str, Any] | None:
    """Return a clause as one key that names its kind; None for no clause."""
    match clause:
        case None:
            return None
        case Match() | Phrase() | Prefix() | Wildcard() | Near():
            kind = type(clause).__name__.lower()
            gaps = {"gaps": clause.gaps} if isinstance(clause, Near) else {}
            scope = {"in": str(clause.scope)} if clause.scope is not Scope.ANYWHERE else {}
            return {kind: clause.text} | gaps | scope
        case AllOf(clauses):
            return {"all_of": [clause_document(part) for part in clauses]}
        case AnyOf(clauses):
            return {"any_of": [clause_document(part) for part in clauses]}
        case InArticle(required, optional):
            return {
                "required": [clause_document(part) for part in required],
                "optional": [clause_document(part) for part in optional],
            }


def _matching(document: Mapping[str, Any] | None) -> Matching | None:
    if document is None:
        return None
    if "required" in document:
        return InArticle(_clauses(document["required"]), _clauses(document["optional"]))
    return _clause(document)


def _clauses(documents: Sequence[Mapping[str, Any]]) -> tuple[Clause, ...]:
    return tuple(_clause(document) for document in documents)


def _clause(document: Mapping[str, Any]) -> Clause:
    if "all_of" in document:
        return AllOf(_clauses(document["all_of"]))
    if "any_of" in document:
        return AnyOf(_clauses(document["any_of"]))
    scope = Scope(document.get("in", Scope.ANYWHERE))
    if "near" in document:
        return Near(str(document["near"]), int(document["gaps"]), scope)
    for kind in (Match, Phrase, Prefix, Wildcard):
        name = kind.__name__.lower()
        if name in document:
            return kind(str(document[name]), scope)
    raise ValueError(f"{', '.join(document)} is not a clause")


_SETS = (
    *("langs", "sources", "sections", "tags", "stories"),
    *("exclude_ids", "exclude_langs", "exclude_sources", "exclude_sections", "exclude_tags"),
    "exclude_stories",
)


def filters_document(filters: Filters) -> dict[str, Any]:
    """Return the fields that are set; times are ISO 8601 in UTC."""
    document: dict[str, Any] = {name: sorted(getattr(filters, name)) for name in _SETS}
    document["after"] = moment(filters.after)
    document["before"] = moment(filters.before)
    document["excluding"] = [clause_document(clause) for clause in filters.excluding]
    return {name: value for name, value in document.items() if value}


def _filters(document: Mapping[str, Any]) -> Filters:
    sets: dict[str, Any] = {name: frozenset(document.get(name, ())) for name in _SETS}
    for name in ("after", "before"):
        sets[name] = datetime.fromisoformat(document[name]) if name in document else None
    return Filters(**sets, excluding=_excluding(document))


def _excluding(document: Mapping[str, Any]) -> tuple[Matching, ...]:
    return tuple(
        matching
        for matching in map(_matching, document.get("excluding", ()))
        if matching is not None
    )
