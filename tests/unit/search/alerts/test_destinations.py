"""What people write after --to, and what is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.alerts.destinations import Kind, destination
from search.errors import UsageError


@pytest.mark.parametrize(
    ("text", "kind", "target"),
    [
        ("mailto:night@kurier.example?subject=Alert", Kind.MAIL, "night@kurier.example"),
        ("mailto:night%2Bferry@kurier.example", Kind.MAIL, "night+ferry@kurier.example"),
        ("redaktion@böte.example", Kind.MAIL, "redaktion@böte.example"),
        ("root@[192.0.2.7]", Kind.MAIL, "root@[192.0.2.7]"),
        ("file:///var/news.jsonl", Kind.FILE, "/var/news.jsonl"),
        ("file://localhost/var/news.jsonl", Kind.FILE, "/var/news.jsonl"),
        ("https://hooks.slack.com/services/T/B/x", Kind.SLACK, None),
        ("slack:https://hooks.slack.com/services/T/B/x", Kind.SLACK, None),
        ("https://hooks.example/services/T/B/x", Kind.WEBHOOK, None),
    ],
)
def test_a_destination(text: str, kind: Kind, target: str | None) -> None:
    made = destination(text)
    assert made.kind is kind
    assert made.target == target or target is None


def test_a_file_is_meant_from_where_one_is() -> None:
    assert destination("file:news.jsonl").target == str(Path("news.jsonl").absolute())


@pytest.mark.parametrize(
    "text",
    [
        *(
            "night@kurier..example",
            "night@-kurier.example",
            "night@kurier.",
            "night@",
            "@x.example",
        ),
        *("a@x.example, b@x.example", "A <a@x.example>", "<a@x.example"),
        *("A <a@x.example>\nBcc: c@x.example", "A\n<a@x.example>", "mailto:a@x.example%0ACc:b@x"),
        *("file://server/news.jsonl", "//server/news.jsonl", "ftp://server/news.jsonl", "rss"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match=r"is no destination; write|names no file; write"):
        destination(text)
