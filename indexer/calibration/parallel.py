"""Texts that say the same in many languages, to fit language offsets on.

The offsets are those of `search.calibration.offsets`.

A file of parallel pairs has one pair per line, `lang_a TAB lang_b TAB text_a TAB text_b`,
compressed or not. The language that is paired with most others is the pivot: pairs with the same
text in it say the same. Without a file it is the sample corpus, whose articles on one event do so
roughly.
"""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from indexer.bundled import SAMPLE
from indexer.errors import InputMissing, InputUnreadable, PairsUnusable
from indexer.sources import compression
from indexer.sources.files import reason
from search.analysis.language_codes import normalise_code
from search.calibration.offsets import Saying
from search.index.model import UNKNOWN_LANGUAGE

MOST = 1_000
"""Pairs of two languages that are read. Offsets of 1,000 sentences and of the sample, some 30 texts
per language, find as much (`benchmarks/results/retrieval_fusion.md`): more would be waste."""

LONGEST = 100_000
"""Bytes of a line: longer than any sentence, shorter than a file without lines."""

SHOWN = 5
"""Bad lines that are reported one by one."""


@dataclass(frozen=True, slots=True)
class Parallel:
    """What was read: texts that say the same, where from, and what was not used.

    `rejects` has the number of a line and a reason, for the first `SHOWN` of `rejected`. `unused`
    counts good pairs in which the pivot is not.
    """

    sayings: tuple[Saying, ...]
    source: str
    rejects: tuple[tuple[int, str], ...] = ()
    rejected: int = 0
    unused: int = 0


def sample() -> Parallel:
    """Read the sample corpus: the headlines and paragraphs of the articles on each event."""
    events: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with SAMPLE.open(encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            event = article["meta"].get("event")
            if event is not None:
                events[event][article["lang"]] += [article["title"], *article["paragraphs"]]
    return Parallel(tuple(events.values()), "the sample corpus")


def read_pairs(path: Path) -> Parallel:
    """Read a file of pairs, at most `MOST` of every two languages.

    Raises `InputMissing`, `InputUnreadable`, or `PairsUnusable` where no line is a pair.
    """
    read = _Pairs()
    try:
        with path.open("rb") as file:
            stream = compression.plain(io.BufferedReader(file.raw))
            for number, line in enumerate(_lines(stream), start=1):
                read.take(number, line)
    except FileNotFoundError:
        raise InputMissing(f"There is no file {path}; nothing was changed.") from None
    except compression.damage_errors() as error:
        raise InputUnreadable(f"{path} is damaged or ends too early ({error}).") from None
    except OSError as error:
        raise InputUnreadable(f"{path} cannot be read: {reason(error)}.") from None
    if not read.pairs:
        first = f" (line {read.rejects[0][0]} {read.rejects[0][1]})" if read.rejects else ""
        raise PairsUnusable(
            f"{path} has no line with a pair{first}; a line is lang_a TAB lang_b TAB text_a TAB "
            "text_b, as in: en TAB de TAB Good morning TAB Guten Morgen."
        )
    sayings, unused = read.sayings()
    return Parallel(sayings, path.name, tuple(read.rejects), read.rejected, unused)


@dataclass(slots=True)
class _Pairs:
    pairs: defaultdict[tuple[str, str], list[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejects: list[tuple[int, str]] = field(default_factory=list)
    rejected: int = 0

    def take(self, number: int, line: bytes) -> None:
        """Take the pair of a line, or why it is not one; an empty line is neither."""
        if not line.strip():
            return
        try:
            langs, texts = _pair(line)
        except ValueError as error:
            self.rejected += 1
            if len(self.rejects) < SHOWN:
                self.rejects.append((number, str(error)))
            return
        if langs[0] > langs[1]:
            langs, texts = langs[::-1], texts[::-1]
        self.counts[langs] += 1
        if len(self.pairs[langs]) < MOST:
            self.pairs[langs].append(texts)

    def sayings(self) -> tuple[tuple[Saying, ...], int]:
        """Group the pairs by their text in the pivot; count those without it."""
        partners = Counter(lang for langs in self.pairs for lang in langs)
        rows: Counter[str] = Counter()
        for langs, count in self.counts.items():
            rows.update(dict.fromkeys(langs, count))
        pivot = min(partners, key=lambda lang: (-partners[lang], -rows[lang], lang))
        found: dict[str, dict[str, list[str]]] = {}
        for langs, pairs in self.pairs.items():
            if pivot in langs:
                at = langs.index(pivot)
                for texts in pairs:
                    saying = found.setdefault(texts[at], {pivot: [texts[at]]})
                    others = saying.setdefault(langs[1 - at], [])
                    if texts[1 - at] not in others:
                        others.append(texts[1 - at])
        unused = sum(count for langs, count in self.counts.items() if pivot not in langs)
        return tuple(found.values()), unused


def _pair(line: bytes) -> tuple[tuple[str, str], tuple[str, str]]:
    """Read a line; raises `ValueError` with what is wrong, to follow "line 3"."""
    if len(line) > LONGEST:
        raise ValueError(f"is longer than {LONGEST:,} bytes")
    try:
        columns = [column.strip() for column in line.decode("utf-8").split("\t")]
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    if len(columns) != 4 or not all(columns):
        filled = sum(map(bool, columns))
        raise ValueError(f"has {len(columns)} columns, {filled} of them with text, not four")
    langs = tuple(normalise_code(code) for code in columns[:2])
    for code, lang in zip(columns, langs, strict=False):
        if lang is None or lang == UNKNOWN_LANGUAGE:
            raise ValueError(f"has {code!r}, which is not a language code")
    if langs[0] == langs[1]:
        raise ValueError(f"has two texts in one language ({langs[0]})")
    return (str(langs[0]), str(langs[1])), (columns[2], columns[3])


def _lines(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield the lines; of one that is too long, only so much that it shows."""
    while line := stream.readline(LONGEST + 1):
        yield line
        while not line.endswith(b"\n") and line:
            line = stream.readline(LONGEST)
