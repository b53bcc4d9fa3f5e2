"""`polywire ingest --dry-run`: what would be stored, without an index."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.command import Run

PAGE = """<html lang="de"><head><title>Brücke gesperrt | Tal-Bote</title>
<meta property="og:site_name" content="Tal-Bote"></head><body><article><h1>Brücke gesperrt</h1>
<p>Die Brücke über die Mera ist seit Montag für den gesamten Verkehr gesperrt worden.</p>
<p>Fachleute wollen das Bauwerk am Freitag untersuchen, teilte die Gemeinde am Abend mit.</p>
</article></body></html>"""


def _sources(folder: Path) -> None:
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    (folder / "wire.jsonl").write_text(
        '{"id": "7", "text": "The dam broke.", "published": "2026-03-04T06:15:00+01:00"}\n'
        '{"id": 8}\n'
    )


def test_lines_for_programs_say_what_would_be_stored_and_what_is_refused(
    polywire: Run, tmp_path: Path
) -> None:
    _sources(tmp_path)
    run = polywire("ingest", "--dry-run", "--jsonl", "page.txt", "wire.jsonl")
    assert run.returncode == 3
    page, wire, refused = map(json.loads, run.stdout.splitlines())
    assert (page["title"], page["lang"], page["source"]) == ("Brücke gesperrt", "de", "Tal-Bote")
    assert len(page["paragraphs"]) == 2
    assert (page["input"], page["read_as"]) == ("page.txt", "HTML pages")
    assert (wire["id"], wire["published"], wire["place"]) == ("7", "2026-03-04T05:15:00Z", 1)
    assert refused.keys() == {"input", "place", "refused"}
    assert (refused["input"], refused["place"]) == ("wire.jsonl", 2)
    assert {path.name for path in tmp_path.iterdir()} == {"page.txt", "wire.jsonl"}


def test_what_holds_an_article_back_is_shown(polywire: Run, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "title": "A", "post_status": "future", "post_type": "post",
         "post_date_gmt": "2031-03-04 06:15:00"},
        {"id": 2, "text": "EMBARGOED UNTIL 00:01 GMT ON 5 MARCH 2031\n\nThe dam broke."},
        {"id": 3, "text": "The dam broke."},
    ]  # fmt: skip
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = polywire("ingest", "--dry-run", "--jsonl", "rows.jsonl")
    held = [json.loads(line).get("embargo") for line in run.stdout.splitlines()]
    assert held == ["2031-03-04T06:15:00Z", "2031-03-05T00:01:00Z", None]


def test_a_table_for_people(polywire: Run, tmp_path: Path) -> None:
    _sources(tmp_path)
    run = polywire("ingest", "--dry-run", "page.txt", "wire.jsonl")
    assert run.returncode == 3
    assert "Brücke gesperrt" in run.stdout
    assert "refused: wire.jsonl, line 2: The article has no text" in run.stdout
    assert "2 articles would be stored, 1 refused. Nothing was written." in run.stdout


def test_lines_are_for_a_dry_run_only(polywire: Run, tmp_path: Path) -> None:
    _sources(tmp_path)
    run = polywire("ingest", "--jsonl", "wire.jsonl")
    assert (run.returncode, run.stdout) == (2, "")
    assert "--jsonl goes with --dry-run" in run.stderr
