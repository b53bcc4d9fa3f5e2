"""API keys: made, found, revoked, expired; what is kept holds no secret."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from search.api.access.keys import KeyFolder, KeyScope, folder_of_keys
from search.api.access.policy import is_keyless
from search.errors import SettingsError, UsageError


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


def test_a_key_is_found_by_its_token_and_nothing_else(folder: KeyFolder) -> None:
    key, token = folder.create("desk", [KeyScope.READ])
    assert folder.find(token) == key
    last = "A" if token[-1] != "A" else "B"
    for wrong in ("", "pw_", token[:-1], token[:-1] + last, token + "x", token.upper(), "\ud800"):
        assert folder.find(wrong) is None


def test_two_tokens_of_one_name_differ(folder: KeyFolder) -> None:
    (one, first), (other, second) = (folder.create("desk", [KeyScope.READ]) for _ in range(2))
    assert one.id != other.id
    assert first != second
    assert folder.find(first) == one
    assert folder.find(second) == other


def test_the_secret_is_not_kept(folder: KeyFolder, tmp_path: Path) -> None:
    _, token = folder.create("desk", [KeyScope.WRITE, KeyScope.READ])
    secret = token.split("_", 2)[2]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)  # 256 bits
    (file,) = (tmp_path / "keys").iterdir()
    assert secret not in file.read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_user_may_read_keys(folder: KeyFolder, tmp_path: Path) -> None:
    folder.create("desk", [KeyScope.READ])
    (file,) = (tmp_path / "keys").iterdir()
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert file.stat().st_mode & 0o077 == 0


def test_a_revoked_key_stays_in_the_list_and_is_not_found(folder: KeyFolder) -> None:
    key, token = folder.create("desk", [KeyScope.READ])
    revoked = folder.revoke(key.id)
    assert revoked.revoked is not None
    assert folder.find(token) is None
    assert list(folder.all()) == [key.id]
    assert folder.revoke(key.id) == revoked  # again changes nothing


def test_a_running_server_sees_changes_within_a_second(folder: KeyFolder, tmp_path: Path) -> None:
    server = KeyFolder(tmp_path / "keys")
    assert server.find("pw_aaaaaaaa_" + "x" * 43) is None
    key, token = folder.create("desk", [KeyScope.READ])
    assert _soon(lambda: server.find(token) is not None)
    folder.revoke(key.id)
    assert _soon(lambda: server.find(token) is None)


def test_an_expired_key_is_not_found(folder: KeyFolder) -> None:
    now = datetime.now(UTC)
    _, dead = folder.create("old", [KeyScope.READ], expires=now - timedelta(seconds=1))
    _, alive = folder.create("new", [KeyScope.READ], expires=now + timedelta(days=1))
    assert folder.find(dead) is None
    assert folder.find(alive) is not None


def test_admin_allows_everything_and_others_only_themselves(folder: KeyFolder) -> None:
    allowed = {
        scope: {other for other in KeyScope if folder.create("k", [scope])[0].allows(other)}
        for scope in KeyScope
    }
    assert allowed == {
        KeyScope.READ: {KeyScope.READ},
        KeyScope.WRITE: {KeyScope.WRITE},
        KeyScope.ALERTS: {KeyScope.ALERTS},
        KeyScope.ADMIN: set(KeyScope),
    }


def test_what_is_wrong_is_one_sentence(folder: KeyFolder, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a name"):
        folder.create(" ", [KeyScope.READ])
    with pytest.raises(UsageError, match="at least one scope"):
        folder.create("desk", [])
    with pytest.raises(UsageError, match="no key nobody"):
        folder.revoke("nobody")
    folder.create("desk", [KeyScope.READ])
    (tmp_path / "keys" / "broken.json").write_text("{}", encoding="utf-8")
    (damaged,) = folder.damaged()
    assert re.search(r"broken\.json is not a valid key file", damaged.sentence)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"keys.*cannot be used"):
        KeyFolder(tmp_path / "file" / "keys").create("desk", [KeyScope.READ])


def stored(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "keys").glob("*.json")
    return file


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "empty": lambda _key: "",
    "cut short": lambda key: json.dumps(key)[:40],
    "another id": lambda key: key | {"id": "bbbbbbbb"},
    "no digest": lambda key: key | {"digest": ""},
    "digest of another kind": lambda key: key | {"digest": 7},
    "no scopes": lambda key: key | {"scopes": []},
    "scopes as text": lambda key: key | {"scopes": "admin"},
    "unknown scope": lambda key: key | {"scopes": ["root"]},
    "revoked in another way": lambda key: key | {"revoked": False},
    "revoked by an empty text": lambda key: key | {"revoked": ""},
    "expiry without a zone": lambda key: key | {"expires": "2999-01-01T00:00:00"},
    "expiry as a number": lambda key: key | {"expires": 4102444800},
    "unknown field": lambda key: key | {"valid": True},
    "a list": lambda key: [key],
    "nothing": lambda _key: None,
    "nested": lambda _key: "[" * 30_000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_key_opens_nothing_and_locks_nobody_out(
    folder: KeyFolder, tmp_path: Path, damage: str
) -> None:
    key, token = folder.create("desk", [KeyScope.ADMIN])
    file = stored(tmp_path)
    found = DAMAGE[damage](json.loads(file.read_text(encoding="utf-8")))
    text = found if isinstance(found, str) else json.dumps(found)
    file.write_text(text, encoding="utf-8")
    _, other = folder.create("other", [KeyScope.READ])
    server = KeyFolder(tmp_path / "keys")
    assert server.find(token) is None
    assert server.find(other) is not None
    assert [each.name for each in server.all().values()] == ["other"]
    assert [each.path for each in server.damaged()] == [file]
    assert not is_keyless(server, "127.0.0.1")
    with pytest.raises(UsageError, match="restore it, or remove it"):
        server.revoke(key.id)


def test_what_is_listed_is_what_is_accepted(folder: KeyFolder, tmp_path: Path) -> None:
    """A file that is edited in its place is seen by a running server, too."""
    _, token = folder.create("desk", [KeyScope.READ])
    server = KeyFolder(tmp_path / "keys")
    assert server.find(token) is not None
    file = stored(tmp_path)
    key = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(key | {"expires": "2001-01-01T00:00:00Z"}), encoding="utf-8")
    assert _soon(lambda: server.find(token) is None)
    file.write_text(json.dumps(key), encoding="utf-8")
    assert _soon(lambda: server.find(token) is not None)


def test_no_folder_is_no_keys_and_anything_else_is_an_error(tmp_path: Path) -> None:
    place = tmp_path / "keys"
    assert is_keyless(KeyFolder(place), "127.0.0.1")
    place.mkdir()
    with pytest.raises(SettingsError, match="no key in the folder"):
        is_keyless(KeyFolder(place), "127.0.0.1")
    (place / "aaaaaaaa.json").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"aaaaaaaa\.json is empty"):
        is_keyless(KeyFolder(place), "127.0.0.1")


@pytest.mark.parametrize("kind", ["a file", "a link to nothing", "below a file"])
def test_a_folder_that_is_none_is_an_error(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "keys"
    if kind == "a link to nothing":
        place.symlink_to(tmp_path / "unmounted")
    else:
        place.write_text("", encoding="utf-8")
    folder = KeyFolder(place / "deep" if kind == "below a file" else place)
    with pytest.raises(SettingsError, match="API keys"):
        is_keyless(folder, "127.0.0.1")


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="POSIX permissions")
@pytest.mark.parametrize("mode", [0o000, 0o100, 0o400])
def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, mode: int) -> None:
    folder = KeyFolder(tmp_path / "keys")
    _, token = folder.create("desk", [KeyScope.READ])
    server = KeyFolder(tmp_path / "keys")
    assert server.find(token) is not None
    (tmp_path / "keys").chmod(mode)
    try:
        with pytest.raises(SettingsError):
            is_keyless(folder, "127.0.0.1")
        assert _soon(lambda: not _admits(server, token))
        assert not _admits(server, token)
    finally:
        (tmp_path / "keys").chmod(0o700)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_folder_that_everybody_can_write_to_is_an_error(
    folder: KeyFolder, tmp_path: Path
) -> None:
    _, token = folder.create("desk", [KeyScope.READ])
    (tmp_path / "keys").chmod(0o777)
    with pytest.raises(SettingsError, match="chmod o-w"):
        is_keyless(folder, "127.0.0.1")
    with pytest.raises(SettingsError, match="chmod o-w"):
        KeyFolder(tmp_path / "keys").find(token)


def test_a_folder_that_goes_admits_nobody(folder: KeyFolder, tmp_path: Path) -> None:
    _, token = folder.create("desk", [KeyScope.READ])
    assert folder.find(token) is not None
    (tmp_path / "keys").rename(tmp_path / "elsewhere")
    assert _soon(lambda: folder.find(token) is None)


def test_keys_are_found_beside_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    (home / "keys").mkdir(parents=True)
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    keys, index = Path("keys"), str(home / "index")
    assert folder_of_keys(keys, index) == home / "keys"
    assert folder_of_keys(keys, "index") == keys
    assert folder_of_keys(keys, "HTTP://server:9200/home/index") == keys
    (elsewhere / "keys").mkdir()
    assert folder_of_keys(keys, index) == keys
    assert folder_of_keys(tmp_path / "named", index) == tmp_path / "named"


def _admits(server: KeyFolder, token: str) -> bool:
    try:
        return server.find(token) is not None
    except SettingsError:
        return False


def _soon(condition: object, seconds: float = 3.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
