"""Clauses and filters as JSON values, for method files. Pure."""

from __future__ import annotations

from typing import Any

from search.index.clauses import AllOf, AnyOf, InArticle, Match, Matching, Phrase, Prefix, Scope
from search.index.filters import Filters
from search.query.dates import moment


def clause_document(clause: Matching | None) -> dict[str, Any] | None:
    """Return a clause as one key that names its kind; None for no clause."""
    match clause:
        case None:
            return None
        case Match(text, scope) | Phrase(text, scope) | Prefix(text, scope):
            kind = type(clause).__name__.lower()
            return {kind: text} | ({"in": str(scope)} if scope is not Scope.ANYWHERE else {})
        case AllOf(clauses):
            return {"all_of": [clause_document(part) for part in clauses]}
        case AnyOf(clauses):
            return {"any_of": [clause_document(part) for part in clauses]}
        case InArticle(required, optional):
            return {
                "required": [clause_document(part) for part in required],
                "optional": [clause_document(part) for part in optional],
            }


def filters_document(filters: Filters) -> dict[str, Any]:
    """Return the fields that are set; times are ISO 8601 in UTC."""
    document: dict[str, Any] = {
        "langs": sorted(filters.langs),
        "sources": sorted(filters.sources),
        "sections": sorted(filters.sections),
        "tags": sorted(filters.tags),
        "after": moment(filters.after),
        "before": moment(filters.before),
        "exclude_ids": sorted(filters.exclude_ids),
        "exclude_langs": sorted(filters.exclude_langs),
        "exclude_sources": sorted(filters.exclude_sources),
        "exclude_sections": sorted(filters.exclude_sections),
        "exclude_tags": sorted(filters.exclude_tags),
        "excluding": [clause_document(clause) for clause in filters.excluding],
    }
    return {name: value for name, value in document.items() if value}
