"""Whether the confidence of hits comes true: pure functions of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from search.evaluation.bias import FIRST_PAGE
from search.evaluation.judgements import Judgements
from search.evaluation.run import Run
from search.evaluation.topics import Topic
from search.index.model import UNKNOWN_LANGUAGE

BINS = 10

FEWEST = 30
"""Topics with a relevant article in a language, for that pair of languages to be told."""

Said = Sequence[tuple[float, bool]]
"""Hits: how likely right, and whether they are."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """How true confidence is, of the first page of every topic; all but counts in [0, 1].

    `brier` is the mean squared difference from the truth; `error` the expected calibration error
    over ten bins (Naeini et al., AAAI 2015). `precision` is that of hits with `line` or more,
    `kept` the share of the relevant hits that they hold.
    """

    line: float
    hits: int
    brier: float
    error: float
    precision: float | None
    kept: float | None
    pairs: Mapping[tuple[str, str], Reliability] = field(default_factory=dict)


def reliability(
    topics: Sequence[Topic],
    run: Run,
    judgements: Judgements,
    langs: Mapping[str, str],
    line: float,
) -> Reliability | None:
    """Measure; None where nothing is known of any hit.

    What is not judged counts as wrong. `langs` maps article ids, judged and found, to languages.
    """
    everything: list[tuple[float, bool]] = []
    by_pair: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    judged: dict[tuple[str, str], int] = {}
    for topic in topics:
        relevant = {one for one, grade in judgements.get(topic.id, {}).items() if grade > 0}
        if topic.lang != UNKNOWN_LANGUAGE:
            for lang in {langs[one] for one in relevant if one in langs}:
                judged[topic.lang, lang] = judged.get((topic.lang, lang), 0) + 1
        said = run.confidence.get(topic.id, {})
        for one in [one for one in run.rankings.get(topic.id, ())[:FIRST_PAGE] if one in said]:
            hit = (said[one], one in relevant)
            everything.append(hit)
            by_pair.setdefault((topic.lang, langs[one]), []).append(hit)
    if not everything:
        return None
    often = {pair for pair, count in judged.items() if count >= FEWEST}
    pairs = {pair: measured(by_pair[pair], line) for pair in sorted(often & by_pair.keys())}
    return replace(measured(everything, line), pairs=pairs)


def measured(hits: Said, line: float) -> Reliability:
    """Measure hits, of which there must be one."""
    right = sum(true for _, true in hits)
    above = [true for said, true in hits if said >= line]
    return Reliability(
        line,
        len(hits),
        sum((said - true) ** 2 for said, true in hits) / len(hits),
        calibration_error(hits),
        sum(above) / len(above) if above else None,
        sum(above) / right if right else None,
    )


def calibration_error(hits: Said) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    gaps = [0.0] * BINS
    for said, true in hits:
        gaps[min(int(said * BINS), BINS - 1)] += said - true
    return sum(map(abs, gaps)) / len(hits) if hits else 0.0


def reliability_document(found: Reliability | None) -> dict[str, Any] | None:
    """Return JSON values only: pairs are keyed "topic language>article language"."""
    if found is None:
        return None
    return _values(found) | {
        "pairs": {f"{own}>{lang}": _values(each) for (own, lang), each in found.pairs.items()}
    }


def _values(found: Reliability) -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 4)

    return {
        "line": found.line,
        "hits": found.hits,
        "brier": rounded(found.brier),
        "calibration_error": rounded(found.error),
        "precision_above_line": rounded(found.precision),
        "recall_kept": rounded(found.kept),
    }
