r"""Rebuilds the compact model from folders of translation pairs.

    python -m benchmarks.compact_model --data FOLDER --out FOLDER --teacher NAME_OR_FOLDER \
        --reader FOLDER

The teacher reads English, the reader all languages: it gives vectors to words that the pairs do
not teach (`benchmarks.compact_model.widening`). Last come words of the dictionaries
(`benchmarks.compact_model.dictionary`). FOLDER holds the pairs in the forms that
`benchmarks.compact_model.corpus` describes. The work folder keeps the teachers' vectors and the
vocabulary, so that a second run starts at training.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from benchmarks.compact_model import (
    corpus,
    dictionary,
    export,
    lexicon,
    shaping,
    sharing,
    teacher,
    tuning,
    vocabulary,
    widening,
)
from benchmarks.compact_model.dictionary import Placing
from benchmarks.compact_model.examples import Bags, Examples
from benchmarks.compact_model.schedule import Budget, train
from benchmarks.compact_model.student import Material, Recipe
from benchmarks.compact_model.tuning import Tuning
from benchmarks.compact_model.widening import Nearness
from benchmarks.compact_model.workers import beside, ended
from search.embedding.static import StaticEmbedder

log = logging.getLogger("polywire.training")


@dataclass(frozen=True)
class Sizes:
    """How the vocabulary is made: subwords first, then whole words on top."""

    characters: int = 20_000_000
    subwords: int = 64_000
    pieces: int = 163_840
    rows: int = 133_120
    """Rows of the stored table, which keep the folder below 40 MB; the nearest pieces share one."""
    seed: int = 1


WIDENED_ROWS = 127_800
"""The same where the reader adds its words, which need 38 bytes each besides their rows."""

DICTIONARY_ROWS = 121_000
"""The same with 60,000 words of the dictionaries as well, which need 31 bytes each."""

MADE = ("sizes", "recipe", "budget", "shape", "reader", "tuning")
"""What the record of a model says of its making."""


def main() -> None:
    """Read, tokenize, teach, train, write."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    options = _options()
    data = corpus.read(options.data)
    log.info("%d pairs, %d paragraph pairs", len(data.rows), len(data.paragraphs))
    rows = options.rows or (
        DICTIONARY_ROWS if options.dictionary else WIDENED_ROWS if options.reader else Sizes.rows
    )
    sizes = Sizes(pieces=options.pieces, rows=rows)
    recipe = Recipe(
        dimension=options.dimension,
        learning_rate=options.learning_rate,
        teacher_weight=options.teacher_weight,
    )
    budget = Budget(options.steps, options.minutes and options.minutes * 60, options.workers)
    shape = shaping.Shape()
    if options.start:
        tokenizer, weight = export.read(options.start)
    else:
        tokenizer, material = gathered(data, sizes, recipe.dimension, options)
        weight = train(material, tokenizer.get_vocab_size(), recipe, budget, log.info)
        weight = shaping.shaped(weight, tokenizer, shaping.sentences(data.rows), shape)
    if options.reader:
        tokenizer, weight = widened(tokenizer, weight, data, options)
    frequency = shaping.frequencies(tokenizer, shaping.sentences(data.rows))
    table = sharing.shared(weight, sizes.rows, frequency)
    further = Tuning(steps=options.tuning)
    if further.steps:
        table = tuning.tuned(table, retaught(tokenizer, weight, data), further, log.info)
    placing = Placing(words=options.dictionary)
    if placing.words:
        tokenizer, table = with_dictionary(tokenizer, table, data, placing)
    made = {
        "sizes": asdict(sizes),
        "recipe": asdict(recipe),
        "budget": asdict(budget),
        "shape": asdict(shape),
    }
    record = {
        "pieces": tokenizer.get_vocab_size(),
        **(started(options.start) if options.start else made),
    }
    if options.reader:
        record["reader"] = {"words": options.words, "nearness": asdict(Nearness())}
    if further.steps:
        record["tuning"] = asdict(further)
    if placing.words:
        record["dictionary"] = asdict(placing)
    record["rows"] = len(table.rows)
    export.write_table(options.out, tokenizer, table, record)
    log.info("written to %s", options.out)


def with_dictionary(
    tokenizer: Tokenizer, table: sharing.Table, data: corpus.Corpus, placing: Placing
) -> tuple[Tokenizer, sharing.Table]:
    """Pieces and table with words that only dictionaries translate."""
    found = placed(tokenizer, table, data, placing)
    log.info("%d words of the dictionaries", len(found.words))
    return dictionary.widened(tokenizer, table, found)


def placed(
    tokenizer: Tokenizer, table: sharing.Table, data: corpus.Corpus, placing: Placing
) -> dictionary.Additions:
    """Those words, and where they lie."""
    sentences = by_language(row for row in data.rows if row.source not in corpus.WORD_SOURCES)
    met = lexicon.Words.counted(tokenizer, sentences)
    log.info("%d words of the training texts", sum(len(words) for words in met.counts.values()))
    return dictionary.additions(tokenizer, table.weight(), data.rows, met, placing)


def gathered(
    data: corpus.Corpus, sizes: Sizes, dimension: int, options: argparse.Namespace
) -> tuple[Tokenizer, Material]:
    """The vocabulary; pieces, pairs and the teacher's vectors of everything that is trained on.

    The vocabulary keeps one core busy, so it is made while the teacher reads.
    """
    path = options.work / "tokenizer.json"
    words = beside(lambda: keep_vocabulary(data, sizes, path))
    examples = Examples.collected(data)
    keys, vectors = teacher.cached(
        options.work / "teacher",
        teacher.pivot_texts(data),
        _lazily(options.teacher),
        log.info,
        options.workers,
    )
    known = teacher.assigned(examples.texts, examples.streams, keys)
    log.info("teacher vectors for %d of %d texts", (known >= 0).sum(), len(known))
    ended(words)
    tokenizer = Tokenizer.from_file(str(path))
    bags = Bags.tokenized(tokenizer, examples.texts)
    log.info("%d pieces", len(bags.pieces))
    return tokenizer, Material(bags, examples.streams, teacher.reduced(vectors, dimension), known)


