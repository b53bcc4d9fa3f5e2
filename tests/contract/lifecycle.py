"""What becomes of agencies' items in every order of arrival; inherited by a class per engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from indexer.article.draft import Origin, RawArticle
from indexer.ingest.batches import BatchReport
from indexer.ingest.erasing import erase
from indexer.ingest.pipeline import IndexingPipeline
from search.alerts.following import FOLLOWED
from search.alerts.notice import Links, notice
from search.alerts.store import AlertStore, notice_key
from search.index.clauses import Match
from search.index.filters import EVER, Filters
from search.index.legs import LexicalLeg
from search.index.model import IndexIdentity, Outcome
from search.index.port import IndexLocation, SearchIndex
from search.index.state import Change, IndexState
from search.index.withdrawals import Withdrawn, stored, withdrawal_of
from tests.contract.alert_runs import alert
from tests.contract.place import EVERYTHING, OnePlace
from tests.support.indexing import DIMENSION, MarkedLanguages, WordHashes
from tests.support.killed_lifecycle import killed

Message = Mapping[str, Any]

FLOOD = "urn:newsml:xyz.example:20260304:flood"


def item(version: int, text: str = "", **more: Any) -> Message:
    """A message on one item: its version, an hour after the one before."""
    said = {"title": f"River {text}", "paragraphs": [f"The river {text} the town."]} if text else {}
    moment = f"2026-03-04T{8 + version:02}:00:00Z"
    return {
        "id": FLOOD,
        "version": str(version),
        "updated": moment,
        "source": "XYZ",
        **said,
        **more,
    }


ONE, TWO, THREE = item(1, "reached"), item(2, "flooded"), item(3, "spared")
KILL = item(2, status="canceled", why="The report is wrong")
HOLD = item(2, status="withheld")
LATE = "2100-01-01T00:00:00Z"

FINAL: Mapping[str, tuple[Sequence[Message], str | None]] = {
    "a correction": ((ONE, TWO), "flooded"),
    "two corrections": ((ONE, TWO, THREE), "spared"),
    "a kill": ((ONE, KILL), None),
    "a kill of the second version": ((ONE, TWO, item(3, status="killed")), None),
    "a kill with the whole text": ((ONE, item(2, "reached", status="canceled")), None),
    "a kill of the same version": ((ONE, item(1, status="canceled")), None),
    "a kill that nothing is known of": ((ONE, {"id": FLOOD, "status": "canceled"}), None),
    "withheld": ((ONE, HOLD), None),
    "usable after withheld": ((ONE, HOLD, THREE), "spared"),
    "killed after withheld": ((ONE, HOLD, item(3, status="canceled")), None),
    "an embargo": ((item(1, "reached", embargo=LATE),), None),
    "an embargo that has ended": ((item(1, "reached", embargo="2026-03-05T00:00:00Z"),), "reached"),
    "an embargo that is lifted": ((item(1, "reached", embargo=LATE), TWO), "flooded"),
    "an embargo that is set later": ((ONE, item(2, "flooded", embargo=LATE)), None),
    "an embargo until further notice": ((item(1, "reached", embargo=True), TWO), "flooded"),
    "a kill under embargo": ((item(1, "reached", embargo=LATE), KILL), None),
    "two versions within a second": (
        (ONE, {**TWO, "updated": ONE["updated"]}),
        "flooded",
    ),
}


class Lifecycle(OnePlace):
    """Withdrawals, embargoes and corrections."""

    @pytest.fixture
    def news(self, location: IndexLocation) -> Iterator[SearchIndex]:
        index = location.create(IndexIdentity("hashes", WordHashes.fingerprint, DIMENSION))
        yield index
        index.close()

    @pytest.fixture
    def noted(self, location: IndexLocation) -> Iterator[IndexState]:
        state = location.state()
        yield state
        state.close()

    def send(
        self, index: SearchIndex, state: IndexState, *messages: Message, at_once: bool = False
    ) -> list[BatchReport]:
        """Ingest messages, each as a run of its own or all as one batch."""
        pipeline = IndexingPipeline.build(index, WordHashes(), MarkedLanguages(), state=state)
        raw = [RawArticle(Origin("in", n), one) for n, one in enumerate(messages, 1)]
        reports = [pipeline.run(raw)] if at_once else [pipeline.run([one]) for one in raw]
        self.settle(index)
        assert not [reject for report in reports for reject in report.rejects]
        return reports

    def found(self, index: SearchIndex, filters: Filters = EVERYTHING) -> list[str]:
        """What of the item is found, by each way of search: its verb."""
        (result,) = index.retrieve([LexicalLeg(Match("river"))], filters, 10).results
        scanned = {one.id: one for one in index.scan(filters)}
        assert {one.id for one in result.candidates} == set(scanned)
        return [one.title.split()[1] for one in scanned.values()]

    @pytest.mark.parametrize("name", FINAL)
    def test_in_every_order_and_at_once(
        self, news: SearchIndex, noted: IndexState, name: str
    ) -> None:
        messages, final = FINAL[name]
        expected = [] if final is None else [final]
        for number, order in enumerate(permutations(messages)):
            for at_once in (False, True):
                # An item of its own for each order, in one index.
                guid = f"{FLOOD}:{number}:{at_once}"
                sent = [{**one, "id": guid} for one in order]
                self.send(news, noted, *sent, at_once=at_once)
                assert self.found(news) == expected, (order, at_once)
                self.send(news, noted, *sent)
                assert self.found(news) == expected, ("again", order, at_once)
                news.delete([guid])
                self.settle(news)

    def test_a_kill_leaves_no_text_and_says_why(self, news: SearchIndex, noted: IndexState) -> None:
        ((_, report), (again,)) = (
            self.send(news, noted, ONE, KILL),
            self.send(news, noted, KILL),
        )
        (settled,) = report.settled
        assert settled.result.outcome is Outcome.WITHDRAWN
        assert again.settled[0].result.outcome is Outcome.UNCHANGED
        assert news.get([FLOOD]) == {}
        assert news.history([FLOOD]) == {}
        gone = withdrawal_of(noted, FLOOD)
        assert gone is not None
        assert (gone.status, gone.why, gone.number) == (
            Withdrawn.CANCELED,
            "The report is wrong",
            "2",
        )
        assert gone.when is not None
        assert (gone.when.hour, gone.title, gone.paragraphs) == (10, None, ())
        assert "The report is wrong" in gone.sentence

    def test_what_is_withheld_stays_for_who_asks_by_id_until_it_is_back(
        self, news: SearchIndex, noted: IndexState
    ) -> None:
        self.send(news, noted, ONE, HOLD)
        held = withdrawal_of(noted, FLOOD)
        assert held is not None
        assert (held.title, held.paragraphs) == ("River reached", ("The river reached the town.",))
        (report,) = self.send(news, noted, THREE)
        assert report.settled[0].remarks.returned
        assert withdrawal_of(noted, FLOOD) is None
        assert stored(noted, [FLOOD])[FLOOD].paragraphs == ()
        assert self.found(news) == ["spared"]

    def test_a_message_withdraws_other_items_that_it_names(
        self, news: SearchIndex, noted: IndexState
    ) -> None:
        other = {"id": "urn:xyz:b", "status": "canceled", "withdraws": [FLOOD, "urn:xyz:c"]}
        for order in permutations((ONE, other)):
            self.send(news, noted, *order)
            assert self.found(news) == []
            gone = withdrawal_of(noted, FLOOD)
            assert gone is not None
            assert gone.by == "urn:xyz:b"
        assert withdrawal_of(noted, "urn:xyz:c") is not None

    def test_an_article_of_another_source_with_the_same_id_stays(
        self, news: SearchIndex, noted: IndexState
    ) -> None:
        ours = {**ONE, "id": "4711", "source": "Ours"}
        theirs = {**TWO, "id": "4711", "source": "Theirs"}
        self.send(news, noted, ours, theirs)
        self.send(news, noted, {"id": "4711", "source": "Theirs", "status": "canceled"})
        assert self.found(news) == ["reached"]
        self.send(news, noted, theirs)
        assert self.found(news) == ["reached"]

    def test_cut_off_between_the_note_and_the_deletion(
        self, news: SearchIndex, noted: IndexState
    ) -> None:
        self.send(news, noted, ONE)
        pipeline = IndexingPipeline.build(
            Undeleted(news), WordHashes(), MarkedLanguages(), state=noted
        )
        with pytest.raises(KeyboardInterrupt):
            pipeline.run([RawArticle(Origin("in"), KILL)])
        assert news.states([FLOOD])
        self.send(news, noted, KILL)
        assert self.found(news) == []

    def test_a_process_killed_at_any_step_of_a_withdrawal(
        self, news: SearchIndex, noted: IndexState, location: IndexLocation
    ) -> None:
        self.send(news, noted, ONE)
        for step, when in ((1, "before"), (1, "after"), (2, "after")):
            assert killed(location.uri, [KILL], step, when)
        self.send(news, noted, KILL)
        assert self.found(news, Filters(at=EVER)) == []
        gone = withdrawal_of(noted, FLOOD)
        assert gone is not None
        assert gone.status is Withdrawn.CANCELED

    def test_a_process_killed_before_it_looks_again(
        self, news: SearchIndex, noted: IndexState, location: IndexLocation
    ) -> None:
        self.send(news, noted, ONE, HOLD)
        assert killed(location.uri, [THREE], 1, "after")  # written, and no more
        self.send(news, noted, THREE)
        assert self.found(news) == ["spared"]
        assert withdrawal_of(noted, FLOOD) is None
        # An older one that came in the same way is out again.
        self.send(news, noted, item(4, status="canceled"))
        pipeline = IndexingPipeline.build(news, WordHashes(), MarkedLanguages())
        pipeline.run([RawArticle(Origin("in"), THREE)])
        self.send(news, noted, THREE)
        assert self.found(news, Filters(at=EVER)) == []

    def test_what_alerts_told_of_an_article_leaves_with_it(
        self, news: SearchIndex, noted: IndexState
    ) -> None:
        self.send(news, noted, ONE)
        store = AlertStore(noted)
        made = [alert("words", "river", only_words=True), alert("follow", "river", follows=FLOOD)]
        for one in made:
            store.add(one)
        (article,) = (one.article for one in news.get([FLOOD]).values())
        now, links = datetime.now(UTC), Links()
        why = {"words": ["river"]}
        told = {notice_key(one.id, FLOOD): notice(one, article, why, now, links) for one in made}
        changed = notice(made[1], article, why, now, links) | {"after": {"title": "River reached"}}
        told[notice_key(made[1].id, "what changed")] = changed
        other = notice_key(made[0].id, "other")
        first = {"id": "other", "title": "Other"}
        more = {"id": FLOOD, "title": "River reached", "url": "https://a.example/river"}
        told[other] = {**changed, "article": first, "after": None, "more": [more]}
        part = notice_key(made[0].id, FLOOD)
        told[part] = {**told[part], "kind": "part", "of": other}
        assert store.tell(told)
        noted.write([Change(FOLLOWED, made[1].id, {"articles": {FLOOD: {"title": "River"}}})])
        self.send(news, noted, KILL)
        assert len(store.history(made[1].id)) == 2  # and nothing is told twice
        stays = [*store.history(made[0].id), *store.history(made[1].id)]
        assert "River reached" not in json.dumps(stays)
        assert "Other" in json.dumps(stays)
        erase(news, noted, [FLOOD])
        assert not [one for one in noted.scan(FOLLOWED) if "River" in json.dumps(one.value)]
        assert withdrawal_of(noted, FLOOD) is None

    def test_an_older_version_that_is_written_at_the_same_moment(
        self, news: SearchIndex, noted: IndexState
    ) -> None:
        racing = Racing(news, lambda: self.send(news, noted, KILL))
        pipeline = IndexingPipeline.build(racing, WordHashes(), MarkedLanguages(), state=noted)
        report = pipeline.run([RawArticle(Origin("in"), ONE)])
        assert [one.result.outcome for one in report.settled] == [Outcome.WITHDRAWN]
        self.settle(news)
        assert self.found(news, Filters(at=EVER)) == []


class _Passing:
    """An index that passes everything on."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


class Undeleted(_Passing):
    """A program that is ended before it deletes."""

    def delete(self, *_: Any) -> int:
        raise KeyboardInterrupt


class Racing(_Passing):
    """An index to which another program writes just before we do."""

    def __init__(self, index: SearchIndex, meanwhile: Any) -> None:
        super().__init__(index)
        self._meanwhile = meanwhile

    def write(self, *arguments: Any) -> Any:
        self._meanwhile()
        return self._index.write(*arguments)
