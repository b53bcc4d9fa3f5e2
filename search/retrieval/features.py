"""What the legs together say of candidates, as numbers that a confidence is read from. Pure.

`search.calibration.confidence` makes a probability of them. All are of one answer: nothing is
fetched, so that they cost a fraction of a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import fsum, log, log1p

import numpy as np

from search.analysis.words import pieces
from search.answer import Hit
from search.calibration.closeness import BACKGROUND
from search.calibration.confidence import Confidence, Features
from search.calibration.logistic import Numbers
from search.ranking.feedback import ARTICLES
from search.ranking.fusion import ranked
from search.ranking.scoring import EVIDENCE
from search.request import Mode
from search.retrieval.legs import LEXICAL, NAMES, VECTOR
from search.retrieval.pool import Pool

UNLIKELY = 0.15
"""Where the likeliest hit is under it, an answer has nothing close, whatever is usual: so it is for
59 % of short queries on subjects that the sample has nothing on, and for 12 % of those on subjects
that it has, of the half that `benchmarks.confidence` reports."""

TENTH, HUNDREDTH = 10, 100
TAIL = slice(20, 50)
"""Ranks by the fused score behind the coverage of most events: the level that anything has."""


def is_known(pool: Pool) -> bool:
    """Tell whether anything is known of how likely the candidates of a pool are right.

    That is so for hybrid mode, a model that was calibrated, and enough articles for a background.
    """
    return (
        pool.found.confidence is not None
        and pool.request.mode is Mode.HYBRID
        and not pool.by_date
        and len(pool.places.get(VECTOR, ())) >= BACKGROUND
    )


def fitted_for(pool: Pool) -> Confidence | None:
    """Return what was fitted for such queries; None where nothing is known of the candidates."""
    fitted = pool.found.confidence
    if fitted is None or not is_known(pool):
        return None
    return fitted.for_length(lengths(pool.request.said)[0])


def confidence_of(pool: Pool, identifiers: Sequence[str]) -> dict[str, float]:
    """Return how likely each candidate is right, by id; empty where that is not known."""
    if pool.confidence:
        return {one: pool.confidence[one] for one in identifiers}
    fitted = fitted_for(pool) if identifiers else None
    if fitted is None:
        return {}
    langs = [pool.langs[one] for one in identifiers]
    found = fitted.of(features_of(pool, identifiers), langs)
    return dict(zip(identifiers, found.tolist(), strict=True))


def anything_likely(pool: Pool) -> bool | None:
    """Tell whether anything is as likely right as the best of an answer is; None if not known."""
    fitted = fitted_for(pool)
    used = fitted.fed_back if fitted is not None and pool.confidence else fitted
    if used is None or used.least is None:
        return None
    likeliest = max(confidence_of(pool, ranked(pool.scores)[:TENTH]).values())
    return likeliest >= max(used.least, UNLIKELY)


def features_of(pool: Pool, identifiers: Sequence[str]) -> Features:
    """Return shape (len(identifiers), len(FEATURES)): what is said of each, as `FEATURES` has it.

    For a pool of hybrid mode with a vector leg.
    """
    rows = {one: row for row, one in enumerate(identifiers)}
    cosine, three, background, first = _nearness(pool, rows)
    fused = pool.relevance
    order = ranked(fused)
    falling = [fused[one] for one in order]
    place = {one: rank for rank, one in enumerate(order, start=1)}
    score = np.asarray([fused[one] for one in identifiers], np.float64)
    whole = (
        _mean(falling[TAIL]) if falling[TAIL] else 0.0,
        falling[min(TENTH, len(falling)) - 1],
        *lengths(pool.request.said),
    )
    columns: tuple[Numbers | float, ...] = (
        *(cosine, three - cosine, background, first - cosine, first - background),
        *_shares(pool, LEXICAL, rows),
        *_shares(pool, NAMES, rows),
        *(
            score,
            falling[0] - score,
            np.log(np.asarray([place[one] for one in identifiers], np.float64)),
        ),
        *whole,
    )
    return _table(columns, len(rows))


def _table(columns: Sequence[Numbers | float], rows: int) -> Features:
    """Put columns side by side; a single number stands in every row."""
    table = np.empty((rows, len(columns)))
    for number, column in enumerate(columns):
        table[:, number] = column
    return table


def _nearness(pool: Pool, rows: Mapping[str, int]) -> tuple[Numbers, Numbers, float, float]:
    """Return the best cosine of each row and the mean of its three best, background and first.

    What the vector leg did not find has the cosine of its last.
    """
    nearest = pool.places.get(VECTOR, {})
    cosines = [candidate.score for _, candidate in nearest.values()]
    background = cosines[min(BACKGROUND, len(cosines)) - 1] if cosines else 0.0
    first, last = (cosines[0], cosines[-1]) if cosines else (0.0, 0.0)
    found = [(rows[one], own) for one, (_, own) in nearest.items() if one in rows]
    cosine, three = np.full(len(rows), last), np.full(len(rows), last)
    there = [row for row, _ in found]
    cosine[there] = [own.score for _, own in found]
    three[there] = [_mean(own.scores[:EVIDENCE]) for _, own in found]
    return cosine, three, background, first


def _shares(pool: Pool, leg: str, rows: Mapping[str, int]) -> tuple[Numbers, Numbers, float]:
    """Return what a leg by BM25 gave: shares of its best score in the same language, and of all.

    The last is the logarithm of the best score, and 1.
    """
    places = pool.places.get(leg, {})
    best: dict[str, float] = {}
    for one, (_, candidate) in places.items():  # best first
        best.setdefault(pool.langs[one], candidate.score)
    highest = max(best.values(), default=0.0)
    own, whole = np.zeros(len(rows)), np.zeros(len(rows))
    if highest > 0:
        found = [(one, own.score) for one, (_, own) in places.items() if one in rows]
        there = [rows[one] for one, _ in found]
        own[there] = [score / best[pool.langs[one]] for one, score in found]
        whole[there] = [score / highest for _, score in found]
    return own, whole, log1p(max(0.0, highest))


def fed_back_features_of(pool: Pool, identifiers: Sequence[str]) -> Features:
    """Return `features_of`, and what feedback says of each: shape (len(identifiers), len(EVERY)).

    A candidate that was deleted since has cosines of 0.
    """
    return with_feedback_features(pool, identifiers, features_of(pool, identifiers))


def with_feedback_features(pool: Pool, identifiers: Sequence[str], features: Features) -> Features:
    """Return `fed_back_features_of` where the features by the legs alone are there already."""
    feedback = pool.feedback
    if feedback is None:
        raise ValueError("nothing was fed back")
    sure = (*feedback.sure, *(0.0,) * (ARTICLES - len(feedback.sure)))
    near = np.zeros((len(identifiers), 1 + ARTICLES))
    width = 1 + len(feedback.sure)
    gone = (0.0,) * width
    known = [feedback.nearness.get(one, gone) for one in identifiers]
    near[:, :width] = np.reshape(known, (-1, width))
    between = sorted((own[0] for own in feedback.nearness.values()), reverse=True) or [0.0]
    hundredth = between[min(HUNDREDTH, len(between)) - 1]
    best, *single = near.T
    whole = (hundredth, feedback.surest)
    columns: list[Numbers | float] = [best, between[0] - best, *whole, *single, *sure]
    told = _table(columns, len(identifiers))
    return np.concatenate([features, told], axis=1)


def used_confidence(pool: Pool) -> str | None:
    """Return the digest of what confidence is read from; None where nothing is known of it."""
    fitted = pool.found.confidence
    return fitted.digest if fitted is not None and is_known(pool) else None


def of_confidence(pool: Pool, hits: Sequence[Hit]) -> Iterator[str]:
    """Say what came of leaving out what is not likely enough, where that is not what was meant."""
    least = pool.request.min_confidence
    if least is None:
        return
    if not is_known(pool):
        yield (
            f"Among fewer than {BACKGROUND} articles nothing tells how likely a hit is right: none "
            f"was left out for being under {least:g}."
        )
    elif not hits and len(pool):
        most = max(confidence_of(pool, pool.order).values())
        yield f"No article is likely enough: the likeliest has {most:.2f}, and {least:g} is wanted."


def lengths(text: str) -> tuple[float, float]:
    """Return the logarithm of the words of a query, and which share is in a script without spaces.

    Each character of such a script counts as a word.
    """
    found = pieces(text)
    runs = sum(len(piece.text) for piece in found if piece.is_run)
    words = sum(not piece.is_run for piece in found)
    return log(words + runs + 1), runs / (words + runs) if runs else 0.0


def _mean(values: Sequence[float]) -> float:
    """Return what `statistics.fmean` does, whose module takes 2 ms of a cold search to load."""
    return fsum(values) / len(values)