def widened(
    tokenizer: Tokenizer, weight: teacher.Matrix, data: corpus.Corpus, options: argparse.Namespace
) -> tuple[Tokenizer, teacher.Matrix]:
    """Pieces and vectors with the words that the reader knows beyond the pairs."""
    words = lexicon.Words.counted(tokenizer, by_language(data.rows))
    present = tokenizer.get_vocab()
    listed = lexicon.listed(Path(options.reader) / "tokenizer.json")
    new = lexicon.candidates(words, present, listed, widening.UNREAD)
    texts, known = widening.reading(sorted(present, key=present.__getitem__), new)
    log.info("%d words for the reader, %d of them known", len(texts), known)
    keys, vectors = teacher.cached(
        options.work / "reader",
        texts,
        _lazily(options.reader, options.reader_prompt),
        log.info,
        options.workers,
    )
    rows = {int(key): row for row, key in enumerate(keys)}
    found = vectors[[rows[teacher.key(text)] for text in texts]]
    read = widening.Read(texts, found.astype(np.float32), known)
    sources = widening.Sources(words, read, listed)
    return widening.widened(tokenizer, weight, sources, options.words)


def started(folder: Path) -> dict[str, object]:
    """The recipe of the finished model in `folder`, and which it is."""
    record = json.loads((folder / export.RECIPE).read_text(encoding="utf-8"))
    fingerprint = StaticEmbedder.load(folder, folder.name).fingerprint
    return {"start": fingerprint, **{name: record[name] for name in MADE if name in record}}


def retaught(tokenizer: Tokenizer, weight: teacher.Matrix, data: corpus.Corpus) -> Material:
    """Pieces, pairs, and as the teacher's vectors those of the English texts by `weight`."""
    examples = Examples.collected(data)
    english = teacher.pivot_texts(data)
    targets = tuning.embedded(weight, Bags.tokenized(tokenizer, english))
    keys = np.asarray([teacher.key(text) for text in english], np.uint64)
    known = teacher.assigned(examples.texts, examples.streams, keys)
    bags = Bags.tokenized(tokenizer, examples.texts)
    log.info("%d pieces, %d texts of the teacher", len(bags.pieces), len(targets))
    return Material(bags, examples.streams, targets, known)


def keep_vocabulary(data: corpus.Corpus, sizes: Sizes, path: Path) -> None:
    """Make the tokenizer that is stored at `path`, unless it is there."""
    if path.exists():
        return
    texts = by_language(data.rows)
    chosen = vocabulary.sample(texts, sizes.characters, sizes.seed)
    tokenizer = vocabulary.with_words(vocabulary.train(chosen, sizes.subwords), texts, sizes.pieces)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    tokenizer.save(str(part), pretty=False)
    part.rename(path)
    log.info("vocabulary of %d pieces", tokenizer.get_vocab_size())


def by_language(rows: Iterable[corpus.Row]) -> dict[str, list[str]]:
    """The distinct texts of each language."""
    texts: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        for language, text in zip(row.languages, row.texts, strict=True):
            texts[language][text] = None
    return {language: list(lines) for language, lines in texts.items()}


def _lazily(name: str, prompt: str = "") -> teacher.Encode:
    """The teacher, loaded only once there is something to encode."""
    loaded: list[teacher.Encode] = []

    def encode(texts: list[str]) -> teacher.Matrix:
        if not loaded:
            loaded.append(teacher.encoder(name, prompt))
        return loaded[0](texts)

    return encode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compact_model", description=__doc__.splitlines()[0]
    )
    add: Callable[..., object] = parser.add_argument
    add("--data", type=Path, required=True, help="folder of pairs")
    add("--out", type=Path, required=True, help="folder for the model")
    add("--teacher", help="sentence-transformers model of English, folder or name")
    add("--start", type=Path, help="folder of a finished model: only what comes after its training")
    add("--reader", help="folder of a multilingual model whose vocabulary is Unigram")
    add("--reader-prompt", default="query: ", help="what the reader has before every text")
    add("--tuning", type=int, default=Tuning.steps, help="steps of training of the shared rows")
    add("--dictionary", type=int, default=0, help="new words that dictionaries place: 60000")
    add("--words", type=int, default=45_000, help="new words that the reader gives vectors to")
    add(
        "--work",
        type=Path,
        default=Path("training-work"),
        help="folder of what later runs use again",
    )
    add("--pieces", type=int, default=Sizes.pieces, help="size of the vocabulary")
    add("--rows", type=int, default=None, help="most rows of the stored table")
    add("--dimension", type=int, default=Recipe.dimension)
    add("--learning-rate", type=float, default=Recipe.learning_rate)
    add("--teacher-weight", type=float, default=Recipe.teacher_weight)
    add("--steps", type=int, default=Budget.steps, help="most steps of each worker")
    add("--minutes", type=float, default=None, help="most minutes of training")
    add("--workers", type=int, default=1, help="processes that train together")
    options = parser.parse_args()
    if not (options.teacher or options.start):
        parser.error("--teacher is needed, or --start")
    if options.start and not (options.reader or options.tuning or options.dictionary):
        parser.error("--start needs something to do: --reader, --tuning or --dictionary")
    return options


if __name__ == "__main__":
    main()
