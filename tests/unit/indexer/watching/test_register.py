"""Who may check an address, and what is known of a check that did not come to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexer.watching.opml import Outline
from indexer.watching.register import ENDED_EARLY, Register, released
from search.claims import LIFETIME
from search.index.embedded.location import FolderLocation
from search.watched import Watched

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
FEED = "https://a.example/feed"


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    state = FolderLocation(tmp_path / "index").state()
    one = Register(state)
    one.add([Outline(FEED)], NOW, follow=True)
    yield one
    state.close()


def there(register: Register) -> Watched:
    found = register.find(FEED)
    assert found is not None
    return found


def test_an_address_is_checked_by_one_at_a_time(register: Register) -> None:
    one = there(register)
    assert register.claim(one, NOW) is not None
    assert register.claim(one, NOW) is None
    assert register.claim(one, NOW + LIFETIME) is not None  # whoever had it has ended


def test_a_claim_that_is_renewed_holds_for_longer(register: Register) -> None:
    taken = register.claim(there(register), NOW)
    assert taken is not None
    register.renew(taken, NOW + LIFETIME / 2)
    assert register.claim(there(register), NOW + LIFETIME) is None


def test_what_came_before_a_check_was_cut_off_is_counted(register: Register) -> None:
    taken = register.claim(there(register), NOW)
    assert taken is not None
    register.note(taken, NOW, 2, 0)
    register.note(taken, NOW, 3, 1)
    register.renew(taken, NOW)
    later = NOW + LIFETIME + timedelta(minutes=1)
    again = register.claim(there(register), later)
    assert again is not None
    assert (again.articles, again.arrived) == (3, NOW)
    (check,) = again.checks
    assert (check.at, check.new, check.updated, check.reasons) == (NOW, 3, 1, (ENDED_EARLY,))
    settled = register.settle(again, released)
    assert settled is not None
    assert (settled.articles, len(settled.checks), settled.claim) == (3, 1, None)


def test_whoever_lost_a_claim_changes_nothing(register: Register) -> None:
    lost = register.claim(there(register), NOW)
    assert lost is not None
    held = register.claim(there(register), NOW + LIFETIME)
    assert held is not None
    assert register.settle(lost, lambda one: replace(one, articles=99)) is None
    register.note(lost, NOW, 5, 0)
    assert there(register) == held


def test_an_address_that_moves_to_one_that_is_watched_is_one(register: Register) -> None:
    register.add([Outline("https://a.example/new")], NOW, follow=True)
    taken = register.claim(there(register), NOW)
    assert taken is not None
    register.settle(taken, lambda one: replace(released(one), url="https://a.example/new"))
    assert [one.url for one in register.all()] == ["https://a.example/new"]


def test_an_address_is_one_whatever_password_is_in_it(register: Register) -> None:
    again = Outline(FEED.replace("://", "://desk:secret@"))
    assert register.add([again], NOW, follow=True) == []
    assert register.find(again.url) == there(register)
