"""Newsletters as mail programs save them, and boxes of them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle
from indexer.article.records import parse_record
from indexer.sources.mail import MOST_LINES, MOST_NESTED, MOST_PARTS
from tests.support.reading import read, reasons, records

TEXT = "The weir at Fenland failed on Monday.\n\nFrom the hills one saw the water.\n"
PROSE = (
    "The weir at Fenland failed in the night of Monday, and the water reached the lower town "
    "within the hour, as people who live there said."
)
PAGE = f"""<html><head><title>Letter 7</title></head><body><p><a href="x">In a browser</a></p>
<h1>The weir fails</h1><p>{PROSE}</p><p>{PROSE.replace("weir", "dyke")}</p></body></html>"""
LIMIT = 100_000


def letter(subject: str = "The weir fails", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Fenland Bote – Morgen <brief@bote.example>"
    made["Subject"] = subject
    made["Date"] = "Mon, 09 Mar 2026 08:30:00 +0100"
    made["Message-ID"] = "<7@bote.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    return made


def plain(text: str = TEXT, **headers: str) -> bytes:
    made = letter(**headers)
    made.set_content(text)
    return made.as_bytes()


SAID: dict[str, Any] = {
    "id": "7@bote.example",
    "title": "The weir fails",
    "source": "Fenland Bote – Morgen",
    "published": "2026-03-09T08:30:00+01:00",
}


@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a"])
def test_a_letter_in_plain_text(name: str) -> None:
    (record,) = records(read(plain(f"{TEXT}-- \nFenland Bote, Weir Road 1\n"), name))
    assert {**record, "text": record["text"].strip()} == {**SAID, "text": TEXT.strip()}


def test_of_a_letter_in_html_the_text_is_found_as_on_a_page() -> None:
    made = letter(List_Post="<https://bote.example/p/weir>")
    made.set_content("See it in a browser: https://bote.example/p/weir")
    made.add_alternative(PAGE, subtype="html")
    made.add_attachment("Not this one.", filename="a.txt")
    (found,) = read(made.as_bytes(), "a.eml", LIMIT)
    assert isinstance(found, RawArticle)
    assert {key: found.record[key] for key in SAID} == SAID
    assert found.record["url"] == "https://bote.example/p/weir"
    assert found.record["paragraphs"] == [PROSE, PROSE.replace("weir", "dyke")]
    assert found.read_as == "mail"


@pytest.mark.parametrize("with_plain", [True, False])
def test_of_what_as_a_page_would_be_refused_all_of_the_text_stands(with_plain: bool) -> None:
    towns = [f"The water in town {n} falls by Friday, said its council." for n in range(12)]
    parts = [f'<h2><a href="x/{n}">Town {n}</a></h2><p>{town}</p>' for n, town in enumerate(towns)]
    made = letter(List_Post="<https://bote.example/p/weir>")
    if with_plain:
        made.set_content("\n\n".join(towns))
        made.add_alternative("".join(parts), subtype="html")
    else:
        made.set_content("".join(parts), subtype="html")
    (found,) = read(made.as_bytes(), "a.eml", LIMIT)
    assert isinstance(found, RawArticle)
    draft = parse_record(found)
    assert (draft.id, draft.url) == ("7@bote.example", "https://bote.example/p/weir")
    assert all(town in str(draft.body) for town in towns)
    assert "<h2>" not in str(draft.body)


def test_a_box_is_read_letter_by_letter() -> None:
    begin = b"From brief@bote.example Mon Mar  9 08:30:00 2026\n"
    escaped = plain().replace(b"\nFrom the hills", b"\n>From the hills")
    empty = letter()
    empty["X-Nothing"] = "in it"
    box = begin + escaped + b"\n" + begin + empty.as_bytes() + b"\n\n" + begin + escaped
    found = read(box, "a.mbox")
    texts = [one.record["text"] for one in found if isinstance(one, RawArticle)]
    assert [text.strip() for text in texts] == [TEXT.strip()] * 2
    ((line, reason),) = reasons(found)
    assert reason == "There is no text in the mail."
    assert line == 1 + (begin + escaped + b"\n").count(b"\n")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Fwd: Re: The weir fails", "The weir fails"),
        ("WG: Wehr bricht", "Wehr bricht"),
        ("Reaction: the weir", "Reaction: the weir"),
        ("Überschwemmung in Łódź", "Überschwemmung in Łódź"),
    ],
)
def test_the_subject_is_the_title_without_how_it_was_passed_on(subject: str, title: str) -> None:
    (record,) = records(read(plain(subject=subject), "a.eml"))
    assert record["title"] == title


def test_lines_that_only_flow_are_joined() -> None:
    made = plain("The weir at \nFenland failed.\n\nNobody was hurt.\n")
    made = made.replace(b'charset="utf-8"', b'charset="utf-8"; format=flowed')
    (record,) = records(read(made, "a.eml"))
    assert record["text"].strip() == "The weir at Fenland failed.\n\nNobody was hurt."


def test_headers_that_cannot_be_read_stay_as_they_are() -> None:
    made = plain().replace(b"Subject: The weir fails", b"Subject: =?x-none?q?The=20weir?=")
    made = made.replace(b"Mon, 09 Mar 2026 08:30:00 +0100", b"soon")
    (record,) = records(read(made, "a.eml"))
    assert record["title"] == "=?x-none?q?The=20weir?="
    assert "published" not in record


REPORT = plain().replace(b"text/plain", b"multipart/report; boundary=x")
SEALED = plain().replace(b"text/plain", b"application/pkcs7-mime")
NESTED = b"Content-Type: multipart/mixed; boundary=x\n\n" * (MOST_NESTED + 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (REPORT, "what became of another one"),
        (SEALED, "is encrypted"),
        (plain("\n"), "no text in the mail"),
        (plain() + b"\nContent-Type: text/plain\n" * (MOST_PARTS + 1), "more parts"),
        (plain() + NESTED, "more parts"),
        (plain().replace(b"text/plain;", b"text/plain" + b"; a=b" * 2000 + b";"), "too much"),
        (plain() + b"\n" * MOST_LINES, "lines"),
    ],
)
def test_what_is_no_article_is_refused(data: bytes, sentence: str) -> None:
    ((_, reason),) = reasons(read(data, "a.eml", 1_000_000))
    assert sentence in reason


def test_a_letter_over_the_limit_is_a_reject_and_the_next_one_is_read() -> None:
    begin = b"From brief@bote.example Mon Mar  9 08:30:00 2026\n"
    box = begin + plain("word " * 3000) + b"\n" + begin + plain()
    found = read(box, "a.mbox")
    assert len(found) == 2
    assert "limit" in reasons(found)[0][1]
    assert isinstance(found[1], RawArticle)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_whatever_stands_in_a_letter_is_read_or_refused(noise: bytes, at: int) -> None:
    data = plain()
    assert read(data[:at] + noise + data[at:], "a.eml", LIMIT)
