"""Ways to fuse the legs and to share the answer among languages, on three judged collections.

    python -m benchmarks.retrieval_fusion    # needs ../shared/news, eval and parallel

The legs of every query run once (`benchmarks.legs`); each variant ranks their candidates
anew. nDCG@10 on the news headlines (only other languages are right), XQuAD-R (the own language
and ten others) and the sample corpus. The defaults in `config.settings` are chosen by the mean of
the three.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import retrieval_news, retrieval_xquad
from benchmarks.compact_model import corpus
from benchmarks.legs import NEWS, SAMPLES, XQUAD, JudgedLegs, Legs, Order, collections, indexed
from benchmarks.record import RESULTS, record
from benchmarks.retrieval import SHARED
from indexer.calibration import parallel
from search.calibration.offsets import Offsets, Saying, enough, fit
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder
from search.evaluation.bias import language_bias
from search.evaluation.languages import quality_by_language
from search.evaluation.measures import means, measure
from search.ranking.balance import FLOOR, balanced
from search.ranking.fusion import (
    Fusion,
    FusionMethod,
    convex_combination,
    ranked,
    relative_to_language,
    scaled_to_pool,
)
from search.ranking.scoring import less_offsets
from search.request import Balance
from search.retrieval.legs import LEXICAL, NAMES, VECTOR, weighed

MEASURE = "nDCG@10"
LEAST_SPANS = (0.0, 0.25, 0.5, 0.75)
SHARPNESSES = (1, 2, 3)
FLOORS = (0.3, 0.5, 0.65, 0.8)
SHARES = (0.25, 0.5, 1.0)
WITHOUT_NAMES = Fusion(weights={NAMES: 0.0})


def variants(fitted: Mapping[str, Offsets]) -> Iterator[tuple[str, Order]]:
    """Yield what is tried, the simplest first; `fitted` has offsets by the texts they are of."""
    yield "words alone", lambda legs: ranked(legs.scores[LEXICAL])
    yield "meaning alone, best passage", lambda legs: ranked(legs.nearest)
    yield "meaning alone, three passages", lambda legs: ranked(legs.scores[VECTOR])
    yield from _fusions()
    yield "as it is by default", _by(Fusion())
    for balance in (Balance.EVEN, Balance.QUOTA):
        for floor in FLOORS:
            yield f"{balance}, floor {floor:g}", partial(_shared, balance=balance, floor=floor)
    for texts, offsets in fitted.items():
        for share in SHARES:
            lowered = partial(_shared, offsets=offsets, share=share)
            yield f"offsets of {texts}, share {share:g}", lowered
            yield (
                f"offsets of {texts}, share {share:g}, even",
                partial(lowered, balance=Balance.EVEN),
            )


def _fusions() -> Iterator[tuple[str, Order]]:
    for k in (10, 30, 60, 100):
        for weight in (1.0, 0.5, 0.25):
            fusion = Fusion(k, {LEXICAL: weight}, method=FusionMethod.RANKS)
            yield f"ranks (RRF), k {k}, words {weight:g}", _by(fusion)
    for weight in (0.5, 0.25):
        yield f"scores, share of the best of all, words {weight:g}", partial(_global, weight=weight)
    for weight in (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0):
        yield (
            f"scores, share of the best of the language, words {weight:g}",
            _by(Fusion(weights={LEXICAL: weight})),
        )
    yield "scores, without names", _by(WITHOUT_NAMES)
    for pool in (25, 50, 100):
        yield f"scores, pool {pool}", _by(Fusion(pool=pool))
    for span in LEAST_SPANS:
        yield f"scores, least span of the cosines {span:g}", _by(Fusion(least_span=span))
    for power in SHARPNESSES:
        yield f"scores, power of the words' shares {power:g}", _by(Fusion(sharpness=power))


def _by(fusion: Fusion) -> Order:
    return lambda legs: ranked(legs.first(fusion.pool).fused(fusion))


def _global(legs: Legs, weight: float) -> list[str]:
    """Rank as `Fusion.fused` does, but with the words' shares of the best of all languages."""
    fusion = Fusion()
    lexical, vector, names = (legs.scores[leg] for leg in (LEXICAL, VECTOR, NAMES))
    best = max(lexical.values(), default=1.0)
    scaled = [
        {one: score / best for one, score in lexical.items()},
        scaled_to_pool(vector, fusion.pool),
        relative_to_language(names, legs.langs, fusion.pool),
    ]
    own = weighed(fusion, legs.request, legs.scores)
    return ranked(convex_combination(scaled, [weight, own[VECTOR].weight, own[NAMES].weight]))


