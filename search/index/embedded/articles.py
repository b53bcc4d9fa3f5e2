"""What filters, counts and comparisons need of articles: flat arrays, one entry per article. Pure.

Strings are numbers here: values of a few are codes into a vocabulary, ids and headlines have hashes
beside them or instead of them. The hashes are those of this process and never leave it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from search.index.embedded.found import Numbers, places
from search.index.embedded.rows import EMBARGO, microseconds, microseconds_of, schema
from search.index.filters import Filters
from search.index.port import FacetField
from search.values import dataclass

CODED: dict[FacetField, str] = {"lang": "lang", "source": "source", "section": "section"}
"""Columns with one value per article, or none."""

COLUMNS: dict[FacetField, str] = {**CODED, "tag": "tags"}
"""The columns that can be counted."""

EVERY = ("article_id", "title", *COLUMNS.values(), "published", EMBARGO.name)
"""All columns that are looked at here; not every table has the last one."""

UNDATED = np.iinfo(np.int64).min
"""Stands for no date."""


class Vocabulary:
    """Values that have got a code. Codes never change, so that several versions share them."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def codes(self, column: pa.Array) -> NDArray[np.int32]:
        """Return the code of each value, -1 for null; new values get one."""
        encoded = column.dictionary_encode()
        codes = [self._code(value) for value in encoded.dictionary.to_pylist()]
        if not codes:
            return np.full(len(column), -1, np.int32)
        known = np.array([*codes, -1], np.int32)
        found: NDArray[np.int32] = known[encoded.indices.fill_null(len(codes)).to_numpy()]
        return found

    def among(self, codes: NDArray[np.int32], values: Collection[str]) -> NDArray[np.bool_]:
        """Tell of each code whether its value is one of these."""
        wanted = np.zeros(len(self.values) + 1, bool)
        wanted[[self._codes[value] for value in values if value in self._codes]] = True
        among: NDArray[np.bool_] = wanted[codes]
        return among

    def _code(self, value: str) -> int:
        code = self._codes.setdefault(value, len(self.values))
        if code == len(self.values):
            self.values.append(value)
        return code


Vocabularies = Mapping[str, Vocabulary]
"""One per column of `COLUMNS`."""


def vocabularies() -> Vocabularies:
    """Return new ones."""
    return {column: Vocabulary() for column in COLUMNS.values()}


def hashed(column: pa.Array) -> NDArray[np.int64]:
    """Return a hash of 64 bits per string."""
    return np.fromiter(map(hash, column.to_pylist()), np.int64, len(column))


