"""What the names leg gains and loses: on names by themselves, and on ordinary queries.

    python -m benchmarks.retrieval_names     # needs ../shared/news and ../shared/eval

Names from the news (`benchmarks.name_topics`), each searched for as one language spells it; right
are versions in other languages of the stories that have it. The weights were chosen on the names
of one half of the stories (`tuning`) and on the news headlines; the names of the other half
(`test`), XQuAD-R and the sample corpus were only looked at. The legs of each query run once;
each variant fuses their candidates anew, with the product's own fusion.

And names and subjects of the sample corpus in scripts without capitals, where nothing is in the
language of the query: what sounds like a name and is one, and what is none.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import retrieval_news, typed_queries
from benchmarks.legs import NEWS, SAMPLES, JudgedLegs, Legs, Order, collections, indexed, run_legs
from benchmarks.name_topics import name_topics, read_stories
from benchmarks.record import RESULTS, record
from config.settings import Settings
from search.evaluation.judgements import Judgements
from search.evaluation.measures import means, measure
from search.ranking.fusion import Fusion, ranked
from search.retrieval.legs import LEGS, NAMES, NAMES_ALONE, NAMES_ONLY

MEASURES = ("nDCG@10", "R@10")
WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
FACTORS = (1, 2, 3, 4, 5)
ONLY = (1, 2, 3, 4)
EVERY_STORY = 9
EVERY_QUESTION = 30
CASELESS = frozenset({"ar", "hi", "ja", "ko", "zh"})
CLEAR = 0.01
"""A query counts as better or worse when its nDCG@10 changes by more."""


def weighed(weight: float, factor: float) -> Order:
    """Rank by a weight of names, and how much more they weigh where they are the whole query."""

    def order(legs: Legs) -> list[str]:
        own = weight * (factor / NAMES_ALONE if legs.request.query_names.alone else 1)
        return ranked(legs.fused(Fusion(weights={NAMES: own})))

    return order


def sounding(factor: float) -> Order:
    """Rank by how much more names weigh where no article has a word of what may be a name."""

    def order(legs: Legs) -> list[str]:
        is_only = LEGS[NAMES].emphasis(legs.request, legs.scores) == NAMES_ONLY
        own = LEGS[NAMES].weight * (factor / NAMES_ONLY if is_only else 1)
        return ranked(legs.fused(Fusion(weights={NAMES: own})))

    return order


def figures(collection: JudgedLegs, order: Order) -> dict[str, float]:
    """Return the means over all queries."""
    judged = {topic.id: collection.judgements[topic.id] for topic in collection.topics}
    found = measure(collection.rankings(order), judged, MEASURES)
    return {name: round(value, 4) for name, value in means(found.values(), MEASURES).items()}


def by_pair(collection: JudgedLegs, weight: float, factor: float) -> dict[str, Any]:
    """Compare without and with names for each pair: language of the query > of the articles."""
    langs = collection.langs
    without = collection.rankings(weighed(0.0, 1.0))
    with_names = collection.rankings(weighed(weight, factor))
    pairs: defaultdict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    for topic in collection.topics:
        for article, relevance in collection.judgements[topic.id].items():
            if article in langs:
                pair = pairs[f"{topic.lang}>{langs[article]}"]
                pair.setdefault(topic.id, {})[article] = relevance
    return {
        pair: _compared(judged, without, with_names, langs, pair.partition(">")[2])
        for pair, judged in sorted(pairs.items())
    }


def _compared(
    judged: Judgements,
    without: Mapping[str, Sequence[str]],
    with_names: Mapping[str, Sequence[str]],
    langs: Mapping[str, str],
    lang: str,
) -> dict[str, Any]:
    """Measure the articles of one language among themselves, as a person who filters by it."""
    before, after = (
        measure(
            {topic: [a for a in run[topic] if langs.get(a) == lang] for topic in judged},
            judged,
            MEASURES,
        )
        for run in (without, with_names)
    )
    return {"questions": len(judged), **_difference(before, after)}


def _difference(
    before: Mapping[str, Mapping[str, float]], after: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    changes = [after[topic]["nDCG@10"] - before[topic]["nDCG@10"] for topic in before]
    return {
        "without": {n: round(v, 4) for n, v in means(before.values(), MEASURES).items()},
        "with": {n: round(v, 4) for n, v in means(after.values(), MEASURES).items()},
        "better": sum(change > CLEAR for change in changes),
        "worse": sum(change < -CLEAR for change in changes),
    }


def overall(collection: JudgedLegs, weight: float, factor: float) -> dict[str, Any]:
    """Compare without and with names over all queries."""
    judged = {topic.id: collection.judgements[topic.id] for topic in collection.topics}
    before = measure(collection.rankings(weighed(0.0, 1.0)), judged, MEASURES)
    after = measure(collection.rankings(weighed(weight, factor)), judged, MEASURES)
    return {"questions": len(judged), **_difference(before, after)}


def main() -> None:
    """Measure, and write `results/retrieval_names.json` and the tables beside it."""
    with tempfile.TemporaryDirectory() as folder:
        places = indexed(Path(folder))
        measured = dict(_collections(places))
        caseless = dict(_caseless(places))
    weight, factor = LEGS[NAMES].weight, NAMES_ALONE
    found = {
        "names_weight": weight,
        "names_alone": factor,
        "weights": {
            f"{w:g}": {label: figures(one, weighed(w, factor)) for label, one in measured.items()}
            for w in WEIGHTS
        },
        "factors": {
            f"{f:g}": {label: figures(one, weighed(weight, f)) for label, one in measured.items()}
            for f in FACTORS
        },
        "collections": {
            label: overall(collection, weight, factor) for label, collection in measured.items()
        },
        "pairs": by_pair(measured["test"], weight, factor),
        "names_only": NAMES_ONLY,
        "only": {
            f"{f:g}": {
                label: figures(one, sounding(f))["nDCG@10"] for label, one in caseless.items()
            }
            for f in ONLY
        },
    }
    record("retrieval_names", "names and headlines of WMT news, XQuAD-R, sample corpus", found)
    table = markdown(found)
    (RESULTS / "retrieval_names.md").write_text(table, encoding="utf-8")
    print(table)


_LABELS = {
    "tuning": "names, half that was tuned on",
    "test": "names, other half",
    "news": "news headlines",
    "xquad": "XQuAD-R",
    "sample": "sample corpus",
}


_HEAD = "number | nDCG@10 without | with | recall@10 without | with | better | worse |"
_RULE = "|---|" + "---:|" * 7


def markdown(found: Mapping[str, Any]) -> str:
    """Return the tables of `main`."""
    lines = [
        "# The names leg, measured\n",
        "Made by `python -m benchmarks.retrieval_names`; do not edit. Hybrid mode, compact model.",
        "*Better* and *worse* count queries whose nDCG@10 changes by more than 0.01.\n",
        f"| queries | {_HEAD}",
        _RULE,
    ]
    for label, one in found["collections"].items():
        lines.append(f"| {_LABELS[label]} | {_cells(one)} |")
    lines += [
        "\nnDCG@10 by weight (names that are the whole query weigh",
        f"{found['names_alone']} times as much):\n",
        *_sweep("weight", found["weights"]),
        f"\nnDCG@10 by that factor (weight {found['names_weight']:g}):\n",
        *_sweep("factor", found["factors"]),
        "\nThe other half of the names by language pair (language of the query > of the",
        "articles, which are ranked among those of their language):\n",
        f"| pair | {_HEAD}",
        _RULE,
    ]
    lines += [f"| {pair} | {_cells(one)} |" for pair, one in found["pairs"].items()]
    lines += [
        "\nNames and subjects of the sample corpus in scripts without capitals, without articles",
        "in the language of the query: nDCG@10 by how much more names weigh where no article has a",
        f"word of what may be nothing but a name (in use: {found['names_only']}):\n",
        "| factor | names | subjects |",
        "|---|---:|---:|",
    ]
    lines += [
        f"| {value} | {row['names']:.3f} | {row['subjects']:.3f} |"
        for value, row in found["only"].items()
    ]
    return "\n".join(lines) + "\n"


def _cells(one: Mapping[str, Any]) -> str:
    values = [one[side][name] for name in MEASURES for side in ("without", "with")]
    cells = [str(one["questions"]), *(f"{value:.3f}" for value in values)]
    return " | ".join([*cells, str(one["better"]), str(one["worse"])])


def _sweep(what: str, rows: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[str]:
    yield f"| {what} | {' | '.join(_LABELS.values())} |"
    yield "|---|" + "---:|" * len(_LABELS)
    for value, row in rows.items():
        cells = " | ".join(f"{row[label]['nDCG@10']:.3f}" for label in _LABELS)
        yield f"| {value} | {cells} |"


def _caseless(places: Mapping[str, Settings]) -> Iterator[tuple[str, JudgedLegs]]:
    subjects = typed_queries.in_other_languages(*typed_queries.subjects())
    for label, (topics, judgements) in (("names", typed_queries.names()), ("subjects", subjects)):
        some = [topic for topic in topics if topic.lang in CASELESS]
        judged = {topic.id: judgements[topic.id] for topic in some}
        yield label, run_legs(places[SAMPLES], some, judged)


def _collections(places: Mapping[str, Settings]) -> Iterator[tuple[str, JudgedLegs]]:
    names, judgements = name_topics(read_stories(retrieval_news.NEWS))
    collection = run_legs(places[NEWS], [name.topic for name in names], judgements)
    halves = {name.topic.id: name.half for name in names}
    yield "tuning", collection.only(lambda topic: halves[topic.id] == 0)
    yield "test", collection.only(lambda topic: halves[topic.id] == 1)
    yield from collections(places, EVERY_STORY, EVERY_QUESTION)


if __name__ == "__main__":
    main()
