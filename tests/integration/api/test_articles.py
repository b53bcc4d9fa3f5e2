"""Articles over HTTP, on both engines and through workers: put, fetched, deleted, sent by many."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from indexer.text.cleaning import clean_line
from search.api.answers.article_shapes import ArticleAnswer, Outcomes
from tests.support.serving import ENGINES, LINES, TOGETHER, Served, article, ndjson

AWKWARD_IDS = ["a/b", "100%", "ü–ß", "sp ace", "q?x=1#y", "..", "日本", "x" * 512]


@pytest.fixture(scope="module", params=[*ENGINES, *TOGETHER])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def put(desk: Served, name: str, body: object, **headers: str) -> tuple[int, dict[str, object]]:
    response = desk.http.put(
        f"/v1/articles/{quote(name, safe='')}",
        json=body,
        headers={key.replace("_", "-"): value for key, value in headers.items()},
    )
    return response.status_code, response.json()


def test_an_article_lives_its_life(desk: Served) -> None:
    path = "/v1/articles/life"
    created = desk.http.put(path, json=article())
    assert created.status_code == 201
    assert created.headers["location"] == path
    assert created.json() == {"id": "life", "outcome": "added"}

    kept = desk.ok("GET", path)
    assert kept["title"] == article()["title"]
    assert kept["paragraphs"] == article()["text"].split("\n\n")
    assert kept["published"] == "2026-03-02T08:00:00Z"
    ArticleAnswer.model_validate(kept)
    assert set(kept) == set(ArticleAnswer.model_fields) - {"suspicious", "embargo"}

    assert put(desk, "life", article()) == (200, {"id": "life", "outcome": "unchanged"})
    assert put(desk, "life", article(section="ports"))[1]["outcome"] == "updated"
    assert desk.ok("GET", path)["section"] == "ports"

    assert desk.http.delete(path).status_code == 204
    assert desk.http.get(path).status_code == 404
    assert desk.http.delete(path).status_code == 404


def test_what_was_fetched_can_be_put_back_and_changes_nothing(desk: Served) -> None:
    name = "flood-lerna.en-2"
    kept = desk.ok("GET", f"/v1/articles/{name}")
    assert put(desk, name, kept) == (200, {"id": name, "outcome": "unchanged"})


def test_a_withdrawn_article_is_gone_and_says_why(desk: Served) -> None:
    first = article(text="A numbat was seen.", version=1, updated="2026-03-02T09:00:00Z")
    assert put(desk, "gone", first)[1]["outcome"] == "added"
    kill = {"status": "canceled", "version": 2, "updated": "2026-03-02T10:00:00Z", "why": "Untrue"}
    status, outcome = put(desk, "gone", kill)
    assert (status, outcome["outcome"]) == (200, "withdrawn")
    assert put(desk, "gone", kill)[1]["outcome"] == "unchanged"
    answer = desk.http.get("/v1/articles/gone")
    assert (answer.status_code, answer.json()["type"]) == (
        410,
        "urn:polywire:problem:article-withdrawn",
    )
    assert "2026-03-02 10:00 UTC" in answer.json()["detail"]
    assert "Untrue" in answer.json()["detail"]
    assert desk.http.get("/v1/similar/gone").status_code == 410
    assert desk.ok("GET", "/v1/search?q=numbat&mode=lexical")["hits"] == []
    status, problem = put(desk, "gone", first)
    assert (status, problem["type"]) == (409, "urn:polywire:problem:article-stale")
    assert "Untrue" in str(problem["detail"])
    again = article(text="A numbat was seen.", version=3, updated="2026-03-02T11:00:00Z")
    assert put(desk, "gone", again)[1]["outcome"] == "added"
    assert desk.ok("GET", "/v1/articles/gone")["paragraphs"] == ["A numbat was seen."]
    # As `polywire delete` does: the note goes, and an old version is a new article.
    assert desk.http.delete("/v1/articles/gone").status_code == 204
    assert desk.http.get("/v1/articles/gone").status_code == 404
    assert desk.http.delete("/v1/articles/gone").status_code == 404
    assert put(desk, "gone", first)[0] == 201
    assert desk.http.delete("/v1/articles/gone").status_code == 204


def test_an_embargoed_article_is_not_shown_before_its_time(desk: Served) -> None:
    held = article(text="A bilby was seen.", embargo="2100-01-01T00:00:00Z")
    status, outcome = put(desk, "held", held)
    assert (status, outcome["outcome"]) == (201, "added")
    assert "before its embargo ends" in str(outcome["notes"])
    answer = desk.http.get("/v1/articles/held")
    assert answer.status_code == 404
    assert "under embargo until 2100-01-01" in answer.json()["detail"]
    assert desk.http.get("/v1/similar/held").status_code == 404
    assert desk.ok("GET", "/v1/search?q=bilby&mode=lexical")["hits"] == []
    put(desk, "held", {**held, "embargo": "2026-01-01T00:00:00Z"})
    kept = desk.ok("GET", "/v1/articles/held")
    assert kept["embargo"] == "2026-01-01T00:00:00Z"
    assert put(desk, "held", kept)[1]["outcome"] == "unchanged"
    found = desk.ok("GET", "/v1/search?q=bilby&mode=lexical")["hits"]
    assert [hit["id"] for hit in found] == ["held"]


def test_a_written_article_can_be_found_at_once(desk: Served) -> None:
    put(desk, "at-once", article(text="A quokka was seen in the botanical garden."))
    found = desk.ok("GET", "/v1/search?q=quokka&mode=lexical")
    assert [hit["id"] for hit in found["hits"]] == ["at-once"]
    desk.http.delete("/v1/articles/at-once")
    assert desk.ok("GET", "/v1/search?q=quokka&mode=lexical")["hits"] == []


@pytest.mark.parametrize("name", AWKWARD_IDS)
def test_ids_of_any_form(desk: Served, name: str) -> None:
    path = f"/v1/articles/{quote(name, safe='')}"
    if name == "..":
        path = "/v1/articles/%2E%2E"
    # Clients resolve dots in paths; what reaches the server is what counts.
    created = desk.http.put(path, json=article())
    if created.request.url.raw_path != path.encode():
        pytest.skip("this client does not send such a path")
    assert created.status_code == 201, created.text
    assert created.json()["id"] == name
    assert desk.ok("GET", path)["id"] == name
    assert desk.http.delete(path).status_code == 204


def test_an_unchanged_article_is_not_sent_again(desk: Served) -> None:
    put(desk, "tagged", article())
    first = desk.http.get("/v1/articles/tagged")
    tag = first.headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = desk.http.get("/v1/articles/tagged", headers={"If-None-Match": sent})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == tag
    put(desk, "tagged", article(section="new"))
    changed = desk.http.get("/v1/articles/tagged", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_conditions_on_writes(desk: Served) -> None:
    desk.http.delete("/v1/articles/guarded")
    assert put(desk, "guarded", article(), if_match="*")[0] == 412
    assert put(desk, "guarded", article(), if_none_match="*")[0] == 201
    assert put(desk, "guarded", article(section="x"), if_none_match="*")[0] == 412
    tag = desk.http.get("/v1/articles/guarded").headers["etag"]
    assert put(desk, "guarded", article(section="x"), if_match='"stale"')[0] == 412
    assert put(desk, "guarded", article(section="x"), if_match=tag)[0] == 200
    refused = desk.http.delete("/v1/articles/guarded", headers={"If-Match": tag})
    assert refused.status_code == 412
    assert refused.json()["type"] == "urn:polywire:problem:article-changed"


def test_a_date_of_the_future_is_marked_and_locks_nothing(desk: Served) -> None:
    put(desk, "future", article(updated="2062-01-01", published="2062-01-01"))
    stored = desk.ok("GET", "/v1/articles/future")
    assert stored["suspicious"] == ["published", "updated"]
    assert put(desk, "future", stored)[1]["outcome"] == "unchanged"
    status, outcome = put(desk, "future", article(text="New.", updated="2026-01-01"))
    assert (status, outcome["outcome"]) == (200, "updated")
    assert "suspicious" not in desk.ok("GET", "/v1/articles/future")


def test_an_id_belongs_to_its_source_and_an_address_to_one_article(desk: Served) -> None:
    desk.ok("POST", "/v1/articles", json=article(id="n100", source="Bote"))
    other = article(id="n100", source="Kurier", text="Other.", published="03/04/2026")
    (taken,) = desk.ok("POST", "/v1/articles", json=[other])["results"]
    assert (taken["id"], taken["outcome"]) == ("n100@kurier", "added")
    assert "meta.unread" in taken["notes"][0]
    assert "another source" in taken["notes"][1]
    assert desk.ok("GET", "/v1/articles/n100@kurier")["source"] == "Kurier"
    assert put(desk, "n100", article(source="Kurier"))[0] == 200
    assert desk.ok("GET", "/v1/articles/n100")["source"] == "Kurier"


def test_an_older_correction_is_a_conflict(desk: Served) -> None:
    put(desk, "corrected", article(updated="2026-03-05T00:00:00Z"))
    status, problem = put(desk, "corrected", article(text="Old.", updated="2026-03-04T00:00:00Z"))
    assert status == 409
    assert problem["type"] == "urn:polywire:problem:article-stale"
    assert desk.ok("GET", "/v1/articles/corrected")["updated"] == "2026-03-05T00:00:00Z"


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"section": "sport"}, 422, "no text"),
        ({"text": "x y z", "paragraphs": 7}, 422, "a number, not a list"),
        ({"text": 7}, 422, "a number"),
        ([article()], 400, "An article is a JSON object"),
        ("text", 400, "An article is a JSON object"),
        (article(id="another"), 400, "not the one in the path"),
    ],
)
def test_what_is_no_article_is_refused_in_words(
    desk: Served, body: object, status: int, sentence: str
) -> None:
    answered, problem = put(desk, "refused", body)
    assert answered == status
    assert sentence in str(problem["detail"])
    assert desk.http.get("/v1/articles/refused").status_code == 404


def test_a_list_gets_an_outcome_each(desk: Served) -> None:
    sent = [article(id="list-1"), {"section": "no text"}, "no object", article(id="list-1"), 7]
    answer = desk.ok("POST", "/v1/articles", json=sent)
    outcomes = Outcomes.model_validate(answer)
    assert outcomes.counts == {"added": 1, "unchanged": 1, "rejected": 3}
    assert [each.line for each in outcomes.results] == [1, 2, 3, 4, 5]
    assert [each.outcome for each in outcomes.results] == [
        "added",
        "rejected",
        "rejected",
        "unchanged",
        "rejected",
    ]
    assert all(each.reason for each in outcomes.results if each.outcome == "rejected")


def test_one_article_can_be_posted_without_an_id(desk: Served) -> None:
    url = "https://harbour.example/ferry?utm_source=x"
    created = desk.http.post("/v1/articles", json=article(url=url))
    assert created.status_code == 201
    name = created.json()["id"]
    assert created.headers["location"] == f"/v1/articles/{name}"
    again = desk.http.post("/v1/articles", json=article(url="https://harbour.example/ferry"))
    assert again.json()["id"] == name  # the same page, whatever led to it


def test_a_stream_settles_every_line(desk: Served) -> None:
    good = [article(id=f"stream-{n}", title=f"Ferry {n}") for n in range(300)]
    lines = ndjson(good[:150]) + b"\n{broken\n[1]\n\xff\xfe\n" + ndjson(good[150:])
    response = desk.http.post("/v1/articles", content=lines, headers=LINES)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    *outcomes, last = map(json.loads, response.text.splitlines())
    assert last == {"counts": {"added": 300, "rejected": 3}}
    assert [each["line"] for each in outcomes] == [*range(1, 151), *range(152, 305)]
    rejected = {each["line"]: each["reason"] for each in outcomes if each["outcome"] == "rejected"}
    assert list(rejected) == [152, 153, 154]
    assert "not JSON" in rejected[152]
    assert "JSON object" in rejected[153]
    assert "UTF-8" in rejected[154]
    again = desk.http.post("/v1/articles", content=ndjson(good), headers=LINES)
    assert json.loads(again.text.splitlines()[-1]) == {"counts": {"unchanged": 300}}


def test_an_empty_stream_is_no_error(desk: Served) -> None:
    response = desk.http.post("/v1/articles", content=b"\n", headers=LINES)
    assert response.text == '{"counts": {}}\n'


CHANGED = {
    "two spaces": ("victim  x", "victim x"),
    "space at the end": ("victim ", "victim"),
    "tab": ("victim\tx", "victim x"),
    "no-break space": ("victim\u00a0x", "victim x"),
    "ideographic space": ("victim\u3000x", "victim x"),
    "zero width": ("vic\u200btim", "victim"),
    "soft hyphen": ("vic\u00adtim", "victim"),
    "byte order mark": ("\ufeffvictim", "victim"),
    "control": ("vic\u0007tim", "victim"),
    "decomposed": ("cafe\u0301", "caf\u00e9"),
    "compatibility": ("\u212b", "\u00c5"),
    "nothing left": ("\u200b", ""),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_an_id_that_cleaning_would_change_is_refused_everywhere(desk: Served, kind: str) -> None:
    """It neither overwrites the article that it would become, nor is read or deleted as it."""
    given, stored = CHANGED[kind]
    if clean_line(given) == given:
        pytest.skip("cleaning leaves this one alone")
    other = f"/v1/articles/{quote(stored, safe='')}"
    if stored:
        desk.ok("PUT", other, json=article(title="The first"))
    path = f"/v1/articles/{quote(given, safe='')}"
    for method, at, sent in (
        ("PUT", path, article(title="The second")),
        ("POST", "/v1/articles", article(title="The second", id=given)),
    ):
        for headers in ({}, {"If-None-Match": "*"}, {"If-Match": "*"}):
            refused = desk.http.request(method, at, json=sent, headers=headers)
            assert refused.status_code == 422, refused.text
            assert "would be stored as" in refused.json()["detail"]
    listed = desk.ok("POST", "/v1/articles", json=[article(title="The second", id=given)])
    assert listed["counts"] == {"rejected": 1}
    lines = ndjson([article(title="The second", id=given)])
    streamed = desk.http.post("/v1/articles", content=lines, headers=LINES)
    assert streamed.text.splitlines()[-1] == '{"counts": {"rejected": 1}}'
    for method, at in (
        ("GET", path),
        ("DELETE", path),
        ("GET", f"{path}/versions/1"),
        ("GET", f"/v1/similar/{quote(given, safe='')}"),
    ):
        answer = desk.http.request(method, at)
        if stored or at != path:
            assert answer.status_code == 404, answer.text
            assert "perhaps you mean" in answer.json()["detail"] or "versions" in at
    if stored:
        assert desk.ok("GET", other)["title"] == "The first"
        assert desk.http.delete(other).status_code == 204


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_path_that_is_no_text_is_refused(desk: Served, method: str) -> None:
    """Else all such paths were one and the same article."""
    desk.ok("PUT", "/v1/articles/%EF%BF%BD", json=article())
    for path in ("/v1/articles/%FF", "/v1/articles/a%FEb", "/v1/articles/%C3", "/v1/%ED%A0%80"):
        refused = desk.http.request(method, path, json=article())
        assert refused.status_code == 400
        assert "UTF-8" in refused.json()["detail"]
    assert desk.http.delete("/v1/articles/%EF%BF%BD").status_code == 204
