"""What records say of articles: withdrawn, withheld, under embargo, no story at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from indexer.article.draft import Draft, Notice, Origin, RawArticle
from indexer.article.records import Defaults, parse_event
from indexer.article.stories import NoteToEditors, is_note
from indexer.errors import BadArticle
from search.index.filters import EVER
from search.index.withdrawals import Withdrawn

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def parsed(read_as: str = "JSON Lines", **record: Any) -> Draft | Notice:
    given = {"id": "x", "title": "Flood", "text": "The river rises.", **record}
    return parse_event(RawArticle(Origin("in"), given, read_as=read_as))


def draft(read_as: str = "JSON Lines", **record: Any) -> Draft:
    found = parsed(read_as, **record)
    assert isinstance(found, Draft), found
    return found


def notice(**record: Any) -> Notice:
    found = parsed(**record)
    assert isinstance(found, Notice), found
    return found


@pytest.mark.parametrize("said", ["canceled", "Cancelled", "KILL", "withdrawn", " deleted "])
def test_what_is_canceled(said: str) -> None:
    gone = notice(status=said, version="2", updated="2026-03-05T12:00:00Z", why="Wrong.")
    found = gone.withdrawal
    assert (found.status, found.why, found.number, found.when) == (
        Withdrawn.CANCELED, "Wrong.", "2", NOON,
    )  # fmt: skip
    assert (found.title, found.paragraphs) == (None, ())


def test_what_is_withheld_keeps_its_text() -> None:
    found = notice(status="withheld", text="One.\n\nTwo.").withdrawal
    assert (found.title, found.paragraphs) == ("Flood", ("One.", "Two."))


@pytest.mark.parametrize("said", ["publish", "private", "usable", "", None, 3, ["canceled"]])
def test_other_words_say_nothing(said: Any) -> None:
    assert draft(status=said).embargo is None


def test_words_that_are_not_understood_go_to_meta_and_others_do_not() -> None:
    assert draft(status="publish").meta == {"status": "publish"}
    assert draft(status="usable", embargo="2026-03-05T12:00:00Z").meta == {}


@pytest.mark.parametrize(
    "key", ["embargo", "embargoed", "embargoed_until", "embargoedUntil", "embargo_until"]
)
def test_an_embargo_under_each_name(key: str) -> None:
    assert draft(**{key: "2026-03-05T12:00:00Z"}).embargo == NOON


def test_embargoes_without_a_date() -> None:
    assert draft(embargo=True).embargo == EVER
    assert draft(embargo=False).embargo is None
    assert draft("ninjs", status="embargoed").embargo == EVER
    assert draft(status="embargoed").embargo is None
    with pytest.raises(BadArticle, match="'soon' cannot be read as a date"):
        parsed(embargo="soon")


def test_other_articles_that_are_withdrawn() -> None:
    gone = notice(status="canceled", withdraws=["a", " b ", "", "x", 3], source="XYZ")
    assert [(one.id, one.by, one.source) for one in gone.others] == [
        ("a", "x", "XYZ"), ("b", "x", "XYZ"),
    ]  # fmt: skip


def test_a_withdrawal_of_nobody_knows_what() -> None:
    with pytest.raises(BadArticle, match="names no id"):
        parsed(id=None, status="canceled")
    assert notice(id=None, url="https://xyz.example/a", status="canceled").withdrawal.id[:2] == "u-"


@pytest.mark.parametrize(
    ("name", "scope"), [("4711", "XYZ"), ("urn:newsml:xyz:1", None), ("tag:xyz,2026:1", None)]
)
def test_ids_that_are_the_same_for_everybody(name: str, scope: str | None) -> None:
    assert draft(id=name, source="XYZ").scope == scope
    assert notice(id=name, source="XYZ", status="canceled").scope == scope


def test_an_agencys_address_is_an_id_for_everybody() -> None:
    name = "https://xyz.example/items/1"
    assert draft("ninjs", id=name, source="XYZ").scope is None
    assert draft(id=name, source="XYZ").scope == "XYZ"


@pytest.mark.parametrize(
    "genre",
    ["Advisory", "Achtung", "Vorschau - Sport", "AVIS", "Previsiones", "Table of Contents",
     "Editor’s Note", "Til redaksjonen", "Анонс", "予定", "news_advisory"],
)  # fmt: skip
def test_notes_to_editors_are_kept_out_unless_asked_for(genre: str) -> None:
    raw = RawArticle(
        Origin("in"),
        {"id": "x", "title": "Today", "text": "Soon more.", "meta": {"genres": [genre]}},
        read_as="NewsML-G2",
    )
    with pytest.raises(NoteToEditors, match="include-advisories"):
        parse_event(raw)
    assert isinstance(parse_event(raw, Defaults(advisories=True)), Draft)


@pytest.mark.parametrize(
    "genre",
    ["Current", "Bericht", "KORR-Bericht", "Zusammenfassung", "Tabelle", "Interview", "Hintergrund",
     "Results, Listings and Statistics (Sports)", "Analysis", "Obituary", "Press Release", ""],
)  # fmt: skip
def test_stories_are_no_notes(genre: str) -> None:
    assert not is_note(genre)


def test_a_note_that_only_its_headline_tells() -> None:
    with pytest.raises(NoteToEditors, match="ADVISORY"):
        parsed("NITF", title="ADVISORY-The flood story is delayed")
    assert draft("NITF", title="Advisory board resigns").title == "Advisory board resigns"
    assert draft(title="ADVISORY-Not from an agency").title.startswith("ADVISORY")


@pytest.mark.parametrize(
    "title",
    [
        "AFP World News Agenda for March 5",
        "AP Top News Digest at 6 p.m. EST",
        "AP News Budget",
        "Reuters World News Schedule at 1000 GMT/6 AM ET",
        "dpa-Tagesvorschau für Dienstag, 5. März",
        "EFE previsiones del 5 de marzo",
        "The AP's Sports Diary: Tuesday",
    ],
)
def test_lists_of_what_an_agency_will_have_are_no_stories(title: str) -> None:
    with pytest.raises(NoteToEditors):
        parsed("NITF", title=title)
    assert draft(title=title).title == title


@pytest.mark.parametrize(
    "title",
    [
        "AP budget cuts hit newsroom",
        "Reuters agenda in court",
        "AP sports editor dies at 61",
        "AFP news agency hires 5 reporters",
        "PA state budget: House votes",
        "World news agenda for March",
        "Reuters schedules talks for 5 March",
        "APEC business agenda: 5 points",
    ],
)
def test_stories_about_agencies_are_stories(title: str) -> None:
    assert draft("NITF", title=title).title == title
