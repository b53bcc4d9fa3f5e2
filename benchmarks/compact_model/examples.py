"""Training examples as arrays: every text once, as a bag of pieces, and pairs of text numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.compact_model.corpus import PARAGRAPH, PART, WORD_SOURCES, Corpus, Row

LONGEST_BAG = 256
"""Pieces of one text that are used; longer paragraphs are cut."""

GROUP_EXPONENT = 0.5
"""A group (source x language pair) of n pairs is drawn in proportion to n ** 0.5."""

SOURCE_WEIGHT = {"wmt": 3.0, "flores": 1.5, "tico": 1.0, "tatoeba": 1.0, "wikt": 1.0, "omw": 0.7}
"""Beyond the square root: news sentences count more, sentences of the evaluation's register too."""


LANGUAGE_WEIGHT = {"eo": 0.15, "iu": 0.3, "ar": 1.5, "el": 1.5, "hi": 1.5, "ko": 1.5, "th": 1.5}
LANGUAGE_WEIGHT |= {"vi": 1.5, "zh": 1.5, "ja": 1.5, "tr": 1.5, "uk": 1.5, "he": 1.5, "fa": 1.5}
"""Esperanto, a tenth of Tatoeba, is no language of newspapers; scripts and languages with much
news but few pairs are seen more often than their share."""


@dataclass(frozen=True)
class Bags:
    """Pieces of many texts: text i holds `pieces[starts[i]:starts[i + 1]]`."""

    pieces: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def tokenized(cls, tokenizer: Tokenizer, texts: Sequence[str], step: int = 50_000) -> Bags:
        """Bags of `texts` in order."""
        parts: list[NDArray[np.int32]] = []
        lengths: list[int] = []
        for start in range(0, len(texts), step):
            batch = list(texts[start : start + step])
            for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
                ids = encoding.ids[:LONGEST_BAG]
                lengths.append(len(ids))
                parts.append(np.asarray(ids, np.int32))
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        return cls(np.concatenate(parts), starts)

    def take(
        self, numbers: NDArray[np.int64], most: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Pieces of the given texts one after another, and where each text begins.

        Of a text with more than `most` pieces an evenly spaced part is taken, from a random
        place on: order means nothing in a bag, the cost falls, and no text is seen twice alike.
        """
        begins = self.starts[numbers]
        lengths = self.starts[numbers + 1] - begins
        kept = np.minimum(lengths, most)
        stride = lengths // np.maximum(kept, 1)
        first = (rng.random(len(numbers)) * lengths).astype(np.int64)
        offsets = np.cumsum(kept) - kept
        within = np.arange(int(kept.sum())) - np.repeat(offsets, kept)
        steps = np.repeat(first, kept) + within * np.repeat(stride, kept)
        places = np.repeat(begins, kept) + steps % np.repeat(lengths, kept)
        return self.pieces[places], offsets

    def lengths(self) -> NDArray[np.int64]:
        """How many pieces each text has."""
        return np.diff(self.starts)


@dataclass(frozen=True)
class Stream:
    """Pairs of one kind (words, sentences, paragraphs), grouped for balanced drawing."""

    pairs: NDArray[np.int64]  # (n, 2) text numbers, group after group
    firsts: NDArray[np.int64]  # (groups,) where each group begins
    sizes: NDArray[np.int64]  # (groups,)
    odds: NDArray[np.float64]  # (groups,) cumulative probabilities

    @classmethod
    def grouped(cls, groups: dict[tuple[str, ...], list[tuple[int, int]]]) -> Stream:
        """A stream over `groups`, keyed by (source, language, language)."""
        names = sorted(groups)
        sizes = np.asarray([len(groups[name]) for name in names], np.int64)
        weights = np.asarray([group_weight(name) for name in names])
        odds = np.cumsum(weights * sizes**GROUP_EXPONENT)
        pairs = np.concatenate([np.asarray(groups[name], np.int64) for name in names])
        return cls(pairs, np.cumsum(sizes) - sizes, sizes, odds / odds[-1])

    def draw(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """`count` pairs of text numbers: groups by their odds, pairs evenly within a group."""
        chosen = np.minimum(np.searchsorted(self.odds, rng.random(count)), len(self.sizes) - 1)
        within = (rng.random(count) * self.sizes[chosen]).astype(np.int64)
        pairs: NDArray[np.int64] = self.pairs[self.firsts[chosen] + within]
        return pairs

    def draw_alike(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """At most `count` pairs of one group, chosen by the odds; each once if they are few."""
        group = min(int(np.searchsorted(self.odds, rng.random())), len(self.sizes) - 1)
        size = int(self.sizes[group])
        few = size <= 4 * count
        within = rng.permutation(size)[:count] if few else rng.integers(size, size=count)
        pairs: NDArray[np.int64] = self.pairs[self.firsts[group] + within]
        return pairs


@dataclass(frozen=True)
class Examples:
    """What the trainer draws from."""

    texts: list[str]
    streams: dict[str, Stream]

    @classmethod
    def collected(cls, corpus: Corpus) -> Examples:
        """Number every text of `corpus` and sort its rows into streams."""
        numbers: dict[str, int] = {}
        kinds: dict[str, dict[tuple[str, ...], dict[tuple[int, int], None]]] = {}
        for row in (*corpus.rows, *corpus.paragraphs, *corpus.parts):
            first, second = (numbers.setdefault(text, len(numbers)) for text in row.texts)
            groups = kinds.setdefault(_kind(row), {})
            groups.setdefault((row.source, *row.languages), {})[first, second] = None
        streams = {
            kind: Stream.grouped({name: list(pairs) for name, pairs in groups.items()})
            for kind, groups in sorted(kinds.items())
        }
        return cls(list(numbers), streams)


def group_weight(name: tuple[str, ...]) -> float:
    """Weight of a group, by its source and its two languages."""
    source, *languages = name
    weights = [LANGUAGE_WEIGHT.get(language, 1.0) for language in languages]
    return SOURCE_WEIGHT.get(source, 1.0) * float(np.prod(weights))


def _kind(row: Row) -> str:
    if row.source in (PARAGRAPH, PART):
        return row.source
    return "word" if row.source in WORD_SOURCES else "sentence"
