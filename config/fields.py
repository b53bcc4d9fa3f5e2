"""A section of settings: a frozen dataclass whose fields say what they may be.

Only what somebody gave is checked; that the defaults may be what they are, a test says. pydantic
checks as much, but its import alone takes 50 ms of processor time, a seventh of a cold search.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, field, fields
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from search.values import dataclass

T = TypeVar("T")

_YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "off"})


class Secret:
    """A text that is never shown."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Take the text."""
        self._text = text

    def get_secret_value(self) -> str:
        """Return the text."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __str__(self) -> str:
        return "**********"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a value may be, beside its type: numbers by size, texts by length and form."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None
    check: Callable[[str], str] | None = None
    """Returns the value as it is stored; raises `ValueError`."""


def setting(description: str, *, default: Any, **bounds: Any) -> Any:  # noqa: ANN401
    """Declare a setting; `bounds` are those of `Bounds`."""
    return field(default=default, metadata={"description": description, "bounds": Bounds(**bounds)})


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(setting,))
def section(declared: type[T]) -> type[T]:
    """Make a class a section of settings."""
    return dataclass(frozen=True, slots=True, kw_only=True)(declared)


def declared(section: type[Any]) -> Mapping[str, Field[Any]]:
    """Return the fields of a section by name, in order."""
    return {each.name: each for each in fields(section)}


def made(section: type[T], given: Mapping[str, Any], where: str = "") -> T:
    """Make a section of what was given, by name; a section within it is a mapping.

    Raises `Misfit` for the first value that cannot be.
    """
    known, kinds = declared(section), get_type_hints(section)
    values: dict[str, Any] = {}
    for name, value in given.items():
        kind = kinds[name]
        if isinstance(kind, type) and "__dataclass_fields__" in kind.__dict__:
            values[name] = made(kind, value, f"{name}.")
            continue
        try:
            values[name] = _fit(value, kind, known[name].metadata["bounds"])
        except ValueError as error:
            raise Misfit(f"{where}{name}", value, str(error)) from None
    return section(**values)


class Misfit(ValueError):
    """A value that a setting cannot have."""

    def __init__(self, key: str, value: object, reason: str) -> None:
        """Take the dotted key, the value as it was given, and the rest of a sentence."""
        super().__init__(f"{key}: {reason}")
        self.key, self.value, self.reason = key, value, reason


def _fit(value: Any, kind: Any, bounds: Bounds) -> Any:  # noqa: ANN401
    """Return the value as the type that is declared. Raises `ValueError`."""
    fitted = _converted(value, kind)
    if isinstance(fitted, int | float) and not isinstance(fitted, bool):
        _check_size(fitted, bounds)
    elif isinstance(fitted, str) and not isinstance(fitted, StrEnum):
        _check_text(fitted, bounds)
        return fitted if bounds.check is None else bounds.check(fitted)
    return fitted


def _converted(value: Any, kind: Any) -> Any:  # noqa: ANN401
    if isinstance(kind, UnionType):  # X | None
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is Literal:
        return _one_of(value, {each: each for each in get_args(kind)})
    if get_origin(kind) is tuple:
        return _texts(value)
    if issubclass(kind, StrEnum):
        return _one_of(value, {str(each): each for each in kind})
    return _CONVERTERS[kind](value)


def _one_of(value: object, known: Mapping[str, object]) -> object:
    if isinstance(value, str) and value in known:
        return known[value]
    *others, last = (repr(str(each)) for each in known)
    raise ValueError(f"it must be {', '.join(others)} or {last}")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise ValueError("it must be a list of texts")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("it must be a text")


def _path(value: object) -> Path:
    if isinstance(value, str | Path):
        return Path(value)
    raise ValueError("it must be the name of a file or folder")


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    written = str(value).strip().lower() if isinstance(value, str | int) else ""
    if written in _YES or written in _NO:
        return written in _YES
    raise ValueError("it must be true or false")


def _number(value: object) -> float:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise ValueError("it must be a number")


def _whole_number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        number = _number(value)
    except ValueError:
        number = 0.5
    if not number.is_integer():
        raise ValueError("it must be a whole number")
    return int(number)


_CONVERTERS: Mapping[type, Callable[[Any], Any]] = {
    str: _text,
    int: _whole_number,
    float: _number,
    bool: _boolean,
    Path: _path,
    Secret: lambda value: value if isinstance(value, Secret) else Secret(_text(value)),
}


def _check_size(number: float, bounds: Bounds) -> None:
    if bounds.ge is not None and number < bounds.ge:
        raise ValueError(f"it must be {bounds.ge:g} or more")
    if bounds.gt is not None and number <= bounds.gt:
        raise ValueError(f"it must be more than {bounds.gt:g}")
    if bounds.le is not None and number > bounds.le:
        raise ValueError(f"it must be {bounds.le:,g} or less")


def _check_text(text: str, bounds: Bounds) -> None:
    if len(text) < bounds.min_length:
        least = bounds.min_length
        raise ValueError(
            "it must not be empty" if least == 1 else f"it must have {least} characters or more"
        )
    if bounds.max_length is not None and len(text) > bounds.max_length:
        raise ValueError(f"it must have {bounds.max_length} characters or fewer")
    if bounds.pattern is not None and re.search(bounds.pattern, text) is None:
        raise ValueError(f"it must match {bounds.pattern}")
