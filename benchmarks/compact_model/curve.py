"""What words of the dictionaries gain and cost within one size of folder, as models are stored.

    python -m benchmarks.compact_model.curve --start FOLDER    # needs ../shared

FOLDER is a model without such words, as the bundled one was before it had them. The more words,
the fewer rows are left for all pieces. Of XQuAD-R (questions of every other paragraph) and of the
held-out sentences of FLORES and TICO-19 (every other one) one half is for choosing, and the other
for reporting. Writes `results/embedding_dictionary.json`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.compact_model import corpus, dictionary, export, shaping, sharing
from benchmarks.compact_model.__main__ import DICTIONARY_ROWS, placed
from benchmarks.compact_model.dictionary import Additions, Placing
from benchmarks.compact_model.sharing import Table
from benchmarks.embedding import translation, xquad
from benchmarks.embedding.ranks import ranks, reciprocal, share_within
from benchmarks.record import record
from benchmarks.retrieval import SHARED
from search.embedding.port import Embedder
from search.embedding.static import StaticEmbedder

COUNTS = (30_000, 60_000, 90_000)
LIMIT = 40_000_000
BESIDES = 32_000
"""Bytes of the folder, and of all in it that is not the tokenizer or the table."""
ROW, PIECE = 256, 8
"""Bytes of a row, and of a piece in the table."""
HALVES = ("choosing", "reporting")
SOURCES = ("flores", "tico")
POOLED = ("flores", "wmt", "tico")


@dataclass(frozen=True)
class Texts:
    """What is searched and found: XQuAD-R by language, held-out sentences by source."""

    readings: Mapping[str, xquad.Reading]
    sentences: Mapping[str, translation.Pairs]
    pool: Sequence[str]
    """English sentences that are in no pair of a pool, to fill it."""

    @classmethod
    def read(cls, shared: Path, held_out: Sequence[corpus.Row]) -> Texts:
        """Take those of `shared` and of the held-out rows."""
        files = sorted((shared / "eval" / "xquad-r").glob("*.json.xz"))
        english = list(dict.fromkeys(row.texts[0] for row in held_out if row.source in POOLED))
        order = np.random.default_rng(0).permutation(len(english))
        return cls(
            {path.name.split(".")[0]: xquad.read(path) for path in files},
            {source: translation.held_out(held_out, (source,)) for source in SOURCES},
            [english[n] for n in order[: translation.POOL]],
        )


def main() -> None:
    """Build, measure, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, required=True, help="folder of a finished model")
    parser.add_argument("--shared", type=Path, default=SHARED)
    given = parser.parse_args()
    data = corpus.read(given.shared / "parallel")
    tokenizer, weight = export.read(given.start)
    frequency = shaping.frequencies(tokenizer, shaping.sentences(data.rows))
    table = sharing.shared(weight, DICTIONARY_ROWS, frequency)
    found = placed(tokenizer, table, data, Placing(words=COUNTS[-1]))
    store(given.start, found, frequency, Texts.read(given.shared, data.held_out))


def store(start: Path, found: Additions, frequency: NDArray[np.float64], texts: Texts) -> None:
    """Measure the model of `start` as it is and with more and more words, and keep the figures."""
    rows = [{"words": 0, **figures(start, texts)}]
    with tempfile.TemporaryDirectory() as folder:
        for count in COUNTS:
            place = Path(folder) / str(count)
            export.write_table(place, *within_limit(start, found.first(count), frequency), {})
            rows.append({"words": count, **figures(place, texts)})
            print(rows[-1])
    record("embedding_dictionary", "XQuAD-R, held-out FLORES and TICO-19", {"models": rows})


def within_limit(
    start: Path, found: Additions, frequency: NDArray[np.float64]
) -> tuple[Tokenizer, Table]:
    """Tokenizer and table with these words, in as many rows as the limit leaves."""
    tokenizer, weight = export.read(start)
    grown = dictionary.with_words(tokenizer, found)
    taken = BESIDES + len(grown.to_str().encode()) + PIECE * grown.get_vocab_size()
    rows = (LIMIT - taken) // ROW
    return dictionary.widened(tokenizer, sharing.shared(weight, rows, frequency), found)


def figures(folder: Path, texts: Texts) -> dict[str, Any]:
    """Return what a stored model weighs, and how well it finds in each half."""
    embedder = StaticEmbedder.load(folder, folder.name)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    questions = {lang: embedder.embed_queries(r.questions) for lang, r in texts.readings.items()}
    paragraphs = {
        lang: embedder.embed_paragraphs(r.paragraphs) for lang, r in texts.readings.items()
    }
    measured: dict[str, Any] = {"megabytes": round(size / 1e6, 1)}
    for half, name in enumerate(HALVES):
        found: dict[bool, list[float]] = {True: [], False: []}
        for one, queries in questions.items():
            for other, pool in paragraphs.items():
                right = texts.readings[other].in_paragraph
                asked = right % 2 == half
                place = ranks(queries[asked] @ pool.T, right[asked])
                found[one == other].append(reciprocal(place))
        measured[name] = {
            "XQuAD-R same": round(float(np.mean(found[True])), 4),
            "XQuAD-R across": round(float(np.mean(found[False])), 4),
        }
        for source, pairs in texts.sentences.items():
            by_language = first_ones(embedder, pairs, texts.pool, half)
            measured[name][source] = round(float(np.mean(list(by_language.values()))), 4)
            measured[name][f"{source} by language"] = by_language
    return measured


def first_ones(
    embedder: Embedder, pairs: translation.Pairs, filling: Sequence[str], half: int
) -> dict[str, float]:
    """Return P@1 by language: a sentence finds its English translation among 2,000."""
    english = list(dict.fromkeys([e for rows in pairs.values() for e, _ in rows] + list(filling)))
    vectors = embedder.embed_paragraphs(english)
    places = {text: number for number, text in enumerate(english)}
    found = {}
    for lang, rows in pairs.items():
        asked = rows[half::2]
        if len(rows) >= translation.FEWEST:
            right = np.asarray([places[e] for e, _ in asked])
            others = np.random.default_rng(1).permutation(
                np.setdiff1d(np.arange(len(english)), right)
            )
            pool = np.concatenate([right, others])[: max(translation.POOL, len(right))]
            cosines = embedder.embed_queries([text for _, text in asked]) @ vectors[pool].T
            place = ranks(cosines, np.arange(len(right)))
            found[lang] = round(share_within(place, 1), 4)
    return found


if __name__ == "__main__":
    main()
