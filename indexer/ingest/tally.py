"""What became of what an ingest read: counted as it goes, and the counts as a value."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from indexer.article.draft import REJECTS_IN_A_ROW, RawArticle, Reject, Remarks
from indexer.ingest.batches import BatchReport, Settled
from search.index.model import Outcome

REMEMBERED_IDS = 1_000_000
"""Ids that are remembered to notice those that appear twice in a run (some 100 MB at most)."""

SHOWN_INPUTS = 100
"""Further ones are counted with all others, not by themselves."""

SHOWN_WARNINGS = 10
"""Further ones are only counted."""

SHOWN_PAGES = 3
"""Reasons why pages could not be read that a summary has."""

_LOG = logging.getLogger(__name__)


@runtime_checkable
class Inputs(Protocol):
    """Articles of several inputs: `indexer.sources.reader.Reader`."""

    def named(self, name: str) -> str:
        """Return the input that a file belongs to, as the user named it."""
        ...

    def leave(self, name: str) -> None:
        """Go on to the next input, if it is the one of this name that is being read."""
        ...


@dataclass(frozen=True, slots=True)
class InputSummary:
    """What one input was read as: articles and refused documents per format ("" where unknown)."""

    input: str
    read_as: Mapping[str, int]
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What a run did. The first seven counts add up to all that was read."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0
    """Older than what is stored, as the source's own dates or version numbers say."""
    rejected: int = 0
    withdrawn: int = 0
    """Messages by which articles were withdrawn; those that were known count as unchanged."""
    notes_to_editors: int = 0
    """Agencies' items that are no stories, and were kept out."""
    embargoed: int = 0
    """Articles that no search finds before their embargo ends; counted above, too."""
    returned: int = 0
    """Articles that had been withdrawn and are back; counted above, too."""
    repeated: int = 0
    """Articles whose id appeared earlier in this run with different content; counted above, too."""
    paragraphs: int = 0
    """Passages (headlines and paragraphs) of all articles that were read, except rejects."""
    embedded: int = 0
    """Passages that were embedded now; the vectors of the others were already stored."""
    dropped: int = 0
    """Lines left out as boilerplate."""
    damaged: int = 0
    """Articles with bytes that are not in their encoding, each U+FFFD in the text now."""
    warnings: tuple[str, ...] = ()
    """What was seen of them: input, line and byte; at most ten."""
    languages: Mapping[str, int] | None = None
    """Articles per language, most frequent first, whatever their outcome except rejected."""
    reasons: Mapping[str, int] | None = None
    """Rejects per reason, most frequent first, at most ten."""
    undated: int = 0
    """Articles without a date of publication, those included whose date could not be read."""
    unread_dates: int = 0
    """Articles with a date that could not be read for certain; `meta.unread` has what was given."""
    suspicious_dates: int = 0
    """Articles with a date of the future, of the epoch or before there were newspapers."""
    renamed: int = 0
    """Articles whose given id is that of another source's: stored as `ID@source`."""
    outdone: int = 0
    """Summaries of articles whose whole text is there; they count as unchanged."""
    without_page: int = 0
    """Items of feeds whose pages could not be read; `meta.not_followed` says why."""
    page_reasons: tuple[str, ...] = ()
    """Why the first few of these pages could not be read, a sentence each."""
    unknown_keys: Mapping[str, int] | None = None
    """Keys that no field understood and that went to `meta`, with the number of articles."""
    inputs: tuple[InputSummary, ...] = ()
    """What each of them was read as, in their order; at most a hundred."""
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def articles(self) -> int:
        """Everything that was read, rejects included."""
        told = self.added + self.updated + self.unchanged + self.stale + self.rejected
        return told + self.withdrawn + self.notes_to_editors

    @property
    def paragraphs_per_second(self) -> float:
        """Passages of all articles except rejects, over the whole time of the run."""
        return self.paragraphs / self.seconds if self.seconds else 0.0


