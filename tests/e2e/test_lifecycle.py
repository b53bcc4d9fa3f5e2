"""An agency's story from its first version to its end, in the wrong order: the command."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import Run

GUID = "urn:newsml:xyz.example:20260304:flood"


def item(version: int, status: str, text: str = "", more: str = "") -> str:
    body = f"<inlineXML><html><body><p>{text}</p></body></html></inlineXML>" if text else ""
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{GUID}"
version="{version}"><itemMeta><itemClass qcode="ninat:text"/>
<versionCreated>2026-03-04T1{version}:00:00Z</versionCreated>{more}
<pubStatus qcode="stat:{status}"/><edNote>Names were confused.</edNote></itemMeta>
<contentMeta><headline>Flood in Aldino</headline></contentMeta>
<contentSet>{body}</contentSet></newsItem>"""


def test_a_story_and_its_end_in_the_wrong_order(polywire: Run, tmp_path: Path) -> None:
    def ingested(name: str, text: str) -> dict[str, int]:
        (tmp_path / name).write_text(text, encoding="utf-8")
        run = polywire("ingest", name, "--json", "--index", "news")
        assert run.returncode == 0, run.stderr
        summary: dict[str, int] = json.loads(run.stdout)
        return summary

    def found() -> list[str]:
        run = polywire("search", "river", "--json", "--index", "news", "--mode", "lexical")
        return [hit["id"] for hit in json.loads(run.stdout)["hits"]]

    def shown() -> dict[str, object]:
        document: dict[str, object] = json.loads(
            polywire("show", GUID, "--json", "--index", "news").stdout
        )
        return document

    assert ingested("kill.xml", item(3, "canceled"))["withdrawn"] == 1
    assert ingested("one.xml", item(1, "usable", "The river rises."))["stale"] == 1
    assert found() == []
    gone = shown()
    assert (gone["status"], gone["withdrawn"], gone["why"], gone["paragraphs"]) == (
        "canceled",
        "2026-03-04T13:00:00Z",
        "Names were confused.",
        [],
    )
    assert "its text is gone" in polywire("show", GUID, "--index", "news").stdout
    for command in ("history", "similar"):
        refused = polywire(command, GUID, "--index", "news")
        assert refused.returncode == 2
        assert "has withdrawn the article" in refused.stderr
        assert "Names were confused." in refused.stderr
    assert polywire("delete", GUID, "--yes", "--index", "news").returncode == 0
    assert polywire("show", GUID, "--index", "news").returncode == 2

    later = "<embargoed>2100-01-01T00:00:00Z</embargoed>"
    told = ingested("two.xml", item(2, "usable", "The river falls.", later))
    assert (told["added"], told["embargoed"]) == (1, 1)
    assert found() == []
    assert (
        "no search finds it before 2100-01-01" in polywire("show", GUID, "--index", "news").stdout
    )
    assert ingested("four.xml", item(4, "usable", "The river fell."))["updated"] == 1
    assert found() == [GUID]


def test_a_withdrawn_article_by_its_address(polywire: Run, tmp_path: Path) -> None:
    address = "https://bote.example/2026/dam"
    versions = ({"text": "The dam holds."}, {"status": "withdrawn", "why": "Wrong dam."})
    for name, version in zip(("one.jsonl", "gone.jsonl"), versions, strict=True):
        (tmp_path / name).write_text(
            json.dumps({"url": address, "title": "Dam", "lang": "en", **version}), encoding="utf-8"
        )
        assert polywire("ingest", name, "--index", "news").returncode == 0
    linked = f"{address}?utm_source=letter"
    assert "Wrong dam" in polywire("show", linked, "--index", "news").stdout
    assert "Wrong dam" in polywire("history", linked, "--index", "news").stderr
    assert polywire("delete", linked, "--yes", "--index", "news").returncode == 0
    assert "made of this address" in polywire("show", linked, "--index", "news").stderr
