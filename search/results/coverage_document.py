"""Coverage as a document, and as rows: what `coverage --json`, `--csv` and the HTTP API return."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TextIO

from search.coverage.matrix.model import Coverage, Found, Headline, Row, SharedText, Silence
from search.index.withdrawals import Withdrawal
from search.query.dates import moment
from search.results.export import safe_cell

COLUMNS = (
    "rank",
    "source",
    "lang",
    "id",
    "title",
    "published",
    "delay_hours",
    "url",
    "wording",
    "text",
    "versions",
    "corrected",
    "expected",
    "share",
    "sureness",
)


def coverage_document(coverage: Coverage) -> dict[str, Any]:
    """Return JSON values only; times are ISO 8601 in UTC, spans in seconds."""
    window = coverage.window
    articles = coverage.articles
    return {
        "subject": coverage.subject,
        "story": coverage.story,
        "cohesion": coverage.cohesion,
        "basis": coverage.basis,
        "notes": list(coverage.notes),
        "window": {"start": moment(window.start), "end": moment(window.end)} if window else None,
        "articles": len(articles),
        "languages": list(coverage.languages),
        "first": _article(articles[0]) if articles else None,
        "sources": [_row(row, rank) for rank, row in enumerate(coverage.rows, 1)],
        "matrix": [_cell(row, lang) for row in coverage.rows for lang in sorted(row.cells)],
        "buckets": [moment(start) for start in coverage.buckets],
        "timeline": [_event(one, coverage) for one in articles],
        "same_text": [_shared(text) for text in coverage.shared],
        "headlines": [_headline(one) for one in coverage.headlines],
        "withdrawn": [_withdrawal(one) for one in coverage.withdrawn],
        "silent": [_silence(one) for one in coverage.silent],
    }


def _article(one: Found) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "lang": one.lang,
        "source": one.source,
        "published": moment(one.published),
        "suspicious_date": moment(one.suspicious),
        "url": one.url,
        "versions": one.versions,
        "corrected": moment(one.corrected),
        "status": one.status,
        "certainty": round(one.certainty, 3),
    }


def _row(row: Row, rank: int) -> dict[str, Any]:
    return {
        "source": row.source,
        "rank": rank,
        "articles": len(row.articles),
        "languages": dict(row.cells),
        "first": moment(row.first),
        "delay_s": _seconds(row.delay),
        "wording": str(row.wording),
        "carried_from": list(row.carried_from),
        "corrected": row.corrected,
        "withdrawn": row.withdrawn,
        "timeline": list(row.timeline),
        "ids": [one.id for one in row.articles],
    }


def _cell(row: Row, lang: str) -> dict[str, Any]:
    own = [one for one in row.articles if one.lang == lang]
    return {
        "source": row.source,
        "lang": lang,
        "articles": len(own),
        "first": moment(own[0].published),
    }


def _event(one: Found, coverage: Coverage) -> dict[str, Any]:
    first = coverage.articles[0].published
    delay = one.published - first if one.published and first else None
    return _article(one) | {"delay_s": _seconds(delay)}


def _shared(text: SharedText) -> dict[str, Any]:
    return {
        "sources": list(text.sources),
        "articles": [
            {"id": one.id, "source": one.source, "published": moment(one.published)}
            for one in text.articles
        ],
    }


def _headline(one: Headline) -> dict[str, Any]:
    article = one.article
    return {
        "id": article.id,
        "source": article.source,
        "lang": article.lang,
        "title": article.title,
        "nearness": round(one.nearness, 3),
        "added": list(one.added),
        "dropped": list(one.dropped),
    }


def _silence(one: Silence) -> dict[str, Any]:
    identifier, title, score = one.nearest or (None, None, None)
    return {
        "source": one.source,
        "published": one.published,
        "expected_articles": round(one.expected, 3),
        "expected_share": round(one.share, 3),
        "sureness": str(one.sureness),
        "affinity": round(one.affinity, 3),
        "evidence": {
            "published_in_window": one.published,
            "related": one.related,
            "published_in_all": one.reference,
            "nearest": None
            if identifier is None
            else {"id": identifier, "title": title, "score": score},
        },
    }


def _withdrawal(one: Withdrawal) -> dict[str, Any]:
    return {
        "id": one.id,
        "status": str(one.status),
        "source": one.source,
        "when": moment(one.when or one.seen),
        "why": one.why,
        "title": one.title,
    }


def write_csv(coverage: Coverage, out: TextIO) -> None:
    """Write a row per article, then one per source without any; safe in a spreadsheet."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in _csv_rows(coverage):
        writer.writerow([safe_cell(str(row.get(name, ""))) for name in COLUMNS])


def _csv_rows(coverage: Coverage) -> Iterator[dict[str, object]]:
    wordings = {row.source: row.wording for row in coverage.rows}
    articles = coverage.articles
    first: datetime | None = articles[0].published if articles else None
    for rank, one in enumerate(articles, 1):
        delay = one.published - first if one.published and first else None
        yield {
            "rank": rank,
            "source": one.source,
            "lang": one.lang,
            "id": one.id,
            "title": one.title,
            "published": moment(one.published) or "",
            "delay_hours": "" if delay is None else round(delay / timedelta(hours=1), 2),
            "url": one.url or "",
            "wording": str(wordings[one.source]),
            "text": one.text,
            "versions": one.versions,
            "corrected": moment(one.corrected) or "",
        }
    for silence in coverage.silent:
        yield {
            "source": silence.source,
            "wording": "none",
            "expected": round(silence.expected, 3),
            "share": round(silence.share, 3),
            "sureness": str(silence.sureness),
        }


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())
