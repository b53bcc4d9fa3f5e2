"""API keys: made once, shown once, stored as a hash; one small file per key.

A key is `pw_ID_SECRET`: an identifier of 8 letters, which may be logged, and a secret of 256
random bits. What is stored is SHA-256 of the whole key. A slow hash (scrypt, argon2) protects
what people make up; against 2^256 equally likely secrets it adds nothing, and it would cost
tens of milliseconds per request.

One file per key needs no lock: making and revoking one each write its file in one step.

What cannot be read admits nobody: a damaged file is no key, and a folder that is there but cannot
be read, or that others may write to, is an error, never "no keys".
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import secrets
import stat
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from search.api.access.stored_keys import (
    ALPHABET,
    ID_LETTERS,
    SUFFIX,
    ApiKey,
    DamagedKey,
    KeyScope,
    files_in,
    read_key,
)
from search.errors import SettingsError, UsageError
from search.files import replace_json

__all__ = ["ApiKey", "DamagedKey", "KeyFolder", "KeyScope", "folder_of_keys"]

log = logging.getLogger(__name__)

_FORM = re.compile(r"pw_([a-z2-9]{8})_[A-Za-z0-9_-]{43}")
_FRESH_S = 2.0
"""A file changed this recently may change again within one tick of the file system's clock."""
_LOOK_EVERY_S = 1.0
"""How long a revoked key may still be used."""

_State = tuple[tuple[str, int, int, int], ...]
"""Of each key file its name, size, inode and the time of its last change."""


def folder_of_keys(folder: Path, index: str) -> Path:
    """Return the folder of the keys: as it is written, else beside the index.

    A server is often started from another folder than the one where its keys were made. `folder`,
    if relative, is looked for in the working folder first, then in the one that holds the index.
    """
    if folder.is_absolute() or os.path.lexists(folder) or re.match(r"(?i)https?://", index):
        return folder
    beside = Path(index).absolute().parent / folder
    return beside if os.path.lexists(beside) else folder


@dataclass(frozen=True, slots=True)
class _Known:
    """The keys as they were read, and the state of the files then."""

    keys: Mapping[str, ApiKey]
    damaged: Sequence[DamagedKey]
    state: _State
    settled: bool
    """Whether no file had been changed within `_FRESH_S`."""


