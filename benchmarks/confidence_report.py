"""How good probabilities of hits are: figures, tables, picture of `benchmarks.confidence`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search.calibration.logistic import Numbers

FIRST = 10
"""Hits of an answer that people read."""

BINS = 10
LINE = 0.3
"""The setting `less_certain_below`."""

PRECISION = 0.8
FEWEST = 30
"""Queries of a language pair that is reported."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A query with the probabilities of its hits, in their order.

    `judged` are the languages that it has right articles in. `foreign` queries have no answer.
    `weights` says for how many hits each stands.
    """

    collection: str
    foreign: bool
    lang: str
    judged: frozenset[str]
    langs: Sequence[str]
    chances: Numbers
    right: Numbers
    weights: Numbers


def measured(queries: Sequence[Scored]) -> dict[str, Any]:
    """Measure the queries of one half, all together, by collection and by language pair."""
    own = [one for one in queries if not one.foreign]
    names = sorted({one.collection for one in own})
    others = sorted({one.collection for one in queries} - set(names))
    foreign = [one for one in queries if one.foreign and one.collection in names]
    return {
        "queries": len(own),
        "first_10": _figures(_rows(own, FIRST)),
        "first_100": _figures(_rows(own, None)),
        "collections": {
            name: {
                "queries": sum(one.collection == name for one in own),
                "first_10": _figures(_rows([o for o in own if o.collection == name], FIRST)),
                "first_100": _figures(_rows([o for o in own if o.collection == name], None)),
            }
            for name in names
        },
        "pairs": _pairs(own),
        "pairs_of_every_query": _pairs_of_every_query(own),
        "reliability": _reliability(_rows(own, FIRST)),
        "unanswerable": _unanswerable(foreign),
        **{name: _unanswerable([o for o in queries if o.collection == name]) for name in others},
    }


def _unanswerable(queries: Sequence[Scored]) -> dict[str, Any]:
    """Measure how likely the likeliest of their hits is, none of which is right."""
    likeliest = [float(one.chances.max()) for one in queries if len(one.chances)]
    if not likeliest:
        return {"queries": 0, "likeliest_mean": None, "likeliest_over_line": None}
    return {
        "queries": len(likeliest),
        "likeliest_mean": _round(np.mean(likeliest)),
        "likeliest_over_line": _round(np.mean(np.asarray(likeliest) >= LINE)),
    }


Rows = tuple[Numbers, Numbers, Numbers]
"""Probability, whether right, weight: of hits."""


def _rows(queries: Sequence[Scored], most: int | None, lang: str | None = None) -> Rows:
    parts: list[list[Numbers]] = [[], [], []]
    for one in queries:
        chosen = np.ones(len(one.langs), bool)
        if lang is not None:
            chosen = np.asarray([each == lang for each in one.langs])
        chosen[most:] &= most is None
        for part, values in zip(parts, (one.chances, one.right, one.weights), strict=True):
            part.append(values[chosen])
    chances, right, weights = (np.concatenate(part) for part in parts)
    return chances, right, np.ones(len(weights)) if most is not None else weights


def _figures(rows: Rows) -> dict[str, float]:
    chances, right, weights = rows
    above = chances >= LINE
    kept = weights * right
    return {
        "hits": float(weights.sum()),
        "brier": _round(np.average(np.square(chances - right), weights=weights)),
        "ece": _round(calibration_error(*rows)),
        "precision_above_line": _round(_share(kept[above].sum(), weights[above].sum())),
        "recall_kept": _round(_share(kept[above].sum(), kept.sum())),
        f"recall_at_precision_{PRECISION:g}": _round(_recall_at(rows)),
    }


def calibration_error(chances: Numbers, right: Numbers, weights: Numbers) -> float:
    """Return the expected calibration error over ten bins (Naeini et al., AAAI 2015)."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    gap = np.bincount(bins, weights * (chances - right), BINS)
    return float(np.abs(gap).sum() / weights.sum())


def _recall_at(rows: Rows) -> float:
    chances, right, weights = rows
    order = np.argsort(-chances, kind="stable")
    found = np.cumsum((weights * right)[order])
    precision = found / np.cumsum(weights[order])
    good = np.nonzero(precision >= PRECISION)[0]
    return float(found[good[-1]] / found[-1]) if len(good) and found[-1] else 0.0


def _pairs(queries: Sequence[Scored]) -> dict[str, Any]:
    """Measure pairs with enough queries that have a right article in the language."""
    by_pair: defaultdict[tuple[str, str], list[Scored]] = defaultdict(list)
    for one in queries:
        for lang in one.judged:
            by_pair[one.lang, lang].append(one)
    found: dict[str, Any] = {}
    for pair, lang, those in _with_enough(by_pair):
        rows = {name: _rows(those, most, lang) for name, most in (("10", FIRST), ("100", None))}
        found[pair] = {"queries": len(those)} | {
            f"first_{name}": _figures(each) | {"ece_by_chance": _round(_by_chance(each))}
            for name, each in rows.items()
            if len(each[0])
        }
    return found


