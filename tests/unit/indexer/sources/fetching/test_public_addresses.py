"""Nothing is fetched from this machine or a private network, whatever leads there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from indexer.sources.fetching import errors
from indexer.sources.fetching.fetcher import Fetcher
from indexer.sources.fetching.politeness import Politeness
from indexer.sources.fetching.public_addresses import is_public
from tests.support.site import Site, serving_site

PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:1.1.1.1"]
PRIVATE = """
127.0.0.1 127.8.9.1 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 192.0.2.1
198.18.0.1 203.0.113.9 224.0.0.1 240.0.0.1 255.255.255.255 ::1 :: fe80::1 fe80::1%eth0 fc00::1
ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: fd00:ec2::254
64:ff9b:1::7f00:1 fec0::1 2606:2800::5efe:7f00:1 2606:2800::200:5efe:a00:1 ::7f00:1
2001:0:101:101::80ff:fffe
nonsense
""".split()  # noqa: SIM905


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_site({"/": "here", "/robots.txt": ""}) as running:
        yield running


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0", "[::1]", "[::]",
     "[::ffff:127.0.0.1]", "017700000001", "127。0。0。1", "%31%32%37.0.0.1",
     "x.example@127.0.0.1"],
)  # fmt: skip
def test_ways_to_write_this_machine(site: Site, host: str) -> None:
    with Fetcher(Politeness(delay=0)) as one, pytest.raises(errors.FetchFailed) as caught:
        one.fetch(f"http://{host}:{site.port}/")
    assert isinstance(caught.value, errors.AddressRefused | errors.HostUnknown)
    assert site.visits == []


def names(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> list[str]:
    """Resolve every name to the next of these addresses; return those that are connected to."""
    connected: list[str] = []
    real = socket.create_connection
    resolve = socket.getaddrinfo

    def resolved(host: Any, *given: Any, **more: Any) -> Any:
        if str(host).endswith(".example"):
            address = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]
        return resolve(host, *given, **more)

    def connect(address: tuple[str, int], *given: Any, **more: Any) -> socket.socket:
        connected.append(address[0])
        # The public address of the test is this machine.
        return real(("127.0.0.1", address[1]), *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket, "create_connection", connect)
    return connected


def test_a_name_that_leads_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    connected = names(monkeypatch, ["10.1.2.3"])
    with Fetcher(Politeness(delay=0)) as one, pytest.raises(errors.AddressRefused):
        one.fetch("http://intranet.example/")
    assert connected == []


def test_a_redirect_that_leads_here_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, ["93.184.215.14"])
    site.pages["/out"] = lambda visit: visit.redirect(f"http://127.0.0.1:{site.port}/secret")
    site.pages["/secret"] = "secret"
    with Fetcher(Politeness(delay=0)) as one, pytest.raises(errors.AddressRefused) as caught:
        one.fetch(f"http://news.example:{site.port}/out")
    assert "--allow-private" in str(caught.value)
    assert "/secret" not in site.asked


def test_a_name_that_changes_its_address_is_no_way_round(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/a"] = "an answer"
    connected = names(monkeypatch, ["93.184.215.14", "127.0.0.1"])
    with Fetcher(Politeness(delay=0)) as one:
        with one.fetch(f"http://news.example:{site.port}/a") as got:
            assert got.read() == b"an answer"
        site.pages["/b"] = lambda visit: visit.send("x", headers={"Connection": "close"})
        one.fetch(f"http://news.example:{site.port}/b").close()
        with pytest.raises(errors.AddressRefused):
            one.fetch(f"http://news.example:{site.port}/a")
    assert set(connected) == {"93.184.215.14"}
