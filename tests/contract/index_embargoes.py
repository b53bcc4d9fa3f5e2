"""What is under embargo is found nowhere until its time, and then everywhere, with no write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from search.index.clauses import Match
from search.index.filters import EVER, Filters
from search.index.legs import LatestLeg, LexicalLeg, NamesLeg, VectorLeg
from search.index.model import ArticleState, EmbeddedArticle, Outcome
from search.index.port import IndexLocation, SearchIndex
from tests.contract.place import OnePlace
from tests.support.newsroom import IDENTITY, edited, story, topic_vector

END = datetime(2100, 1, 2, 3, 4, 5, tzinfo=UTC)
BEFORE, AFTER = Filters(at=END - timedelta(seconds=1)), Filters(at=END)
WORDS = LexicalLeg(Match("storm"))


def embargoed(name: str = "held", until: datetime = END) -> EmbeddedArticle:
    """An article that is held back."""
    return edited(
        story(name, "The Kowalski storm", "a storm hits the coast", source="Bote", topic="storm"),
        embargo=until,
        published=datetime(2026, 1, 1, tzinfo=UTC),
    )


def found(index: SearchIndex, filters: Filters) -> set[frozenset[str]]:
    """Everything that any kind of search finds: one set where all of them agree."""
    legs = (WORDS, VectorLeg(topic_vector("storm")), NamesLeg(("KVLSK",)), LatestLeg(None))
    results = index.retrieve(legs, filters, 50).results
    vector = {one.id for one in results[1].candidates}
    return {
        frozenset(one.id for one in results[0].candidates),
        frozenset(vector),
        frozenset(one.id for one in results[3].candidates),
        frozenset(hit.article.id for hit in index.matches(WORDS, filters)),
        frozenset(hit.article.id for hit in index.matches(LatestLeg(None), filters)),
        frozenset(article.id for article in index.scan(filters)),
    }


def counted(index: SearchIndex, filters: Filters) -> tuple[int, int]:
    """How many articles facets and a histogram count."""
    (sources,) = index.facets(["source"], filters)
    return sum(n for _, n in sources.counts), sum(
        bucket.count for bucket in index.histogram("day", filters)
    )


class Embargoes(OnePlace):
    """`Article.embargo` and `Filters.at`."""

    def test_nothing_finds_it_before_its_time_and_everything_after(
        self, index: SearchIndex
    ) -> None:
        self.put(index, embargoed(), story("free", "Storm", "a storm", topic="storm"))
        for _ in range(3):  # read from the disk, then held in memory
            assert found(index, BEFORE) == {frozenset({"free"})}
            assert found(index, Filters()) == {frozenset({"free"})}
            assert found(index, AFTER) == {frozenset({"free", "held"})}
        assert counted(index, BEFORE)[0] + 1 == counted(index, AFTER)[0]
        assert counted(index, BEFORE)[1] + 1 == counted(index, AFTER)[1]
        assert index.stats().articles == 2

    def test_one_that_has_ended_holds_nothing_back(self, index: SearchIndex) -> None:
        self.put(index, embargoed(until=datetime(2020, 1, 1, tzinfo=UTC)))
        assert found(index, Filters()) == {frozenset({"held"})}

    def test_it_is_there_for_who_asks_by_id(self, index: SearchIndex) -> None:
        held = embargoed()
        self.put(index, held)
        assert index.get(["held"])["held"].article == held.article
        assert index.states(["held"])["held"] == ArticleState(
            held.article.content_hash, held.article.version
        )
        assert index.states(["held"])["held"].embargo == END
        assert [one for one, _ in index.scan_states()] == ["held"]

    def test_a_later_version_lifts_it_or_sets_it(self, index: SearchIndex) -> None:
        self.put(index, embargoed())
        (lifted,) = index.write([edited(embargoed(), embargo=None)]).results
        self.settle(index)
        assert lifted.outcome is Outcome.UPDATED
        assert found(index, Filters()) == {frozenset({"held"})}
        self.put(index, embargoed(until=EVER))
        assert found(index, AFTER) == {frozenset()}

    def test_the_same_again_changes_nothing(self, index: SearchIndex) -> None:
        self.put(index, embargoed())
        (again,) = index.write([embargoed()]).results
        assert again.outcome is Outcome.UNCHANGED

    def test_it_arrives_when_it_ends(self, index: SearchIndex) -> None:
        now = datetime.now(UTC)
        ended, later = now + timedelta(microseconds=1), embargoed("later")
        self.put(index, embargoed("ended", ended), later, story("free", "Storm", "a storm"))
        arrived = {one.id: one.seen for one in index.arrivals()}
        assert set(arrived) == {"ended", "free"}
        past = now - timedelta(days=3)
        self.put(index, embargoed("old", past))
        assert {one.id for one in index.arrivals(now)} == {"ended", "free", "old"}

    def test_another_program_sees_it_likewise(
        self, index: SearchIndex, location: IndexLocation
    ) -> None:
        other = location.open()
        self.put(index, story("free", "Storm", "a storm", topic="storm"))
        assert found(other, Filters()) == {frozenset({"free"})}
        self.put(index, embargoed())
        assert found(other, Filters()) == {frozenset({"free"})}
        assert other.identity == IDENTITY
        other.close()
