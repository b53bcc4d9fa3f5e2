"""One run of alerts: look at what arrived, tell what it concerns, deliver what waits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from search.alerts.alert import Alert
from search.alerts.coverage import Coverage
from search.alerts.delivery.message import Sender
from search.alerts.delivery.queue import Deliverer
from search.alerts.destinations import Kind
from search.alerts.finding import Finder, Match, Meaning
from search.alerts.following import Following
from search.alerts.grouping import as_notices, really_told
from search.alerts.meaning import Curve
from search.alerts.memory import Memory
from search.alerts.notice import Links, notice
from search.alerts.pruning import KEEP, prune_if_due
from search.alerts.second_look import Likelihoods
from search.alerts.store import AlertStore, Damaged, Progress, notice_key
from search.embedding.port import Embedder
from search.index.model import Arrival, EmbeddedArticle
from search.index.port import SearchIndex

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(minutes=10)
"""How long before the last arrival a run begins: a writer commits after it looked at its clock, on
a server that is busy up to `elasticsearch.patience_s` later."""

SET_BACK = timedelta(days=1)
"""How much further a run looks back that finds the clock before the last run: once, since then the
last run is noted anew."""

TOGETHER = 256
"""Articles that are looked at together."""

SAVED_EVERY = 20
"""Batches after which it is noted how far the alerts have come."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: alerts and articles that it looked at, notices, messages that failed."""

    alerts: int = 0
    articles: int = 0
    told: int = 0
    delivered: int = 0
    failed: tuple[str, ...] = ()
    unusable: tuple[Damaged, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Equipment:
    """What a run needs.

    `sentences` embeds single sentences, None where that costs too much; `memory` is what earlier
    runs of this process remember; notices are kept for as long as `keep`, and until delivered;
    `likely` is what a search says of what is near, None where it cannot be asked.
    """

    index: SearchIndex
    model: Embedder | None
    curve: Curve | None
    sentences: Embedder | None
    links: Links
    memory: Memory = field(default_factory=Memory)
    keep: timedelta = KEEP
    likely: Likelihoods | None = None

    @property
    def meaning(self) -> Meaning:
        """What tells how near is near enough."""
        return Meaning(self.model, self.curve, self.likely)


class Runner:
    """Runs the alerts of one index."""

    def __init__(
        self,
        store: AlertStore,
        equipment: Callable[[bool], Equipment],
        senders: Mapping[Kind, Sender],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`equipment` opens the index, with the model if it is told that one is needed."""
        self._store = store
        self._equipment = equipment
        self._senders = senders
        self._clock = clock

    def run(self, wanted: Callable[[Alert, Progress], bool], *, at_once: bool = False) -> Ran:
        """Run the alerts that are wanted; deliver what waits of all that are not paused."""
        now = self._clock()
        every = self._store.all(now)
        usable = [one for one in every if isinstance(one, Alert)]
        damaged = tuple(one for one in every if isinstance(one, Damaged))
        active = [one for one in usable if not one.paused]
        known = self._store.progress([one.id for one in active])
        due = [one for one in active if wanted(one, _of(known, one))]
        articles, told = self._find(due, {one.id: _of(known, one) for one in due}, now)
        done = Deliverer(self._store, self._senders).deliver(
            active if not at_once else due, self._clock(), at_once=at_once
        )
        if due:
            own = self._equipment(False)
            prune_if_due(self._store, own.index, own.keep, now)
        return Ran(len(due), articles, told, done.taken, done.failed, damaged)

    def _find(
        self, due: Sequence[Alert], known: dict[str, Progress], now: datetime
    ) -> tuple[int, int]:
        asked = [one for one in due if one.request is not None]
        followed = self._follow([one for one in due if one.follows is not None], now)
        if not asked:
            self._store.advance(due, known, now)
            return 0, followed
        own = self._equipment(any(one.by_meaning for one in asked))
        finder = Finder(own.index, asked, own.meaning, own.memory)
        since = min(max(_reached(known[one.id], now) - LOOK_BACK, one.created) for one in asked)
        articles = told = 0
        until = since
        for number, batch in enumerate(batches(own.index.arrivals(since)), start=1):
            new = own.memory.unseen(batch, asked)
            found = own.index.get([arrival.id for arrival in new], analysed=True)
            articles += len(found)
            told += self._tell(finder, list(found.values()), _seen(new), own, now)
            own.memory.note(new, asked)
            until = max([until, *_seen(batch).values()])
            if number % SAVED_EVERY == 0:
                known = self._store.advance(due, known, now, until)
        own.memory.forget(until - LOOK_BACK)
        self._store.advance(due, known, now, until)
        return articles, told + followed

    def _follow(self, alerts: Sequence[Alert], now: datetime) -> int:
        """Tell what became of what is followed."""
        if not alerts:
            return 0
        own = self._equipment(False)
        following = Following(self._store, own.index, own.links)
        told = 0
        for alert in alerts:
            found, states = following.look(alert, now)
            told += self._store.tell(found)
            following.note(alert, states)
        return told

    def _tell(
        self,
        finder: Finder,
        articles: Sequence[EmbeddedArticle],
        seen: dict[str, datetime],
        own: Equipment,
        now: datetime,
    ) -> int:
        """Store what is to be told of a batch, unless it has been told."""
        matches = {
            notice_key(match.watched.alert.id, match.text.article.id): match
            for match in finder.matches(articles)
            if _arrived(match, seen)
        }
        there = self._store.notices(list(matches))
        told = really_told(self._store, {key: entry.value for key, entry in there.items()})
        new = [match for key, match in matches.items() if key not in told]

        def compose(match: Match) -> dict[str, Any]:
            why = match.why(own.sentences)
            return notice(match.watched.alert, match.text.article, why, now, own.links)

        coverage = Coverage(self._store.state)
        documents, notes = as_notices(self._store, coverage, new, compose, now)
        unsettled = {key: entry.revision for key, entry in there.items() if key not in told}
        count = self._store.tell(documents, unsettled)
        self._store.state.write(notes)
        return count


def _of(known: dict[str, Progress], alert: Alert) -> Progress:
    return known.get(alert.id, Progress(alert.created))


def _reached(progress: Progress, now: datetime) -> datetime:
    """Return from when on arrivals may not have been looked at.

    Where a clock was set back, what came after that stands before what was seen last.
    """
    set_back = progress.last_run is not None and progress.last_run > now
    return min(progress.until, now - SET_BACK if set_back else now)


def _seen(arrivals: Sequence[Arrival]) -> dict[str, datetime]:
    return {one.id: one.seen for one in arrivals if one.seen is not None}


def _arrived(match: Match, seen: dict[str, datetime]) -> bool:
    moment = seen.get(match.text.article.id)
    return moment is not None and moment >= match.watched.alert.created


def batches(arrivals: Iterator[Arrival]) -> Iterator[list[Arrival]]:
    """Cut arrivals into as many as are looked at together."""
    while batch := list(islice(arrivals, TOGETHER)):
        yield batch