@dataclass(frozen=True, slots=True, eq=False)
class Articles:
    """Articles by number. What a table did not have is not there either: a KeyError.

    Both mappings are by the name of a column of the table, and but for tags there is one value per
    article: `codes` (-1 for none), and in `wide` dates (`UNDATED` for none) and the hashes of ids
    and headlines. The codes of the tags of all articles stand one after the other, with the number
    of the article of each in `tagged`.
    """

    ids: pa.Array
    codes: Mapping[str, NDArray[np.int32]]
    wide: Mapping[str, NDArray[np.int64]]
    tagged: NDArray[np.int64]
    known: Vocabularies

    @classmethod
    def of(cls, table: pa.Table, known: Vocabularies) -> Articles:
        """Take a table of one row per article: `article_id` and any other of `EVERY`."""
        columns = {
            name: table[name].combine_chunks() for name in EVERY if name in table.column_names
        }
        ids = columns.pop("article_id")
        codes: dict[str, NDArray[np.int32]] = {}
        wide = {"article_id": hashed(ids)}
        tagged = np.empty(0, np.int64)
        for name, column in columns.items():
            match name:
                case "title":
                    wide[name] = hashed(column)
                case "published" | EMBARGO.name:
                    wide[name] = column.fill_null(int(UNDATED)).to_numpy()
                case "tags":
                    codes[name] = known[name].codes(column.flatten())
                    lengths = column.value_lengths().to_numpy()
                    tagged = np.repeat(np.arange(len(column)), lengths)
                case _:
                    codes[name] = known[name].codes(column)
        # A table of an earlier program has no embargoes, and a part without the column none either.
        wide.setdefault(EMBARGO.name, np.full(len(ids), UNDATED))
        return cls(ids, codes, wide, tagged, known)

    @classmethod
    def joined(cls, parts: Sequence[Articles], known: Vocabularies) -> Articles:
        """Put articles with the same columns one after the other."""
        if not parts:
            return cls.of(schema(1).empty_table(), known)
        bases = np.cumsum([0, *(len(part) for part in parts)])
        return cls(
            pa.concat_arrays([part.ids for part in parts]),
            {name: np.concatenate([part.codes[name] for part in parts]) for name in parts[0].codes},
            {name: np.concatenate([part.wide[name] for part in parts]) for name in parts[0].wide},
            np.concatenate(
                [part.tagged + base for part, base in zip(parts, bases[:-1], strict=True)]
            ),
            known,
        )

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def nbytes(self) -> int:
        """Bytes in memory, without the vocabularies."""
        codes = sum(column.nbytes for column in self.codes.values())
        wide = sum(column.nbytes for column in self.wide.values())
        return int(self.ids.nbytes) + codes + wide + self.tagged.nbytes

    def take(self, numbers: Numbers) -> Articles:
        """Return these articles, in ascending order, under numbers from 0."""
        place = np.full(len(self) + 1, -1)
        place[numbers] = np.arange(len(numbers))
        tagged = place[self.tagged]
        there = tagged >= 0
        codes = {
            name: column[there] if name == "tags" else column[numbers]
            for name, column in self.codes.items()
        }
        wide = {name: column[numbers] for name, column in self.wide.items()}
        return Articles(self.ids.take(places(numbers)), codes, wide, tagged[there], self.known)

    def admitted(self, filters: Filters) -> NDArray[np.bool_]:
        """Tell of each article whether `Filters.admits` it, as a mask."""
        mask = np.ones(len(self), bool)
        for column, wanted, unwanted in (
            ("lang", filters.langs, filters.exclude_langs),
            ("source", filters.sources, filters.exclude_sources),
            ("section", filters.sections, filters.exclude_sections),
            ("tags", filters.tags, filters.exclude_tags),
        ):
            if wanted:
                mask &= self._with(column, wanted)
            if unwanted:
                mask &= ~self._with(column, unwanted)
        after, before = microseconds(filters.after), microseconds(filters.before)
        if after is not None:
            mask &= self.wide["published"] >= after
        if before is not None:
            published = self.wide["published"]
            mask &= (published < before) & (published != UNDATED)
        if filters.at is not None:
            # No embargo is less than any moment.
            mask &= self.wide[EMBARGO.name] <= microseconds_of(filters.at)
        if filters.ids is not None:
            named = np.zeros(len(mask), bool)
            named[self.numbers(filters.ids)] = True
            mask &= named
        if filters.exclude_ids:
            mask[self.numbers(filters.exclude_ids)] = False
        return mask

    def numbers(self, ids: Collection[str]) -> Numbers:
        """Return the numbers of those articles that are there, in ascending order."""
        wanted = np.fromiter(map(hash, ids), np.int64, len(ids))
        alike = np.flatnonzero(np.isin(self.wide["article_id"], wanted))
        among = [one in ids for one in self.ids.take(places(alike)).to_pylist()]
        numbers: Numbers = alike[np.array(among, bool)]
        return numbers

    def counts(self, field: FacetField, mask: NDArray[np.bool_]) -> tuple[tuple[str, int], ...]:
        """Count the articles of a mask per value, most frequent first, then by value."""
        column = COLUMNS[field]
        codes = self.codes[column]
        codes = self._tags_of(mask) if field == "tag" else codes[mask]
        values = self.known[column].values
        counts = np.bincount(codes[codes >= 0], minlength=len(values))
        there = np.flatnonzero(counts)
        found = zip([values[code] for code in there], counts[there].tolist(), strict=True)
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    def row(self, number: int) -> dict[str, Any]:
        """Return what rows of the table have of one of these articles, without the headline."""
        begin, end = np.searchsorted(self.tagged, (number, number + 1))
        tags = self.known["tags"].values
        found: dict[str, Any] = {
            "article_id": self.ids[number].as_py(),
            "tags": [tags[code] for code in self.codes["tags"][begin:end]],
        }
        for column in CODED.values():
            code = int(self.codes[column][number])
            found[column] = None if code < 0 else self.known[column].values[code]
        published = int(self.wide["published"][number])
        return {**found, "published": None if published == UNDATED else published}

    def _tags_of(self, mask: NDArray[np.bool_]) -> NDArray[np.int32]:
        """Return the codes of the tags of articles, each once per article."""
        there = mask[self.tagged]
        pairs = np.unique(self.tagged[there] * _BEHIND + self.codes["tags"][there])
        return (pairs % _BEHIND).astype(np.int32)

    def _with(self, column: str, values: Collection[str]) -> NDArray[np.bool_]:
        found = self.known[column].among(self.codes[column], values)
        if column != "tags":
            return found
        mask = np.zeros(len(self), bool)
        mask[self.tagged[found]] = True
        return mask


def columns_of(filters: Filters) -> list[str]:
    """Return the columns that `Articles.admitted` looks at."""
    wanted = {
        "lang": filters.langs or filters.exclude_langs,
        "source": filters.sources or filters.exclude_sources,
        "section": filters.sections or filters.exclude_sections,
        "tags": filters.tags or filters.exclude_tags,
        "published": filters.after or filters.before,
        EMBARGO.name: filters.at,
    }
    return [column for column, given in wanted.items() if given]


_BEHIND = 2**32
"""More than there are codes."""
