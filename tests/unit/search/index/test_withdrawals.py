"""Which of several messages on one article counts: whatever the order they come in."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from search.index.model import source_version
from search.index.state import Entry
from search.index.withdrawals import (
    Withdrawal,
    Withdrawn,
    concerns,
    from_entry,
    keeps_out,
    to_value,
    which,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KINDS = st.sampled_from(Withdrawn)
VERSIONS = st.integers(1, 5)


def day(number: int) -> datetime:
    return datetime(2026, 3, number, tzinfo=UTC)


@given(KINDS, VERSIONS, VERSIONS)
def test_an_article_is_out_up_to_the_version_that_was_withdrawn(
    kind: Withdrawn, withdrawn: int, article: int
) -> None:
    gone = Withdrawal("x", kind, withdrawn)
    assert keeps_out(gone, article, NOW) is (article <= withdrawn)
    assert concerns(gone, article, NOW) is (article <= withdrawn)


@given(st.permutations([(k, v) for k in Withdrawn for v in (1, 2, 3)]))
def test_the_same_withdrawal_stands_in_every_order(order: list[tuple[Withdrawn, int]]) -> None:
    stands = None
    for kind, version in order:
        stands = which(Withdrawal("x", kind, version), stands, NOW)
    assert stands is not None
    assert (stands.status, stands.version) == (Withdrawn.CANCELED, 3)


def test_where_nothing_says_which_is_newer() -> None:
    dated = source_version(day(1), None)
    assert keeps_out(Withdrawal("x", Withdrawn.CANCELED), dated, NOW)
    assert not keeps_out(Withdrawal("x", Withdrawn.WITHHELD), dated, NOW)
    assert not keeps_out(Withdrawal("x", Withdrawn.WITHHELD, back=NOW), 0, NOW)


def test_numbers_tell_versions_of_one_second_apart() -> None:
    versions = [source_version(day(1), number) for number in (None, 1, "2", 10, 998)]
    assert versions == sorted(versions)
    assert len(set(versions)) == len(versions)
    assert max(versions) < source_version(day(1).replace(second=1), None)
    assert source_version(None, "7") == 7
    assert {source_version(None, one) for one in (7.0, "7.0", "v7", "V. 7", " 07 ")} == {7}
    assert {source_version(None, one) for one in (7.1, "7.1", "7b", "vii", "-7", True)} == {0}
    assert source_version(day(1).replace(microsecond=5000), 7) % 1000 == 5


@given(
    st.builds(
        Withdrawal,
        id=st.just("x"),
        status=KINDS,
        version=st.integers(0, 2**50),
        number=st.none() | st.text(max_size=5),
        when=st.none() | st.just(day(2)),
        why=st.none() | st.text(max_size=20),
        source=st.none() | st.text(max_size=5),
        by=st.none() | st.text(max_size=5),
        title=st.none() | st.text(max_size=5),
        paragraphs=st.lists(st.text(max_size=5), max_size=3).map(tuple),
        back=st.none() | st.just(NOW),
    )
)
def test_it_is_stored_and_read_and_said_in_a_sentence(one: Withdrawal) -> None:
    assert from_entry(Entry("x", to_value(one), 1)) == one
    assert one.sentence.endswith(".")
