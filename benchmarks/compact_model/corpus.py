"""Parallel texts for training: read, split into what is trained on and what is held out.

The data folder holds `SOURCE.tsv[.xz]` files (`lang_a TAB lang_b TAB text_a TAB text_b`) and
`*-docs.jsonl[.xz]` files (`{"set", "langs", "lines": [[text per language], ...]}`, lines in
document order, so that neighbouring lines are one article).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PIVOT = "en"
"""The language of the teacher; held-out slices are chosen by their text in it."""

WORD_SOURCES = frozenset({"wikt", "omw", "freedict"})
"""Sources whose entries are words or short phrases rather than sentences."""

JOINED_SOURCES = frozenset({"flores", "tico"})
"""TSV sources whose neighbouring rows are joined into passages, for languages that have no other
long texts. Their rows come sorted, so such a passage mixes topics: it teaches no more than that a
passage is the sum of its parts."""

PARAGRAPH = "paragraph"
PART = "part"
"""Sources of what is built from neighbouring lines: passages, and lines beside their passage."""

HELD_OUT_PERCENT = {"flores": 20, "wmt": 4, "tico": 5, "tatoeba": 1}
"""Share of the pivot-language texts of each source that is never trained on."""

BLOCK = 10
"""Lines held out together in these sources and in documents, so that no neighbour leaks."""


@dataclass(frozen=True)
class Row:
    """One pair of translations."""

    source: str
    languages: tuple[str, str]
    texts: tuple[str, str]

    def pivoted(self) -> Row | None:
        """The row with the pivot language first; None where it is in neither place."""
        if self.languages[0] == PIVOT:
            return self
        if self.languages[1] == PIVOT:
            return Row(self.source, self.languages[::-1], self.texts[::-1])
        return None


@dataclass(frozen=True)
class Document:
    """Line-aligned texts of one test set, in document order."""

    name: str
    languages: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


@dataclass
class Corpus:
    """Training rows, paragraphs built from neighbouring lines, and the held-out slices.

    `parts` are no translations: a line with the paragraph that holds it in another language, as a
    question stands to the passage that answers it.
    """

    rows: list[Row] = field(default_factory=list)
    paragraphs: list[Row] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)
    held_out: list[Row] = field(default_factory=list)


def read(folder: Path) -> Corpus:
    """Everything below `folder`, split deterministically into training and held-out data."""
    rows = list(_read_rows(folder))
    documents = list(_read_documents(folder))
    rows.extend(row for document in documents for row in _lines_as_rows(document))
    held = held_out_texts(rows, documents)
    corpus = Corpus()
    sealed = set(held)
    for row in rows:
        turned = row.pivoted()
        if turned is not None and turned.texts[0] in held:
            corpus.held_out.append(turned)
            sealed.add(turned.texts[1])
    corpus.rows = [row for row in rows if not sealed.intersection(row.texts)]
    for document in documents + list(_rows_as_documents(rows)):
        _add_windows(corpus, document, sealed)
    return corpus


def held_out_texts(rows: Iterable[Row], documents: Iterable[Document]) -> set[str]:
    """Pivot-language texts that no training example may contain."""
    held: set[str] = set()
    order: dict[str, dict[str, int]] = {}
    for row in rows:
        turned = row.pivoted()
        if turned is None or row.source == "wmt":
            continue
        text = turned.texts[0]
        if row.source in JOINED_SOURCES:
            order.setdefault(row.source, {}).setdefault(text, len(order.get(row.source, ())))
        elif _percentile(text) < HELD_OUT_PERCENT.get(row.source, 0):
            held.add(text)
    for source, places in order.items():
        share = HELD_OUT_PERCENT.get(source, 0)
        held.update(t for t, i in places.items() if _percentile(f"{source}{i // BLOCK}") < share)
    for document in documents:
        if PIVOT not in document.languages:
            continue
        column = document.languages.index(PIVOT)
        for i, line in enumerate(document.lines):
            if _percentile(f"{document.name}{i // BLOCK}") < HELD_OUT_PERCENT["wmt"]:
                held.add(line[column])
    return held


def windows(count: int, seed: str) -> Iterator[slice]:
    """Consecutive slices of 2 to 4 lines that cover `count` lines."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    start = 0
    while start < count:
        size = rng.choice([2, 3, 4])
        yield slice(start, min(start + size, count))
        start += size


def _add_windows(corpus: Corpus, document: Document, sealed: set[str]) -> None:
    for window in windows(len(document.lines), document.name):
        lines = document.lines[window]
        if len(lines) < 2 or any(sealed.intersection(line) for line in lines):
            continue
        texts = [" ".join(column) for column in zip(*lines, strict=True)]
        for i, language in enumerate(document.languages):
            for j, other in enumerate(document.languages):
                if i < j:
                    corpus.paragraphs.append(
                        Row(PARAGRAPH, (language, other), (texts[i], texts[j]))
                    )
                if i != j:
                    line = lines[(window.start + i + j) % len(lines)][i]
                    corpus.parts.append(Row(PART, (language, other), (line, texts[j])))


def _lines_as_rows(document: Document) -> Iterator[Row]:
    for line in document.lines:
        for i, language in enumerate(document.languages):
            for j in range(i + 1, len(document.languages)):
                if line[i].strip() and line[j].strip():
                    yield Row("wmt", (language, document.languages[j]), (line[i], line[j]))


def _rows_as_documents(rows: Iterable[Row]) -> Iterator[Document]:
    columns: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row in rows:
        if row.source in JOINED_SOURCES:
            columns.setdefault((row.source, *row.languages), []).append(row.texts)
    for (source, *languages), lines in columns.items():
        yield Document(source, tuple(languages), tuple(lines))


def _read_rows(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob("*.tsv*")):
        source = path.name.split(".")[0]
        with _open(path) as lines:
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                if len(cells) == 4 and cells[2].strip() and cells[3].strip():
                    yield Row(source, (cells[0], cells[1]), (cells[2], cells[3]))


def _read_documents(folder: Path) -> Iterator[Document]:
    for path in sorted(folder.glob("*-docs.jsonl*")):
        with _open(path) as lines:
            for line in lines:
                entry = json.loads(line)
                texts = tuple(tuple(texts) for texts in entry["lines"])
                yield Document(entry["set"], tuple(entry["langs"]), texts)


def _open(path: Path) -> IO[str]:
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _percentile(text: str) -> int:
    """A stable number from 0 to 99 for a text, the same on every machine and run."""
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % 100