def _pairs_of_every_query(queries: Sequence[Scored]) -> dict[str, Any]:
    """Measure pairs by all that readers see: hits of queries with no right article there as well.

    Where the only hits that count are those of queries that have an answer in the language, no
    probability can be true that does not know of which these are.
    """
    by_pair: defaultdict[tuple[str, str], list[Scored]] = defaultdict(list)
    for one in queries:
        for lang in set(one.langs[:FIRST]):
            by_pair[one.lang, lang].append(one)
    found: dict[str, Any] = {}
    for pair, lang, those in _with_enough(by_pair):
        rows = _rows(those, FIRST, lang)
        found[pair] = {
            "queries": len(those),
            "hits": len(rows[0]),
            "right": _round(np.mean(rows[1])),
            "ece": _round(calibration_error(*rows)),
            "ece_by_chance": _round(_by_chance(rows)),
        }
    return found


def _with_enough(
    by_pair: Mapping[tuple[str, str], list[Scored]],
) -> Iterator[tuple[str, str, list[Scored]]]:
    """Yield the name, the articles' language and the queries of each pair that has enough."""
    for (own, lang), those in sorted(by_pair.items()):
        if len(those) >= FEWEST:
            yield f"{own}>{lang}", lang, those


def _by_chance(rows: Rows, times: int = 50) -> float:
    """Return the error that probabilities have on so few hits where they are exactly true."""
    chances, _, weights = rows
    draws = np.random.default_rng(0).random((times, len(chances))) < chances
    return float(np.mean([calibration_error(chances, draw, weights) for draw in draws]))


def _reliability(rows: Rows) -> list[dict[str, float]]:
    chances, right, weights = rows
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    return [
        {
            "said": _round(np.average(chances[bins == place], weights=weights[bins == place])),
            "right": _round(np.average(right[bins == place], weights=weights[bins == place])),
            "hits": float(weights[bins == place].sum()),
        }
        for place in range(BINS)
        if (bins == place).any()
    ]


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def _round(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)


COLUMNS = {
    "brier": "Brier score",
    "ece": "calibration error",
    "precision_above_line": f"precision from {LINE:g} on",
    "recall_kept": "recall kept",
    f"recall_at_precision_{PRECISION:g}": f"recall at precision {PRECISION:g}",
}


def markdown(told: Mapping[str, Any], name: str) -> str:
    """Return what was measured as tables."""
    return "\n".join(_lines(told, name)) + "\n"


def _lines(told: Mapping[str, Any], name: str) -> Iterator[str]:
    ways = told["ways"]
    own = ways["confidence"]
    yield "# How likely a hit is right"
    yield ""
    yield "Made by `python -m benchmarks.confidence`; do not edit."
    yield ""
    yield f"Model {told['model']}. Fitted on one half of the queries, measured on the other"
    yield f"({own['queries']} queries; those on one story, paragraph or event are in one half)."
    yield ""
    yield f"![Reliability]({name}.svg)"
    for depth, title in (("first_10", "The first ten hits"), ("first_100", "The first hundred")):
        yield ""
        yield f"## {title}"
        yield ""
        yield f"| what is read as a probability | {' | '.join(COLUMNS.values())} |"
        yield "|---|" + "---:|" * len(COLUMNS)
        for way, found in ways.items():
            yield f"| {way} | {_cells(found[depth])} |"
        for collection, found in own["collections"].items():
            yield f"| confidence, {collection} ({found['queries']}) | {_cells(found[depth])} |"
    gone = own["unanswerable"]
    yield ""
    yield f"Of {gone['queries']} queries on the articles of another collection, which nothing there"
    yield f"answers, the likeliest hit has {gone['likeliest_mean']} on average, and"
    yield f"{gone['likeliest_over_line']:.0%} have one from {LINE:g} on."
    for nothing, what in (("absent", "subjects"), ("unanswered", "questions")):
        if found := own.get(nothing):
            yield f"Of {found['queries']} {what} on which the sample has nothing it is"
            yield f"{found['likeliest_mean']}, and {found['likeliest_over_line']:.0%}."
    yield from _ranking_lines(told["ranking"])
    yield from _pair_lines(own["pairs"])
    yield from _lines_of_every_query(own["pairs_of_every_query"])


