"""What others wrote does no harm on the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.web.safety import forms_token, inside, safe_address, same_token, visible


@pytest.mark.parametrize(
    "address", ["https://news.example/a?b=c#d", "http://news.example:8080/", "HTTPS://NEWS.EXAMPLE"]
)
def test_addresses_of_the_web_may_be_linked_to(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//news.example/",
        "https://",
        "https://news.example/\u202egpj.exe",
        "https://[",
        "news.example",
        "",
        None,
    ],
)
def test_no_other_address_may(address: str | None) -> None:
    assert safe_address(address) is None


@given(st.text())
def test_nothing_that_reorders_or_controls_is_left(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\0\x1b\x9b")


@pytest.mark.parametrize("goal", ["/", "/?q=a%20b", "/article/a%2Fb?version=2"])
def test_one_may_go_on_to_a_place_of_this_site(goal: str) -> None:
    assert inside(goal) == goal


@pytest.mark.parametrize(
    "goal",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:x",
        "",
        None,
        "/\n/x",
    ],
)
def test_one_is_never_led_elsewhere(goal: str | None) -> None:
    assert inside(goal) == "/"


def test_a_token_holds_for_its_visit_and_server() -> None:
    token = forms_token(b"secret", "visit")
    assert same_token(token, forms_token(b"secret", "visit"))
    assert not same_token(token, forms_token(b"secret", "other"))
    assert not same_token(token, forms_token(b"other", "visit"))
    assert not same_token(token, "\ud800")
