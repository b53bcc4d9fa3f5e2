"""A static model of a few pieces: its tokenizer and its piece vectors."""

from __future__ import annotations

import numpy as np
from tokenizers import Tokenizer, models

from benchmarks.compact_model import vocabulary

WORDS = ["▁wahl", "▁election", "▁minister", "▁fluss", "▁river", "s", "▁"]


def small_tokenizer() -> Tokenizer:
    tokenizer = vocabulary.pipeline()
    pieces = [(vocabulary.UNKNOWN, 0.0), *((word, -3.0) for word in WORDS)]
    tokenizer.model = models.Unigram(pieces, unk_id=0)
    return tokenizer


def small_weight() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(3).normal(size=(len(WORDS) + 1, 12)).astype(np.float32)
