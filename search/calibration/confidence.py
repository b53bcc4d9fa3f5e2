"""How likely a hit is right: one probability from all that the legs say of it.

A score compares the articles of one answer, closeness the nearness in meaning of different answers;
neither tells a reader whether an article is what was asked for. So the probability that it is was
fitted on judged queries: a logistic function of what `search.retrieval.features` says of a
candidate, with the products of every two of these numbers, since what a cosine is worth depends on
what the words and the other candidates say; an intercept per language of articles, since models
know some languages less; and a monotone curve on top (isotonic regression: Zadrozny and Elkan,
"Transforming classifier scores into accurate multiclass probability estimates", KDD 2002), which
makes probabilities of them. `benchmarks.confidence` fits it per model and measures it on other
queries; `confidence.json` holds what was fitted by the model's fingerprint, and an index what
`polywire calibrate` fitted for it. Nothing is claimed for another model or mode than hybrid.

What the legs say is fitted first: it tells of which articles feedback is made. What that says
besides (`FEEDBACK`) is fitted in a second function, on answers that have it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from search.calibration.logistic import Logistic, Numbers, rounded
from search.index.errors import IndexDamaged
from search.index.port import Note, SearchIndex
from search.values import dataclass

Features = npt.NDArray[np.float64]
"""Shape (candidates, len(FEATURES)), or with what feedback says, more by len(FEEDBACK)."""

FEATURES = (
    "cosine",  # of the best passage; of one that the vector leg did not find, that of its last
    "three passages",  # the mean of the three best cosines, less the best
    "background",  # the cosine at rank `closeness.BACKGROUND`
    "below the nearest",  # the best cosine, less its own
    "nearest over background",
    "words in the language",  # share of the best BM25 in the article's language
    "words",  # share of the best BM25
    "best by words",  # log(1 + the best BM25)
    "names in the language",
    "names",
    "best by names",
    "score",
    "below the first",  # the first score, less its own
    "rank",  # logarithm
    "level",  # mean score of ranks 21 to 50
    "tenth",  # score of rank 10
    "length",  # logarithm of the words of the query, and 1
    "without spaces",  # share of the query in a script without spaces
)

FEEDBACK = (
    "near the best",  # cosine with what lies between the best articles
    "below the nearest to the best",  # the best such cosine, less its own
    "hundredth near the best",
    "surest",  # how likely the likeliest of the best is right, squared
    *("near the first", "near the second", "near the third"),  # cosines with each of the best
    *("first", "second", "third"),  # how likely each of the best is right
)
"""What feedback says beside `FEATURES`; see `search.ranking.feedback`."""

EVERY = (*FEATURES, *FEEDBACK)

LENGTH = FEATURES.index("length")

SHORT_WORDS = 3
"""Queries of so many words have a fit of their own: a single fit for them and for headlines costs
these 0.006 of their nDCG@10 (wmt-news), and one without them has a calibration error of 0.31 on
subjects in one or two words, instead of 0.12."""

STORED = Path(__file__).with_name("confidence.json")

NOTE = "confidence"
"""The name of the note in which an index stores what was fitted for it."""

VERSION = 1

DIGITS = 5
"""Behind the point, of what is stored."""


@dataclass(frozen=True, slots=True, eq=False)
class Confidence:
    """What was fitted for one embedding model.

    `powers` and `chances`, both rising, are the curve from the sum that `logistic` gives to a
    probability, with straight lines between. Under `least`, the likeliest candidate is less likely
    right than that of 19 in 20 queries that have an answer; None where that was not looked at.
    `fed_back` was fitted with what feedback says besides, `short` on queries of up to `SHORT_WORDS`
    words, which the others then know nothing of; None where that was not done.
    """

    fingerprint: str
    source: str
    queries: int
    logistic: Logistic
    powers: Numbers
    chances: Numbers
    least: float | None = None
    fed_back: Confidence | None = None
    short: Confidence | None = None

    @property
    def digest(self) -> str:
        """Twelve hex digits over all of it: equal digests, equal confidence."""
        return _digest_of(self)

    def of(self, features: Features, langs: Sequence[str]) -> Numbers:
        """Return how likely each candidate of one query is right, in [0, 1].

        With what feedback says, by what was fitted with it.
        """
        if not len(features):
            return np.empty(0)
        if self.short is not None and is_short(features[0, LENGTH]):
            return self.short.of(features, langs)
        if self.fed_back is not None and features.shape[1] == len(EVERY):
            return self.fed_back.of(features, langs)
        known = features[:, : len(self.logistic.middle)]
        return np.interp(self.logistic.power(known, langs), self.powers, self.chances)

    def for_length(self, length: float) -> Confidence:
        """Return what was fitted for a query, by its length as `FEATURES` has it."""
        return self.short if self.short is not None and is_short(length) else self

    def document(self) -> dict[str, Any]:
        """Return JSON values only."""
        more: dict[str, Any] = {}
        if self.least is not None:
            more["least"] = round(self.least, DIGITS)
        if self.fed_back is not None:
            more["fed_back"] = self.fed_back.document()
        if self.short is not None:
            more["short"] = self.short.document()
        return {
            "version": VERSION,
            "model": self.fingerprint,
            "source": self.source,
            "queries": self.queries,
            "features": list(EVERY[: len(self.logistic.middle)]),
            **self.logistic.document(DIGITS),
            "curve": [rounded(self.powers, DIGITS), rounded(self.chances, DIGITS)],
            **more,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any], features: Sequence[str] = FEATURES) -> Confidence:
        """Read what `document` returned, of these features. Raises `ValueError` for the rest."""
        try:
            if document["version"] != VERSION or document["features"] != list(features):
                raise ValueError("it was fitted by another version of Polywire")
            powers, chances = document["curve"]
            least, more, short = (document.get(key) for key in ("least", "fed_back", "short"))
            read = cls(
                str(document["model"]),
                str(document["source"]),
                int(document["queries"]),
                Logistic.read(document),
                np.asarray(powers, np.float64),
                np.asarray(chances, np.float64),
                None if least is None else float(least),
                None if more is None else cls.read(more, EVERY),
                None if short is None else cls.read(short),
            )
            # One row shows whether all lengths fit; a long query's, since a short one has its own.
            read.of(np.full((1, len(features)), 9.0), [""])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"incomplete: {error}") from error
        return read


def is_short(length: float) -> bool:
    """Tell whether a query is short, by its length as `FEATURES` has it."""
    return length < log(SHORT_WORDS + 1.5)


@lru_cache(maxsize=4)
def _digest_of(confidence: Confidence) -> str:
    canonical = json.dumps(confidence.document(), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def confidence_of(fingerprint: str, path: Path = STORED) -> Confidence | None:
    """Return what comes with the program for a model, or None where nothing does."""
    if not path.is_file():
        return None
    fitted: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found = fitted.get(fingerprint)
    return None if found is None else Confidence.read(found)


def stored_in(index: SearchIndex) -> Confidence | None:
    """Return what is stored in an index, of whatever model. Raises `IndexDamaged`."""
    note = index.notes().get(NOTE)
    if note is None:
        return None
    try:
        return Confidence.read(note)
    except ValueError as error:
        raise IndexDamaged(
            f"The confidence stored in the index cannot be read ({error}). Fit it anew with "
            "polywire calibrate, or remove it with polywire calibrate --clear."
        ) from None


def store(index: SearchIndex, confidence: Confidence | None) -> None:
    """Store it in an index in place of what it had; None removes it."""
    note: Note | None = None if confidence is None else confidence.document()
    index.annotate(NOTE, note)
