"""What others see of an alert has no user, password or key in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from search.alerts.destinations import destination
from search.alerts.document import alert_document, with_secrets_from
from tests.contract.alert_runs import alert


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://desk:hush@hooks.example/x?y=1", "https://hooks.example/x?y=1"),
        ("https://me@mail.example:hush@hooks.example/", "https://hooks.example/"),
        ("http://desk:hush@127.0.0.1:8080/a@b", "http://127.0.0.1:8080/a@b"),
        ("https://hooks.example/x?y=1&token=hush&z=2", "https://hooks.example/x?y=1&z=2"),
        ("https://hooks.example/x?X-Api-Key=hush", "https://hooks.example/x"),
        ("https://hooks.example/x?sig=hush&sp=run", "https://hooks.example/x?sp=run"),
        (
            "https://hooks.example/hooks/catch/481516/hush7ab/",
            "https://hooks.example/hooks/catch/...",
        ),
        ("https://hooks.example/bot7345:AAE-hushQx/send", "https://hooks.example/..."),
        (
            "https://chat.example/api/webhooks/99/hUShRkQzWe",
            "https://chat.example/api/webhooks/99/...",
        ),
        ("https://flow.example/h/3f2a9c1e-hush-4b5d", "https://flow.example/h/..."),
        (
            "https://flow.example/event/with/key/hushhushhushhushhush",
            "https://flow.example/event/with/key/...",
        ),
        ("https://flow.example/desk?9a8b7hush", "https://flow.example/desk"),
        (
            "https://flow.example/desk?to=9a8b7hush&room=12#hush",
            "https://flow.example/desk?room=12",
        ),
        (
            "https://flow.example/v1/newsDesk/in-box_2.json",
            "https://flow.example/v1/newsDesk/in-box_2.json",
        ),
        ("https://flow.example/%E6%96%B0%E8%81%9E", "https://flow.example/..."),
        ("reader@paper.example", "reader@paper.example"),
        ("/told.jsonl", "/told.jsonl"),
    ],
)
def test_addresses_are_shown_without_passwords(written: str, shown: str) -> None:
    document = alert_document(alert("a", "ferry", destination(written)))
    assert document["destinations"][0]["target"] == shown
    assert "hush" not in json.dumps(document)


def test_what_was_cut_is_left_out_of_an_import_and_named() -> None:
    written = (
        "https://desk:hush@hooks.example/x",
        "https://hooks.example/y?token=hush",
        "slack:https://hooks.example/hush",
        "https://hooks.example/in/7c3hush91",
        "https://hooks.example/z",
        "desk@paper.example",
    )
    made = alert("a", "ferry", *map(destination, written))
    read, cut = with_secrets_from(alert_document(made), datetime.now(UTC))
    assert [one.target for one in read.destinations] == list(written[4:])
    assert read.destinations[0].secret not in ("", made.destinations[4].secret)
    assert list(cut) == [one.shown for one in made.destinations[:4]]
    whole, none = with_secrets_from(made.document(), datetime.now(UTC))
    assert (whole.destinations, none) == (made.destinations, ())
