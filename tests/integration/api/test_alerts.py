"""Alerts over HTTP: each key its own, secrets once, feeds by their address; told after a write."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from search.api.access.keys import KeyFolder, KeyScope
from tests.support.receivers import webhook
from tests.support.serving import Served, serving

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, str(tmp_path / "index")) as server:
        yield server


def until(what: Callable[[], Any]) -> Any:
    """Ask until something is there: what runs beside the answers takes a moment."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


def put(served: Served, identifier: str, text: str) -> None:
    served.ok("PUT", f"/v1/articles/{identifier}", json={"text": text, "title": text})


def test_an_alert_is_made_told_after_a_write_and_removed(served: Served) -> None:
    with webhook() as hook:
        made = served.ok(
            "POST",
            "/v1/alerts",
            json={"name": "ferry", "q": "ferry late", "to": [hook.url, "feed"], "on_write": True},
        )
        (secret,) = made["secrets"].values()
        assert secret.startswith("whsec_")
        put(served, "one", "The ferry is late again.")
        put(served, "two", "Nothing of the kind.")
        got = until(lambda: hook.got)
    headers, body = got[0]
    assert headers["webhook-signature"].startswith("v1,")
    (notice,) = json.loads(body)["notices"]
    assert notice["article"]["id"] == "one"
    path = f"/v1/alerts/{made['id']}"
    again = served.ok("GET", path)
    assert secret not in json.dumps(again)
    assert made["feed"].partition("secret=")[2] not in json.dumps(again)
    (told,) = served.ok("GET", f"{path}/history")["notices"]
    assert told["id"] == notice["id"]
    feed = served.http.get(made["feed"])
    assert feed.headers["content-type"].startswith("application/atom+xml")
    (entry,) = fromstring(feed.content).findall(f"{ATOM}entry")  # noqa: S314 - our own
    assert entry.findtext(f"{ATOM}title") == "The ferry is late again."
    link = fromstring(feed.content).find(f"{ATOM}link[@rel='self']")  # noqa: S314
    assert link is not None
    assert link.get("href") == str(served.http.base_url).rstrip("/") + made["feed"]
    assert served.http.get(f"{path}/feed?secret=wrong").status_code == 404
    assert served.http.delete(path).status_code == 204
    assert served.http.get(path).status_code == 404
    assert served.http.get(made["feed"]).status_code == 404


def test_what_is_followed_is_told_at_once_after_a_write_and_a_deletion(served: Served) -> None:
    put(served, "one", "The ferry is late again.")
    follow = {"name": "cited", "follow": "one", "on_write": True, "every": "1w", "to": ["feed"]}
    refused = served.http.post("/v1/alerts", json={**follow, "q": "ferry"})
    assert refused.status_code == 400
    assert "follows something has no query" in refused.json()["detail"]
    made = served.ok("POST", "/v1/alerts", json=follow)

    def told(kind: str) -> Any:
        notices = served.ok("GET", f"/v1/alerts/{made['id']}/history")["notices"]
        return [one for one in notices if one["kind"] == kind]

    put(served, "one", "The ferry is on time.")
    (changed,) = until(lambda: told("changed"))
    assert "late" in json.dumps(changed["before"])
    assert "on time" in json.dumps(changed["after"])
    assert served.http.delete("/v1/articles/one").status_code == 204
    (withdrawn,) = until(lambda: told("withdrawn"))
    assert withdrawn["article"]["id"] == "one"


def test_an_alert_is_changed_and_previewed(served: Served) -> None:
    put(served, "one", "The ferry is late again.")
    sent = {"name": "ferry", "q": "ferry", "mode": "lexical"}
    preview = served.ok("POST", "/v1/alerts/preview", json=sent)
    assert (preview["articles"], preview["fired"]) == (1, 1)
    assert served.ok("GET", "/v1/alerts")["alerts"] == []
    made = served.ok("POST", "/v1/alerts", json=sent)
    assert served.http.post("/v1/alerts", json=sent).status_code == 409
    path = f"/v1/alerts/{made['id']}"
    changed = served.ok(
        "PATCH", path, json={"q": "bridge", "every": "daily 08:00", "timezone": "Europe/Berlin"}
    )
    assert changed["query"] == "bridge"
    assert changed["schedule"]["timezone"] == "Europe/Berlin"
    assert served.ok("GET", f"{path}/preview?since=1d")["fired"] == 0
    assert served.ok("PATCH", path, json={"paused": True})["paused"] is True


def test_an_address_sent_back_as_it_is_shown_stays_what_it_is(served: Served) -> None:
    keyed = "https://hooks.example/in/7c3f91ab0d"
    made = served.ok("POST", "/v1/alerts", json={"name": "ferry", "q": "ferry", "to": [keyed]})
    (shown,) = (one["target"] for one in made["destinations"])
    assert shown == "https://hooks.example/in/..."
    path, other = f"/v1/alerts/{made['id']}", "https://other.example/news"
    changed = served.ok("PATCH", path, json={"to": [shown, other]})
    assert changed["destinations"][0]["id"] == made["destinations"][0]["id"]
    assert len(changed["secrets"]) == 1  # that of the other one: this one's stays what it was


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "x", "q": ""},
        {"name": "x", "q": "ferry", "to": ["stdout"]},
        {"name": "x", "q": "ferry", "to": ["/etc/cron.d/x"]},
        {"name": "x", "q": "ferry", "to": ["nowhere"]},
        {"name": "x", "q": "ferry", "every": "now and then"},
        {"name": " ", "q": "ferry"},
        {"name": "x", "q": "ferry", "precision": 2},
        {"name": "x"},
    ],
)
def test_what_makes_no_sense_is_refused(served: Served, sent: dict[str, Any]) -> None:
    response = served.http.post("/v1/alerts", json=sent)
    assert response.status_code in (400, 422)
    assert response.json()["detail"]


def test_each_key_has_its_own_and_needs_the_scope(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    _, one = keys.create("one", [KeyScope.ALERTS])
    _, two = keys.create("two", [KeyScope.ALERTS])
    _, reader = keys.create("reader", [KeyScope.READ])
    with serving(tmp_path, str(tmp_path / "index"), keys=tmp_path / "keys") as served:

        def ask(key: str, method: str, path: str, **more: Any) -> Any:
            headers = {"Authorization": f"Bearer {key}"}
            return served.http.request(method, path, headers=headers, **more)

        sent = {"name": "mine", "q": "ferry", "to": ["http://127.0.0.1:9/hook", "feed"]}
        made = ask(one, "POST", "/v1/alerts", json=sent).json()
        assert ask(reader, "GET", "/v1/alerts").status_code == 403
        path = f"/v1/alerts/{made['id']}"
        assert ask(two, "GET", path).status_code == 404
        assert ask(two, "PATCH", path, json={"paused": True}).status_code == 404
        assert ask(two, "DELETE", path).status_code == 404
        assert ask(two, "GET", f"{path}/history").status_code == 404
        assert ask(two, "GET", "/v1/alerts").json() == {"alerts": []}
        assert ask(two, "POST", "/v1/alerts", json=sent).status_code == 201
        assert served.http.get(made["feed"]).status_code == 200
        end = made["feed"].replace("/feed", "/end")
        assert served.http.get(end).status_code == 405  # what fetches links of mails ends nothing
        assert served.http.post(end).status_code == 204
        assert ask(one, "GET", path).json()["paused"] is True
