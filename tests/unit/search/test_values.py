"""What `search.values` declares behaves as what the standard library does."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar

import pytest

from search.values import dataclass


@dataclass(frozen=True, slots=True)
class Own:
    """A value."""

    name: str
    count: int = 1
    notes: Mapping[str, str] = field(default_factory=dict, compare=False)
    hidden: str = field(default="x", repr=False)
    kinds: ClassVar[int] = 3

    @property
    def twice(self) -> int:
        """A property."""
        return 2 * self.count


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """A value."""

    name: str
    count: int = 1
    notes: Mapping[str, str] = field(default_factory=dict, compare=False)
    hidden: str = field(default="x", repr=False)
    kinds: ClassVar[int] = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """With names only."""

    first: int = 1
    second: str

    def __post_init__(self) -> None:
        if self.first < 0:
            raise ValueError("negative")


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """Equal to itself only."""

    name: str


@dataclass(frozen=True, slots=True)
class Mixed:
    """Names behind places."""

    place: int
    named: int = field(kw_only=True)
    last: int = 5


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing."""


KINDS: list[Any] = [Own, Standard]


@pytest.mark.parametrize("kind", KINDS)
def test_values(kind: Any) -> None:
    value = kind("a", notes={"b": "c"})
    assert repr(value) == f"{kind.__name__}(name='a', count=1, notes={{'b': 'c'}})"
    assert value == kind("a")
    assert value != kind("a", 2)
    assert value != ("a", 1, "x")
    assert {value: 1}[kind("a")] == 1
    assert (value.count, value.hidden, value.kinds, kind.kinds) == (1, "x", 3, 3)
    assert kind("a").notes is not kind("a").notes
    assert not hasattr(value, "__dict__")
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.count = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.count
    with pytest.raises(TypeError, match="name"):
        kind()
    with pytest.raises(TypeError, match="other"):
        kind("a", other=1)


@pytest.mark.parametrize("kind", KINDS)
def test_what_reads_dataclasses_reads_them(kind: Any) -> None:
    assert dataclasses.is_dataclass(kind)
    made: Any = kind
    value: Any = made("a", 2)
    assert [one.name for one in dataclasses.fields(kind)] == ["name", "count", "notes", "hidden"]
    assert dataclasses.replace(value, count=3) == made("a", 3)
    assert dataclasses.asdict(value) == {"name": "a", "count": 2, "notes": {}, "hidden": "x"}
    assert list(inspect.signature(made).parameters) == ["name", "count", "notes", "hidden"]
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301  # our own
    assert copy.deepcopy(value) == value
    match value:
        case Own(name, count) | Standard(name, count):
            assert (name, count) == ("a", 2)
        case _:
            pytest.fail("it is not matched by place")


def test_a_class_that_was_never_used_is_read_from_a_pickle() -> None:
    written = pickle.dumps(Same("a"))
    assert pickle.loads(written).name == "a"  # noqa: S301  # our own


def test_properties_and_checks() -> None:
    assert Own("a", 4).twice == 8
    assert Named(second="b").first == 1
    with pytest.raises(ValueError, match="negative"):
        Named(first=-1, second="b")
    with pytest.raises(TypeError):
        Named(1, "b")  # type: ignore[call-arg]
    assert Mixed(1, 2, named=3) == Mixed(1, named=3, last=2)
    assert Empty() == Empty()
    assert hash(Empty()) == hash(Empty())


def test_without_comparing() -> None:
    one = Same("a")
    assert one == one  # noqa: PLR0124
    assert one != Same("a")


def test_defaults_that_can_change_are_refused() -> None:
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass(frozen=True, slots=True)
        class _Shared:
            names: list[str] = []  # noqa: RUF012
