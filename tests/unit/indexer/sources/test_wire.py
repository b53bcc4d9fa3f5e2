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
from indexer.sources.wire_ids import item_id
from indexer.sources.xml_tree import MOST_ELEMENTS

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
        (NEWSML_1, "urn:newsml:xyz.example:20260304:flood:1", "2"),
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


def newsml_1_with(public: str, own: str, revision: str) -> str:
    text = NEWSML_1.replace("urn:newsml:xyz.example:20260304:flood:2", public)
    text = text.replace("<NewsItemId>flood<", f"<NewsItemId>{own}<")
    return text.replace('PreviousRevision="1">2<', f'PreviousRevision="0">{revision}<')


@pytest.mark.parametrize(
    ("public", "own", "revision", "guid"),
    [
        ("urn:newsml:xyz.example:20260304:a:1", "a", "1", "urn:newsml:xyz.example:20260304:a:1"),
        ("urn:newsml:xyz.example:20260304:a:7U", "a", "7", "urn:newsml:xyz.example:20260304:a:1N"),
        ("urn:newsml:xyz.example", "4711", "3", "urn:newsml:xyz.example:4711"),
        ("urn:newsml:xyz.example", "0", "0", "urn:newsml:xyz.example:20260304T060000+0100"),
        ("", "4711", "3", "4711"),
    ],
)
def test_revisions_are_one_item_and_items_that_share_an_identifier_are_not(
    public: str, own: str, revision: str, guid: str
) -> None:
    assert record(newsml_1_with(public, own, revision))["id"] == guid


@pytest.mark.parametrize(
    ("guid", "version", "known_by"),
    [
        # A number of the revision in the id.
        ("urn:newsml:xyz.example:20260304:flood:2", "2", "urn:newsml:xyz.example:20260304:flood:1"),
        ("urn:newsml:xyz.example:4711:2U", "2", "urn:newsml:xyz.example:4711:1N"),
        ("20260304-flood_v2", "2", "20260304-flood"),
        ("https://xyz.example/item?id=7&version=12", "12", "https://xyz.example/item?id=7"),
        # A number that is the item's own.
        ("urn:newsml:xyz.example:20260304:2", "2", "urn:newsml:xyz.example:20260304:2"),
        ("urn:xyz:2026:flood:12", "2", "urn:xyz:2026:flood:12"),
        ("tag:xyz.example,2026:2", "2", "tag:xyz.example,2026:2"),
        # Ids that are the same for all items, or all of a day.
        ("urn:newsml:xyz.example", "1", "urn:newsml:xyz.example:own"),
        ("urn:newsml:xyz.example:20260304", "1", "urn:newsml:xyz.example:20260304:own"),
        ("urn:newsml:xyz:20260304T101500Z:", "1", "urn:newsml:xyz:20260304T101500Z:own"),
        ("tag:xyz.example,2026:", "1", "tag:xyz.example,2026:own"),
        ("https://xyz.example/", "1", "https://xyz.example:own"),
        ("0", "1", "0:own"),
    ],
)  # fmt: skip
def test_an_item_is_known_by_what_its_versions_share(
    guid: str, version: str, known_by: str
) -> None:
    assert item_id(guid, version, ("", "own", "more")) == known_by


def test_a_guid_that_many_items_share_stands_beside_the_id() -> None:
    guid = "urn:newsml:xyz.example:20260304"
    made = "2026-03-04T06:00:00+01:00"
    text = G2.replace("STATUS", "usable").replace(f"{guid}:flood", guid)
    inside = {**NINJS_1, "uri": guid, "altids": {"etag": "x3", "desk": "4711"}}
    later = {**NINJS_3, "uri": guid, "firstCreated": made}
    shared = NITF.replace("XYZ.1", guid).replace(
        "<date.issue", '<du-key key="flood" version="2"/><date.issue'
    )
    found = [record(one) for one in (text, json.dumps(inside), json.dumps([later]), shared)]
    assert [one["id"] for one in found] == [
        f"{guid}:{made}", f"{guid}:4711", f"{guid}:{made}", f"{guid}:flood:20260304",
    ]  # fmt: skip
    assert {one["meta"]["guid"] for one in found} == {guid}


def test_an_article_without_an_id_goes_by_its_key_of_the_day() -> None:
    key = '<du-key key="FLOOD" version="2"/><date.issue'
    found = record(NITF.replace('<doc-id id-string="XYZ.1"/>', "").replace("<date.issue", key))
    assert (found["id"], found["version"]) == ("FLOOD:20260304", "2")


def test_a_date_of_release_that_nobody_filled_in_holds_nothing_back() -> None:
    form = '<date.release norm="YYYYMMDD000000-HHMM"/></docdata>'
    assert "embargo" not in record(NITF.replace("</docdata>", form))
    held = record(NITF.replace("</docdata>", form).replace("usable", "embargoed"))
    assert held["embargo"] == "YYYYMMDD000000-HHMM"


def test_a_withdrawal_says_why_and_what_else_is_withdrawn() -> None:
    said = "<edNote>Wrong person.</edNote><pubStatus"
    killed = record(G2.replace("<pubStatus", said, 1).replace("STATUS", "canceled"))
    assert (killed["status"], killed["why"]) == ("canceled", "Wrong person.")
    about = 'management-status="canceled" management-doc-idref="XYZ.0"'
    gone = record(NITF.replace('management-status="usable"', about))
    assert (gone["status"], gone["withdraws"]) == ("canceled", ["XYZ.0"])
    held = record(json.dumps({**NINJS_1, "pubstatus": "withheld", "ednote": "Facts are checked."}))
    assert (held["status"], held["why"]) == ("withheld", "Facts are checked.")
    usable = record(json.dumps({**NINJS_1, "ednote": "For the desk."}))
    assert "desk" not in json.dumps(usable)


