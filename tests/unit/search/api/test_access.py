"""Hosts, pages, keys, scopes and rates that a request is judged by."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from search.api.access.keys import KeyFolder, KeyScope
from search.api.access.policy import Access, is_loopback, needed_scope
from search.api.access.rates import RateLimiter, SharedRates
from search.api.errors import ForeignRequest, NotPermitted, RateExceeded, Unauthenticated


def request(method: str = "GET", path: str = "/v1/search", **headers: str) -> dict[str, Any]:
    given = {"host": "127.0.0.1:8080"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "client": ("127.0.0.1", 5000),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
    }


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


def free() -> RateLimiter:
    return RateLimiter(0, 1)


def keyless(keys: KeyFolder, **options: Any) -> Access:
    return Access(keys, options.pop("rates", free()), keyless=True, **options)


def keyed(keys: KeyFolder, **options: Any) -> Access:
    return Access(keys, options.pop("rates", free()), keyless=False, **options)


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/healthz", None),
        ("GET", "/readyz", None),
        ("GET", "/openapi.json", None),
        ("GET", "/metrics", KeyScope.ADMIN),
        ("GET", "/v1/search", KeyScope.READ),
        ("POST", "/v1/search", KeyScope.READ),
        ("POST", "/v1/similar", KeyScope.READ),
        ("GET", "/v1/articles/x", KeyScope.READ),
        ("PUT", "/v1/articles/x", KeyScope.WRITE),
        ("DELETE", "/v1/articles/x/y", KeyScope.WRITE),
        ("POST", "/v1/articles", KeyScope.WRITE),
        ("GET", "/anything", KeyScope.READ),
        ("HEAD", "/v1/articles/x", KeyScope.READ),
        ("HEAD", "/metrics", KeyScope.ADMIN),
        ("POST", "/anything", KeyScope.WRITE),
        ("MERGE", "/v1/articles/x", KeyScope.WRITE),
        ("put", "/v1/articles/x", KeyScope.WRITE),
        ("POST", "/v1/search/", KeyScope.WRITE),
    ],
)
def test_needed_scopes(method: str, path: str, scope: KeyScope | None) -> None:
    assert needed_scope(method, path) == scope


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104  the address under test
        ("::", False),
        ("192.168.1.2", False),
        ("newsroom.example", False),
        ("127.0.0.1.example", False),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8080", "[::1]:8080", "LOCALHOST"])
def test_a_keyless_server_answers_under_local_names(keys: KeyFolder, host: str) -> None:
    assert keyless(keys).admit(request(host=host)).name == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8080", "", "[::2]"])
def test_a_keyless_server_answers_under_no_other(keys: KeyFolder, host: str) -> None:
    with pytest.raises(ForeignRequest, match=r"api\.hosts"):
        keyless(keys).admit(request(host=host))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://[broken"},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_pages_of_other_sites_cannot_reach_a_keyless_server(
    keys: KeyFolder, headers: dict[str, str]
) -> None:
    with pytest.raises(ForeignRequest, match="other sites"):
        keyless(keys).admit(request("POST", "/v1/articles", **headers))


def test_pages_that_were_allowed_can(keys: KeyFolder) -> None:
    access = keyless(keys, origins=["https://desk.example"])
    assert access.admit(request(origin="https://desk.example"))
    assert access.admit(request(origin="http://localhost:3000"))


def test_with_keys_the_host_does_not_matter_unless_it_is_set(keys: KeyFolder) -> None:
    _, token = keys.create("desk", [KeyScope.READ])
    sent = request(host="any.example", authorization=f"Bearer {token}")
    assert keyed(keys).admit(sent)
    with pytest.raises(ForeignRequest):
        keyed(keys, hosts=["api.example"]).admit(sent)
    named = request(host="API.example:443", authorization=f"Bearer {token}")
    assert keyed(keys, hosts=["api.example"]).admit(named)


@pytest.mark.parametrize("header", ["authorization", "x_api_key"])
def test_a_key_can_be_sent_in_two_headers(keys: KeyFolder, header: str) -> None:
    key, token = keys.create("desk", [KeyScope.READ])
    value = f"bearer {token}" if header == "authorization" else token
    assert keyed(keys).admit(request(**{header: value})).name == key.id


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer"},
        {"authorization": "Basic dXNlcjpwYXNz"},
        {"authorization": "Bearer pw_aaaaaaaa_" + "x" * 43},
        {"x_api_key": "\xff\xfe"},
    ],
)
def test_without_a_valid_key_nothing_is_served(keys: KeyFolder, headers: dict[str, str]) -> None:
    keys.create("desk", [KeyScope.READ])
    with pytest.raises(Unauthenticated):
        keyed(keys).admit(request(**headers))


def test_a_key_that_is_made_closes_a_running_server(keys: KeyFolder, tmp_path: Path) -> None:
    server = KeyFolder(tmp_path / "keys")
    access = keyless(server)
    assert access.admit(request())
    key, token = keys.create("desk", [KeyScope.READ])
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            access.admit(request())
        except Unauthenticated:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the server stays open")
    assert access.admit(request(authorization=f"Bearer {token}")).name == key.id
    for file in (tmp_path / "keys").iterdir():
        file.unlink()
    with pytest.raises(Unauthenticated):  # nor does it open again
        keyless_again(access)


def keyless_again(access: Access) -> None:
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        access.admit(request())
        time.sleep(0.1)


def test_health_needs_no_key(keys: KeyFolder) -> None:
    keys.create("desk", [KeyScope.READ])
    assert keyed(keys).admit(request(path="/healthz"))


def test_a_scope_is_not_another(keys: KeyFolder) -> None:
    _, token = keys.create("desk", [KeyScope.READ])
    with pytest.raises(NotPermitted, match="`write`"):
        keyed(keys).admit(request("PUT", "/v1/articles/x", authorization=f"Bearer {token}"))


def test_a_client_that_asks_too_often_is_told_when_to_come_again(keys: KeyFolder) -> None:
    access = keyless(keys, rates=RateLimiter(0.1, 2))
    for _ in range(2):
        access.admit(request())
    with pytest.raises(RateExceeded) as raised:
        access.admit(request())
    assert raised.value.retry_after_s == 10


def test_guessing_keys_is_slowed_down_without_locking_out_others(keys: KeyFolder) -> None:
    _, token = keys.create("desk", [KeyScope.READ])
    access = keyed(keys, rates=RateLimiter(0.1, 2))
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            access.admit(request(authorization="Bearer guess"))
    with pytest.raises(RateExceeded):
        access.admit(request(authorization="Bearer guess"))
    assert access.admit(request(authorization=f"Bearer {token}"))


def test_each_client_has_its_own_rate() -> None:
    now = [0.0]
    limiter = RateLimiter(rate=2, burst=2, clock=lambda: now[0])
    assert [limiter.wait_s("a") for _ in range(3)] == [0, 0, 1]
    assert limiter.wait_s("b") == 0
    now[0] += 0.5
    assert [limiter.wait_s("a") for _ in range(2)] == [0, 1]


def test_no_rate_is_no_limit() -> None:
    limiter = RateLimiter(rate=0, burst=1)
    assert not any(limiter.wait_s("a") for _ in range(1000))


def test_processes_share_the_rates_in_a_file(tmp_path: Path) -> None:
    """Each maps the file by itself; what a client sends to one counts for all."""
    now = [0.0]
    shared = SharedRates(tmp_path / "rates", b"secret")
    here, there = (RateLimiter(2, 2, lambda: now[0], shared) for _ in range(2))
    assert [here.wait_s("a"), there.wait_s("a")] == [0, 0]
    assert [here.wait_s("a"), there.wait_s("a")] == [1, 1]
    assert there.wait_s("b") == 0
    now[0] += 0.5
    assert [there.wait_s("a"), here.wait_s("a")] == [0, 1]


def test_clients_beyond_the_room_of_the_table_only_get_more() -> None:
    limiter = RateLimiter(rate=1, burst=1, clock=lambda: 0.0)
    assert [limiter.wait_s("a"), limiter.wait_s("a")] == [0, 1]
    assert not any(limiter.wait_s(f"c{n}") for n in range(200_000))
    assert limiter.wait_s("c199999") == 1
