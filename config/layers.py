"""Where settings are written: polywire.toml and the environment, read as flat layers."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from search.errors import SettingsError

PREFIX = "POLYWIRE_"
DELIMITER = "__"
FILE_NAME = "polywire.toml"

NOT_SETTINGS = frozenset({"POLYWIRE_CONFIG", "POLYWIRE_DEBUG", "POLYWIRE_ES_CACHE"})
"""Variables with our prefix that are read elsewhere; `POLYWIRE_TEST_*` are too."""


def file_layer() -> tuple[str, dict[str, Any]]:
    """Return the path of the file and what it says, by dotted keys. Raises `SettingsError`."""
    named = os.environ.get("POLYWIRE_CONFIG")
    path = Path(named) if named else Path(FILE_NAME)
    try:
        if not named and not _is_there(path):
            return str(path), {}
    except OSError as error:
        raise _unreadable(path, error) from None
    import tomllib  # only where there is a file to read

    try:
        # Some editors of Windows begin every file with a byte order mark.
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _unreadable(path, error) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{path} is not valid TOML: line {line} is not UTF-8; save the file in UTF-8."
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from None
    return str(path), dict(_flat(content))


def _unreadable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(f"{path} cannot be read: {error.strerror or error}.")


def _is_there(path: Path) -> bool:
    """Tell whether there is anything by this name. Raises `OSError` where that cannot be told.

    What is there and cannot be read is an error, never "no settings": it may say what keeps others
    out.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def environment_layer(lists: Container[str]) -> tuple[str, dict[str, Any]]:
    """Return what the variables say, by dotted keys; those in `lists` have several values."""
    values: dict[str, Any] = {}
    for name in sorted(os.environ):
        if not name.upper().startswith(PREFIX) or name.upper() in NOT_SETTINGS:
            continue
        if name.upper().startswith(f"{PREFIX}TEST_"):
            continue
        key = name[len(PREFIX) :].lower().replace(DELIMITER, ".")
        if key in lists:
            values[key] = tuple(item for item in os.environ[name].split(",") if item)
        else:
            values[key] = os.environ[name]
    return "environment", values


def _flat(content: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return dotted keys as dictionaries within dictionaries."""
    whole: dict[str, Any] = {}
    for key, value in flat.items():
        *sections, leaf = key.split(".")
        target = whole
        for section in sections:
            target = target.setdefault(section, {})
        target[leaf] = value
    return whole
