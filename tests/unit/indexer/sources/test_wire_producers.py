"""Items as agencies' systems send them: in envelopes, with captions, with who made them."""

from __future__ import annotations

import json

import pytest

from indexer.article.draft import RawArticle, Reject
from tests.support.reading import read, records
from tests.unit.indexer.sources.test_wire import FIRST, G2, LAST, NEWSML_1, NITF, record

MANY = 10**6
USABLE = G2.replace("STATUS", "usable").replace("iso-8859-1", "utf-8")
CAPTION = """<NewsComponent><Role FormalName="Photo"/><NewsComponent><Role FormalName="Caption"/>
<ContentItem><DataContent><p>A boat on the market square of the old town, where the water stood as
high as the windows of the ground floors, on Wednesday morning.</p><p>Another boat, further up the
river, with the people whom it took to the other bank.</p></DataContent></ContentItem>
</NewsComponent></NewsComponent></NewsComponent></NewsItem>"""


def bare(text: str) -> str:
    """Return a document without what may stand at its beginning only."""
    return text[text.index("<n") :] if "<NewsML" not in text else text[text.index("<NewsML") :]


@pytest.mark.parametrize(
    ("text", "name"), [(USABLE, "NewsML-G2"), (NITF, "NITF"), (NEWSML_1, "NewsML 1")]
)
def test_items_in_an_envelope_are_read_as_alone(text: str, name: str) -> None:
    inner = bare(text)
    data = f'<?xml version="1.0"?><delivery><note>To all</note>{inner}</delivery>'.encode()
    (found, *others) = read(data, "in.xml", MANY)
    assert isinstance(found, RawArticle), found
    assert found.read_as == name
    assert found.record["paragraphs"] == [FIRST, LAST]
    assert len(others) == (name == "NewsML-G2")  # the picture in the message


def test_an_item_in_utf_16_is_told_as_any_other() -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        data = NITF.replace('"1.0"', '"1.0" encoding="UTF-16"').encode(encoding)
        (found,) = records(read(data, "in.xml", MANY))
        assert (found["title"], found["paragraphs"]) == ("Flood in Aldíno", [FIRST, LAST])


def test_what_an_item_declares_counts_where_it_is_not_utf_8() -> None:
    text = NITF.replace('"1.0"', '"1.0" encoding="windows-1251"').replace("Aldíno", "Алдино")
    (found,) = records(read(text.encode("cp1251"), "in.xml", MANY))
    assert found["title"] == "Flood in Алдино"


def test_a_caption_is_not_the_text_however_long() -> None:
    text = NEWSML_1.replace("</NewsComponent></NewsItem>", CAPTION)
    assert record(text)["paragraphs"] == [FIRST, LAST]
    # of a picture alone, it is all there is
    alone = text.replace(f"<p>{FIRST}</p><p>{LAST}</p>", "")
    assert record(alone)["paragraphs"][0].startswith("A boat")


@pytest.mark.parametrize(
    "note",
    ['<note noteclass="editorsnote">', '<note class="nonpublic">', '<note type="editorial-note">'],
)
def test_a_note_to_editors_in_a_text_is_left_out(note: str) -> None:
    text = NITF.replace(f"<p>{LAST}</p>", f"<p>{LAST}</p>{note}<p>Call the desk: 0123</p></note>")
    assert record(text)["paragraphs"] == [FIRST, LAST]


@pytest.mark.parametrize(
    ("made", "authors"),
    [
        ("<creator><name>Ayşe Yılmaz</name></creator>", ["Ayşe Yılmaz"]),
        ('<creator qcode="x:1"><name>Reuters</name></creator>', None),
        ("<creator><name>jh</name></creator>", None),
        ("<creator><name>Li Wei</name></creator><by>By Jana Holl</by>", ["Jana Holl"]),
    ],
)
def test_who_made_an_item_is_its_author_where_nobody_signs(
    made: str, authors: list[str] | None
) -> None:
    found = record(USABLE.replace("<by>Jana Holl</by>", made))
    assert found.get("authors") == authors


def test_the_byline_of_the_text_within_counts() -> None:
    within = f"<body.head><byline>Jana Holl</byline></body.head><body.content><p>{FIRST}</p>"
    text = USABLE.replace("<by>Jana Holl</by>", "").replace(f"<p>{FIRST}</p>", within)
    assert record(text.replace("</section>", "</body.content></section>", 1))["authors"] == [
        "Jana Holl"
    ]


