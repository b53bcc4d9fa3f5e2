"""Withdrawals brought about: noted in the state of the index, and carried out in the index.

A withdrawal is noted before the article is deleted, and whoever writes articles looks again after
the write (`kept_out`). So of a withdrawal and an older version that two programs bring in at the
same moment, one sees the other, and a message that was cut off in the middle is finished by reading
it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from indexer.article.draft import Notice
from indexer.ingest.batches import Settled
from indexer.ingest.own_ids import holders_of, looked_up_of, own_withdrawals
from search.alerts.forgetting import forget
from search.index import erasures
from search.index.errors import EngineBusy
from search.index.model import (
    HEADLINE,
    UNKNOWN_LANGUAGE,
    Article,
    ArticleState,
    EmbeddedArticle,
    Outcome,
    WriteResult,
)
from search.index.state import Change, Entry, IndexState, StateConflict
from search.index.withdrawals import (
    COLLECTION,
    Withdrawal,
    Withdrawn,
    concerns,
    from_entry,
    is_key,
    keeps_out,
    stored,
    to_value,
    which,
)

ROUNDS = 20
"""In each at least one of the programs that note something of an article gets through."""


class WithdrawableIndex(Protocol):
    """The part of `search.index.port.SearchIndex` that withdrawing needs."""

    def states(self, article_ids: Sequence[str]) -> Mapping[str, ArticleState]:
        """Return what is known of those articles that are there."""
        ...

    def get(self, article_ids: Sequence[str]) -> Mapping[str, EmbeddedArticle]:
        """Return whole articles."""
        ...

    def delete(self, article_ids: Sequence[str]) -> int:
        """Remove articles with all their versions."""
        ...


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """Withdraws articles of an index, and keeps withdrawn ones out."""

    index: WithdrawableIndex
    state: IndexState

    def withdraw(self, withdrawals: Sequence[Withdrawal]) -> frozenset[str]:
        """Note withdrawals, and delete what they concern; returns the ids that they changed.

        A message that is known already changes nothing, nor does one that is older than the
        article that is stored, or than what was noted of it.
        """
        changed: set[str] = set()
        for round_of in _each_id_once(withdrawals):
            changed |= self._withdraw({one.id: one for one in round_of})
        return frozenset(changed)

    def notices(self, notices: Sequence[Notice]) -> tuple[Settled, ...]:
        """Carry out what messages of sources say, and count what became of each."""
        names = list(dict.fromkeys(looked_up_of(notices)))
        holders = holders_of(self.index.states(names), self.of(names))
        withdrawals = own_withdrawals(notices, holders)
        changed = self.withdraw(withdrawals)
        settled, start = [], 0
        for notice in notices:
            own = withdrawals[start : start + len(notice.withdrawals)]
            start += len(own)
            settled.append(_settled(notice, own, changed))
        return tuple(settled)

    def of(self, article_ids: Iterable[str]) -> dict[str, Withdrawal]:
        """What was ever withdrawn of these, by id."""
        return stored(self.state, article_ids)

    def keep_texts(self, articles: Iterable[Article], noted: Mapping[str, Withdrawal]) -> None:
        """Keep the text of versions that are withheld, where nothing is kept of them yet."""
        lacking = {
            one.id: replace(noted[one.id], title=one.title, paragraphs=_paragraphs(one))
            for one in articles
            if noted[one.id].status is Withdrawn.WITHHELD and not noted[one.id].paragraphs
        }
        self._change(lacking, datetime.now(UTC))

    def kept_out(self, written: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Look again after a write: returns what was withdrawn meanwhile, and what came back."""
        noted = self.of(written)
        if not noted:
            return frozenset(), frozenset()
        now, states = datetime.now(UTC), self.index.states(list(noted))
        out = [name for name, state in states.items() if keeps_out(noted[name], state.version, now)]
        self._delete(out)
        back = [name for name in states if name not in out and noted[name].back is None]
        self._change({name: _back(noted[name], now) for name in back}, now)
        return frozenset(out), frozenset(back)

    def finish(self, states: Mapping[str, ArticleState], noted: Mapping[str, Withdrawal]) -> bool:
        """Do what a killed program has left: it wrote an article and did not look again.

        `states` are those of articles in the index, `noted` what is noted of them. Tells whether
        there was anything to do.
        """
        left = [name for name in states if name in noted and noted[name].back is None]
        self.kept_out(left)
        return bool(left)

    def _withdraw(self, new: Mapping[str, Withdrawal]) -> set[str]:
        now, states = datetime.now(UTC), self.index.states(list(new))
        wanted = {
            name: replace(one, seen=one.seen or now)
            for name, one in new.items()
            if is_key(name) and (name not in states or concerns(one, states[name].version, now))
        }
        held = [name for name, one in wanted.items() if one.status is Withdrawn.WITHHELD]
        bodies = self.index.get([name for name in held if name in states])
        wanted |= {name: _with_text(wanted[name], bodies.get(name)) for name in held}
        changed = self._change(wanted, now)
        noted, states = self.of(wanted), self.index.states(list(wanted))
        doomed = [
            name
            for name, state in states.items()
            if noted[name].back is None and concerns(noted[name], state.version, now)
        ]
        self._delete(doomed)
        return changed | set(doomed)

    def _change(self, wanted: Mapping[str, Withdrawal], now: datetime) -> set[str]:
        """Note what stands of what is wanted and what was noted; returns what that changed."""
        changed: set[str] = set()
        for _ in range(ROUNDS):
            if not wanted:
                return changed
            entries = self.state.get(COLLECTION, wanted)
            changes = {}
            for name, one in wanted.items():
                change = _change_of(one, entries.get(name), now)
                if change is not None:
                    changes[name] = change
            try:
                self.state.write(list(changes.values()))
            except StateConflict:
                continue
            return changed | set(changes)
        raise EngineBusy("Other programs kept changing what is noted of the article; ingest again.")

    def _delete(self, names: Sequence[str]) -> None:
        if names:
            forget(self.state, frozenset(names), followed=False)
            erasures.note(self.state, datetime.now(UTC))
            self.index.delete(names)


