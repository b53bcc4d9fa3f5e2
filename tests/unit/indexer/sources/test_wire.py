"""Items of agencies in the IPTC's formats."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.article.draft import Item, RawArticle, Reject
from indexer.sources import newsml_1, newsml_g2, ninjs, nitf
from indexer.sources.formats import detect

FIRST = "Aldino (xyz) - The river Mera has flooded the old town."
LAST = "The bridge stays closed until Friday, the mayor said."

G2 = f"""<?xml version="1.0" encoding="iso-8859-1"?>
<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>
<newsItem guid="urn:newsml:xyz.example:20260304:flood" version="3" xml:lang="en">
<itemMeta><itemClass qcode="ninat:text"/><provider qcode="nprov:XYZ"/>
<versionCreated>2026-03-04T10:00:00+01:00</versionCreated>
<firstCreated>2026-03-04T06:00:00+01:00</firstCreated><pubStatus qcode="stat:STATUS"/></itemMeta>
<contentMeta><headline role="hld:sub">A second line</headline><headline>Flood in Aldíno</headline>
<by>Jana Holl</by><genre qcode="genre:Current"><name>Current</name></genre></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>
<header><ul><li>Weather</li></ul><h1>Flood in Aldíno</h1></header>
<section><p>{FIRST}</p><p>{LAST}</p></section>
<section class="nonpublic"><p>Desk telephone: 0123</p></section></body></html></inlineXML>
<inlineData contenttype="text/plain">Flood: short</inlineData></contentSet></newsItem>
<newsItem guid="p" version="1"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta></newsItem>
</itemSet></newsMessage>"""

NITF = f"""<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf.dtd">
<nitf><head><title>Slug</title><docdata management-status="usable"><doc-id id-string="XYZ.1"/>
<date.issue norm="20260304T060000+0100"/></docdata></head>
<body xml:lang="en"><body.head><hedline><hl1>Flood in Aldíno</hl1></hedline>
<byline>By Jana Holl</byline></body.head>
<body.content><media><media-caption>A boat</media-caption></media><p>{FIRST}</p><p>{LAST}</p>
</body.content></body></nitf>"""

NEWSML_1 = f"""<?xml version="1.0"?><NewsML Version="1.2"><NewsItem><Identification>
<NewsIdentifier><NewsItemId>flood</NewsItemId><RevisionId PreviousRevision="1">2</RevisionId>
<PublicIdentifier>urn:newsml:xyz.example:20260304:flood:2</PublicIdentifier></NewsIdentifier>
</Identification><NewsManagement><FirstCreated>20260304T060000+0100</FirstCreated>
<ThisRevisionCreated>20260304T100000+0100</ThisRevisionCreated><Status FormalName="Usable"/>
</NewsManagement><NewsComponent><NewsLines><HeadLine>Flood in Aldíno</HeadLine></NewsLines>
<DescriptiveMetadata><Language FormalName="en"/></DescriptiveMetadata>
<ContentItem><DataContent><p>{FIRST}</p><p>{LAST}</p></DataContent></ContentItem>
</NewsComponent></NewsItem></NewsML>"""

NINJS_1 = {
    "uri": "urn:xyz:flood", "version": "3", "type": "text", "pubstatus": "usable",
    "language": "en", "versioncreated": "2026-03-04T10:00:00+01:00",
    "headline": "Flood in Aldíno", "body_text": f"{FIRST} {LAST}",
    "body_xhtml": f"<p>{FIRST}</p><p>{LAST}</p>",
}  # fmt: skip
NINJS_3 = {
    "uri": "urn:xyz:flood", "version": "3", "type": "text", "pubStatus": "usable",
    "language": "en", "versionCreated": "2026-03-04T10:00:00+01:00",
    "headlines": [{"role": "short", "value": "Flood"},
                  {"role": "main", "value": "Flood in Aldíno"}],
    "bodies": [{"role": "plain", "contentType": "text/plain", "value": FIRST},
               {"role": "web", "contentType": "text/html", "value": f"<p>{FIRST}<p>{LAST}"}],
}  # fmt: skip


def items(text: str | bytes) -> list[Item]:
    data = text if isinstance(text, bytes) else text.encode()
    shape = detect("", data[:8192])
    assert not isinstance(shape, str), shape
    return list(shape.read(io.BufferedReader(io.BytesIO(data)), "in", 10**7))


def record(text: str) -> dict[str, Any]:
    found = items(text)[0]
    assert isinstance(found, RawArticle), found
    return dict(found.record)


@pytest.mark.parametrize(
    ("text", "guid", "version"),
    [
        (G2.replace("STATUS", "usable"), "urn:newsml:xyz.example:20260304:flood", "3"),
        (NITF, "XYZ.1", None),
        (NEWSML_1, "urn:newsml:xyz.example:20260304:flood:2", "2"),
        (json.dumps(NINJS_1), "urn:xyz:flood", "3"),
        (json.dumps([NINJS_3]), "urn:xyz:flood", "3"),
    ],
)
def test_an_item_is_read_with_what_makes_it_an_event(
    text: str, guid: str, version: str | None
) -> None:
    found = record(text)
    assert (found["id"], found.get("version"), found["status"]) == (guid, version, "usable")
    assert found["title"] == "Flood in Aldíno"
    assert found["lang"] == "en"
    assert (found["paragraphs"][0], found["paragraphs"][-1]) == (FIRST, LAST)
    assert len(found["paragraphs"]) == 2


def test_dates_in_the_compact_form_are_iso_dates() -> None:
    found = record(NEWSML_1)
    assert found["published"] == "2026-03-04T06:00:00+0100"
    assert found["updated"] == "2026-03-04T10:00:00+0100"


def test_items_that_are_no_text_are_refused_by_their_place() -> None:
    picture = items(G2)[1]
    assert isinstance(picture, Reject)
    assert (picture.origin.line, picture.reason) == (
        2,
        "The item is no text: its class is picture.",
    )


def test_entities_of_a_file_are_not_expanded() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><nitf>&b;'
    (found,) = items(bomb)
    assert isinstance(found, Reject)
    assert "entities" in found.reason


@pytest.mark.parametrize("reader", [newsml_1, newsml_g2, nitf, ninjs])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_items_or_sentences(reader: Any, data: bytes) -> None:
    for found in reader.FORMAT.read(io.BufferedReader(io.BytesIO(data)), "in", 10**6):
        assert isinstance(found, RawArticle | Reject)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["headline", "headlines", "bodies", "body_text", "body_html", "value",
                             "role", "type", "provider", "subject", "genre", "byline", "uri"]),
            inner, max_size=6,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_any_json_is_items_or_sentences(value: object) -> None:
    data = json.dumps(value).encode()
    for found in ninjs.FORMAT.read(io.BufferedReader(io.BytesIO(data)), "in", 10**6):
        assert isinstance(found, RawArticle | Reject)
