"""Who may do what, over real sockets: the matrix of keys and endpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.api.access.keys import KeyFolder, KeyScope
from search.api.access.policy import OPEN_PATHS
from search.errors import UsageError
from tests.support.endpoints import ENDPOINTS, template
from tests.support.serving import Served, article, serving

BODIES = {
    ("POST", "/v1/search"): {"q": "ferry"},
    ("POST", "/v1/similar"): {"text": "A ferry came back."},
    ("PUT", "/v1/articles/there"): article(),
    ("POST", "/v1/articles"): article(id="there"),
    ("POST", "/v1/alerts"): {"name": "here", "q": "ferry"},
    ("POST", "/v1/alerts/preview"): {"name": "here", "q": "ferry"},
    ("PATCH", "/v1/alerts/there"): {"paused": True},
}
HOLDERS = [None, "wrong", *KeyScope]
NO_STORY = "/v1/stories/there"
"""Stories have ids that nobody chooses: whoever may look is told that there is none of this one."""

BY_SECRET = ("/feed", "/end")
"""What needs no key, but a secret that is in the address."""


@pytest.fixture(scope="module")
def tokens() -> dict[object, str]:
    return {"wrong": "pw_aaaaaaaa_" + "x" * 43}


@pytest.fixture(scope="module")
def guarded(
    new_index: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
    tokens: dict[object, str],
) -> Iterator[Served]:
    """Serve with one key of each scope."""
    folder = tmp_path_factory.mktemp("guarded")
    keys = KeyFolder(folder / "keys")
    tokens.update({scope: keys.create(scope, [scope])[1] for scope in KeyScope})
    with serving(folder, new_index("embedded")) as served:
        yield served


@pytest.mark.parametrize("holder", HOLDERS, ids=str)
@pytest.mark.parametrize(("method", "path", "needed"), ENDPOINTS)
def test_matrix(  # noqa: PLR0917  what parametrize gives
    guarded: Served,
    tokens: dict[object, str],
    method: str,
    path: str,
    needed: KeyScope | None,
    holder: object,
) -> None:
    if method in ("GET", "DELETE") and "there" in path:
        admin = {"Authorization": f"Bearer {tokens[KeyScope.ADMIN]}"}
        guarded.http.put("/v1/articles/there", json=article(), headers=admin)
    headers = {"Authorization": f"Bearer {tokens[holder]}"} if holder else {}
    if path.startswith("/v1/alerts/there"):
        own = {"name": "there", "q": "ferry"}  # each key has alerts of its own
        guarded.http.post("/v1/alerts", json=own, headers=headers)
    response = guarded.http.request(method, path, headers=headers, json=BODIES.get((method, path)))
    if path.endswith(BY_SECRET):
        assert response.status_code == 404
    elif path == NO_STORY and holder in (needed, KeyScope.ADMIN):
        assert response.json()["type"].endswith("story-missing")
    elif needed is None or holder in (needed, KeyScope.ADMIN):
        assert response.is_success, response.text
    elif holder in (None, "wrong"):
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
    else:
        assert response.status_code == 403
        assert needed in response.json()["detail"]


def test_the_matrix_is_whole(guarded: Served) -> None:
    document = guarded.ok("GET", "/openapi.json")
    documented = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    }
    tried = {(method, template(path)) for method, path, _ in ENDPOINTS}
    assert tried == documented | {("GET", "/openapi.json")}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            is_open = path in OPEN_PATHS or path.endswith(BY_SECRET)
            assert bool(operation["security"]) != is_open


def test_a_body_is_not_read_before_the_key(guarded: Served) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000
            time.sleep(0.05)

    began = time.monotonic()
    response = guarded.http.post("/v1/articles", content=endless())
    assert response.status_code == 401
    assert time.monotonic() - began < 4


def test_a_revoked_key_is_refused_within_seconds(guarded: Served) -> None:
    keys = KeyFolder(guarded.settings.api.keys)
    key, token = keys.create("leaver", [KeyScope.READ])
    headers = {"Authorization": f"Bearer {token}"}

    def status() -> int:
        return guarded.http.get("/v1/status", headers=headers).status_code

    assert _becomes(status, 200)
    keys.revoke(key.id)
    assert _becomes(status, 401)


def test_no_other_address_without_keys(new_index: Callable[[str], str], folder: Path) -> None:
    with (
        pytest.raises(UsageError, match=r"polywire keys create"),
        serving(folder, new_index("embedded"), host="0.0.0.0"),  # noqa: S104  is refused
    ):
        pytest.fail("it listens")


def test_a_keyless_server_is_for_this_machine_only(plain: Served) -> None:
    rebound = plain.http.get("/v1/status", headers={"Host": "evil.example"})
    assert rebound.status_code == 403
    page = plain.http.post(
        "/v1/articles", json=article(), headers={"Origin": "https://evil.example"}
    )
    assert page.status_code == 403
    assert plain.http.get("/v1/status").status_code == 200


def test_cors_is_off_by_default(plain: Served) -> None:
    preflight = plain.http.options(
        "/v1/search",
        headers={"Origin": "https://desk.example", "Access-Control-Request-Method": "GET"},
    )
    assert not preflight.is_success
    assert "access-control-allow-origin" not in preflight.headers


def test_cors_for_the_origins_that_are_set(new_index: Callable[[str], str], folder: Path) -> None:
    origin = "https://desk.example"
    with serving(folder, new_index("embedded"), cors_origins=(origin,)) as served:
        preflight = served.http.options(
            "/v1/articles/x",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "authorization, content-type",
            },
        )
        assert preflight.is_success
        assert preflight.headers["access-control-allow-origin"] == origin
        answer = served.http.get("/v1/status", headers={"Origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
        problem = served.http.get("/v1/articles/nothing", headers={"Origin": origin})
        assert problem.status_code == 404
        assert problem.headers["access-control-allow-origin"] == origin
        other = served.http.get("/v1/status", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_every_answer_has_safe_headers(plain: Served) -> None:
    for path in ("/v1/status", "/nothing", "/v1/search"):
        headers = plain.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


def test_a_read_only_server_takes_no_articles(
    new_index: Callable[[str], str], folder: Path
) -> None:
    index = new_index("embedded")
    with serving(folder, index) as served:
        served.ok("PUT", "/v1/articles/there", json=article())
    with serving(folder, index, read_only=True) as served:
        assert served.ok("GET", "/v1/status")["read_only"] is True
        assert served.ok("GET", "/v1/articles/there")["id"] == "there"
        for method, path in (("PUT", "/v1/articles/x"), ("DELETE", "/v1/articles/there")):
            refused = served.http.request(method, path, json=article())
            assert refused.status_code == 403
            assert "read_only" in refused.json()["detail"]


def _becomes(status: Callable[[], int], expected: int, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if status() == expected:
            return True
        time.sleep(0.1)
    return False
