"""Names of generations and aliases, and addresses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import UsageError
from search.index.elastic.client import Address, connect
from search.index.elastic.names import Generation, checked, read_alias, write_alias
from search.index.elastic.options import ElasticOptions, plugins_of

BASES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)


@given(base=BASES, number=st.integers(1, 10**6), fingerprint=st.text(max_size=40))
def test_a_name_is_read_back(base: str, number: int, fingerprint: str) -> None:
    generation = Generation.named(base, number, fingerprint)
    assert Generation.parse(base, str(generation)) == generation
    assert str(generation) == str(generation).lower()
    assert len(str(generation)) < 255


def test_a_fingerprint_stands_in_the_name_as_it_is() -> None:
    assert str(Generation.named("news", 2, "0123456789abcdef")) == "news-v2-0123456789abcdef"


@pytest.mark.parametrize(
    "index",
    ["news", "news-write", "news-v0-ab", "news-v1-", "news-v01-ab", "old-news-v1-ab", "news-v1-A"],
)
def test_what_is_no_generation(index: str) -> None:
    assert Generation.parse("news", index) is None


def test_a_name_within_a_name_is_not_mixed_up() -> None:
    inner = str(Generation.named("news-v1-ab", 1, "cd"))
    assert Generation.parse("news", inner) is None
    assert Generation.parse("news-v1-ab", inner) is not None


def test_aliases_differ() -> None:
    assert read_alias("news") == "news"
    assert write_alias("news") == "news-write"


@pytest.mark.parametrize("name", ["News", "-a", "_a", "a b", "ä", "a" * 201, "a/b", "a*", ""])
def test_names_that_elasticsearch_refuses(name: str) -> None:
    with pytest.raises(UsageError, match="cannot be called"):
        checked(name)


def test_a_name_that_is_an_alias_of_another_is_refused() -> None:
    with pytest.raises(UsageError, match="aliases"):
        checked("news-write")


@pytest.mark.parametrize(
    ("uri", "node", "name"),
    [
        ("http://localhost:9200/news", "http://localhost:9200", "news"),
        ("http://localhost/news/", "http://localhost:9200", "news"),
        ("https://es.example/news", "https://es.example:443", "news"),
        ("https://es.example/search/news", "https://es.example:443/search", "news"),
        ("http://[::1]:9200/news", "http://[::1]:9200", "news"),
    ],
)
def test_addresses(uri: str, node: str, name: str) -> None:
    address, _ = Address.parse(uri, ElasticOptions())
    assert (address.node, address.name, address.shown) == (node, name, f"{node}/{name}")


def test_a_password_goes_into_the_options_and_out_of_sight() -> None:
    uri = "https://me:p%40ss@es.example/news"
    address, options = Address.parse(uri, ElasticOptions(api_key="secret-key"))
    assert (options.username, options.password) == ("me", "p@ss")
    for secret in ("p@ss", "p%40ss", "secret-key"):
        assert secret not in f"{address!r} {options!r}"


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost:9200",
        "http://localhost:9200/",
        "http:///news",
        "ftp://host/news",
        "http://me:hunter2@localhost:9200/",
        "http://me:hunter2@localhost:99999/news",
    ],
)
def test_addresses_that_name_nothing(uri: str) -> None:
    with pytest.raises(UsageError) as caught:
        Address.parse(uri, ElasticOptions())
    assert "hunter2" not in str(caught.value)


def test_options_that_cannot_work(tmp_path: Path) -> None:
    address, _ = Address.parse("https://es.example/news", ElasticOptions())
    with pytest.raises(UsageError, match="certificate file"):
        connect(address, ElasticOptions(ca_file=tmp_path / "absent.pem"))
    broken = tmp_path / "broken.pem"
    broken.write_text("this is no certificate")
    with pytest.raises(UsageError, match="must be PEM"):
        connect(address, ElasticOptions(ca_file=broken))
    with pytest.raises(UsageError, match="Cannot use these settings"):
        connect(address, ElasticOptions(hosts=("not a url",)))


def test_plugins_are_those_that_every_node_has() -> None:
    def node(*names: str) -> dict[str, list[dict[str, str]]]:
        return {"plugins": [{"name": name} for name in names]}

    nodes = {"a": node("analysis-icu", "analysis-nori"), "b": node("analysis-icu")}
    assert plugins_of({"nodes": nodes}) == {"analysis-icu"}
    assert plugins_of({"nodes": {"a": node()}}) == frozenset()
    assert plugins_of({}) == frozenset()