def test_signals_withdraw_what_has_no_such_status() -> None:
    kill = '<signal qcode="sig:kill"/></itemMeta>'
    text = G2.replace("STATUS", "usable").replace("</itemMeta>", kill, 1)
    assert record(text)["status"] == "canceled"
    update = G2.replace("STATUS", "usable").replace("</itemMeta>", kill.replace("kill", "update"))
    assert record(update)["status"] == "usable"
    assert record(json.dumps({**NINJS_1, "editorialtypes": ["Withhold"]}))["status"] == "withheld"
    told = NEWSML_1.replace(
        "</NewsManagement>", '<Instruction FormalName="Kill"/></NewsManagement>'
    )
    assert record(told)["status"] == "canceled"


@pytest.mark.parametrize(
    ("note", "embargo"),
    [
        ("EMBARGOED UNTIL 00:01 GMT on March 5, 2030", "2030-03-05T00:01:00+00:00"),
        ("Embargoed until 6 March 2026 10:00 CET. Desk: 0123", "2026-03-06T09:00:00+00:00"),
        ("Sperrfrist: 5. März 2030, 12:00 MEZ", "2030-03-05T11:00:00+00:00"),
        ("EMBARGOED UNTIL THE SPEECH ENDS", True),
        ("Adds quotes from the speech on the embargo", None),
        ("The embargo until Monday was lifted.", None),
    ],
)
def test_an_embargo_of_which_only_a_note_speaks(note: str, embargo: object) -> None:
    noted = G2.replace("<pubStatus", f"<edNote>{note}</edNote><pubStatus", 1)
    assert record(noted).get("embargo") == embargo
    own = noted.replace("<pubStatus", "<embargoed>2031-01-01T00:00:00Z</embargoed><pubStatus", 1)
    assert record(own)["embargo"] == "2031-01-01T00:00:00Z"


def test_embargoes_of_each_format() -> None:
    until = "2026-03-05T00:00:00Z"
    held = record(G2.replace("<pubStatus", f"<embargoed>{until}</embargoed><pubStatus", 1))
    assert held["embargo"] == until
    assert record(G2.replace("<pubStatus", "<embargoed/><pubStatus", 1))["embargo"] is True
    released = NITF.replace("<date.issue", '<date.release norm="20260305T000000Z"/><date.issue')
    assert record(released)["embargo"] == until
    assert "embargo" not in record(NITF)
    assert record(json.dumps({**NINJS_1, "embargoed": until}))["embargo"] == until
    assert record(json.dumps({**NINJS_1, "pubstatus": "embargoed"}))["embargo"] is True
    soon = (
        f'<StatusWillChange><FutureStatus FormalName="Usable"/><DateAndTime>{until}</DateAndTime>'
        "</StatusWillChange></NewsManagement>"
    )
    text = NEWSML_1.replace("</NewsManagement>", soon).replace('"Usable"/>\n', '"Embargoed"/>\n')
    assert record(text)["embargo"] == until


def test_items_in_what_an_api_answers_with() -> None:
    item = {
        "altids": {"itemid": "f14d", "etag": "f14d_0a2"},
        "uri": "https://api.xyz.example/content/f14d?qt=who-asked",
        "version": 3, "type": "text", "pubstatus": "usable", "language": "en",
        "versioncreated": "2026-03-04T10:00:00Z", "headline": "Flood",
        "bylines": [{"by": "J. Holl"}],
    }  # fmt: skip
    text = {"body_html": f"<p>{FIRST}</p><p>{LAST}</p>", "headline": "not this one"}
    found = record(json.dumps({"api_version": "2.0", "data": {"item": item}, "nitf": text}))
    assert (found["id"], found["version"], found["title"]) == ("f14d", "3", "Flood")
    assert (found["paragraphs"], found["authors"]) == ([FIRST, LAST], ["J. Holl"])
    feed = {"data": {"items": [{"item": item}, {"item": {**item, "altids": {"itemid": "b"}}}]}}
    ids = [one.record["id"] for one in items(json.dumps(feed)) if isinstance(one, RawArticle)]
    assert ids == ["f14d", "b"]


@pytest.mark.parametrize(
    ("reader", "frame"),
    [
        (nitf, "<nitf><body><body.content>%s</body.content></body></nitf>"),
        (
            newsml_g2,
            "<newsItem guid='a'><contentSet><inlineXML>%s</inlineXML></contentSet></newsItem>",
        ),
        (newsml_1, "<NewsML><NewsItem><NewsComponent>%s</NewsComponent></NewsItem></NewsML>"),
    ],
)
def test_an_item_of_more_elements_than_any_has_is_refused(reader: Any, frame: str) -> None:
    data = (frame % ("<p>a</p>" * MOST_ELEMENTS)).encode()
    (item,) = reader.FORMAT.read(io.BufferedReader(io.BytesIO(data)), "in", 10**8)
    assert isinstance(item, Reject)
    assert item.reason == "The item has more than 100,000 elements; is it one article?"


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
