"""What the address asks for, and the addresses that ask for a little more or less. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

Pair = tuple[str, str]

FILTERS = ("lang", "source", "section", "tag")
DATES = ("on", "after", "before")
CHOICES = ("mode", "sort", "balance", "names", "recency", "title", "timezone", "view")
KNOWN = ("q", *FILTERS, *DATES, *CHOICES, "limit")
"""Parameters of the page that are those of `GET /v1/search`, and `view`: as stories or articles."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a search, in their order, without empty and unknown ones."""

    path: str
    pairs: tuple[Pair, ...]

    @classmethod
    def of(cls, path: str, given: Iterable[Pair], also: Collection[str] = ()) -> Asked:
        """Read a query string, of whose names the page knows `also` more.

        Several values in one are taken apart, as the API does.
        """
        found: dict[Pair, None] = {}
        for name, value in given:
            if (name not in KNOWN and name not in also) or not value.strip():
                continue
            parts = value.split(",") if name in FILTERS else [value]
            found |= dict.fromkeys((name, part.strip()) for part in parts if part.strip())
        return cls(path, tuple(found))

    def get(self, name: str) -> str | None:
        """The last value of a parameter."""
        return next((v for n, v in reversed(self.pairs) if n == name), None)

    def all(self, name: str) -> list[str]:
        """All values of a parameter."""
        return [v for n, v in self.pairs if n == name]

    @property
    def narrowed(self) -> bool:
        """Tell whether there is a filter."""
        return any(name in (*FILTERS, *DATES) for name, _ in self.pairs)

    def hidden(self, shown: Collection[str]) -> Sequence[Pair]:
        """What a form must carry along besides the fields that it shows."""
        return [pair for pair in self.pairs if pair[0] not in shown and pair[0] != "limit"]

    def adding(self, name: str, value: str) -> str:
        """The address with a filter more; a date takes the place of those before."""
        gone = DATES if name in DATES else ()
        return self._address([*(p for p in self._first if p[0] not in gone), (name, value)])

    def without(self, name: str, value: str | None = None) -> str:
        """The address without a parameter, or one of its values."""
        return self._address(
            [(n, v) for n, v in self._first if n != name or (value is not None and v != value)]
        )

    def replacing(self, **values: str) -> str:
        """The address with other values; an empty one goes."""
        kept = [pair for pair in self._first if pair[0] not in values]
        return self._address([*kept, *((n, v) for n, v in values.items() if v)])

    def unfiltered(self) -> str:
        """The address with the query alone."""
        return self._address([p for p in self._first if p[0] not in (*FILTERS, *DATES)])

    def at(self, path: str, more: Mapping[str, str] | None = None) -> str:
        """The same asked of another path."""
        return _address(path, [*self._first, *(more or {}).items()])

    @property
    def _first(self) -> list[Pair]:
        """All but how many were shown: whatever is asked else begins at the first."""
        return [pair for pair in self.pairs if pair[0] != "limit"]

    def _address(self, pairs: Sequence[Pair]) -> str:
        return _address(self.path, pairs)


def _address(path: str, pairs: Sequence[Pair]) -> str:
    return f"{path}?{urlencode(pairs, errors='replace')}" if pairs else path