class Tally:
    """Counts while a run goes on."""

    def __init__(self, inputs: Inputs | None) -> None:
        self.items = 0
        self._inputs = inputs
        self._read_as: dict[str, Counter[str]] = {}
        self._refused: Counter[str] = Counter()
        self._in_a_row: tuple[str, int] = ("", 0)
        self._outcomes: Counter[Outcome] = Counter()
        self._languages: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._hashes: dict[int, int] = {}
        self._warnings: list[str] = []
        self._repeated = self._paragraphs = self._embedded = self._dropped = self._damaged = 0
        self._unknown_keys: Counter[str] = Counter()
        self._undated = self._unread = self._suspicious = self._renamed = self._outdone = 0
        self._notes = self._embargoed = self._returned = self._without_page = 0
        self._page_reasons: list[str] = []
        self._start = time.perf_counter()

    def add(self, report: BatchReport) -> None:
        """Count what became of a batch."""
        for reject in report.rejects:
            self.reject(reject)
        for item in report.settled:
            self._settle(item)

    def reject(self, reject: Reject) -> None:
        """Count a refused document; an input of which nothing else came for too long is left."""
        if reject.is_note:
            self._notes += 1
            return
        self._outcomes[Outcome.REJECTED] += 1
        name, before = self._in_a_row
        row = before + 1 if name == reject.origin.input else 1
        self._in_a_row = (reject.origin.input, row)
        if row == REJECTS_IN_A_ROW and self._inputs:
            self._inputs.leave(reject.origin.input)
        self._refused[self._named(reject.origin.input)] += 1
        self._reasons[reject.reason] += 1
        if len(self._reasons) > 1000:  # reasons may quote what they refuse
            self._reasons = Counter(dict(self._reasons.most_common(500)))

    def read(self, item: RawArticle | Reject) -> None:
        """Count what was read as which format."""
        self.items += 1
        name = self._named(item.origin.input)
        if name in self._read_as or len(self._read_as) < SHOWN_INPUTS:
            self._read_as.setdefault(name, Counter())[item.read_as] += 1

    def _named(self, name: str) -> str:
        return self._inputs.named(name) if self._inputs else name

    def warn(self, item: RawArticle) -> None:
        """Count an article with damaged bytes, and say so of the first."""
        self._damaged += 1
        if len(self._warnings) < SHOWN_WARNINGS:
            name = "".join(c if c.isprintable() else "?" for c in item.origin.input)
            self._warnings.append(f"{name}: {item.warning}.")
            _LOG.warning("%s", self._warnings[-1])

    def _settle(self, item: Settled) -> None:
        outcome = item.result.outcome
        self._in_a_row = ("", 0)
        self._outcomes[outcome] += 1
        self._embargoed += item.remarks.embargo is not None
        self._returned += item.remarks.returned
        if not item.passages:  # a withdrawal
            return
        self._languages[item.lang] += 1
        self._dropped += len(item.dropped)
        self._embedded += item.embedded
        self._paragraphs += item.passages
        self._remark(item.remarks)
        key, content = hash(item.result.article_id), hash(item.content_hash)
        if self._hashes.get(key, content) != content:
            self._repeated += 1
        if key in self._hashes or len(self._hashes) < REMEMBERED_IDS:
            self._hashes[key] = content

    def _remark(self, remarks: Remarks) -> None:
        self._undated += remarks.undated
        self._unread += bool(remarks.unread)
        self._suspicious += bool(remarks.suspicious)
        self._renamed += remarks.renamed
        self._outdone += remarks.outdone
        if remarks.without_page is not None:
            self._without_page += 1
            if len(self._page_reasons) < SHOWN_PAGES:
                self._page_reasons.append(remarks.without_page)
        self._unknown_keys.update(remarks.unknown_keys)
        if len(self._unknown_keys) > 1000:  # some exports make keys of ids
            self._unknown_keys = Counter(dict(self._unknown_keys.most_common(500)))

    def summary(self, interrupted: bool = False) -> IngestSummary:
        """Return the counts so far."""
        return IngestSummary(
            added=self._outcomes[Outcome.ADDED],
            updated=self._outcomes[Outcome.UPDATED],
            unchanged=self._outcomes[Outcome.UNCHANGED],
            stale=self._outcomes[Outcome.STALE],
            rejected=self._outcomes[Outcome.REJECTED],
            withdrawn=self._outcomes[Outcome.WITHDRAWN],
            notes_to_editors=self._notes,
            embargoed=self._embargoed,
            returned=self._returned,
            repeated=self._repeated,
            paragraphs=self._paragraphs,
            embedded=self._embedded,
            dropped=self._dropped,
            damaged=self._damaged,
            warnings=tuple(self._warnings),
            languages=dict(self._languages.most_common()),
            reasons=dict(self._reasons.most_common(10)),
            undated=self._undated,
            unread_dates=self._unread,
            suspicious_dates=self._suspicious,
            renamed=self._renamed,
            outdone=self._outdone,
            without_page=self._without_page,
            page_reasons=tuple(self._page_reasons),
            unknown_keys=dict(self._unknown_keys.most_common(20)),
            inputs=tuple(
                InputSummary(name, dict(formats.most_common()), self._refused[name])
                for name, formats in self._read_as.items()
            ),
            seconds=time.perf_counter() - self._start,
            interrupted=interrupted,
        )