def _ranking_lines(rankings: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """The order of the same queries: by the legs, with what is near the best, with likelihoods."""
    ways = [way for way in next(iter(rankings.values())) if way != "queries"]
    yield ""
    yield "## The order of the reported half: nDCG@10"
    yield ""
    yield f"| collection | queries | {' | '.join(ways)} |"
    yield "|---|---:|" + "---:|" * len(ways)
    for name, found in rankings.items():
        cells = " | ".join(f"{found[way]:.3f}" for way in ways)
        yield f"| {name} | {found['queries']} | {cells} |"


def _pair_lines(pairs: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "## By language pair"
    yield ""
    yield f"Query's language > article's, pairs with {FEWEST} queries or more that have a right"
    yield 'article in it. "By chance" is the calibration error that probabilities have on so few'
    yield "hits where they are exactly true."
    good = [sum(p[d]["ece"] <= 0.1 for p in pairs.values()) for d in ("first_10", "first_100")]
    yield f"Of {len(pairs)} pairs, {good[0]} have an error of 0.10 or less in the first ten hits,"
    yield f"{good[1]} in the first hundred."
    yield ""
    columns = ["queries", "hits (10)", "error (10)", "by chance", "Brier (10)", "precision"]
    columns += ["recall kept", "error (100)", "by chance"]
    yield f"| pair | {' | '.join(columns)} |"
    yield "|---|" + "---:|" * len(columns)
    yield from _rows_of_pairs(pairs)


def _lines_of_every_query(pairs: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield "## By language pair, every hit"
    yield ""
    yield f"All hits among the first ten, of pairs in which {FEWEST} queries or more have any; also"
    yield "those of queries that nothing in this language answers, as a reader sees them."
    good = sum(found["ece"] <= 0.1 for found in pairs.values())
    yield f"Of {len(pairs)} pairs, {good} have an error of 0.10 or less."
    yield ""
    yield "| pair | queries | hits | right | error | by chance |"
    yield "|---|---:|---:|---:|---:|---:|"
    for pair, found in pairs.items():
        cells = " | ".join(f"{found[key]:.3f}" for key in ("right", "ece", "ece_by_chance"))
        yield f"| {pair} | {found['queries']} | {found['hits']} | {cells} |"


def _rows_of_pairs(pairs: Mapping[str, Any]) -> Iterator[str]:
    for pair, found in pairs.items():
        first, all_ = found["first_10"], found["first_100"]
        values = [first["ece"], first["ece_by_chance"], first["brier"]]
        values += [first["precision_above_line"], first["recall_kept"]]
        values += [all_["ece"], all_["ece_by_chance"]]
        cells = " | ".join(f"{value:.3f}" for value in values)
        yield f"| {pair} | {found['queries']} | {first['hits']:.0f} | {cells} |"


def _cells(figures: Mapping[str, float]) -> str:
    return " | ".join(f"{figures[key]:.3f}" for key in COLUMNS)


SIDE, MARGIN = 360, 50
COLOURS = {"confidence": "#0b6e4f", "score": "#c1666b", "closeness": "#48639c"}


def reliability_picture(ways: Mapping[str, Any], of: str = "first ten hits") -> str:
    """Draw how often hits are right against what was said of them, as SVG."""
    whole = SIDE + 2 * MARGIN
    square = f'x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}"'
    font = 'font-family="sans-serif" font-size="12"'
    right = f'transform="translate(14 {whole / 2}) rotate(-90)" text-anchor="middle"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" {font}>',
        f'<rect width="{whole}" height="{whole}" fill="white"/>',
        f'<rect {square} fill="none" stroke="#888"/>',
        f'<path d="M{_point(0, 0)} L{_point(1, 1)}" stroke="#888" stroke-dasharray="4"/>',
        *(
            f'<text x="{_x(tick)}" y="{whole - MARGIN + 16}" text-anchor="middle">{tick:g}</text>'
            f'<text x="{MARGIN - 8}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>'
            for tick in (0, 0.25, 0.5, 0.75, 1)
        ),
        f'<text x="{whole / 2}" y="{whole - 12}" text-anchor="middle">what is said</text>',
        f"<text {right}>share that is right ({of})</text>",
    ]
    for number, (way, colour) in enumerate(COLOURS.items()):
        if way not in ways:
            continue
        points = [(each["said"], each["right"], each["hits"]) for each in ways[way]["reliability"]]
        path = " L".join(_point(said, right) for said, right, _ in points)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        most = max(hits for *_, hits in points)
        parts += [
            f'<circle cx="{_x(said):.1f}" cy="{_y(right):.1f}" '
            f'r="{2 + 6 * (hits / most) ** 0.5:.1f}" fill="{colour}"/>'
            for said, right, hits in points
        ]
        parts.append(
            f'<text x="{MARGIN + 10}" y="{MARGIN + 18 + 16 * number}" fill="{colour}">{way}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _x(value: float) -> float:
    return MARGIN + SIDE * value


def _y(value: float) -> float:
    return MARGIN + SIDE * (1 - value)


def _point(said: float, right: float) -> str:
    return f"{_x(said):.1f} {_y(right):.1f}"
