"""Which language an article is in, and each of its paragraphs.

The library, the thresholds and the cut below were chosen by
`benchmarks/language_identification.py`; its table is
`benchmarks/results/language_identification.md`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from typing import Protocol

from indexer.text.wrapping import columns
from search.analysis.language_codes import normalise_code
from search.index.model import UNKNOWN_LANGUAGE

CONFIDENT = 0.5
"""Confidence from which a guess counts: 91 % of the benchmark's sentences of 17 to 40 columns reach
it, and 99 % of those are right."""

CLEAR = 0.9
"""Confidence from which a paragraph may be in another language than its article: 99.9 % of the
benchmark's guesses that reach it are right."""

CLEAR_COLUMNS = 25
"""Narrower paragraphs go with their article. With both limits, 13 of the 32,539 passages of the WMT
news test sets differ from their article: an article marked English that is in Russian."""

NEAR = tuple(
    map(frozenset, (("bs", "hr", "sr"), ("id", "ms"), ("da", "no"), ("gl", "pt"), ("xh", "zu")))
)
"""Languages that a few sentences do not tell apart: within a group the article's counts."""

_READ = 120
"""Characters of a paragraph that are looked at: of the WMT news passages 98.5 % are right at 120
and 98.6 % at 240, and time grows with length."""

_RULES = 2
"""Raised whenever `languages` decides in another way, so that articles are identified anew."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A language (normalised code or `UNKNOWN_LANGUAGE`) and how sure it is, from 0 to 1."""

    lang: str
    confidence: float


class Identifier(Protocol):
    """Identifies the language of a text."""

    @property
    def fingerprint(self) -> str:
        """Another one wherever a text may get another guess. Known without loading a model."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """The languages that it tells apart, as normalised codes."""
        ...

    def identify(self, text: str) -> Guess:
        """Return the best guess, however unsure; never raises."""
        ...


class _Classifier(Protocol):
    nb_classes: Sequence[str]

    def classify(self, text: str) -> tuple[str, float]:
        """Return a language code and how sure it is."""
        ...


class ByteNgrams:
    """Naive Bayes over byte n-grams, 100 languages: py3langid.

    Lui and Baldwin, "langid.py: An Off-the-shelf Language Identification Tool", ACL 2012.
    """

    @cached_property
    def fingerprint(self) -> str:
        """The library, its version and how much of a text it sees."""
        return f"py3langid {version('py3langid')} {_READ}"

    @cached_property
    def languages(self) -> frozenset[str]:
        """Those of the model, without what it knows by another one's name (Central Kurdish)."""
        return frozenset(code for code in self._model.nb_classes if normalise_code(code) == code)

    @cached_property
    def _model(self) -> _Classifier:
        """Loaded with the first text: that takes half a second, and not every run has one."""
        from py3langid.langid import (  # type: ignore[import-untyped]
            MODEL_FILE,
            LanguageIdentifier,
        )

        model: _Classifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        return model

    def identify(self, text: str) -> Guess:
        """Look at the first `_READ` characters; a text without letters is unknown."""
        head = text[:_READ]
        if not any(char.isalpha() for char in head):
            return Guess(UNKNOWN_LANGUAGE, 0.0)
        code, confidence = self._model.classify(head)
        return Guess(normalise_code(code) or UNKNOWN_LANGUAGE, confidence)


@cache
def default_identifier() -> Identifier:
    """Return the one identifier of this process."""
    return ByteNgrams()


def fingerprint(identifier: Identifier) -> str:
    """Return a text that is another one wherever `languages` may decide otherwise."""
    return f"{identifier.fingerprint} {_RULES} {CONFIDENT} {CLEAR} {CLEAR_COLUMNS}"


@dataclass(frozen=True, slots=True)
class Languages:
    """The language of an article and those of its passages, in order."""

    article: str
    passages: tuple[str, ...]


def languages(texts: Sequence[str], given: str | None, identifier: Identifier) -> Languages:
    """Return the languages of an article with these passages.

    The article is in the given language, else in that of most of its text (each confident
    passage votes with its width), else in what all passages together look like, if that is
    confident. A passage has a language of its own where that is clear. What the identifier cannot
    tell is believed: it would take each such language for one that it knows, and be sure of it.
    """
    if given is not None and given not in identifier.languages:
        return Languages(given, (given,) * len(texts))
    guesses = [identifier.identify(text) for text in texts]
    article = given or _majority(texts, guesses) or _together(texts, identifier)
    return Languages(
        article,
        tuple(_own(text, guess, article) for text, guess in zip(texts, guesses, strict=True)),
    )


def _majority(texts: Sequence[str], guesses: Sequence[Guess]) -> str | None:
    votes: dict[str, int] = defaultdict(int)
    for text, guess in zip(texts, guesses, strict=True):
        if guess.confidence >= CONFIDENT and guess.lang != UNKNOWN_LANGUAGE:
            votes[guess.lang] += columns(text)
    return max(votes, key=votes.__getitem__, default=None)


def _together(texts: Sequence[str], identifier: Identifier) -> str:
    guess = identifier.identify(" ".join(texts))
    return guess.lang if guess.confidence >= CONFIDENT else UNKNOWN_LANGUAGE


def _own(text: str, guess: Guess, article: str) -> str:
    if guess.lang in (article, UNKNOWN_LANGUAGE) or guess.confidence < CLEAR:
        return article
    if any({guess.lang, article} <= group for group in NEAR):
        return article
    return guess.lang if columns(text) >= CLEAR_COLUMNS else article
