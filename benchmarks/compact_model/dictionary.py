"""Words of the dictionaries as pieces of their own, each where its translations lie.

Of the words that dictionaries translate, most were met too seldom in the training texts for
a piece of their own, or not at all: they are read in syllables, and syllables say little. Yet an
entry says where such a word belongs: beside its translation, which is often well known. So the
commonest of these words become pieces, each in the row that is nearest to the mean of its
translations, most often that of one of them. That takes no more rows and no training, and as it is
a function of a finished table, its tokenizer and the pairs, it can be applied to any model of this
form; `benchmarks.compact_model.curve` measures what they gain and cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.compact_model import lexicon
from benchmarks.compact_model.corpus import WORD_SOURCES, Row
from benchmarks.compact_model.examples import Bags
from benchmarks.compact_model.lexicon import MARK, RELATIVE_EXPONENT, Words
from benchmarks.compact_model.sharing import Table, joined
from benchmarks.compact_model.teacher import Matrix
from benchmarks.compact_model.tuning import embedded
from benchmarks.compact_model.vocabulary import UNSPACED
from benchmarks.compact_model.widening import unit

SHORTEST = 2
"""Letters of a word that may become a piece."""

TRANSLATED = 0.5
"""Least trust in all translations of a word together: half of one that is a known word."""

FEW_PIECES = 2
"""Pieces up to which an entry in a language without spaces is taken for one known word."""


@dataclass(frozen=True)
class Placing:
    """How many words are added, and how far their translations are believed."""

    words: int = 60_000
    known: float = 1.0
    """Of a translation that is one word and one piece."""
    phrase: float = 0.5
    """Of several words, each one piece."""
    broken: float = 0.1
    """Of a translation that is itself read in syllables."""
    own: float = 0.5
    """Share of what the word's own syllables said before in its vector."""


@dataclass(frozen=True)
class Entries:
    """Distinct entries, normalised, by language, and which of them translate each other."""

    languages: list[str]
    texts: list[str]
    pairs: NDArray[np.int64]  # (pairs, 2), each in both directions, sorted

    @classmethod
    def of(cls, tokenizer: Tokenizer, rows: Iterable[Row]) -> Entries:
        """Collect those of the dictionaries among `rows`."""
        normalized = cache(lambda text: tokenizer.normalizer.normalize_str(text).strip())
        numbers: dict[tuple[str, str], int] = {}
        found: list[tuple[int, int]] = []
        for row in rows:
            if row.source in WORD_SOURCES:
                one, other = (
                    numbers.setdefault((lang, normalized(text)), len(numbers))
                    for lang, text in zip(row.languages, row.texts, strict=True)
                )
                found += [(one, other), (other, one)]
        pairs = np.unique(np.asarray(found, np.int64).reshape(-1, 2), axis=0)
        return cls([lang for lang, _ in numbers], [text for _, text in numbers], pairs)


@dataclass(frozen=True)
class Additions:
    """Words to be added, those worth most first, and where they lie."""

    words: list[str]
    vectors: Matrix  # (words, dimension)

    def first(self, count: int) -> Additions:
        """The first `count` of them."""
        return Additions(self.words[:count], self.vectors[:count])


def with_words(tokenizer: Tokenizer, found: Additions) -> Tokenizer:
    """`tokenizer` with these words as pieces, after those that it has."""
    scores = [lexicon.RARE_SCORE] * len(found.words)
    return lexicon.with_pieces(tokenizer, found.words, scores)


def widened(tokenizer: Tokenizer, table: Table, found: Additions) -> tuple[Tokenizer, Table]:
    """Tokenizer and table with these words; the rows stay as they are."""
    if not found.words:
        return tokenizer, table
    return with_words(tokenizer, found), joined(table, found.vectors)


