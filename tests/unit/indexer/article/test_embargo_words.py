"""Embargoes that only the words of an article say."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import Origin, RawArticle
from indexer.article.embargo_words import embargo_in_words
from indexer.article.records import parse_record
from indexer.errors import BadArticle

ISSUED = datetime(2026, 3, 3, 12, tzinfo=UTC)


def said(line: str) -> datetime | None:
    return embargo_in_words("A dam is built", ("", line, "The dam is 90 m high."), ISSUED, None)


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("EMBARGOED UNTIL 00:01 GMT ON THURSDAY 5 MARCH 2026", "05 00:01"),
        ("*** STRICTLY EMBARGOED UNTIL 0001HRS (GMT), THURSDAY 5TH MARCH 2026 ***", "05 00:01"),
        ("Under embargo until 6 a.m. EST on March 5, 2026", "05 11:00"),
        ("NOT FOR RELEASE BEFORE 10:00 A.M. EASTERN TIME, MARCH 5, 2026", "05 15:00"),
        ("HOLD FOR RELEASE UNTIL 9:00 AM ET, MARCH 5, 2026 - PLEASE NOTE", "05 14:00"),
        ("Embargoed until noon, 5 March 2026 UK time", "05 12:00"),
        ("Embargo: 5 March 2026, 10:00 CET", "05 09:00"),
        ("Sous embargo jusqu’au 5 mars 2026 à 00h01 (heure de Paris)", "04 23:01"),
        # Without a zone: when the hour has come everywhere.
        ("Strictly embargoed until 00.01hrs Thursday 5 March", "05 12:01"),
        ("SPERRFRIST BIS DONNERSTAG, 5. MÄRZ 2026, 10 UHR", "05 22:00"),
        ("Sperrfrist: 5. März 2026, 00:01 Uhr", "05 12:01"),
        ("EMBARGO HASTA LAS 00:01 DEL 5 DE MARZO DE 2026", "05 12:01"),
        ("EMBARGADO HASTA LAS 00.01 GMT DEL 5 DE MARZO DE 2026", "05 00:01"),
        ("Embargado até 5 de março de 2026 às 10:00", "05 22:00"),
        ("Sperrefrist: 5. mars 2026 kl. 10.00", "05 22:00"),
        ("Klausuleret til 5. marts 2026 kl. 10.00", "05 22:00"),
        ("엠바고: 2026년 3월 5일 18:00", "06 06:00"),
        ("Embargo tot 5 maart 2026 10.00 uur", "05 22:00"),
        ("解禁日時：2026年3月5日 18:00", "06 06:00"),
        # A zone that is the name of three.
        ("Embargoed until 5 March 2026 at 00:01 IST", "05 12:01"),
    ],
)
def test_the_end_of_an_embargo_is_read(line: str, end: str) -> None:
    assert said(line) == datetime.fromisoformat(f"2026-03-{end}").replace(tzinfo=UTC)
    headline = f"{line.strip('* ')}: dam is built"
    assert embargo_in_words(headline, (), ISSUED, None) == said(line)


@pytest.mark.parametrize(
    "line",
    [
        "Embargo on Russian oil: EU agrees new rules for 2026",
        "Embargo until 2030 agreed by 27 states",
        "Embargo until 5 March 2026 was a mistake, minister says",
        "Embargoed goods worth 2 million seized in port.",
        "EMBARGO: 50 COUNTRIES SIGN",
        "The text was embargoed until 00:01 GMT on 5 March 2026",
        "FOR IMMEDIATE RELEASE",
    ],
)
def test_a_story_about_an_embargo_has_none(line: str) -> None:
    assert said(line) is None
    assert embargo_in_words(line, (), ISSUED, None) is None


@pytest.mark.parametrize("line", ["EMBARGOED UNTIL THURSDAY NOON", "Embargoed until 05/03/2026"])
def test_an_embargo_whose_end_cannot_be_read_holds_the_article_back(line: str) -> None:
    with pytest.raises(BadArticle, match="under an embargo whose end cannot be read"):
        said(line)


def test_a_record_says_it_by_its_key_else_by_its_words() -> None:
    line = "EMBARGOED UNTIL 00:01 GMT ON 5 MARCH 2026"
    for record in ({"text": f"{line}\n\nThe dam."}, {"paragraphs": [line, "The dam."]}):
        found = parse_record(RawArticle(Origin("x"), {"title": "A", **record}))
        assert found.embargo == datetime(2026, 3, 5, 0, 1, tzinfo=UTC)
        given = {"embargo": "2026-04-01T00:00:00Z", **record}
        other = parse_record(RawArticle(Origin("x"), {"title": "A", **given}))
        assert other.embargo == datetime(2026, 4, 1, tzinfo=UTC)


@given(st.text(max_size=60), st.sampled_from(["EMBARGOED UNTIL ", "Sperrfrist: ", "Embargo: ", ""]))
def test_any_line_has_an_end_none_or_a_sentence(text: str, head: str) -> None:
    with suppress(BadArticle):
        found = said(head + text)
        assert found is None or found.tzinfo is not None