def test_an_agency_beside_people_is_no_author() -> None:
    item = {"uri": "urn:xyz:1", "type": "text", "versionCreated": "2026-03-04T10:00:00Z",
            "headline": "Flood", "body_text": FIRST, "infoSources": [{"name": "XYZ"}],
            "by": "Von Jana Holl und Li Wei, xyz"}  # fmt: skip
    found = record(json.dumps(item))
    assert (found["authors"], found["source"]) == (["Jana Holl", "Li Wei"], "XYZ")
    assert record(json.dumps(item | {"by": "dpa"}))["authors"] == ["dpa"]
    for byline in ("By Jana Holl, Associated Press", "Por Jana Holl, da agência xyz"):
        assert record(json.dumps(item | {"by": byline}))["authors"] == ["Jana Holl"]


def test_an_id_with_its_version_behind_it_is_that_of_the_item() -> None:
    item = {"uri": "tag:xyz.example,2026:newsml_FLOOD1:5", "version": "5", "headLine": "Flood",
            "versionedGuid": "tag:xyz.example,2026:newsml_FLOOD1:5", "bodyXhtml": f"<p>{FIRST}</p>",
            "versionCreated": "2026-03-04T10:00:00Z", "pubStatus": "usable"}  # fmt: skip
    assert (
        record(json.dumps({"data": {"item": item}}))["id"] == "tag:xyz.example,2026:newsml_FLOOD1"
    )


def test_the_text_of_an_item_within_a_feed_is_without_its_head() -> None:
    feed = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>
    <entry><title>Flood in Aldíno</title><id>urn:xyz:1</id><updated>2026-03-04T10:00:00Z</updated>
    <content type="text/xml">{bare(NITF)}</content></entry></feed>"""
    (found,) = records(read(feed.encode(), "wire.xml", MANY))
    assert found["paragraphs"] == [FIRST, LAST]


def test_documents_behind_each_other_are_all_read() -> None:
    other = NITF.replace("XYZ.1", "XYZ.2")
    for between in ("", "\n\n"):
        found = records(read(f"{NITF}{between}{other}".encode(), "in.xml", MANY))
        assert [one["id"] for one in found] == ["XYZ.1", "XYZ.2"]
    # one that is broken costs itself only
    bomb = '<?xml version="1.0"?><!DOCTYPE nitf [<!ENTITY a "b">]><nitf></nitf>'
    first, broken, last = read(f"{NITF}{bomb}{other}".encode(), "in.xml", MANY)
    assert isinstance(broken, Reject)
    assert "entities" in broken.reason
    assert [isinstance(one, RawArticle) for one in (first, last)] == [True, True]


@pytest.mark.parametrize(
    "bodies",
    [
        {"body_nonpublic": "<p>Call the desk: 0123</p>", "body_text": f"{FIRST}\n\n{LAST}"},
        {"body_teaser": "<p>Flood</p>", "body_text": f"{FIRST}\n\n{LAST}"},
        {"bodies": [{"role": "internal", "contentType": "text/html", "value": "<p>Desk</p>"},
                    {"role": "summary", "contentType": "text/html", "value": "<p>Flood</p>"},
                    {"contentType": "text/html", "value": f"<p>{FIRST}</p><p>{LAST}</p>"}]},
    ],
)  # fmt: skip
def test_of_several_texts_the_whole_one_for_the_public_is_read(bodies: dict[str, object]) -> None:
    item = {"uri": "urn:xyz:1", "type": "text", "versionCreated": "2026-03-04T10:00:00Z",
            "headline": "Flood", **bodies}  # fmt: skip
    assert record(json.dumps(item))["paragraphs"] == [FIRST, LAST]


def test_what_is_not_for_the_public_is_not_even_read_alone() -> None:
    item = {"uri": "urn:xyz:1", "type": "text", "versionCreated": "2026-03-04T10:00:00Z",
            "headline": "Flood", "body_nonpublic": "<p>Call the desk: 0123</p>"}  # fmt: skip
    assert "paragraphs" not in record(json.dumps(item))
