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


HOSTS = [
    "a.example",
    "127.0.0.1",
    "localhost",
    "LOCALHOST",
    "[::1]",
    "[fe80::1]",
    "münchen.example",
]
IN_A_PATH = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="\"'<>"))


@given(st.sampled_from(HOSTS), st.integers(0, 65535), st.sampled_from("/?#"), IN_A_PATH, IN_A_PATH)
def test_an_at_sign_behind_a_port_and_a_path_is_one_of_the_path(
    host: str, port: int, sign: str, path: str, user: str
) -> None:
    address = f"http://{host}:{port}{sign}{path.replace(':', '')}@{user.replace(':', '')}"
    assert without_credentials(address) == address
    assert parted(address) == (address, Credentials())
    with_user = address.replace("http://", "http://elastic:pw@")
    assert without_credentials(f"at {with_user} now") == f"at {address} now"
    assert parted(with_user) == (address, Credentials("elastic", "pw"))


@pytest.mark.parametrize(
    "address",
    [
        "https://medium.example:443/@desk/article",
        "https://[2001:db8::1]/@desk",
        "see http://a.example:80/x@y, and http://b.example:8080/@z",
        "http://a.example/x:y@z",
        "http://a.example?mail=x:y@z",
    ],
)
def test_at_signs_of_paths_stay(address: str) -> None:
    assert without_credentials(address) == address


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        ("https://u:p@social.example/@desk.rss", "https://social.example/@desk.rss"),
        ("https://me@mail.example:hush@a.example/x", "https://a.example/x"),
        ("https://me@mail.example:hush@server/x", "https://server/x"),
        ("https://me@mail.example@server/x", "https://server/x"),
        ("https://token@server:8080/x@y", "https://server:8080/x@y"),
        ("http://u:p@ss.word/x@server:9200/news", "http://server:9200/news"),
        ("smtp://desk:p@ss@mail.example:587", "smtp://mail.example:587"),
        ("http://u:p@[::1]:9200/a@b", "http://[::1]:9200/a@b"),
        ("http://a:b@c:1/http://d:e@f:2/", "http://f:2/"),
        ("http://a.example:80/,http://d:e@f/", "http://a.example:80/,http://f/"),
    ],
)
def test_credentials_end_where_the_server_begins(address: str, bare: str) -> None:
    assert without_credentials(address) == bare


@pytest.mark.parametrize("unit", ["http://a:", "http://a@", "http://a:b@", "@", "a://b@c.example/"])
def test_long_texts_take_a_moment_only(unit: str) -> None:
    text = unit * 200_000
    assert "a:b" not in without_credentials(f"@{text}@ http://u@b")


@pytest.mark.parametrize("password", ["123/x", "9200/abc", "80?x", "70000/x", "8080"])
def test_a_password_that_begins_as_a_port_leaves(password: str) -> None:
    address = f"http://elastic:{password}@server:9200/news"
    assert without_credentials(address) == "http://server:9200/news"
    assert parted(address)[0] == "http://server:9200/news"


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
