"""Key files: what one must look like, and what is said of one that does not.

Nothing in a file is taken on trust: one that was cut short, edited by hand or put there by others
is damaged, and a damaged key opens nothing.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
ID_LETTERS = 8
SUFFIX = ".json"
_ID = re.compile(f"[{ALPHABET}]{{{ID_LETTERS}}}")
_DIGEST = re.compile("[0-9a-f]{64}")
_FIELDS = frozenset({"id", "name", "scopes", "digest", "created", "expires", "revoked"})
_LARGEST = 65_536
"""Bytes of a key file; ours have some 300."""


class KeyScope(StrEnum):
    """What a key allows; a key can carry several."""

    READ = "read"
    """Search, fetch, facets, export, status."""
    WRITE = "write"
    """Add, replace and delete articles."""
    ALERTS = "alerts"
    """Make, change and read one's own alerts, and what they find."""
    ADMIN = "admin"
    """Everything, metrics included."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: never with its secret. Times are ISO 8601 in UTC."""

    id: str
    name: str
    scopes: tuple[KeyScope, ...]
    digest: str
    created: str
    expires: str | None = None
    revoked: str | None = None

    def allows(self, scope: KeyScope) -> bool:
        """Tell whether the key carries the scope."""
        return scope in self.scopes or KeyScope.ADMIN in self.scopes

    def valid(self, now: datetime) -> bool:
        """Tell whether the key is neither revoked nor expired."""
        expired = self.expires is not None and datetime.fromisoformat(self.expires) <= now
        return self.revoked is None and not expired


@dataclass(frozen=True, slots=True)
class DamagedKey:
    """A key file that nobody is admitted by, and why, as the end of a sentence."""

    path: Path
    why: str

    @property
    def sentence(self) -> str:
        """What happened, and what to do."""
        return (
            f"The key file {self.path} {self.why}, so that its key is not accepted; restore it, "
            "or remove it and create another key."
        )


def files_in(folder: Path) -> list[os.DirEntry[str]]:
    """Return the entries that stand for keys, by name. Raises `OSError`, `FileNotFoundError`."""
    with os.scandir(folder) as entries:
        found = [entry for entry in entries if entry.name.endswith(SUFFIX)]
    return sorted(found, key=lambda entry: entry.name)


def read_key(path: Path) -> ApiKey | DamagedKey:
    """Read a key file; whatever is wrong with it makes it a damaged one."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return DamagedKey(path, "is not a file")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        return DamagedKey(path, f"cannot be read ({error.strerror or error})")
    if len(content) > _LARGEST:
        return DamagedKey(path, "is not a valid key file")
    try:
        return _checked(json.loads(content), path)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return DamagedKey(path, "is empty" if not content else "is not a valid key file")


def _checked(stored: dict[str, Any], path: Path) -> ApiKey:
    """Return the key. Raises one of the errors that `read_key` expects for anything else."""
    if set(stored) - _FIELDS:
        raise ValueError(stored)
    key = ApiKey(
        id=_text(stored["id"]),
        name=_text(stored["name"]),
        scopes=tuple(KeyScope(_text(scope)) for scope in _listed(stored["scopes"])),
        digest=_text(stored["digest"]),
        created=_moment(stored["created"]),
        expires=None if stored.get("expires") is None else _moment(stored["expires"]),
        revoked=None if stored.get("revoked") is None else _moment(stored["revoked"]),
    )
    # The name of the file is what `revoke` finds it by.
    if not _ID.fullmatch(key.id) or key.id != path.name.removesuffix(SUFFIX):
        raise ValueError(key.id)
    if not _DIGEST.fullmatch(key.digest) or not key.scopes:
        raise ValueError(key.digest)
    return key


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(value)
    return value


def _moment(value: object) -> str:
    text = _text(value)
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(text)
    return text
