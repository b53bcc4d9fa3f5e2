"""Users and passwords leave addresses, whatever characters they have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load
from search.addresses import Credentials, parted, with_credentials_of, without_credentials
from search.errors import SettingsError

PASSWORDS = [
    "secret",
    "p@ss",
    "a/b",
    "a:b",
    "a?b#c",
    "%40%2f",
    "pa%20ss",
    "ключ",
    "@",
    "://",
    "a@b@c",
]


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("scheme", ["http", "https", "HTTP"])
def test_an_address_is_taken_apart(scheme: str, password: str) -> None:
    from urllib.parse import unquote

    address, found = parted(f"{scheme}://elastic:{password}@server:9200/news")
    assert address == f"{scheme}://server:9200/news"
    assert found == Credentials("elastic", unquote(password))


@pytest.mark.parametrize(
    "address", ["polywire-index", "a@b", "./x:y@z", "http://server:9200/news", "https://server/a"]
)
def test_what_has_no_credentials_stays(address: str) -> None:
    assert parted(address) == (address, Credentials())
    assert without_credentials(address) == address


def test_a_user_alone_leaves_too() -> None:
    assert parted("https://token@server/news") == ("https://server/news", Credentials("token"))
    assert without_credentials("at https://token@server/news.") == "at https://server/news."


@given(
    before=st.text(max_size=20),
    password=st.text(
        st.characters(exclude_categories=["Z", "C"], exclude_characters="\"'<>"), min_size=8
    ),
)
def test_no_password_stays_in_a_text(before: str, password: str) -> None:
    text = f"{before} Nothing answers at http://elastic:{password}@127.0.0.1:9200/news (refused)."
    assert "127.0.0.1:9200/news (refused)." in without_credentials(text)
    assert f"elastic:{password}@" not in without_credentials(text)


def test_settings_have_credentials_where_they_belong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYWIRE_ELASTICSEARCH__PASSWORD", "another")
    effective = load({"index": "http://elastic:p@ss/w%2Frd@server:9200/news"})
    settings = effective.settings
    assert settings.index == "http://server:9200/news"
    assert settings.elasticsearch.username == "elastic"
    assert settings.elasticsearch.password is not None
    assert settings.elasticsearch.password.get_secret_value() == "p@ss/w/rd"
    assert effective.origins["elasticsearch.password"] == "option"


def test_credentials_of_further_nodes_count_where_there_are_no_others() -> None:
    hosts = ("http://desk:one@a:9200", "http://b:9200")
    settings = load({"index": "http://a:9200/news", "elasticsearch.hosts": hosts}).settings
    assert settings.elasticsearch.hosts == ("http://a:9200", "http://b:9200")
    assert settings.elasticsearch.password is not None
    assert settings.elasticsearch.password.get_secret_value() == "one"
    given = {"index": "http://me:mine@a:9200/news", "elasticsearch.hosts": hosts}
    settings = load(given).settings
    assert settings.elasticsearch.username == "me"


def test_a_refused_setting_shows_no_password() -> None:
    with pytest.raises(SettingsError, match=r"elasticsearch\.hosts") as refused:
        load({"elasticsearch.hosts": 7, "index": "http://elastic:hush@a:9200/news"})
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "address", "result"),
    [
        ("https://u:p@a.example/", "https://a.example/feed", "https://u:p@a.example/feed"),
        ("https://u@a.example:8443/x", "https://a.example:8443/f", "https://u@a.example:8443/f"),
        ("https://u:p@a.example/", "https://b.example/feed", "https://b.example/feed"),
        ("https://u:p@a.example/", "http://a.example/feed", "http://a.example/feed"),
        ("https://u:p@a.example/", "https://a.example.evil/", "https://a.example.evil/"),
        ("https://a.example/", "https://a.example/feed", "https://a.example/feed"),
    ],
)
def test_credentials_are_for_the_same_server_only(given: str, address: str, result: str) -> None:
    assert with_credentials_of(given, address) == result
