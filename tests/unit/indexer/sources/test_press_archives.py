"""Text exports of press archives: Nexis and Factiva."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import RawArticle, Reject
from indexer.sources import factiva, nexis
from indexer.sources.formats import detect
from tests.support.reading import buffered, read, records

FIRST = "The weir at Fenland failed on Monday night, and the water stood in the lower town."
SECOND = "Update: nobody was hurt, the mayor said. IN 2019 it had held."

CLASSIC = f"""
                               1 of 2 DOCUMENTS

                             The Fenland Times

                        March 9, 2026 Monday 10:15 AM GMT
                             Final Edition

Weir fails

BYLINE: By Ada Fenn
 and Li Wei

SECTION: NEWS; Pg. 5

LENGTH: 212 words

DATELINE: Fenland

 {FIRST}

 {SECOND}

LOAD-DATE: March 9, 2026

LANGUAGE: ENGLISH

             Copyright 2026 Fenland Times Ltd
                     All Rights Reserved

                               2 of 2 DOCUMENTS

                             The Fenland Times

                             March 10, 2026 Tuesday

Weir mended

LENGTH: 12 words

{FIRST}

URL: https://fen.example/mended
"""

OLD = f"""
                               1 of 1 DOCUMENT

                 Copyright 2026 The Fenland Times
                           The Fenland Times

                March 9, 2026, Monday, Late Edition - Final

LENGTH: 21 words

HEADLINE: Weir
fails

BYLINE:  By Ada Fenn and Li Wei

BODY:
   {FIRST}

   {SECOND}

GRAPHIC: Photo: The weir
"""

UNI = f"""Weir
fails

The Fenland Times

March 9, 2026 Monday 10:15 AM GMT

Copyright 2026 Fenland Times Ltd All Rights Reserved


Section: NEWS; Version:1
Length: 212 words
Byline: Ada Fenn and Li Wei
Body


{FIRST}

{SECOND}

Load-Date: March 9, 2026


End of Document
"""

CODED = f"""HD   Weir fails
BY   By Ada Fenn and Li Wei
WC   212 words
PD   9 March 2026
ET   10:15
SN   The Fenland Times
SC   FENT
LA   English
CY   Copyright 2026 Fenland Times Ltd
LP   The weir at Fenland failed on Monday night,
     and the water stood in the lower town.
TD   {SECOND}
CO   fen : Fenland
AN   Document FENT000020260309em3900001

HD   Weir mended
PD   10 March 2026
SN   The Fenland Times
LP   {FIRST}
AN   Document FENT000020260310em3a00002

Search Summary
Text\tweir
"""

BARE = f"""Weir fails
By Ada Fenn and Li Wei
212 words
9 March 2026
10:15
The Fenland Times
FENT
5
English
Copyright 2026 Fenland Times Ltd. All rights reserved.

{FIRST}

{SECOND}

Document FENT000020260309em3900001
"""


@pytest.mark.parametrize("text", [CLASSIC, OLD, UNI, CODED, BARE])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_parts_of_an_article(text: str, ends: str) -> None:
    data = text.replace("\n", ends).encode()
    form = detect("export.txt", data)
    found = records(read(data, "export.txt"))
    first = found[0]

    assert form is (factiva.FORMAT if text in (CODED, BARE) else nexis.FORMAT)
    assert len(found) == (2 if text in (CLASSIC, CODED) else 1)
    assert first["title"] == "Weir fails"
    assert first["source"] == "The Fenland Times"
    assert first["paragraphs"] == [FIRST, SECOND]
    assert first["published"].startswith("9 March" if text in (CODED, BARE) else "March 9, 2026")
    assert ("10:15" in first["published"]) == (text is not OLD)
    names = first["authors"].removeprefix("By ")
    assert names == "Ada Fenn and Li Wei"


def test_what_tells_articles_apart() -> None:
    classic = records(read(CLASSIC.encode(), "a.txt"))
    coded = records(read(CODED.encode(), "a.txt"))

    assert classic[1]["url"] == "https://fen.example/mended"
    assert [one["title"] for one in classic] == ["Weir fails", "Weir mended"]
    assert classic[0]["section"] == "NEWS"
    assert [one["id"] for one in coded] == [
        "FENT000020260309em3900001",
        "FENT000020260310em3a00002",
    ]
    assert coded[0]["lang"] == "en"


@pytest.mark.parametrize(
    "text",
    [
        "Weir fails\n\n212 words were too few.\n\nBody: none.",
        "HD television comes to Fenland\n\nBY NOON all had it.",
        "Lead of the day\n\nLength: 12 metres\n\nThe weir is long.",
        "1 of 2 documents was lost\n\nThe town looks for it.",
    ],
)
def test_other_texts_are_none_of_these(text: str) -> None:
    form = detect("a.txt", text.encode())
    assert not isinstance(form, str)
    assert form.name == "plain text"


PIECES = st.lists(
    st.sampled_from(
        [*CLASSIC.splitlines()[:20], *UNI.splitlines(), *CODED.splitlines(), *BARE.splitlines()]
    ),
    max_size=30,
)


@given(PIECES)
def test_any_order_of_lines_is_read_or_refused(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    for form in (nexis.FORMAT, factiva.FORMAT):
        found = list(form.read(buffered(data), "a", 100_000))
        assert all(isinstance(one, RawArticle | Reject) for one in found)


def test_a_field_of_a_million_lines_takes_seconds() -> None:
    head = b"1 of 2 DOCUMENTS\nThe Harbour Post\nMarch 4, 2024 Monday\nThe quay\n"
    begin = time.process_time()
    (found,) = records(read(head + b"BYLINE: Ann\n" * 400_000, "a.txt", 20_000_000))
    assert time.process_time() - begin < 5
    assert len(found["authors"]) == 4 * 400_000 - 1


def test_articles_are_handed_on_as_they_are_read() -> None:
    data = b"HD The quay\nPD 4 March 2024\nLP It is closed.\n" * 100_000
    found = factiva.read_factiva(BytesIO(data), "a.txt", 20_000_000)
    first = next(found)
    begin = time.process_time()
    second = next(found)
    assert time.process_time() - begin < 0.1
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.origin.line, second.origin.line) == (1, 2)
