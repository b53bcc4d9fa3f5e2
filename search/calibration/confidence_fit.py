"""Fit the confidence of a model on judged queries: pure functions of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from search.calibration.confidence import EVERY, LENGTH, Confidence, Features, is_short
from search.calibration.logistic import Logistic, Numbers
from search.calibration.logistic import fit as fit_logistic

PRODUCTS = 4.0
"""How much more the weights of products are shortened than those of the features themselves."""

LANGUAGES = 0.3
"""How much the intercepts of languages are shortened, in the same unit."""

RIDGE = 0.0005
"""Of the squared weights, per unit of the mean loss. Values from 0.0001 to 0.003 were tried for
thousands of queries, and this is among them no measured optimum; with few queries it grows."""

FEW = 500
"""Queries below which the ridge grows, in inverse proportion."""

FEWEST_OF_A_LANGUAGE = 200
"""Candidates in a language that it needs for an intercept of its own."""

FEWEST = 30
"""Queries with a relevant article in the index, or with feedback: fewer tell nothing."""

STEPS = 24
"""Points of the monotone curve, at most."""

MISSED = 0.05
"""Share of the queries with an answer of which it may be said that nothing likely was found."""

SMALLEST_SPREAD = 1e-4
"""Of a feature that differs at all: what is the same for all queries says nothing of others."""

SURE = 0.002
"""No probability is nearer to 0 or 1 than this: judgements are not that certain."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Candidates of judged queries: what is said of each, its language, and whether it is right.

    All have one length: `features` are those of `Confidence.of`, `right` is 0 or 1, `weights` says
    how much each counts, `queries` numbers the queries, or groups of queries on one matter.
    """

    features: Features
    langs: Sequence[str]
    right: Numbers
    weights: Numbers
    queries: npt.NDArray[np.int64]

    def only(self, chosen: npt.NDArray[np.bool_]) -> Examples:
        """Return some of them alone."""
        langs = [lang for lang, one in zip(self.langs, chosen, strict=True) if one]
        return Examples(
            self.features[chosen],
            langs,
            self.right[chosen],
            self.weights[chosen],
            self.queries[chosen],
        )

    @classmethod
    def joined(cls, parts: Sequence[Examples]) -> Examples:
        """Put examples together; queries are numbered anew, so that no two are taken for one."""
        numbers, start = [], 0
        for part in parts:
            numbers.append(part.queries + start)
            start += int(part.queries.max(initial=-1)) + 1
        return cls(
            np.concatenate([part.features for part in parts]),
            [lang for part in parts for lang in part.langs],
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate(numbers),
        )


def fit_fed_back(first: Confidence, found: Sequence[Examples]) -> Confidence:
    """Fit with what feedback says besides, on answers of a search that knows `first`.

    Queries without feedback are left out; `first` comes back as it is where too few are left, or
    nothing can be fitted on them.
    """
    told = [one for one in found if one.features.shape[1] == len(EVERY)]
    if first.short is not None:
        own = [one for one in told if is_short(one.features[0, LENGTH])]
        first = replace(first, short=fit_fed_back(first.short, own))
        told = [one for one in told if not is_short(one.features[0, LENGTH])]
    if len(told) < FEWEST:
        return first
    try:
        fed_back = _fit(Examples.joined(told), first.fingerprint, first.source)
    except ValueError:
        return first
    return replace(first, fed_back=fed_back)


def fit(examples: Examples, fingerprint: str, source: str) -> Confidence:
    """Fit short queries by themselves where these and the others are enough, else all together.

    Raises `ValueError` where all examples are right, or all are wrong.
    """
    short = np.asarray([is_short(length) for length in examples.features[:, LENGTH]])
    parts = [examples.only(short), examples.only(~short)]
    if any(len(np.unique(part.queries)) < FEWEST or not _is_mixed(part) for part in parts):
        return _fit(examples, fingerprint, source)
    own, others = (_fit(part, fingerprint, source) for part in parts)
    return replace(others, queries=own.queries + others.queries, short=own)


def _is_mixed(examples: Examples) -> bool:
    return bool(0 < examples.right.mean() < 1)


def _fit(examples: Examples, fingerprint: str, source: str) -> Confidence:
    """Fit by maximum likelihood with a ridge, then the monotone curve on queries left out.

    The curve is fitted to sums of two fits, each on half of the queries and read on the other, so
    that it corrects what fitting on the same queries would hide.
    """
    if not _is_mixed(examples):
        raise ValueError("there must be right and wrong articles among what the queries find")
    numbers = np.unique(examples.queries)
    odd = np.isin(examples.queries, numbers[1::2])
    sums = np.empty(len(examples.right))
    for half in (odd, ~odd):
        sums[half] = _logistic(examples.only(~half)).power(
            examples.features[half],
            [lang for lang, own in zip(examples.langs, half, strict=True) if own],
        )
    powers, chances = monotone(sums, examples.right, examples.weights)
    least = _least(examples, np.interp(sums, powers, chances))
    logistic = _logistic(examples)
    return Confidence(fingerprint, source, len(numbers), logistic, powers, chances, least)


def _least(examples: Examples, chances: Numbers) -> float:
    """Return what the likeliest candidate has at least, of all but `MISSED` of the answered."""
    numbers, starts, own = np.unique(examples.queries, return_index=True, return_inverse=True)
    likeliest, best = np.zeros(len(numbers)), np.zeros(len(numbers))
    np.maximum.at(likeliest, own, chances)
    np.maximum.at(best, own, examples.right)
    answered = best > 0
    values, weights = likeliest[answered], examples.weights[starts][answered]
    rising = np.argsort(values)
    passed = np.cumsum(weights[rising])
    return float(values[rising][np.searchsorted(passed, MISSED * passed[-1])])


def monotone(sums: Numbers, right: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Return the rising curve from sums to the share that is right, as points.

    Isotonic regression over groups, each at its mean sum; what is outside has the value of the end.
    A candidate counts for the size of a group as much as it is uncertain, since most are surely
    wrong, and the curve is needed where it decides.
    """
    from scipy.optimize import isotonic_regression  # type: ignore[import-untyped]

    order = np.argsort(sums, kind="stable")
    chance = 1 / (1 + np.exp(-sums[order]))
    passed = np.cumsum(weights[order] * (chance * (1 - chance) + 1e-6))
    groups = np.minimum((passed / passed[-1] * STEPS).astype(int), STEPS - 1)
    total = np.bincount(groups, weights[order], STEPS)
    there = total > 0
    mean = [
        np.bincount(groups, weights[order] * values[order], STEPS)[there] / total[there]
        for values in (sums, right)
    ]
    rising = isotonic_regression(mean[1], weights=total[there]).x
    return mean[0], np.clip(rising, SURE, 1 - SURE)


def _logistic(examples: Examples) -> Logistic:
    weights = examples.weights / examples.weights.sum()
    middle = weights @ examples.features
    spread = np.sqrt(weights @ np.square(examples.features - middle))
    spread[spread < SMALLEST_SPREAD] = 1.0
    langs = _often(examples.langs)
    few = max(1.0, FEW / len(np.unique(examples.queries)))
    return fit_logistic(
        examples.features,
        examples.langs,
        examples.right,
        weights,
        (middle, spread),
        langs,
        RIDGE * few * _shortened(examples.features.shape[1], len(langs)),
    )


def _shortened(count: int, langs: int) -> Numbers:
    """Return how much each weight is shortened: features, their products, languages."""
    products = np.full(count * (count + 1) // 2, PRODUCTS)
    return np.concatenate([np.ones(count), products, np.full(langs, LANGUAGES)])


def _often(langs: Sequence[str]) -> list[str]:
    counts = Counter(langs)
    return sorted(lang for lang, count in counts.items() if count >= FEWEST_OF_A_LANGUAGE)