def additions(
    tokenizer: Tokenizer, weight: Matrix, rows: Iterable[Row], met: Words, placing: Placing
) -> Additions:
    """Words of the dictionaries among `rows` that the model of these pieces lacks.

    `weight` has shape (pieces, dimension). `met` are the words of the training texts without the
    dictionaries, and how often.
    """
    entries = Entries.of(tokenizer, rows)
    if not entries.texts:
        return Additions([], weight[:0])
    bags = Bags.tokenized(tokenizer, entries.texts)
    trust = _trust(entries, bags.lengths(), placing)
    forms = _forms(entries, tokenizer.get_vocab())
    words = list(dict.fromkeys(form for form in forms if form is not None))
    numbers = {word: number for number, word in enumerate(words)}
    of_entry = np.asarray([-1 if form is None else numbers[form] for form in forms])

    # What all translations of each word are worth together, over the languages that have it.
    of_pair = of_entry[entries.pairs[:, 0]]
    translating = of_pair >= 0
    targets, sources = of_pair[translating], entries.pairs[translating, 1]
    mass = np.bincount(targets, trust[sources], len(words))
    value = _worth(entries, of_entry, bags.lengths(), met, len(words))
    value[(mass < TRANSLATED) | (value <= 0)] = -1.0
    order = np.argsort(-value, kind="stable")[: placing.words]
    chosen = order[value[order] > 0]

    place = np.full(len(words), -1)
    place[chosen] = np.arange(len(chosen))
    composed = embedded(weight, bags)
    wanted = place[targets] >= 0
    near = _sums(composed, sources[wanted], place[targets[wanted]], trust, len(chosen))
    own = np.flatnonzero((of_entry >= 0) & (place[of_entry] >= 0))
    before = _sums(composed, own, place[of_entry[own]], np.ones(len(trust)), len(chosen))
    directions = unit((1 - placing.own) * unit(near) + placing.own * unit(before))

    known = [number for piece, number in tokenizer.get_vocab().items() if _is_word(piece)]
    length = float(np.median(np.linalg.norm(weight[known], axis=1)))
    return Additions([words[number] for number in chosen], directions * length)


def _trust(entries: Entries, lengths: NDArray[np.int64], placing: Placing) -> NDArray[np.float64]:
    """How far each entry is believed as a translation; `lengths` are its pieces."""
    spaces = np.asarray([text.count(" ") for text in entries.texts])
    unspaced = np.asarray([lang in UNSPACED for lang in entries.languages])
    one = np.where(unspaced, lengths <= FEW_PIECES, (lengths == 1) & (spaces == 0))
    whole = np.where(unspaced, True, lengths == spaces + 1)
    trust = np.where(one, placing.known, np.where(whole, placing.phrase, placing.broken))
    return np.where(lengths > 0, trust, 0.0)


def _forms(entries: Entries, present: dict[str, int]) -> list[str | None]:
    """The word that each entry is, where it may become a piece."""
    return [
        text
        if lang not in UNSPACED and lexicon.spelt(text, SHORTEST) and MARK + text not in present
        else None
        for lang, text in zip(entries.languages, entries.texts, strict=True)
    ]


def _worth(
    entries: Entries,
    of_entry: NDArray[np.int64],
    lengths: NDArray[np.int64],
    met: Words,
    words: int,
) -> NDArray[np.float64]:
    """How often each word is met, times the pieces that it saves.

    A small language counts more than its share.
    """
    units = {lang: max(1, c.total()) ** -RELATIVE_EXPONENT for lang, c in met.counts.items()}
    often, saved = np.zeros(words), np.zeros(words)
    for number in np.flatnonzero(of_entry >= 0):
        lang, word = entries.languages[number], of_entry[number]
        if lang in units:
            often[word] += met.counts[lang][entries.texts[number]] * units[lang]
        saved[word] = max(lengths[number] - 1, 0.5)
    return often * saved


def _sums(
    vectors: NDArray[np.float16],
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    weights: NDArray[np.float64],
    count: int,
) -> Matrix:
    """For each of `count` targets the weighted sum of the vectors of its sources."""
    sums = np.zeros((count, vectors.shape[1]), np.float32)
    scaled = vectors[sources].astype(np.float32) * weights[sources, None].astype(np.float32)
    np.add.at(sums, targets, scaled)
    return sums


def _is_word(piece: str) -> bool:
    return piece.startswith(MARK) and lexicon.spelt(piece[1:], SHORTEST)
