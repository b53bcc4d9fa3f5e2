"""API keys: made once, shown once, stored as a hash; one small file per key.

A key is `pw_ID_SECRET`: an identifier of 8 letters, which may be logged, and a secret of 256
random bits. What is stored is SHA-256 of the whole key. A slow hash (scrypt, argon2) protects
what people make up; against 2^256 equally likely secrets it adds nothing, and it would cost
tens of milliseconds per request.

One file per key needs no lock: making and revoking one each write its file in one step.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from search.errors import SettingsError, UsageError
from search.files import replace_json

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_FORM = re.compile(r"pw_([a-z2-9]{8})_[A-Za-z0-9_-]{43}")
_FRESH_S = 2.0
"""A folder changed this recently may change again within one tick of the file system's clock."""
_LOOK_EVERY_S = 1.0
"""How long a revoked key may still be used."""


class KeyScope(StrEnum):
    """What a key allows; a key can carry several."""

    READ = "read"
    """Search, fetch, facets, export, status."""
    WRITE = "write"
    """Add, replace and delete articles."""
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


class KeyFolder:
    """The keys of one server, in a folder that only its user may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, ApiKey] = {}
        self._seen: tuple[int, float] | None = None
        self._next_look = 0.0

    def create(
        self, name: str, scopes: Collection[KeyScope], expires: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key; returns it and the token, which is stored nowhere.

        Raises `UsageError` for an empty name or no scope, `SettingsError` where the folder
        cannot be written.
        """
        if not name.strip() or not scopes:
            raise UsageError("A key needs a name that says whose it is, and at least one scope.")
        identifier = "".join(secrets.choice(_ALPHABET) for _ in range(8))
        token = f"pw_{identifier}_{secrets.token_urlsafe(32)}"
        key = ApiKey(
            id=identifier,
            name=name.strip(),
            scopes=tuple(sorted(set(scopes))),
            digest=_digest(token),
            created=_stamp(datetime.now(UTC)),
            expires=_stamp(expires) if expires else None,
        )
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._path(identifier), key)
        except OSError as error:
            raise self._unusable(error) from None
        return key, token

    def revoke(self, identifier: str) -> ApiKey:
        """Make a key invalid for good; its file stays, so that the list says when.

        Raises `UsageError` if there is no such key.
        """
        key = self.all().get(identifier)
        if key is None:
            raise UsageError(f"There is no key {identifier}; `polywire keys list` shows all.")
        revoked = key if key.revoked else replace(key, revoked=_stamp(datetime.now(UTC)))
        try:
            _write(self._path(identifier), revoked)
        except OSError as error:
            raise self._unusable(error) from None
        return revoked

    def all(self) -> Mapping[str, ApiKey]:
        """Every key by its id, revoked ones too, oldest first.

        Raises `SettingsError` for a folder or file that cannot be read.
        """
        try:
            paths = [path for path in self._folder.glob("*.json") if path.is_file()]
            found = [_read(path) for path in paths]
        except OSError as error:
            raise self._unusable(error) from None
        return {key.id: key for key in sorted(found, key=lambda key: (key.created, key.id))}

    def find(self, token: str) -> ApiKey | None:
        """Return the valid key with this token, or None.

        The comparison takes the same time for any wrong secret, and for an unknown id.
        """
        self._look()
        form = _FORM.fullmatch(token)
        key = self._known.get(form.group(1)) if form else None
        digest = key.digest if key else _digest("")
        same = hmac.compare_digest(digest, _digest(token))
        return key if key and same and key.valid(datetime.now(UTC)) else None

    def _look(self) -> None:
        """Read the folder again if it has changed."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_EVERY_S
        try:
            changed = self._folder.stat().st_mtime_ns
        except FileNotFoundError:
            self._known, self._seen = {}, None
            return
        if self._seen is None or self._seen[0] != changed or self._seen[1] < _FRESH_S:
            self._known = dict(self.all())
            self._seen = (changed, time.time() - changed / 1e9)

    def _path(self, identifier: str) -> Path:
        return self._folder / f"{identifier}.json"

    def _unusable(self, error: OSError) -> SettingsError:
        return SettingsError(
            f"The folder of API keys {self._folder} cannot be used: {error.strerror or error}. "
            "Name another with POLYWIRE_API__KEYS."
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _write(path: Path, key: ApiKey) -> None:
    replace_json(path, asdict(key), mode=0o600)


def _read(path: Path) -> ApiKey:
    try:
        stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        scopes = tuple(KeyScope(scope) for scope in stored.pop("scopes"))
        key = ApiKey(scopes=scopes, **stored)
        key.valid(datetime.now(UTC))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SettingsError(f"{path} is not a valid key file; remove it or restore it.") from None
    return key
