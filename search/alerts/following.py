"""What becomes of an article or a story that somebody cited: changed, withdrawn, republished.

What an alert has seen of each article stands in the state (`alert_followed`): its version and
hash, or that it is gone. What differs is told, and only then noted as seen; a notice is stored
under the version that it tells of, so that whoever dies in between tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from search.alerts.alert import Alert
from search.alerts.coverage import STORY, Coverage
from search.alerts.notice import Links, about, article_document, deliveries, notice_id
from search.alerts.store import AlertStore, notice_key
from search.errors import UsageError
from search.index.history import ArticleVersion
from search.index.model import Article
from search.index.port import SearchIndex
from search.index.state import Change
from search.index.withdrawals import stored
from search.query.dates import moment
from search.versions.document import difference_document

FOLLOWED = "alert_followed"

MOST = 500
"""Articles of a story that are followed."""

Seen = dict[str, dict[str, Any]]
"""By article: `hash` and `number` of the version that was seen (None if it is gone; then `was` is
the last hash), `title`, and `turn`: how often it changed."""


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """Looks after what alerts follow."""

    store: AlertStore
    index: SearchIndex
    links: Links

    def check(self, alert: Alert) -> None:
        """Raise `UsageError` where there is nothing to follow."""
        if not self.there(alert):
            raise UsageError(f"There is no {_what(alert)} to follow.")

    def there(self, alert: Alert) -> bool:
        """Tell whether there is something to follow."""
        return any(one["hash"] for one in self._now(alert, {}).values())

    def begin(self, alert: Alert) -> None:
        """Note what there is now: what becomes of it is told."""
        self.note(alert, self._now(alert, {}))

    def look(self, alert: Alert, now: datetime) -> tuple[dict[str, dict[str, Any]], Seen]:
        """Return what is to be told, by key, and what is to be noted as seen once it was."""
        seen = self._seen(alert)
        found: dict[str, dict[str, Any]] = {}
        states = self._now(alert, seen)
        for identifier, state in states.items():
            before = seen.get(identifier)
            turn = 0 if before is None else before.get("turn", 0)
            state["turn"] = turn + (before is not None and before["hash"] != state["hash"])
            if before is None:
                told = self._joined(alert, identifier, now)
            elif before["hash"] != state["hash"]:
                told = self._changed(alert, identifier, before, now)
            else:
                continue
            if told is not None:
                # What is withdrawn, comes back and is withdrawn again is told again.
                what = f"{identifier}\n{told['kind']}\n{turn}\n{state['number']} {state['hash']}"
                told["id"] = notice_id(alert, what)
                found[notice_key(alert.id, what)] = told
        return found, states

    def _seen(self, alert: Alert) -> Seen:
        entry = self.store.state.get(FOLLOWED, [alert.id]).get(alert.id)
        return {} if entry is None else dict(entry.value["articles"])

    def note(self, alert: Alert, seen: Seen) -> None:
        """Note what was seen."""
        self.store.state.write([Change(FOLLOWED, alert.id, {"articles": seen})])

    def _now(self, alert: Alert, seen: Mapping[str, Any]) -> Seen:
        """Return the state of what is followed, and of what was."""
        coverage = Coverage(self.store.state)
        followed = alert.follows or ""
        if followed.startswith(STORY):
            members = coverage.story(followed.removeprefix(STORY))
        else:
            members = (followed, *coverage.carriers(followed))
        wanted = list(dict.fromkeys([*members, *seen]))[:MOST]
        now, states = datetime.now(UTC), self.index.states(wanted)
        # What may not be shown yet is as it was: its news comes when its embargo ends.
        held = {one for one, of in states.items() if of.embargo is not None and of.embargo > now}
        versions = self.index.history([one for one in wanted if one not in held])
        return {
            one: _state(versions[one][0]) if one in versions else _gone(seen.get(one))
            for one in wanted
            if one not in held
        } | {one: seen[one] for one in wanted if one in held and one in seen}

    def _changed(
        self, alert: Alert, identifier: str, before: Mapping[str, Any], now: datetime
    ) -> dict[str, Any] | None:
        versions = self.index.history([identifier]).get(identifier, ())
        if not versions:
            withdrawal = stored(self.store.state, [identifier]).get(identifier)
            why = (
                "Withdrawn: it is no longer in the index."
                if withdrawal is None
                else withdrawal.sentence
            )
            gone = Article(identifier, str(before.get("title") or identifier), ())
            return self._notice(alert, "withdrawn", gone, now) | {"why": {"sentence": why}}
        newest = versions[0]
        found = self.index.get([identifier])
        if not found:  # withdrawn just now: the next run tells it
            return None
        article = found[identifier].article
        if before["hash"] is None:
            why = _returned(before, newest)
            return self._notice(alert, "back", article, now) | {"why": {"sentence": why}}
        former = next((v for v in versions[1:] if v.content_hash == before["hash"]), None)
        return self._notice(alert, "changed", article, now) | _difference(former, newest)

    def _joined(self, alert: Alert, identifier: str, now: datetime) -> dict[str, Any] | None:
        """Tell of an article that was not there: the same text elsewhere, or more of the story."""
        found = self.index.get([identifier])
        if not found:
            return None
        if identifier == alert.follows:  # an imported alert was waiting for it
            why = "It is in the index now."
            told = self._notice(alert, "back", found[identifier].article, now)
            return told | {"why": {"sentence": why}}
        of_story = (alert.follows or "").startswith(STORY)
        kind = "joined" if of_story else "republished"
        why = "It carries the same text as the article that you follow."
        if of_story:
            why = "It is a further article of the story."
        told = self._notice(alert, kind, found[identifier].article, now)
        return told | {"why": {"sentence": why}}

    def _notice(self, alert: Alert, kind: str, article: Article, now: datetime) -> dict[str, Any]:
        return {
            "id": "",
            "kind": kind,
            "alert": about(alert),
            "found": now.isoformat(),
            "article": article_document(article, now),
            "links": self.links.of(alert, article),
            "deliveries": deliveries(alert),
        }


def _what(alert: Alert) -> str:
    followed = alert.follows or ""
    if followed.startswith(STORY):
        return f"story {followed.removeprefix(STORY)}"
    return f"article {followed}"


def _state(version: ArticleVersion) -> dict[str, Any]:
    return {
        "hash": version.content_hash,
        "number": version.number,
        "title": version.title or (version.passages[0].text[:100] if version.passages else ""),
    }


def _gone(before: Mapping[str, Any] | None) -> dict[str, Any]:
    known = before or {}
    was = known.get("hash") or known.get("was")
    gone = {"hash": None, "number": None, "title": known.get("title", "")}
    return gone if was is None else gone | {"was": was}


def _returned(before: Mapping[str, Any], newest: ArticleVersion) -> str:
    """Say what is back: what was withdrawn left with all its versions, there is no difference."""
    was = before.get("was")
    if was is None:  # of an earlier program, or an imported alert was waiting for it
        return "It is in the index again." if before.get("title") else "It is in the index now."
    if was == newest.content_hash:
        return "It is in the index again, as it was."
    return "It is in the index again, with another text or other metadata."


def _difference(former: ArticleVersion | None, newest: ArticleVersion) -> dict[str, Any]:
    difference = difference_document(former, newest)
    count = len(difference["changes"])
    why = f"Changed: {count} passage{'s' if count != 1 else ''}."
    if former is None:
        why = "Changed; the version that you cited is no longer stored."
    elif not count:
        why = "Its text is the same; its metadata changed."
    return {
        "why": {"sentence": why},
        "changes": difference["changes"],
        "before": None if former is None else _whole(former),
        "after": _whole(newest),
    }


def _whole(version: ArticleVersion) -> dict[str, Any]:
    body: Sequence[str] = [p.text for p in version.passages if p.position]
    return {
        "number": version.number,
        "title": version.title,
        "paragraphs": list(body),
        "seen": moment(version.seen),
    }
