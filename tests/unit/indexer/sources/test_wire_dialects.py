"""Agencies write the IPTC's formats in ways of their own: codes, signals, languages, bylines."""

from __future__ import annotations

import json

import pytest

from indexer.article.draft import Item, Notice, RawArticle, Reject
from indexer.article.records import parse_event
from search.index.filters import EVER
from search.index.withdrawals import Withdrawn
from tests.support.reading import read, records
from tests.unit.indexer.sources.test_wire import (
    FIRST,
    G2,
    LAST,
    NEWSML_1,
    NINJS_1,
    NITF,
    items,
    record,
)

CANCELED = [
    {"pubstatus": "stat:canceled"},
    {"pubstatus": "http://cv.iptc.org/newscodes/pubstatusg2/canceled"},
    {"pubstatus": {"code": "canceled"}},
    {"pubstatus": "Recalled"},
    {"signals": "kill"},
    {"signals": [{"code": "sig:kill"}]},
    {"signal": ["sig:recall"]},
    {"updateaction": "kill"},
    {"headline": "MANDATORY KILL: Flood in Aldíno"},
    {"headline": "ANNULATION - Crue à Aldíno"},
    {"headline": "Meldung ZURÜCKGEZOGEN".upper()},
    {"ednote": "KILL. Do not use."},
]
NOT_CANCELED = [
    {"headline": "Kill the bill, they shouted"},
    {"headline": "KILL BILL is back"},
    {"headline": "CORRECTED: Flood in Aldíno", "signals": ["sig:correction"]},
    {"headline": "Withdrawn: minister leaves the talks"},
    {"ednote": "The former version was killed."},
]


def read_as(given: Item, name: str) -> RawArticle:
    assert isinstance(given, RawArticle)
    return RawArticle(given.origin, given.record, read_as=name)


def ninjs(**others: object) -> RawArticle:
    (found,) = items(json.dumps({**NINJS_1, **others}))
    return read_as(found, "ninjs")


@pytest.mark.parametrize("said", CANCELED)
def test_a_withdrawal_is_understood_however_it_is_said(said: dict[str, object]) -> None:
    found = parse_event(ninjs(**said))
    assert isinstance(found, Notice)
    assert found.withdrawal.status == Withdrawn.CANCELED


@pytest.mark.parametrize("said", NOT_CANCELED)
def test_a_word_of_withdrawals_within_a_story_withdraws_nothing(said: dict[str, object]) -> None:
    assert not isinstance(parse_event(ninjs(**said)), Notice)


def test_an_embargo_that_is_only_true_lasts() -> None:
    found = parse_event(ninjs(embargoed=True))
    assert not isinstance(found, Notice)
    assert found.embargo == EVER
    assert ninjs(embargo="2030-01-01T00:00:00Z").record["embargo"] == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize("kind", ["story", "article", "Text", "composite", ""])
def test_what_is_not_called_a_picture_or_the_like_may_be_a_text(kind: str) -> None:
    assert ninjs(type=kind).record["paragraphs"] == [FIRST, LAST]


def test_a_composite_item_with_a_text_is_one_and_others_are_not() -> None:
    text = G2.replace("ninat:text", "ninat:composite")
    assert record(text)["paragraphs"] == [FIRST, LAST]
    refused = items(NEWSML_1.replace(f"<p>{FIRST}</p><p>{LAST}</p>", "").replace(
        "<ContentItem>", '<ContentItem><MediaType FormalName="Photo"/>'))  # fmt: skip
    assert [one.reason for one in refused if isinstance(one, Reject)] == [
        "The item is no text: its media type is Photo."
    ]


def test_of_several_languages_the_one_of_the_item_is_read() -> None:
    body = "<html><body><p>Ein viel längerer Text.</p></body></html>"
    other = f'<inlineXML xml:lang="de">{body}</inlineXML>'
    text = G2.replace("<contentSet><inlineXML ", f'<contentSet>{other}<inlineXML xml:lang="en-GB" ')
    text = text.replace(
        "<headline>", '<headline xml:lang="de">Flut</headline><headline xml:lang="en">'
    )
    text = text.replace("<contentMeta>", '<contentMeta><language tag="en"/>')
    found = record(text.replace(LAST, "End."))
    assert (found["title"], found["paragraphs"]) == ("Flood in Aldíno", [FIRST, "End."])


def test_authors_are_the_names_in_bylines() -> None:
    byline = "<byline>By <person>Jana Holl</person><byttl>Staff Writer</byttl></byline>"
    assert record(NITF.replace("<byline>By Jana Holl</byline>", byline))["authors"] == ["Jana Holl"]
    byline = "<byline>By Jana Holl<byttl>Staff Writer</byttl> and Li Wei</byline>"
    text = NITF.replace("<byline>By Jana Holl</byline>", byline)
    assert record(text)["authors"] == ["Jana Holl", "Li Wei"]
    text = G2.replace("<by>Jana Holl</by>", "<by>Von Jana Holl und Li Wei, xyz</by>")
    assert record(text)["authors"] == ["Jana Holl", "Li Wei"]


def test_keys_in_another_spelling_are_those_of_ninjs() -> None:
    item = {"uri": "tag:a:1", "type": "text", "headLine": "Bridge", "byLine": "Ann Bell",
            "bodyXhtml": "<p>One.</p><p>Two.</p>", "pubStatus": "usable"}  # fmt: skip
    (found,) = records(read(json.dumps({"data": {"item": item}}).encode(), "a.json"))
    assert (found["title"], found["authors"]) == ("Bridge", ["Ann Bell"])
    assert found["paragraphs"] == ["One.", "Two."]


def test_what_is_near_to_ninjs_and_names_its_parts_otherwise_is_read_as_it() -> None:
    (found,) = items(
        json.dumps(
            {
                "urn": "urn:newsml:agency.example:20260309:7",
                "version": 2,
                "version_created": "2026-03-09T08:00:00Z",
                "pubstatus": "usable",
                "headline": "Wehr gebrochen",
                "article_html": f"<p>{FIRST}</p><p>{LAST}</p>",
                "language": "de",
                "genre": ["Vorschau"],
            }
        )
    )

    assert isinstance(found, RawArticle)
    assert found.record["id"] == "urn:newsml:agency.example:20260309:7"
    assert found.record["updated"] == "2026-03-09T08:00:00Z"
    assert found.record["paragraphs"] == [FIRST, LAST]
    assert found.record["meta"]["genres"] == ["Vorschau"]
