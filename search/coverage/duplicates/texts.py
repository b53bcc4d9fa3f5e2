"""All texts of an index, in memory: which articles carry each, and which it resembles."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from search.coverage.duplicates.groups import component, grouped
from search.coverage.duplicates.likeness import LEAST, Likeness, likeness, may_be_alike
from search.coverage.duplicates.postings import Postings
from search.coverage.duplicates.records import Record
from search.coverage.duplicates.sketch import SHORTEST, Sketch

FEW = 1024
"""As many texts that nobody carries any more are no burden."""

_NO_DATE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article of a group, and how its text resembles that of the group's first.

    `kind` is `verbatim`, `same`, `within` (this one stands inside the first) or `holds`.
    """

    record: Record
    kind: str
    resemblance: float
    containment: float


class Texts:
    """Texts by number. Articles with the same words, told alike, carry one text."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._numbers: defaultdict[str, dict[tuple[str, bool], int]] = defaultdict(dict)
        self._sketches: list[Sketch] = []
        self._sizes = array(
            "q"
        )  # how many shingles of each are taken, to look up thousands at once
        self._carriers: list[set[str]] = []
        self._links: dict[int, dict[int, Likeness]] = {}
        self._postings = Postings()
        self._dead = 0

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._records

    def ids(self) -> set[str]:
        """Every article."""
        return set(self._records)

    def content_hash(self, identifier: str) -> str | None:
        """Return the content that an article was recorded with."""
        record = self._records.get(identifier)
        return record.content_hash if record else None

    def sketched_before(self, identifier: str) -> bool:
        """Tell whether an earlier version sketched an article."""
        record = self._records.get(identifier)
        return record is not None and record.sketch is not None and record.sketch.plain is None

    def has(self, record: Record) -> bool:
        """Tell whether a record is as it is known: of an article, or of one that went."""
        known = self._records.get(record.id)
        if known is None or record.sketch is None:
            return known is None and record.sketch is None
        return _state(known) == _state(record)

    @property
    def is_worn(self) -> bool:
        """Whether most is of texts that nobody carries any more."""
        return self._dead > max(FEW, len(self._sketches) - self._dead)

    def anew(self) -> Texts:
        """Return what is there, without what was."""
        texts = Texts()
        texts.take(self._records.values())
        return texts

    def take(self, records: Iterable[Record]) -> set[str]:
        """Take records over; return the articles whose groups may be others now.

        What resembles a text is looked for when it is asked for; where it was, it is kept true.
        """
        touched: set[str] = set()
        new: list[int] = []
        for record in records:
            touched |= self._leave(record.id)
            touched.add(record.id)
            if record.sketch is not None:
                self._records[record.id] = record
                alike = self._numbers[record.sketch.digest]
                number = alike.get(record.sketch.telling)
                if number is None:
                    number = alike[record.sketch.telling] = len(self._sketches)
                    self._sketches.append(record.sketch)
                    self._sizes.append(len(record.sketch.taken))
                    self._carriers.append(set())
                    if record.sketch.shingles >= SHORTEST:
                        new.append(number)
                self._carriers[number].add(record.id)
        self._index(new)
        return touched

    def groups(self, touched: Collection[str]) -> tuple[set[str], list[list[Carrier]]]:
        """Return every article that can be reached from some, and the groups of two or more."""
        seen: set[int] = set()
        reached = set(touched)
        found: list[list[Carrier]] = []
        for one in sorted(touched):
            number = self._number(one)
            if number is None or number in seen:
                continue
            links = component(number, self._links_of)
            seen |= links.keys()
            for group in grouped(links, self._order):
                carriers = self._group(group, links)
                reached.update(each.record.id for each in carriers)
                if len(carriers) > 1:
                    found.append(carriers)
        return reached, found

    def _group(
        self, numbers: list[int], links: Mapping[int, Mapping[int, Likeness]]
    ) -> list[Carrier]:
        first = numbers[0]
        carriers: list[Carrier] = []
        for number in numbers:
            own = links[number].get(first)
            same = self._sketches[number].digest == self._sketches[first].digest
            kind = "verbatim" if own is None or same else str(own.kind)
            shares = (1.0, 1.0) if own is None else (own.resemblance, own.containment)
            carriers += [
                Carrier(self._records[one], kind, *shares) for one in self._carriers[number]
            ]
        return sorted(carriers, key=lambda each: _place(each.record))

    def _order(self, number: int) -> tuple[datetime, str]:
        return min(_place(self._records[one]) for one in self._carriers[number])

    def _number(self, identifier: str) -> int | None:
        record = self._records.get(identifier)
        if record is None or record.sketch is None or record.sketch.shingles < SHORTEST:
            return None
        return self._numbers[record.sketch.digest][record.sketch.telling]

    def _leave(self, identifier: str) -> set[str]:
        """Forget an article; return those that it may have been grouped with."""
        number = self._number(identifier)
        record = self._records.pop(identifier, None)
        if record is None or record.sketch is None:
            return set()
        alike = self._numbers[record.sketch.digest]
        own = alike[record.sketch.telling]
        self._carriers[own].discard(identifier)
        touched = set(self._carriers[own])
        if number is not None:
            for other in self._links_of(number):
                touched |= self._carriers[other]
        if not self._carriers[own]:
            self._dead += 1
            del alike[record.sketch.telling]
            if not alike:
                del self._numbers[record.sketch.digest]
            for other in self._links.pop(own, {}):
                self._links.get(other, {}).pop(own, None)
        return touched

    def _index(self, numbers: list[int]) -> None:
        """Make texts known to be found, and find what they resemble."""
        if not numbers:
            return
        taken = [self._sketches[number].taken for number in numbers]
        owners = np.repeat(np.array(numbers, np.uint32), [len(each) for each in taken])
        self._postings.add(np.concatenate(taken), owners)
        for number in numbers if self._links else ():
            own = self._found(number)
            for other, found in own.items():
                if other in self._links:
                    self._links[other][number] = found.reversed
            self._links[number] = own

    def _links_of(self, number: int) -> dict[int, Likeness]:
        if number not in self._links:
            self._links[number] = self._found(number)
        return self._links[number]

    def _found(self, number: int) -> dict[int, Likeness]:
        own = self._sketches[number]
        candidates, counts, further = self._postings.common(own.taken)
        several = counts >= LEAST
        candidates, counts = candidates[several], counts[several]
        sizes = np.frombuffer(self._sizes, np.int64)[candidates]
        likely = candidates[may_be_alike(len(own.taken), sizes, counts + further)]
        verbatim = self._numbers.get(own.digest, {}).values()
        links: dict[int, Likeness] = {}
        for other in {*likely.tolist(), *verbatim}:
            if other != number and self._carriers[other]:
                found = likeness(own, self._sketches[other])
                if found is not None:
                    links[other] = found
        return links


def _state(record: Record) -> tuple[object, ...]:
    """What an article can be changed in, and what another version may have written of it."""
    plain = None if record.sketch is None else record.sketch.plain
    return record.content_hash, record.source, record.published, plain is None


def _place(record: Record) -> tuple[datetime, str]:
    """By date of publication, those without one last, then by id."""
    return record.published or _NO_DATE, record.id