class KeyFolder:
    """The keys of one server, in a folder that only its user may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: _Known | None = None
        self._next_look = 0.0
        self._told: frozenset[DamagedKey] = frozenset()

    @property
    def path(self) -> Path:
        """Where the keys are."""
        return self._folder.absolute()

    def create(
        self, name: str, scopes: Collection[KeyScope], expires: datetime | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key; returns it and the token, which is stored nowhere.

        Raises `UsageError` for an empty name or no scope, `SettingsError` where the folder
        cannot be written.
        """
        if not name.strip() or not scopes:
            raise UsageError("A key needs a name that says whose it is, and at least one scope.")
        identifier = "".join(secrets.choice(ALPHABET) for _ in range(ID_LETTERS))
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
            self._write(key)
        except OSError as error:
            raise self._unusable(error) from None
        return key, token

    def revoke(self, identifier: str) -> ApiKey:
        """Make a key invalid for good; its file stays, so that the list says when.

        Raises `UsageError` if there is no such key, or its file is damaged.
        """
        key = self.all().get(identifier)
        if key is None:
            for damaged in self.damaged():
                if damaged.path.name == identifier + SUFFIX:
                    raise UsageError(damaged.sentence)
            raise UsageError(f"There is no key {identifier}; `polywire keys list` shows all.")
        revoked = key if key.revoked else replace(key, revoked=_stamp(datetime.now(UTC)))
        try:
            self._write(revoked)
        except OSError as error:
            raise self._unusable(error) from None
        return revoked

    def all(self) -> Mapping[str, ApiKey]:
        """Every key by its id, revoked ones too, oldest first; without damaged ones.

        Raises `SettingsError` for a folder that cannot be read.
        """
        return self._read().keys

    def damaged(self) -> Sequence[DamagedKey]:
        """Every key file that cannot be used, by name. Raises as `all` does."""
        return self._read().damaged

    def exists(self) -> bool:
        """Tell whether there is a folder of keys, whatever is in it.

        Raises `SettingsError` where that cannot be told.
        """
        try:
            self._folder.lstat()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._unusable(error) from None
        return True

    def any_made(self) -> bool:
        """Tell whether there is a key, sound or damaged, as of the last look.

        Raises `SettingsError` where the folder cannot be read.
        """
        self._look()
        return self._known is not None and bool(self._known.keys or self._known.damaged)

    def find(self, token: str) -> ApiKey | None:
        """Return the valid key with this token, or None.

        The comparison takes the same time for any wrong secret, and for an unknown id. Raises
        `SettingsError` where the folder can no longer be read.
        """
        known = self._look()
        form = _FORM.fullmatch(token)
        key = known.get(form.group(1)) if form else None
        digest = key.digest if key else _digest("")
        same = hmac.compare_digest(digest, _digest(token))
        return key if key and same and key.valid(datetime.now(UTC)) else None

    def named(self, identifier: str) -> ApiKey | None:
        """Return the valid key with this id, for who proved before that he has it, or None.

        Raises as `find` does.
        """
        key = self._look().get(identifier)
        return key if key and key.valid(datetime.now(UTC)) else None

    def _look(self) -> Mapping[str, ApiKey]:
        """Return the keys, read again if a file has changed."""
        now = time.monotonic()
        if self._known is not None and now < self._next_look:
            return self._known.keys
        before, self._known = self._known, None  # what cannot be read again admits nobody
        if before is not None and before.settled and self._state() == before.state:
            self._known = before
        else:
            self._known = self._read()
            self._tell(self._known.damaged)
        self._next_look = now + _LOOK_EVERY_S
        return self._known.keys

    def _read(self) -> _Known:
        if not self.exists():
            return _Known({}, (), (), settled=False)
        began = time.time()
        state = self._state()
        read = [read_key(self._folder / name) for name, *_ in state]
        keys = [key for key in read if isinstance(key, ApiKey)]
        newest = max((changed for *_, changed in state), default=0) / 1e9
        return _Known(
            {key.id: key for key in sorted(keys, key=lambda key: (key.created, key.id))},
            tuple(key for key in read if isinstance(key, DamagedKey)),
            state,
            settled=newest < began - _FRESH_S,
        )

    def _state(self) -> _State:
        """Return the state of the files. Raises `SettingsError`."""
        try:
            self._check_folder()
            return tuple(_entry_state(entry) for entry in files_in(self._folder))
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unusable(error) from None

    def _check_folder(self) -> None:
        if os.name != "nt" and self._folder.stat().st_mode & stat.S_IWOTH:
            raise SettingsError(
                f"Everybody on this machine may write to the folder of API keys {self._folder}, "
                f"and so make keys. Take that right away: chmod o-w {self._folder}"
            )

    def _tell(self, damaged: Sequence[DamagedKey]) -> None:
        """Log each damaged file once."""
        for key in damaged:
            if key not in self._told:
                log.warning("%s", key.sentence)
        self._told = frozenset(damaged)

    def _write(self, key: ApiKey) -> None:
        replace_json(self._folder / f"{key.id}{SUFFIX}", asdict(key), mode=0o600)

    def _unusable(self, error: OSError) -> SettingsError:
        return SettingsError(
            f"The folder of API keys {self._folder} cannot be used: {error.strerror or error}. "
            "Mend that, or name another with POLYWIRE_API__KEYS."
        )


def _entry_state(entry: os.DirEntry[str]) -> tuple[str, int, int, int]:
    try:
        found = entry.stat()
    except OSError:  # a link that leads nowhere; reading it says more
        return entry.name, 0, 0, 0
    return entry.name, found.st_size, found.st_ino, max(found.st_mtime_ns, found.st_ctime_ns)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
