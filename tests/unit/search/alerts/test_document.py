"""What others see of an alert has no user and no password in it."""

from __future__ import annotations

import json

import pytest

from search.alerts.destinations import destination
from search.alerts.document import alert_document
from tests.contract.alert_runs import alert


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://desk:hush@hooks.example/x?y=1", "https://hooks.example/x?y=1"),
        ("https://me@mail.example:hush@hooks.example/", "https://hooks.example/"),
        ("http://desk:hush@127.0.0.1:8080/a@b", "http://127.0.0.1:8080/a@b"),
        ("reader@paper.example", "reader@paper.example"),
        ("/told.jsonl", "/told.jsonl"),
    ],
)
def test_addresses_are_shown_without_passwords(written: str, shown: str) -> None:
    document = alert_document(alert("a", "ferry", destination(written)))
    assert document["destinations"][0]["target"] == shown
    assert "hush" not in json.dumps(document)
