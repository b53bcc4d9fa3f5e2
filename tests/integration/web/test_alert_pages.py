"""Alerts on the page: made, seen, paused and removed by forms; each key has its own."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from config import wiring
from search.alerts.store import ALERTS
from search.api.access.keys import KeyFolder, KeyScope
from search.index.state import Change
from search.web.catalogue import LANGUAGES
from tests.support.serving import LINES, Served, ndjson, sample, serving

HTML = {"Accept": "text/html"}
HOSTILE = "\"><script>alert(1)</script> {{ 7*7 }} '"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("alerts")
    with serving(folder, str(folder / "index")) as served:
        assert served.http.post("/v1/articles", content=ndjson(sample()), headers=LINES).is_success
        yield served


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("guarded")
    keys = KeyFolder(folder / "keys")
    read, alerts = KeyScope.READ, KeyScope.ALERTS
    scopes = {"reader": [read], "one": [read, alerts], "other": [read, alerts]}
    made = {name: keys.create(name, given)[1] for name, given in scopes.items()}
    with serving(folder, str(folder / "index")) as served:
        yield served, made


@pytest.fixture
def reader(desk: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.address, headers=HTML, timeout=60) as client:
        yield client


def _token(text: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', text)
    assert found
    return found[1]


def _made(client: httpx.Client, address: str, **fields: str) -> httpx.Response:
    """Fill in and send the form that stands at an address."""
    text = client.get(address).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    given = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
    return client.post("/alerts", data=given | fields)


def test_a_search_becomes_an_alert_that_is_paused_resumed_and_removed(
    desk: Served, reader: httpx.Client
) -> None:
    search = reader.get("/", params={"q": "Lerna flood", "lang": ["de", "uk"]}).text
    link = re.search(r'href="(/alerts/new\?[^"]+)"', search)
    assert link
    made = _made(reader, link[1].replace("&amp;", "&"), name="Lerna", every="daily 08:00")
    assert made.status_code == 201
    assert f"{desk.address}/v1/alerts/" in made.text
    assert "/feed?secret=" in made.text
    (stored,) = desk.ok("GET", "/v1/alerts")["alerts"]
    assert (stored["name"], stored["query"]) == ("Lerna", "Lerna flood")
    assert stored["schedule"]["every"] == "daily 08:00"
    assert {"de", "uk"} <= set(re.findall(r"\w+", json.dumps(stored["request"])))
    home = f"/alerts/{stored['id']}"
    shown = reader.get(home)
    assert "/feed?secret=" not in shown.text
    assert home in reader.get("/alerts").text
    fields = {"token": _token(shown.text)}
    for what, paused in (("pause", True), ("resume", False)):
        answer = reader.post(f"{home}/{what}", data=fields)
        assert (answer.status_code, answer.headers["location"]) == (303, home)
        assert desk.ok("GET", f"/v1{home}")["paused"] is paused
    assert reader.post(f"{home}/eat", data=fields).status_code == 400
    assert reader.post(f"{home}/remove", data=fields).headers["location"] == "/alerts"
    assert desk.ok("GET", "/v1/alerts")["alerts"] == []
    assert reader.get(home).status_code == 404


def test_an_alert_is_changed_and_what_is_not_touched_stays(
    desk: Served, reader: httpx.Client
) -> None:
    hook = "https://hooks.example/desk"
    body = {"name": "changed", "q": "Lerna", "lang": ["de", "uk"], "mode": "lexical"}
    made = desk.ok("POST", "/v1/alerts", json=body | {"to": ["feed", "a@news.example", hook]})
    home, secrets = f"/alerts/{made['id']}", made["secrets"]
    text = reader.get(f"{home}/edit").text
    fields = {"token": _token(text), "q": "Lerna lang:de,uk", "every": ""}
    assert 'value="Lerna lang:de,uk"' in text
    kept = {one["kind"]: f"keep-{one['id']}" for one in made["destinations"]}
    assert all(f'name="{name}"' in text for name in kept.values())
    same = fields | dict.fromkeys(kept.values(), "1")
    answer = reader.post(f"{home}/edit", data=same)
    assert (answer.status_code, answer.headers["location"]) == (303, home)
    stored = desk.ok("GET", f"/v1{home}")
    assert {k: stored[k] for k in ("request", "destinations", "schedule")} == {
        k: made[k] for k in ("request", "destinations", "schedule")
    }
    new = {"q": "Kesari lang:hi", "every": "hourly", "to": "b@news.example", kept["webhook"]: "1"}
    assert reader.post(f"{home}/edit", data=fields | new).status_code == 303
    stored = desk.ok("GET", f"/v1{home}")
    assert (stored["query"], stored["schedule"]["every"]) == ("Kesari lang:hi", "hourly")
    assert stored["request"]["understood"]["filters"]["langs"] == ["hi"]
    assert stored["request"]["mode"] == "lexical"
    assert {one["target"] for one in stored["destinations"]} == {hook, "b@news.example"}
    assert next(iter(secrets.values())) not in reader.get(home).text
    second = reader.post(f"{home}/edit", data=fields | {"q": "Kesari", "to": f"{hook}/2 feed"})
    assert second.status_code == 200
    assert re.search(r"Signs what is sent to .*webhook:https://hooks\.example", second.text)
    assert "Address of its feed" in second.text
    assert "/feed?secret=" in second.text
    desk.http.delete(f"/v1/alerts/{made['id']}")


def test_what_fires_is_chosen_and_previewed_on_the_form(desk: Served, reader: httpx.Client) -> None:
    address = "/alerts/new?q=Lerna+flood"
    text = reader.get(address).text
    assert '<option value="0.9" selected>' in text
    assert '<option value="grouped" selected>' in text
    chosen = {"name": "fires", "meaning": "words", "stories": "new"}
    previewed = _made(reader, address, preview="30d", **chosen)
    body = {"name": "x", "q": "Lerna flood", "only_words": True, "stories": "new"}
    expected = desk.ok("POST", "/v1/alerts/preview", json=body)
    assert previewed.status_code == 200
    assert f"told of these: {expected['fired']}" in previewed.text
    assert '<option value="words" selected>' in previewed.text
    assert desk.ok("GET", "/v1/alerts")["alerts"] == []
    assert _made(reader, address, **chosen).status_code == 201
    (stored,) = desk.ok("GET", "/v1/alerts")["alerts"]
    assert (stored["only_words"], stored["stories"]) == (True, "new")
    home = f"/alerts/{stored['id']}"
    fields = {"token": _token(reader.get(f"{home}/edit").text), "q": "Lerna flood", "every": ""}
    changed = fields | {"meaning": "0.85", "stories": "every"}
    shown = reader.post(f"{home}/edit", data=changed | {"preview": "30d"})
    assert "told of these:" in shown.text
    assert "Where 85% are right" in shown.text
    assert desk.ok("GET", f"/v1{home}")["only_words"] is True
    assert reader.post(f"{home}/edit", data=changed).status_code == 303
    stored = desk.ok("GET", f"/v1{home}")
    assert [stored[key] for key in ("only_words", "precision", "stories")] == [False, 0.85, "every"]
    odd = reader.post(f"{home}/edit", data=fields | {"meaning": "often", "stories": "some"})
    assert (odd.status_code, "precision" in odd.text) == (400, True)
    assert 'role="alert"' in odd.text
    desk.http.delete(f"/v1{home}")


@pytest.mark.parametrize("asked", [{"q": "story:s1"}, {"q": ""}, {"q": "dam", "after": "soon"}])
def test_what_could_not_be_saved_has_no_preview(
    desk: Served, reader: httpx.Client, asked: dict[str, str]
) -> None:
    shown = reader.get("/alerts/new", params=asked | {"preview": "30d", "ui": "de"})
    assert shown.status_code == 400
    assert 'role="alert"' in shown.text
    assert "told of these" not in shown.text
    assert 'class="detail" lang="en"' not in shown.text
    body = {"name": "x"} | asked
    assert desk.http.post("/v1/alerts/preview", json=body).is_client_error


def test_a_form_that_is_refused_keeps_what_was_typed(desk: Served, reader: httpx.Client) -> None:
    made = desk.ok("POST", "/v1/alerts", json={"name": "typed", "q": "Lerna"})
    home = f"/alerts/{made['id']}"
    fields = {"token": _token(reader.get(f"{home}/edit").text), "q": "dam", "every": "", "to": "?!"}
    refused = reader.post(f"{home}/edit", data=fields)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert 'value="dam"' in refused.text
    assert 'value="?!"' in refused.text
    assert desk.ok("GET", f"/v1{home}")["query"] == "Lerna"
    twice = _made(reader, "/alerts/new?q=dam&lang=de", name="typed", every="hourly")
    assert twice.status_code == 400
    assert 'value="typed"' in twice.text
    assert 'value="hourly" selected' in twice.text
    assert "q=dam&amp;lang=de" in twice.text
    assert reader.post(f"{home}/edit", data=fields | {"token": "0"}).status_code == 403
    desk.http.delete(f"/v1/alerts/{made['id']}")


def _damaged(desk: Served, identifier: str, damage: Callable[[dict[str, Any]], object]) -> None:
    with closing(wiring.location(desk.settings).state()) as state:
        document = dict(state.get(ALERTS, [identifier])[identifier].value)
        damage(document)
        state.write([Change(ALERTS, identifier, document)])


def test_what_cannot_be_read_of_an_alert_is_given_anew(desk: Served, reader: httpx.Client) -> None:
    body = {"name": "night desk", "q": "Lerna", "every": "daily 08:00", "timezone": "Asia/Tokyo"}
    made = desk.ok("POST", "/v1/alerts", json=body | {"to": ["a@news.example"]})
    home = f"/alerts/{made['id']}"

    def damage(document: dict[str, Any]) -> None:
        document["request"]["mode"] = "magic"
        document["schedule"]["every"] = "full moon"

    _damaged(desk, made["id"], damage)
    text = reader.get("/alerts").text
    assert f'href="{home}/edit"' in text
    assert "a part of it cannot be read" in text
    assert reader.get(home).headers["location"] == f"{home}/edit"
    form = reader.get(f"{home}/edit").text
    assert [label in form for label in ("<li>Search</li>", "<li>When</li>")] == [True, True]
    assert "<li>To</li>" not in form
    fields = {
        "token": _token(form),
        "every": "hourly",
        f"keep-{made['destinations'][0]['id']}": "1",
    }
    refused = reader.post(f"{home}/edit", data=fields | {"q": " "})
    assert (refused.status_code, "query is empty" in refused.text) == (400, True)
    assert '<option value="hourly" selected>' in refused.text
    assert reader.post(f"{home}/edit", data=fields | {"q": "Kesari"}).status_code == 303
    stored = desk.ok("GET", f"/v1{home}")
    assert (stored["query"], stored["schedule"]["every"]) == ("Kesari", "hourly")
    assert stored["schedule"]["timezone"] == "Asia/Tokyo"
    assert [one["target"] for one in stored["destinations"]] == ["a@news.example"]

    def moved(document: dict[str, Any]) -> None:
        document["schedule"]["timezone"] = "Mars/Phobos"
        document["destinations"][0]["kind"] = "pager"

    _damaged(desk, made["id"], moved)
    form = reader.get(f"{home}/edit", params={"zone": "Europe/Kyiv"}).text
    assert "Europe/Kyiv" in form
    fields = {"token": _token(form), "q": "Kesari", "every": "hourly", "to": "b@news.example"}
    assert reader.post(f"{home}/edit?zone=Europe/Kyiv", data=fields).status_code == 303
    stored = desk.ok("GET", f"/v1{home}")
    assert stored["schedule"] == {"every": "hourly", "timezone": "Europe/Kyiv", "on_write": False}
    assert [one["target"] for one in stored["destinations"]] == ["b@news.example"]
    assert stored["query"] == "Kesari"
    desk.http.delete(f"/v1{home}")


def test_what_nothing_can_be_given_to_is_only_removed(desk: Served, reader: httpx.Client) -> None:
    made = desk.ok("POST", "/v1/alerts", json={"name": "old", "q": "Lerna"})
    home = f"/alerts/{made['id']}"
    _damaged(desk, made["id"], lambda document: document.update(version=99))
    text = reader.get("/alerts").text
    assert f"{home}/edit" not in text
    assert "another version of Polywire wrote it" in text
    assert reader.get(home).status_code >= 400
    assert reader.post(f"{home}/remove", data={"token": _token(text)}).status_code == 303


def test_the_zone_of_a_schedule_stays_when_the_search_is_changed(
    desk: Served, reader: httpx.Client
) -> None:
    body = {"name": "zones", "q": "Lerna", "every": "daily 08:00", "timezone": "Asia/Tokyo"}
    made = desk.ok("POST", "/v1/alerts", json=body)
    home = f"/alerts/{made['id']}"
    moved = {"every": "daily 08:00", "timezone": "Europe/Kyiv"}
    desk.ok("PATCH", f"/v1{home}", json=moved)
    fields = {"token": _token(reader.get(f"{home}/edit").text), "q": "Kesari"}
    assert reader.post(f"{home}/edit", data=fields | {"every": "daily 08:00"}).status_code == 303
    stored = desk.ok("GET", f"/v1{home}")
    assert (stored["query"], stored["schedule"]["timezone"]) == ("Kesari", "Europe/Kyiv")
    desk.http.delete(f"/v1{home}")


def test_an_alert_shows_what_it_would_have_told(desk: Served, reader: httpx.Client) -> None:
    asked = {"q": "Lerna", "preview": "30d"}
    text = reader.get("/alerts/new", params=asked).text
    body = {"name": "x", "q": "Lerna", "to": ["feed"]}
    expected = desk.ok("POST", "/v1/alerts/preview", json=body)
    assert expected["notices"]
    for notice in expected["notices"]:
        assert f'href="/article/{notice["article"]["id"]}"' in text
    made = desk.ok("POST", "/v1/alerts", json=body)
    again = reader.get(f"/alerts/{made['id']}", params={"preview": "30d"}).text
    assert f'href="/article/{expected["notices"][0]["article"]["id"]}"' in again
    desk.http.delete(f"/v1/alerts/{made['id']}")


def test_what_is_followed_is_told_in_the_history(desk: Served, reader: httpx.Client) -> None:
    name = "flood-lerna.de"
    page = reader.get(f"/article/{name}").text
    assert f"/alerts/new?follow={name}" in page
    made = _made(reader, f"/alerts/new?follow={name}", name="followed", to="desk@news.example")
    assert made.status_code == 201, made.text
    (stored,) = desk.ok("GET", "/v1/alerts")["alerts"]
    assert stored["follows"] == name
    assert {one["kind"] for one in stored["destinations"]} == {"mail", "feed"}
    assert f'href="/article/{name}"' in reader.get(f"/alerts/{stored['id']}").text
    assert f"Verfolgt <bdi>{name}</bdi>" in reader.get("/alerts?ui=de").text
    record = next(one for one in sample() if one["id"] == name)
    changed = record | {"title": f"{record['title']} (korrigiert)"}
    assert desk.http.post("/v1/articles", content=ndjson([changed]), headers=LINES).is_success
    deadline = time.monotonic() + 60
    while "?version=2" not in (text := reader.get(f"/alerts/{stored['id']}?ui=de").text):
        assert time.monotonic() < deadline, text
        time.sleep(0.5)
    assert "Geändert: <bdi>" not in text  # one passage, said as one
    assert "Geändert: 1 Absatz." in text
    assert f'href="/article/{name}?version=1"' in text
    desk.http.delete(f"/v1/alerts/{stored['id']}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_are_only_text_in_every_language(
    desk: Served, reader: httpx.Client, lang: str
) -> None:
    made = _made(reader, "/alerts/new?q=Lerna", name=HOSTILE)
    assert made.status_code == 201
    (stored,) = desk.ok("GET", "/v1/alerts")["alerts"]
    assert stored["name"] == HOSTILE.strip()
    again = f"/alerts/{stored['id']}?preview=30d"
    for path in ("/alerts", again, "/alerts/new"):
        response = reader.get(path, params={**httpx.URL(path).params, "ui": lang, "q": HOSTILE})
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert f'<html lang="{lang}"' in response.text
    desk.http.delete(f"/v1/alerts/{stored['id']}")


def test_forms_without_the_token_of_the_visit_change_nothing(
    desk: Served, reader: httpx.Client
) -> None:
    made = desk.ok("POST", "/v1/alerts", json={"name": "kept", "q": "Lerna"})
    reader.get("/alerts/new?q=x")
    for token in ({}, {"token": "0" * 64}):
        for path in ("", f"/{made['id']}/pause", f"/{made['id']}/remove"):
            fields = {"name": "new", "search": "q=x", **token}
            assert reader.post(f"/alerts{path}", data=fields).status_code == 403
    (stored,) = desk.ok("GET", "/v1/alerts")["alerts"]
    assert (stored["name"], stored["paused"]) == ("kept", False)
    desk.http.delete(f"/v1/alerts/{made['id']}")


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "x" * 201}, {"name": "a\nb"}, {"every": "now and then"}, {"to": "-"}],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    desk: Served, reader: httpx.Client, fields: dict[str, str]
) -> None:
    refused = _made(reader, "/alerts/new?q=Lerna", **{"name": "n", **fields})
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    local = _made(reader, "/alerts/new?q=Lerna", name="n", to="file:/tmp/x")
    assert local.status_code == 400
    assert desk.ok("GET", "/v1/alerts")["alerts"] == []


def _logged_in(served: Served, key: str) -> httpx.Client:
    client = httpx.Client(base_url=served.address, headers=HTML, timeout=60)
    token = _token(client.get("/login").text)
    assert client.post("/login", data={"token": token, "key": key}).status_code == 303
    return client


def test_alerts_are_for_keys_with_their_scope_and_each_has_its_own(
    guarded: tuple[Served, dict[str, str]],
) -> None:
    served, keys = guarded
    assert httpx.get(f"{served.address}/alerts", headers=HTML).status_code == 303
    with closing(_logged_in(served, keys["reader"])) as reader:
        start = reader.get("/").text
        assert "/alerts" not in start
        for path in ("/alerts", "/alerts/new?q=x"):
            assert reader.get(path).status_code == 403
        fields = {"token": _token(start), "name": "n", "search": "q=x"}
        assert reader.post("/alerts", data=fields).status_code == 403
    with (
        closing(_logged_in(served, keys["one"])) as one,
        closing(_logged_in(served, keys["other"])) as other,
    ):
        assert 'href="/alerts"' in one.get("/").text
        assert _made(one, "/alerts/new?q=Lerna", name="mine").status_code == 201
        found = re.search(r'href="(/alerts/[0-9a-f]{16})"', one.get("/alerts").text)
        assert found
        assert found[1] not in other.get("/alerts").text
        assert other.get(found[1]).status_code == 404
        fields = {"token": _token(other.get("/alerts").text)}
        assert other.post(f"{found[1]}/remove", data=fields).status_code == 404
        assert one.get(found[1]).status_code == 200
