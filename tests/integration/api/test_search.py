"""Questions over HTTP, on both engines: the command line's document, options, pages, counts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config.cli import application
from search.api.answers.shapes import Counts, SearchAnswer, StatusAnswer
from tests.support.serving import Served, article, sample, serving

QUESTION = "flood on the river Lerna"


def ids(answer: dict[str, Any]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def test_get_post_and_the_command_line_give_one_document(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"q": QUESTION, "limit": 5, "facets": True, "histogram": "month", "lang": "de,en"}
    got = desk.ok("GET", "/v1/search", params=options)
    posted = desk.ok("POST", "/v1/search", json=options | {"lang": ["de", "en"]})
    monkeypatch.setenv("POLYWIRE_ELASTICSEARCH__REPLICAS", "0")
    words = ["search", QUESTION, "--limit", "5", "--facets", "--histogram", "month"]
    words += ["--lang", "de,en", "--json", "--index", desk.settings.index]
    run = CliRunner().invoke(application("search"), words)
    assert run.exit_code == 0, run.output
    printed = json.loads(run.stdout)
    for answer in (got, posted, printed):
        assert answer.pop("took_ms") > 0
    assert got == posted == printed
    assert got["hits"]


def test_the_documented_shape_is_the_shape(desk: Served) -> None:
    options = {"q": QUESTION, "facets": True, "histogram": "day", "cursor": "*"}
    answer = desk.ok("GET", "/v1/search", params=options)
    shaped = SearchAnswer.model_validate(answer).model_dump(mode="json", exclude_unset=True)
    assert shaped == answer
    counts = desk.ok("GET", "/v1/facets", params={"q": QUESTION, "histogram": "month"})
    assert Counts.model_validate(counts).model_dump(mode="json") == counts
    status = desk.ok("GET", "/v1/status")
    assert StatusAnswer.model_validate(status).model_dump(mode="json") == status


def test_a_question_finds_the_coverage_in_other_languages(desk: Served) -> None:
    answer = desk.ok("GET", "/v1/search", params={"q": QUESTION, "limit": 10})
    assert {hit["lang"] for hit in answer["hits"] if hit["id"].startswith("flood-lerna")} >= {"en"}
    assert len({hit["lang"] for hit in answer["hits"]}) > 1


@pytest.mark.parametrize(
    ("options", "passes"),
    [
        ({"lang": "de"}, lambda hit: hit["lang"] == "de"),
        ({"lang": "de,FR"}, lambda hit: hit["lang"] in ("de", "fr")),
        ({"q": f"{QUESTION} lang:de"}, lambda hit: hit["lang"] == "de"),
        ({"section": "world"}, lambda hit: hit["section"] == "world"),
        ({"tag": "floods"}, lambda hit: "floods" in hit["tags"]),
        ({"after": "2026-09"}, lambda hit: hit["published"] >= "2026-09"),
        ({"before": "2026-09-01"}, lambda hit: hit["published"] < "2026-09"),
        ({"on": "2026-08-14"}, lambda hit: hit["published"].startswith("2026-08-14")),
        ({"source": "Northgate Courier"}, lambda hit: hit["source"] == "Northgate Courier"),
        ({"mode": "vector"}, lambda hit: list(hit["legs"]) == ["vector"]),
        ({"mode": "lexical"}, lambda hit: list(hit["legs"]) == ["lexical"]),
    ],
)
def test_options_narrow(
    desk: Served, options: dict[str, str], passes: Callable[[dict[str, Any]], bool]
) -> None:
    answer = desk.ok("GET", "/v1/search", params={"q": QUESTION, "limit": 50} | options)
    assert answer["hits"]
    assert all(passes(hit) for hit in answer["hits"])


def test_newest_first_without_words(desk: Served) -> None:
    answer = desk.ok("GET", "/v1/search", params={"sort": "date", "limit": 20})
    published = [hit["published"] for hit in answer["hits"] if hit["published"]]
    assert published == sorted(published, reverse=True)
    assert len(published) >= 19


def test_pages_are_stable_while_articles_are_written(desk: Served) -> None:
    question = {"q": QUESTION, "limit": 7}
    whole = ids(desk.ok("GET", "/v1/search", params={"q": QUESTION, "limit": 200}))
    page = desk.ok("GET", "/v1/search", params={**question, "cursor": "*"})
    seen = ids(page)
    for number in range(3):  # they would be first, and push the rest down
        body = article(text=QUESTION, title=QUESTION, id=f"pushing-{number}")
        desk.ok("PUT", f"/v1/articles/pushing-{number}", json=body)
        assert ids(desk.ok("GET", "/v1/search", params=question))[0].startswith("pushing")
        page = desk.ok("GET", "/v1/search", params={"cursor": page["next"], "limit": 7})
        seen += ids(page)
    while page["next"]:
        page = desk.ok("GET", "/v1/search", params={**question, "cursor": page["next"]})
        seen += ids(page)
    for number in range(3):
        desk.http.delete(f"/v1/articles/pushing-{number}")
    assert seen == whole


def test_paging_reaches_the_last_of_what_was_found(desk: Served) -> None:
    many = [article(id=f"last-{n}", text=f"Quagga number {n}.", title="") for n in range(230)]
    desk.ok("POST", "/v1/articles", json=many)
    page = desk.ok(
        "GET", "/v1/search", params={"q": "quagga", "mode": "lexical", "limit": 100, "cursor": "*"}
    )
    assert page["total"] == 230
    seen = ids(page)
    while page["next"]:
        page = desk.ok("GET", "/v1/search", params={"cursor": page["next"], "limit": 100})
        seen += ids(page)
    assert sorted(seen) == sorted(each["id"] for each in many)
    whole = desk.ok("GET", "/v1/search", params={"q": "quagga", "cursor": "*", "limit": 1})
    seen = []
    while whole["next"]:
        whole = desk.ok("GET", "/v1/search", params={"cursor": whole["next"], "limit": 200})
        seen += ids(whole)
    assert len(seen) == whole["total"] - 1
    for each in many:
        desk.http.delete(f"/v1/articles/{each['id']}")


def test_notes_are_in_every_kind_of_answer(desk: Served) -> None:
    query = {"q": 'titel:flood "open', "source": "harbour"}
    answer = desk.ok("GET", "/v1/search", params=query)
    counts = desk.ok("GET", "/v1/facets", params=query)
    assert any("write title:flood" in note for note in answer["notes"])
    assert any("never closed" in note for note in answer["notes"])
    assert any("Did you mean The Harbour Ledger?" in note for note in answer["notes"])
    assert set(counts["notes"]) <= set(answer["notes"])
    exported = desk.http.get("/v1/export", params=query)
    assert "write title:flood" in exported.headers["x-polywire-notes"]


def test_a_cursor_does_not_fit_another_question(desk: Served) -> None:
    page = desk.ok("GET", "/v1/search", params={"q": QUESTION, "limit": 5, "cursor": "*"})
    other = desk.http.get("/v1/search", params={"q": "election", "cursor": page["next"]})
    assert other.status_code == 400
    assert desk.http.get("/v1/search", params={"cursor": "gone.5"}).status_code == 410
    assert desk.http.get("/v1/search", params={"cursor": "nonsense"}).status_code == 400


def test_counts_agree_with_the_corpus(desk: Served) -> None:
    counts = desk.ok("GET", "/v1/facets", params={"tag": "floods"})
    expected = [each for each in sample() if "floods" in each.get("tags", ())]
    assert counts["total"] == len(expected)
    assert sum(each["count"] for each in counts["facets"]["lang"]) == len(expected)
    everything = desk.ok("GET", "/v1/facets")
    assert everything["total"] >= len(sample())
    assert everything["counted"] == "matches"


def test_an_export_by_words_is_complete(desk: Served) -> None:
    found = desk.http.get("/v1/export", params={"q": "election", "mode": "lexical"})
    assert found.headers["x-polywire-exhaustive"] == "true"
    hits = [json.loads(line) for line in found.text.splitlines()]
    total = desk.ok("GET", "/v1/search", params={"q": "election", "mode": "lexical"})["total"]
    assert len(hits) == total > 0
    assert [hit["rank"] for hit in hits] == list(range(1, total + 1))


def test_an_export_as_csv_is_safe_in_a_spreadsheet(desk: Served) -> None:
    formula = '=HYPERLINK("http://evil.example","quokkas")'
    desk.ok("PUT", "/v1/articles/formula", json=article(title=formula, source="@sum"))
    exported = desk.http.get("/v1/export", params={"q": "quokkas", "format": "csv", "bom": "true"})
    assert exported.headers["content-type"].startswith("text/csv")
    assert exported.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
    row = next(row for row in rows if row["id"] == "formula")
    assert row["title"] == f"'{formula}"
    assert row["source"] == "'@sum"
    desk.http.delete("/v1/articles/formula")


def test_whole_articles_are_exported_and_can_be_ingested_again(desk: Served, plain: Served) -> None:
    exported = desk.http.get("/v1/export", params={"format": "articles", "lang": "de"})
    articles = [json.loads(line) for line in exported.text.splitlines()]
    assert len(articles) == sum(each["lang"] == "de" for each in sample())
    sent = plain.http.post(
        "/v1/articles", content=exported.content, headers={"Content-Type": "application/x-ndjson"}
    )
    outcomes = {json.loads(line).get("outcome") for line in sent.text.splitlines()[:-1]}
    assert outcomes <= {"added", "unchanged"}  # unchanged, where the other engine came first
    for each in articles:
        path = f"/v1/articles/{each['id']}"
        assert plain.http.get(path).headers["etag"] == desk.http.get(path).headers["etag"]


def test_words_and_whole_articles_do_not_go_together(desk: Served) -> None:
    refused = desk.http.get("/v1/export", params={"q": "flood", "format": "articles"})
    assert refused.status_code == 400


def test_no_more_exports_than_allowed_at_once(
    new_index: Callable[[str], str], folder: Path
) -> None:
    with serving(folder, new_index("embedded"), streams=1, client_s=5) as served:
        many = [article(id=f"e{n}", text="word " * 2000) for n in range(300)]
        for start in range(0, 300, 100):
            served.ok("POST", "/v1/articles", json=many[start : start + 100])
        with served.http.stream("GET", "/v1/export", params={"format": "articles"}) as slow:
            assert slow.status_code == 200
            refused = served.http.get("/v1/export")
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "10"
        # The one that was broken off lets the next one in.
        assert _soon(lambda: served.http.get("/v1/export", params={"limit": 1}).status_code != 503)


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        ({}, 400, "query is empty"),
        ({"q": " "}, 400, "query is empty"),
        ({"q": '"open', "strict": True}, 400, "never closed"),
        ({"q": "x", "lang": "Germanish"}, 400, "not a language code"),
        ({"q": "x", "after": "soon"}, 400, "not a date"),
        ({"q": "x", "recency": "soon"}, 400, "not a half-life"),
        ({"q": "x", "limit": "0"}, 422, "limit"),
        ({"q": "x", "limit": "201"}, 422, "limit"),
        ({"q": "x", "limit": "many"}, 422, "limit"),
        ({"q": "x", "mode": "magic"}, 422, "mode"),
        ({"q": "x", "limt": "5"}, 422, "limt"),
        ({"q": "x" * 10_001}, 422, "q"),
    ],
)
def test_what_is_wrong_with_a_question_is_said(
    desk: Served, options: dict[str, str], status: int, sentence: str
) -> None:
    response = desk.http.get("/v1/search", params=options)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert sentence in problem["detail"]
    assert problem["status"] == status
    assert problem["instance"].endswith(response.headers["x-request-id"])


def _soon(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    import time

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_names_in_other_scripts_can_be_left_out(desk: Served) -> None:
    def named(**given: Any) -> set[str]:
        answer = desk.ok("GET", "/v1/search", params={"q": "Kesari", **given})
        assert answer["names"] is (given.get("names", "true") == "true")
        return {hit["lang"] for hit in answer["hits"] if "names" in hit["legs"]}

    assert named() == named(names="true") >= {"ar", "hi", "ja"}
    assert named(names="false") == set()
    posted = desk.ok("POST", "/v1/search", json={"q": "Kesari", "names": False})
    assert posted["names"] is False
    exported = desk.http.get("/v1/export", params={"q": "Kesari", "names": "false"}).text
    assert '"names"' not in exported
    assert '"names"' in desk.http.get("/v1/export", params={"q": "Kesari"}).text
