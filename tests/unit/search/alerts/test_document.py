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
        "https://hooks.example/z",
        "desk@paper.example",
    )
    made = alert("a", "ferry", *map(destination, written))
    read, cut = with_secrets_from(alert_document(made), datetime.now(UTC))
    assert [one.target for one in read.destinations] == list(written[3:])
    assert read.destinations[0].secret not in ("", made.destinations[3].secret)
    assert list(cut) == [one.shown for one in made.destinations[:3]]
    whole, none = with_secrets_from(made.document(), datetime.now(UTC))
    assert (whole.destinations, none) == (made.destinations, ())
