"""Several articles of one story as one notice: the first in full, the others as further sources.

An article that is not told by itself has an entry among the notices all the same (`part`), which
says which notice has it: it is not told again either. These entries are written before the notice;
one whose notice never came, or does not have it, counts for nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from search.alerts.alert import Alert, Stories
from search.alerts.coverage import Coverage
from search.alerts.finding import Match
from search.alerts.notice import about, article_document, notice_id
from search.alerts.store import AlertStore, notice_key
from search.index.model import Article
from search.index.state import Change

TOLD = "alert_stories"
"""By alert and story: the key of the notice that told it first."""

PART = "part"

_LAST = datetime.max.replace(tzinfo=UTC)


def as_notices(
    store: AlertStore,
    coverage: Coverage,
    matches: Sequence[Match],
    compose: Any,  # noqa: ANN401 - Match -> the document of a notice
    now: datetime,
) -> tuple[dict[str, dict[str, Any]], list[Change]]:
    """Return the notices of new matches by key, in the order of writing, and what to note then."""
    groups = coverage.groups({one.text.article.id for one in matches})
    together: defaultdict[tuple[str, str], list[Match]] = defaultdict(list)
    documents: dict[str, dict[str, Any]] = {}
    for match in matches:
        alert, article = match.watched.alert, match.text.article
        group = groups.get(article.id)
        if group is None or alert.stories is Stories.EVERY:
            documents[notice_key(alert.id, article.id)] = compose(match)
        else:
            together[alert.id, group].append(match)
    keys = {key: f"{key[0]}/{_digest(key[1])}" for key in together}
    earlier = store.state.get(TOLD, keys.values())
    notes: list[Change] = []
    for key, found in together.items():
        told = earlier.get(keys[key])
        former = None if told is None else str(told.value["notice"])
        documents |= _of_story(found, key[1], former, compose, now)
        if former is None:
            first = notice_key(key[0], _ordered(found)[0].text.article.id)
            notes.append(Change(TOLD, keys[key], {"notice": first, "story": key[1]}))
    return documents, notes


def _of_story(
    found: Sequence[Match],
    group: str,
    former: str | None,
    compose: Any,  # noqa: ANN401
    now: datetime,
) -> dict[str, dict[str, Any]]:
    first, *others = _ordered(found)
    alert = first.watched.alert
    if former is not None and alert.stories is Stories.NEW:
        return dict(_parts(alert, found, former, now))
    key = notice_key(alert.id, first.text.article.id)
    told = compose(first) | {
        "story": group,
        "more": [_source(one.text.article) for one in others],
    }
    if former is not None:
        told["kind"] = "further"
    return {**dict(_parts(alert, others, key, now)), key: told}


def _parts(
    alert: Alert, matches: Sequence[Match], of: str, now: datetime
) -> Iterator[tuple[str, dict[str, Any]]]:
    for match in matches:
        article = match.text.article
        yield (
            notice_key(alert.id, article.id),
            {
                "id": notice_id(alert, article.id),
                "kind": PART,
                "of": of,
                "silent": alert.stories is Stories.NEW,
                "alert": about(alert),
                "found": now.isoformat(),
                "article": article_document(article, now),
                "deliveries": {},
            },
        )


def really_told(store: AlertStore, there: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Return the keys of those notices that were told, by themselves or as a part of another."""
    parts = {
        key: value
        for key, value in there.items()
        if value.get("kind") == PART and not value.get("pruned")
    }
    whole = store.notices(list({str(value["of"]) for value in parts.values()}))
    told = set(there) - set(parts)
    for key, value in parts.items():
        of = whole.get(str(value["of"]))
        listed = [] if of is None else [one["id"] for one in of.value.get("more", ())]
        if of is not None and (value.get("silent") or value["article"]["id"] in listed):
            told.add(key)
    return told


def _ordered(matches: Sequence[Match]) -> list[Match]:
    """Return them by when they were published; those without a date come last."""
    return sorted(
        matches, key=lambda one: (one.text.article.published or _LAST, one.text.article.id)
    )


def _source(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "source": article.source,
        "lang": article.lang,
        "title": article.title,
        "url": article.url,
    }


def _digest(group: str) -> str:
    return hashlib.sha256(group.encode("utf-8", "surrogatepass")).hexdigest()[:32]