def _settled(notice: Notice, own: Sequence[Withdrawal], changed: frozenset[str]) -> Settled:
    """Count a message as unchanged where it was known, or said nothing new."""
    is_new = any(one.id in changed for one in own)
    outcome = Outcome.WITHDRAWN if is_new else Outcome.UNCHANGED
    return Settled(
        origin=notice.origin,
        result=WriteResult(own[0].id, outcome, own[0].sentence if is_new else None),
        lang=UNKNOWN_LANGUAGE,
        content_hash=f"{own[0].status} {own[0].version}",
        passages=0,
    )


def _change_of(wanted: Withdrawal, entry: Entry | None, now: datetime) -> Change | None:
    """Say what is to be written; None where all is noted."""
    former = None if entry is None else from_entry(entry)
    if wanted.back is not None and (former is None or not _is_same(wanted, former)):
        return None  # another program has withdrawn it anew
    stands = wanted if wanted.back is not None else which(wanted, former, now)
    if stands.status is Withdrawn.WITHHELD and former is not None and stands.back is None:
        text = next((one for one in (stands, former, wanted) if one.paragraphs), stands)
        stands = replace(stands, title=text.title, paragraphs=text.paragraphs)
    if former is not None and to_value(stands) == to_value(former):
        return None
    return Change(COLLECTION, wanted.id, to_value(stands), 0 if entry is None else entry.revision)


def _is_same(one: Withdrawal, other: Withdrawal) -> bool:
    return (one.status, one.version, other.back) == (other.status, other.version, None)


def _back(withdrawal: Withdrawal, now: datetime) -> Withdrawal:
    return replace(withdrawal, back=now, title=None, paragraphs=())


def _with_text(withdrawal: Withdrawal, found: EmbeddedArticle | None) -> Withdrawal:
    """Keep the text of an article that is withheld, where the message has none itself."""
    if withdrawal.paragraphs or found is None:
        return withdrawal
    title = found.article.title or withdrawal.title
    return replace(withdrawal, title=title, paragraphs=_paragraphs(found.article))


def _paragraphs(article: Article) -> tuple[str, ...]:
    return tuple(one.text for one in article.passages if one.position != HEADLINE)


def _each_id_once(withdrawals: Sequence[Withdrawal]) -> list[list[Withdrawal]]:
    """Part withdrawals into rounds, in their order, in each of which an id comes once."""
    rounds: list[list[Withdrawal]] = []
    met: dict[str, int] = {}
    for one in withdrawals:
        number = met.get(one.id, 0)
        met[one.id] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(one)
    return rounds
