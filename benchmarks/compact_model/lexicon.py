"""Words beyond the vocabulary: which are known of, how often they stand, which are worth having.

The pairs of a small language hold most of its words once or twice, too seldom to be taught by
them. A teacher that reads the language knows them, and its own vocabulary, learnt from far more
text, lists the common ones. `widening` gives them their vectors.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from benchmarks.compact_model.vocabulary import LONGEST_PIECE, UNSPACED, WORD

MARK = "▁"
"""Stands before a word in a vocabulary."""

LARGE = 2_000_000
SMALL = 500_000
"""Characters of training text: a large language's words are taught by its pairs; of a small one
every word that is met twice is worth asking for, of the others those met three times."""

RARE_SCORE = -13.0
"""Score (log-probability) of a new word that the teacher's vocabulary does not list."""
COMMON_SCORE = -10.0
"""Highest score of one that it lists."""
SLOPE, OFFSET = 0.626, -4.285
"""The line from the scores of XLM-R's vocabulary to ours, fitted on 43,620 words of both."""

RELATIVE_EXPONENT = 0.75
"""A language of n words counts each occurrence as n ** -0.75: small ones more than their share."""


@dataclass(frozen=True)
class Words:
    """How often each word stands in each language's training text, normalised."""

    counts: Mapping[str, Counter[str]]
    sizes: Mapping[str, int]
    """Characters of training text by language."""

    @classmethod
    def counted(cls, tokenizer: Tokenizer, texts: Mapping[str, Sequence[str]]) -> Words:
        """Counts over `texts` by language, those aside that put no spaces between words."""
        counts: dict[str, Counter[str]] = {}
        for language in sorted(texts):
            if language in UNSPACED:
                continue
            counts[language] = Counter()
            for text in texts[language]:
                counts[language].update(WORD.findall(tokenizer.normalizer.normalize_str(text)))
        return cls(counts, {name: sum(map(len, lines)) for name, lines in texts.items()})

    def large(self, language: str) -> bool:
        """Whether the language's pairs teach its words well enough."""
        return self.sizes[language] > LARGE

    def totals(self, *, large: bool | None = None) -> Counter[str]:
        """Occurrences of each word in all languages, or only in large or in other ones."""
        total: Counter[str] = Counter()
        for language, counts in self.counts.items():
            if large is None or self.large(language) == large:
                total.update(counts)
        return total

    def languages(self) -> dict[str, str]:
        """For each word the language of which it makes up most."""
        best: dict[str, tuple[float, str]] = {}
        for language, counts in self.counts.items():
            size = max(1, counts.total())
            for word, count in counts.items():
                best[word] = max(best.get(word, (0.0, "")), (count / size, language))
        return {word: language for word, (_, language) in best.items()}

    def shares(self) -> dict[str, float]:
        """How much of the languages that are not large each word makes up."""
        found: defaultdict[str, float] = defaultdict(float)
        for language, counts in self.counts.items():
            if not self.large(language):
                unit = max(1, counts.total()) ** -RELATIVE_EXPONENT
                for word, count in counts.items():
                    found[word] += count * unit
        return dict(found)


def candidates(
    words: Words, present: Mapping[str, int], listed: Mapping[str, float], unread: frozenset[str]
) -> list[str]:
    """Words that `present`, the vocabulary, lacks: those of `listed` and the rarer of the texts.

    Languages in `unread` add none of their own: the teacher has nothing to say of them.
    """
    found = dict.fromkeys(word for word in listed if MARK + word not in present)
    for language, counts in words.counts.items():
        if words.large(language) or language in unread:
            continue
        fewest = 2 if words.sizes[language] < SMALL else 3
        for word, count in counts.items():
            if count >= fewest and MARK + word not in present and spelt(word, shortest=2):
                found[word] = None
    return list(found)


def listed(tokenizer: Path) -> dict[str, float]:
    """Whole words of another model's Unigram vocabulary, in lower case, with their scores."""
    found: dict[str, float] = {}
    for piece, score in json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]:
        word = piece[1:].lower()
        if piece.startswith(MARK) and spelt(word, shortest=2):
            found.setdefault(word, score)
    return found


def spelt(word: str, shortest: int) -> bool:
    """Whether `word` is of letters and their marks alone, and of a length that a piece may have."""
    letters = all(unicodedata.category(letter)[0] in "LM" for letter in word)
    return letters and shortest <= len(word) <= LONGEST_PIECE


def scores(words: Sequence[str], known: Mapping[str, float]) -> list[float]:
    """Log-probabilities of new pieces, so that a word beats its own parts."""
    return [
        round(min(COMMON_SCORE, SLOPE * known[word] + OFFSET), 4) if word in known else RARE_SCORE
        for word in words
    ]


def worth(
    words: Sequence[str],
    shares: Mapping[str, float],
    known: Mapping[str, float],
    pieces: NDArray[np.int64],
    agreement: NDArray[np.float32],
) -> NDArray[np.float64]:
    """What each new word is worth: how often it is met, times the pieces that it saves.

    How often: its share of the smaller languages' training text, and the teacher's own score of
    it, which counts a third in Latin letters, where most words are those of large languages.
    `pieces` are what it breaks into now; `agreement`, 0 to 1, is how sure its vector is.
    """
    common = np.asarray([known.get(word, -np.inf) for word in words])
    latin = np.asarray([unicodedata.name(word[0], "").startswith("LATIN") for word in words])
    frequency = 6e-4 * np.exp((common + 11.0) / 1.6) * np.where(latin, 0.35, 1.0)
    frequency += np.asarray([shares.get(word, 0.0) for word in words])
    value: NDArray[np.float64] = frequency * np.maximum(pieces - 1, 0.5) * (0.5 + agreement)
    return value


def with_pieces(tokenizer: Tokenizer, new: Sequence[str], found: Sequence[float]) -> Tokenizer:
    """`tokenizer` with `new` words as pieces of the given scores, after those that it has."""
    state = json.loads(tokenizer.to_str())
    state["model"]["vocab"] += [[MARK + word, s] for word, s in zip(new, found, strict=True)]
    return Tokenizer.from_str(json.dumps(state, ensure_ascii=False))
