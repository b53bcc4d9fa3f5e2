"""How good a ranking is, by the standard measures of the field, with ir-measures.

nDCG@10: Jarvelin and Kekalainen, ACM TOIS 2002, with gain = relevance (as trec_eval counts it).
R@k: the share of relevant articles among the first k. RR@10: one over the rank of the first
relevant article, 0 past the tenth (its mean is MRR). AP@100: mean precision at the relevant
articles of the first hundred. An article is relevant from relevance 1 on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from search.evaluation.judgements import Judgements

DEPTH = 100
"""Articles ranked per query: as many as the deepest measure looks at."""

MEASURES = ("nDCG@10", "R@10", "R@100", "RR@10", "AP@100")

Rankings = Mapping[str, Sequence[str]]
"""Topic id -> article ids, best first."""

Values = Mapping[str, float]
"""Measure -> value in [0, 1]."""


def measure(
    rankings: Rankings, judgements: Judgements, names: Sequence[str] = MEASURES
) -> dict[str, Values]:
    """Return the value of every measure for every judged topic; an absent ranking scores 0.

    Topics without a relevant article are left out: no ranking can be right or wrong for them.
    """
    import ir_measures

    judged = {
        topic: dict(articles)
        for topic, articles in judgements.items()
        if any(relevance > 0 for relevance in articles.values())
    }
    if not judged:
        return {}
    # Scores that fall with the rank, so that no tie is broken by another rule than ours.
    run = {
        topic: {article: -float(rank) for rank, article in enumerate(rankings.get(topic, ()))}
        for topic in judged
    }
    wanted = [ir_measures.parse_measure(name) for name in names]
    values: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for metric in ir_measures.iter_calc(wanted, judged, run):
        values[metric.query_id][str(metric.measure)] = float(metric.value)
    return {topic: values[topic] for topic in judged}


def means(values: Iterable[Values], names: Sequence[str] = MEASURES) -> dict[str, float]:
    """Return the mean of each measure over topics; {} where there are none."""
    listed = list(values)
    if not listed:
        return {}
    return {name: sum(v[name] for v in listed) / len(listed) for name in names}