def _shared(
    legs: Legs,
    balance: Balance = Balance.RELEVANCE,
    floor: float = FLOOR,
    offsets: Offsets | None = None,
    share: float = 0.0,
) -> list[str]:
    """Rank by default, but with offsets taken off the cosines, or the languages balanced."""
    cosines = legs.scores[VECTOR]
    if offsets is not None:
        lowered = {lang: share * off for lang, off in offsets.of(legs.vector).items()}
        cosines = less_offsets(cosines, legs.langs, lowered)
    scores = legs.fused(Fusion(), cosines)
    return balanced(ranked(scores), scores, legs.langs, balance, floor)


def figures(judged: JudgedLegs, variant: Order) -> dict[str, Any]:
    """Measure one variant on one collection."""
    rankings = judged.rankings(variant)
    parts = (judged.topics, rankings, judged.judgements, judged.langs)
    quality = quality_by_language(*parts)
    bias = language_bias(*parts)
    overall = means(measure(rankings, judged.judgements).values())
    return {
        MEASURE: round(overall[MEASURE], 4),
        "same": round(quality.same[MEASURE], 4) if quality.same else None,
        "cross": round(quality.cross[MEASURE], 4),
        "page_recall_cross": round(bias.page_recall_cross or 0.0, 4),
        "own_share": round(bias.own_share or 0.0, 4),
    }


def fitted_offsets() -> dict[str, Offsets]:
    """Fit offsets on what the compact model was trained on, and on the sample corpus."""
    model = StaticEmbedder.load(COMPACT_FOLDER, "compact")
    texts = {"training sentences": training_sayings(), "the sample": parallel.sample().sayings}
    return {name: fit(model, enough(sayings)[0], name) for name, sayings in texts.items()}


def training_sayings() -> Sequence[Saying]:
    """Return sentences of FLORES and TICO in all languages, without what is held out."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in corpus.read(SHARED / "parallel").rows:
        turned = row.pivoted() if row.source in corpus.JOINED_SOURCES else None
        if turned is not None:
            (pivot, lang), (text, translation) = turned.languages, turned.texts
            found.setdefault(text, {pivot: [text]}).setdefault(lang, []).append(translation)
    return list(found.values())[: parallel.MOST]


def main() -> None:
    """Measure every variant, and write `results/retrieval_fusion.json` and the table beside it."""
    with tempfile.TemporaryDirectory() as folder:
        places = indexed(Path(folder))
        judged = dict(collections(places, retrieval_news.EVERY, retrieval_xquad.EVERY))
    rows = {
        name: {label: figures(found, variant) for label, found in judged.items()}
        for name, variant in variants(fitted_offsets())
    }
    record("retrieval_fusion", "news headlines, XQuAD-R, sample corpus", rows)
    table = markdown(rows)
    (RESULTS / "retrieval_fusion.md").write_text(table, encoding="utf-8")
    print(table)


def markdown(rows: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """Return the table of `main`: nDCG@10, and the share of the own language on the page."""
    head = "| variant | news | XQuAD-R | own language | others | sample | mean | own on page |"
    lines = [
        "# Fusion and balance, tried\n",
        "Made by `python -m benchmarks.retrieval_fusion`; do not edit. nDCG@10; *own on page*:",
        "share of the first ten on XQuAD-R in the query's language (0.09 of what is right is).",
        "All but the first three have the names leg, unless they say otherwise.",
        "",
        head,
        "|---|" + "---:|" * 7,
    ]
    for name, found in rows.items():
        news, xquad, sample = (found[label] for label in (NEWS, XQUAD, SAMPLES))
        values = [news[MEASURE], xquad[MEASURE], xquad["same"], xquad["cross"], sample[MEASURE]]
        mean = (news[MEASURE] + xquad[MEASURE] + sample[MEASURE]) / 3
        cells = [f"{value:.3f}" for value in [*values, mean, xquad["own_share"]]]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
