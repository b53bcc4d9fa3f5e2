"""Wire texts of before XML."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import Notice, RawArticle, Reject
from indexer.article.records import parse_event
from indexer.sources.formats import detect
from indexer.sources.iptc_7901 import FORMAT, read_iptc_7901

FIRST = (
    "The weir at Fenland failed on Monday, and the water\r\n"
    "stood in the lower town within the hour.\r\n"
)
SECOND = "Nobody was hurt, the mayor of the town said at noon.\r\n"

IPTC = (
    "\x16\x16\x01dpa0123 4 vm 123 dpa 0456\r\n\x02\r\nWeir/Fenland/\r\nWeir fails =\r\n"
    f"By Ada Fenn\r\n   Fenland (dpa) - {FIRST}   {SECOND}\r\ndpa af yy n1\r\n   af/br\r\n"
    "\x03\r\n090800 GMT Mär 26\r\n\x04"
)
ANPA = (
    "\x01a0123reuv\x1f\r\nr i \x14BC-WEIR:FENLAND 03-09 0123\r\n\x02BC-WEIR\x14\r\nWeir fails\r\n"
    f"\tFENLAND (AP) -- {FIRST}\t{SECOND}\x03\r\nAP-NY-03-09-26 0300EST\r\n\x04"
)
TELEX = (
    f"ZCZC\r\nABC123\r\nu i bc-weir 03-09 0123\r\n\r\nWeir fails\r\nFENLAND (AP) -- {FIRST}\r\n"
    f"{SECOND}NNNN\r\n"
)


def read(data: bytes) -> list[RawArticle | Reject]:
    return list(read_iptc_7901(io.BytesIO(data), "wire.txt", 1_000_000))


@pytest.mark.parametrize(
    ("text", "agency", "published", "known_by"),
    [
        (IPTC, "dpa", "2026-03-09T08:00:00+00:00", "dpa0123-2026-03-09"),
        (ANPA, "AP", "2026-03-09T03:00:00-05:00", "a0123-2026-03-09"),
        (TELEX, "AP", None, None),
    ],
)
def test_the_parts_of_a_message(
    text: str, agency: str, published: str | None, known_by: str | None
) -> None:
    data = text.encode("latin-1")
    (found,) = read(data)

    assert detect("wire.txt", data) is FORMAT
    assert isinstance(found, RawArticle)
    assert found.record["title"] == "Weir fails"
    assert found.record["source"] == agency
    assert found.record.get("published") == published
    assert found.record.get("id") == known_by
    first, second = found.record["paragraphs"][:2]
    assert first.partition(") ")[2].lstrip("- ") == " ".join(FIRST.split())
    assert second == SECOND.strip()


def test_the_byline_is_no_headline_and_initials_are_no_text() -> None:
    (found,) = read(IPTC.encode("latin-1"))

    assert isinstance(found, RawArticle)
    assert found.record["authors"] == ["Ada Fenn"]
    assert len(found.record["paragraphs"]) == 2


CODED = (
    "\x16\x16\x01W2870\x1f_asian\nf l\x13\x11 BC-EU--Weir-Failure     03-09 1049\n"
    "\x02^BC-EU--Weir Failure, 1st Ld-Writethru,466<\n^Weir fails in Fenland <\n"
    "^AP Photo XNP101, XNP102<\n^Eds: With AP Photos.<\n^Nobody was hurt when it failed.<\n"
    "^By ADA FENN=\n^Associated Press=\n"
    "\t   FENLAND (AP) _ The weir failed _ ``at last,'' the mayor said.\n \n\t   Nobody was hurt.\n"
    "\n\t   ___\n\n\t   AP-WF-03-09-26 1509GMT<\n\x03AP-WF-03-09-26 1509GMT<\n\x0c\n\x04"
)


def test_codes_for_machines_that_set_type_are_no_text() -> None:
    for text in (CODED, CODED.replace("\n", " \r\n")):
        (found,) = read(text.encode())
        assert isinstance(found, RawArticle)
        assert found.record["title"] == "Weir fails in Fenland"
        assert found.record["authors"] == ["ADA FENN"]
        assert found.record["source"] == "AP"
        assert found.record["paragraphs"][:2] == [
            "FENLAND (AP) — The weir failed — “at last,” the mayor said.",
            "Nobody was hurt.",
        ]


def test_without_a_headline_it_is_the_slug_and_without_a_text_the_lines() -> None:
    alert = CODED.replace("^Weir fails in Fenland <\n", "").replace(
        "^Nobody was", "^(Eds: Nobody was"
    )
    (found,) = read(alert.replace("it failed.<", "it failed.)<").encode())
    assert isinstance(found, RawArticle)
    assert found.record["title"] == "BC-EU--Weir Failure"

    head, _, _ = CODED.partition("^AP Photo")
    (found,) = read(f"{head}^One<\n^Two<\n\x03AP-WF-03-09-26 1509GMT<\n\x04".encode())
    assert isinstance(found, RawArticle)
    assert found.record["paragraphs"] == ["One", "Two"]


BARE = (
    "eca00075 3 i 510    dpa 1003\n\n/weir/Fenland/\n2ND LEAD\n3RD NET\nWeir fails\n"
    f"By Ada Fenn, dpa  =\n \nFenland (dpa) - {FIRST}\n{SECOND}\n# Notebook\n\n## Internet links\n"
    "- [Weir](https://k.example/7)\n\n* * * *\nThe following information is not intended for "
    "publication\n\n## Editorial contacts\n- Editing by: A B, +49 30 1\n\ndpa af yy\n\n{0}"
)


@pytest.mark.parametrize(
    ("end", "sent"), [("090800 GMT Mar 26\n", "2026-03-09T08:00:00+00:00"), ("", None)]
)
def test_a_message_may_have_lost_its_control_characters(end: str, sent: str | None) -> None:
    data = BARE.replace("{0}", end).encode()
    (found,) = read(data)
    assert detect("a.txt", data) is FORMAT
    assert isinstance(found, RawArticle)
    assert found.record["title"] == "Weir fails"
    assert found.record["authors"] == ["Ada Fenn"]
    assert found.record.get("published") == sent
    assert found.record["paragraphs"][1:] == [SECOND.strip()]


@pytest.mark.parametrize(
    ("dateline", "agency"),
    [
        ("SAITAMA, Japan, Dec. 9 Kyodo - The weir failed.", "Kyodo"),
        ("Paris (ats afp) The weir failed at noon.", "ats afp"),
    ],
)
def test_the_agency_stands_in_the_dateline(dateline: str, agency: str) -> None:
    head = "\x01a0105K\x1f_k-\nu s BC-Weir   09-12 0344\n\x02BC-Weir\nWeir: it fails+\n"
    (found,) = read(f"{head}     {dateline}\n==Kyodo\n\x03KWS-21:37-09-12-18\x04".encode())
    assert isinstance(found, RawArticle)
    assert found.record["source"] == agency
    assert found.record["title"] == "Weir: it fails"
    assert found.record["paragraphs"] == [dateline]
    assert found.record["published"] == "2018-12-09T21:37:00"


def test_what_is_for_editors_is_no_headline() -> None:
    noted = IPTC.replace("Weir fails =", "(New: details)\r\nWeir\r\nfails =")
    (found,) = read(noted.encode("latin-1"))

    assert isinstance(found, RawArticle)
    assert found.record["title"] == "Weir fails"


def test_a_text_about_telex_is_a_text() -> None:
    assert detect("a.txt", b"ZCZC is how a telex begins\n\nIt ends with NNNN.\n") is not FORMAT


def test_several_messages_in_a_file_have_their_numbers() -> None:
    found = read((IPTC + ANPA).encode("latin-1"))

    assert [one.origin.line for one in found] == [1, 2]


def test_a_kill_is_no_story() -> None:
    killed = IPTC.replace("Weir fails =", "KILL - Weir fails")
    (found,) = read(killed.encode("latin-1"))

    assert isinstance(found, RawArticle)
    assert isinstance(
        parse_event(RawArticle(found.origin, found.record, read_as=FORMAT.name)), Notice
    )


@pytest.mark.parametrize(
    ("note", "others"),
    [
        ("Please do not use dpa0111, which was sent in error.", ["dpa0111-2026-03-09"]),
        ("Please kill dpa 0111 and dpa 0112.", ["dpa0111-2026-03-09", "dpa0112-2026-03-09"]),
        ("Please do not use dpa0111 of 8 March.", []),
        ("Please do not use dpa0123, and not xyz0111.", []),
    ],
)
def test_a_kill_names_the_message_that_it_withdraws(note: str, others: list[str]) -> None:
    killed = IPTC.replace("Weir fails =", "KILL - Weir fails").replace(SECOND, f"{note}\r\n")
    (found,) = read(killed.encode("latin-1"))
    assert isinstance(found, RawArticle)
    notice = parse_event(RawArticle(found.origin, found.record, read_as=FORMAT.name))

    assert isinstance(notice, Notice)
    assert notice.withdrawal.id == "dpa0123-2026-03-09"
    assert [one.id for one in notice.others] == others


def test_numbers_in_a_story_withdraw_nothing() -> None:
    named = IPTC.replace(SECOND, "See dpa0111 for the weather.\r\n")
    (found,) = read(named.encode("latin-1"))
    assert isinstance(found, RawArticle)
    assert "withdraws" not in found.record


@given(st.binary(max_size=400), st.sampled_from([b"\x01dpa0123 4 vm\x02", b"ZCZC\n", b""]))
def test_any_bytes_are_articles_or_a_sentence(data: bytes, head: bytes) -> None:
    for one in read(head + data):
        assert isinstance(one, RawArticle) or one.reason.endswith(".")
