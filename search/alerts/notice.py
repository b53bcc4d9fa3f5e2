"""A notice: what an alert tells of one article, as a document. Pure.

It is what JSONL files, webhooks and the history hold. `id` is the same whenever and by whomever the
article is found, so that who is sent a notice twice can tell.
"""

from __future__ import annotations

import hashlib
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from search.alerts.alert import Alert
from search.alerts.destinations import Kind
from search.index.credible import suspicious_dates
from search.index.model import Article
from search.query.dates import moment

Notice = Mapping[str, Any]

WAITING, CLAIMED, DONE, DROPPED = "waiting", "claimed", "done", "dropped"
"""States of a delivery: not tried or to be tried again; in some process's hands; taken; the
destination is no longer one of the alert's."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a reader goes from a notice; `public_url` is where the API and page are served.

    `index` is where commands look; None where they do by themselves.
    """

    public_url: str | None = None
    index: str | None = None

    def of(self, alert: Alert, article: Article | None) -> dict[str, Any]:
        """Return addresses, and commands that do the same."""
        name = shlex.quote(alert.name)
        here = f" --index {shlex.quote(self.index)}" if self.index else ""
        links: dict[str, Any] = {
            "article": article.url if article is not None else None,
            "search": None,
            "alert": None,
            "page": None,
            "commands": {
                "change": f"polywire alerts edit {name}{here}",
                "pause": f"polywire alerts pause {name}{here}",
                "end": f"polywire alerts remove {name}{here}",
            },
        }
        if alert.request is not None:
            links["commands"]["search"] = f"polywire search {shlex.quote(alert.query)}{here}"
        if article is not None:
            links["commands"]["show"] = f"polywire show {shlex.quote(article.id)}{here}"
        if self.public_url:
            base = self.public_url.rstrip("/")
            if alert.request is not None:
                links["search"] = f"{base}/?{urlencode({'q': alert.query})}"
            links["alert"] = f"{base}/alerts/{quote(alert.id)}"
            if article is not None:
                links["page"] = f"{base}/article/{quote(article.id)}"
                links["article"] = article.url or links["page"]
        return links


def notice_id(alert: Alert, what: str) -> str:
    """Return the id of what an alert tells of something: 24 hex digits.

    An alert that was removed and made again tells anew.
    """
    text = f"{alert.id}\n{alert.created.isoformat()}\n{what}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def notice(
    alert: Alert, article: Article, why: Mapping[str, Any], now: datetime, links: Links
) -> dict[str, Any]:
    """Return the document of an article that was found, with its deliveries."""
    return {
        "id": notice_id(alert, article.id),
        "kind": "found",
        "alert": about(alert),
        "found": now.isoformat(),
        "article": article_document(article, now),
        "why": dict(why),
        "links": links.of(alert, article),
        "deliveries": deliveries(alert),
    }


def about(alert: Alert) -> dict[str, str]:
    """Say which alert it is."""
    return {"id": alert.id, "name": alert.name, "query": alert.query}


def article_document(article: Article, now: datetime) -> dict[str, Any]:
    """Say which article it is."""
    document: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "lang": article.lang,
        "source": article.source,
        "published": moment(article.published),
        "updated": moment(article.updated),
        "url": article.url,
        "section": article.section,
    }
    suspicious = suspicious_dates(article, now)
    return document | ({"suspicious": list(suspicious)} if suspicious else {})


def deliveries(alert: Alert) -> dict[str, dict[str, Any]]:
    """Return what is to be done for each destination; feeds read the history."""
    return {
        one.id: {"state": WAITING, "to": one.shown, "attempts": 0, "next": None}
        for one in alert.destinations
        if one.kind is not Kind.FEED
    }


def public(document: Notice) -> dict[str, Any]:
    """Return a notice as others see it: without its deliveries."""
    return {name: value for name, value in document.items() if name != "deliveries"}


def why_sentence(document: Notice) -> str:
    """Say in one sentence what matched."""
    why = document.get("why", {})
    if "sentence" in why:
        return str(why["sentence"])
    spelt = {one["spelt"]: one["asked"] for one in why.get("names", ())}
    written = [word for word in why.get("words", ()) if word not in spelt]
    # At the beginning of a sentence a word is written large, which tells nobody anything.
    words = list({word.casefold(): word for word in reversed(written)}.values())[::-1]
    parts = [f"Words: {_listed(words)}."] if words else []
    parts += [f"{asked} is spelt {isolated(there)}." for there, asked in spelt.items()]
    meaning = why.get("meaning")
    if meaning:
        sure = meaning.get("confidence")
        how = f" ({round(100 * sure)} % sure)" if sure is not None else ""
        parts.append(f"Near in meaning{how}: “{isolated(meaning['sentence'])}”")
    return " ".join(parts) or "It passes the filters."


def isolated(text: str) -> str:
    """Isolate what is written from right to left (Unicode Standard Annex 9) from what is around."""
    if any(unicodedata.bidirectional(character) in ("R", "AL") for character in text):
        return f"\u2068{text}\u2069"
    return text


def _listed(words: Sequence[str]) -> str:
    few = [isolated(str(word)) for word in words[:8]]
    return ", ".join(few) + (" ..." if len(words) > len(few) else "")
