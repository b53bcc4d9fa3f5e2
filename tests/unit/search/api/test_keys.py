"""API keys: made, found, revoked, expired; what is kept holds no secret."""

from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search.api.access.keys import KeyFolder, KeyScope
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
    with pytest.raises(SettingsError, match=r"broken\.json is not a valid key file"):
        folder.all()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"keys.*cannot be used"):
        KeyFolder(tmp_path / "file" / "keys").create("desk", [KeyScope.READ])


def _soon(condition: object, seconds: float = 3.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False
