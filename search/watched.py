"""What is watched: feeds and sitemaps that are followed, and what came of it, as stored.

The state of an index has an entry per address in the collection `watched`: its key is the address,
or a hash of one that is too long for a key. `indexer.watching` writes them; whoever shows them
reads them here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from search.addresses import with_credentials_of, without_credentials
from search.claims import holds
from search.index.state import MOST_KEY_BYTES, Entry, IndexState

COLLECTION = "watched"

MOST_CHECKS = 20
"""Checks of an address that are remembered, the newest ones."""

Kind = Literal["feed", "sitemap"]


@dataclass(frozen=True, slots=True)
class Check:
    """One look at an address.

    `new` and `updated` count articles that were stored, `rejected` documents that are none.
    `error` is a sentence where the address itself could not be read; `reasons` are those of a few
    rejects, then of pages. Of `without_page` articles the page could not be read: they are as the
    feed has them.
    """

    at: datetime
    new: int = 0
    updated: int = 0
    rejected: int = 0
    error: str | None = None
    reasons: tuple[str, ...] = ()
    without_page: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """An address that is watched; moments are in UTC.

    It is checked when it is `due`, every `interval_s` seconds while nothing fails. `arrived` is
    when it last brought an article, `articles` how many it has brought. `failures` counts those
    in a row; `stopped` is the sentence why it is not checked any more. `follow` tells that the
    pages of a feed's items are fetched; `source` and `lang` are those of articles that do not say.
    `claim` says which process checks it just now. `url` has no user and password in it: they are in
    `access`, where there are any, which is shown to nobody.
    """

    url: str
    kind: Kind
    added: datetime
    due: datetime
    interval_s: float
    title: str = ""
    follow: bool = True
    source: str | None = None
    lang: str | None = None
    checked: datetime | None = None
    arrived: datetime | None = None
    articles: int = 0
    failures: int = 0
    stopped: str | None = None
    checks: tuple[Check, ...] = ()
    claim: Mapping[str, Any] | None = None
    access: str | None = None
    revision: int = field(default=0, compare=False)

    @property
    def address(self) -> str:
        """What is fetched: with user and password, if there are any."""
        return self.url if self.access is None else with_credentials_of(self.access, self.url)

    @property
    def name(self) -> str:
        """What a person calls it: its title, or its address."""
        return self.title or self.url

    @property
    def error(self) -> str | None:
        """Why it is stopped, or why the last check failed; None where all is well."""
        return self.stopped or (self.checks[0].error if self.checks else None)


def watched(state: IndexState) -> Iterator[Watched]:
    """Every address that is watched, by address."""
    for entry in state.scan(COLLECTION):
        yield from_entry(entry)


def key_of(url: str) -> str:
    """Return the key of an address, whoever asks for it."""
    data = without_credentials(url).encode("utf-8", "replace")
    if len(data) <= MOST_KEY_BYTES:
        return data.decode()
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def to_value(one: Watched) -> dict[str, Any]:
    """Return the JSON values that are stored; `from_entry` reads them."""
    return {
        "url": one.url,
        "kind": one.kind,
        "title": one.title,
        "follow": one.follow,
        "source": one.source,
        "lang": one.lang,
        "added": one.added.isoformat(),
        "due": one.due.isoformat(),
        "interval_s": one.interval_s,
        "checked": _written(one.checked),
        "arrived": _written(one.arrived),
        "articles": one.articles,
        "failures": one.failures,
        "stopped": one.stopped,
        "checks": [
            {
                "at": check.at.isoformat(),
                "new": check.new,
                "updated": check.updated,
                "rejected": check.rejected,
                "error": check.error,
                "reasons": list(check.reasons),
                "without_page": check.without_page,
            }
            for check in one.checks
        ],
        "claim": dict(one.claim) if one.claim is not None else None,
        "access": one.access,
    }


def from_entry(entry: Entry) -> Watched:
    """Read what `to_value` wrote."""
    value = entry.value
    checks = (
        Check(
            datetime.fromisoformat(check["at"]),
            int(check["new"]),
            int(check["updated"]),
            int(check["rejected"]),
            check["error"],
            tuple(check["reasons"]),
            int(check.get("without_page", 0)),
        )
        for check in value["checks"]
    )
    return Watched(
        url=str(value["url"]),
        kind=value["kind"],
        title=str(value["title"]),
        follow=bool(value["follow"]),
        source=value["source"],
        lang=value["lang"],
        added=datetime.fromisoformat(value["added"]),
        due=datetime.fromisoformat(value["due"]),
        interval_s=float(value["interval_s"]),
        checked=_read(value["checked"]),
        arrived=_read(value["arrived"]),
        articles=int(value["articles"]),
        failures=int(value["failures"]),
        stopped=value["stopped"],
        checks=tuple(checks),
        claim=value["claim"],
        access=value.get("access"),
        revision=entry.revision,
    )


def document_of(one: Watched) -> dict[str, Any]:
    """Return what programs are told of an address: what is stored, but for claim and access."""
    document = to_value(one)
    claim = document.pop("claim")
    del document["access"]
    being_checked = claim is not None and holds(claim, datetime.now(UTC))
    return document | {"error": one.error, "being_checked": being_checked}


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
