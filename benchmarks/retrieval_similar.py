"""How well `polywire similar` finds the coverage of an event from one article of it.

    python -m benchmarks.retrieval_similar     # needs ../shared/news

*News*: WMT articles of every nth story; right are the versions in other languages. *Sample
corpus*: articles of events that several wrote about, each by itself; right are the others of the
event. The legs of each article run once; each variant fuses their candidates anew, with the
product's own fusion.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import retrieval_news
from benchmarks.record import RESULTS, record
from benchmarks.retrieval import ingest
from benchmarks.retrieval_sample import SAMPLE
from config import wiring
from config.settings import Settings
from search.coverage.similar import BEGINNING, COMPARED, about, compared, legs_of
from search.evaluation.judgements import Judgements
from search.evaluation.measures import DEPTH, means, measure
from search.index.legs import NamesLeg, VectorLeg
from search.index.model import EmbeddedArticle, LegResult
from search.names.query_names import ARTICLE_NAMES, article_names
from search.ranking.fusion import Fusion, ranked
from search.request import Request
from search.retrieval.hybrid import HybridSearch
from search.retrieval.legs import LEXICAL, NAMES, VECTOR, weighed, weights

MEASURES = ("nDCG@10", "R@10")
EVERY_STORY = 12
MOST_NAMES = (ARTICLE_NAMES // 2, ARTICLE_NAMES, 2 * ARTICLE_NAMES, 4 * ARTICLE_NAMES)
NAMES_WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.8)
WORDS_WEIGHTS = (0.0, 0.05, 0.1, 0.2, 0.4)
PASSAGES = (1, 2, 4, 6, COMPARED)


@dataclass(frozen=True, slots=True)
class Found:
    """What the legs found for one article: names by how many of them, and passage by passage."""

    request: Request
    lang: str
    lexical: LegResult
    names: Mapping[int, LegResult]
    parts: Sequence[LegResult]
    depth: int
    langs: Mapping[str, str]

    def order(
        self, fusion: Fusion, most_names: int = ARTICLE_NAMES, passages: int = COMPARED
    ) -> list[str]:
        """Rank by a fusion, with some of the names and some of the passages."""
        vector = compared(self.parts[:passages], self.depth)
        legs = {LEXICAL: self.lexical, VECTOR: vector, NAMES: self.names[most_names]}
        scores = {
            leg: {one.id: one.score for one in result.candidates} for leg, result in legs.items()
        }
        weights = weighed(fusion, self.request, scores)
        return ranked(fusion.fused(scores, weights, self.langs))[:DEPTH]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Articles of one collection, what is right for each, and what the legs found."""

    judgements: Judgements
    found: Mapping[str, Found]

    def figures(self, fusion: Fusion, **how: int) -> dict[str, float]:
        """Return the means over all articles."""
        return _means(self._measured(fusion, **how))

    def by_language(self, fusion: Fusion) -> dict[str, dict[str, Any]]:
        """Return the means by the language of the article."""
        groups: defaultdict[str, dict[str, Mapping[str, float]]] = defaultdict(dict)
        for one, values in self._measured(fusion).items():
            groups[self.found[one].lang][one] = values
        return {
            lang: {"articles": len(values), **_means(values)}
            for lang, values in sorted(groups.items())
        }

    def _measured(self, fusion: Fusion, **how: int) -> Mapping[str, Mapping[str, float]]:
        run = {one: found.order(fusion, **how) for one, found in self.found.items()}
        return measure(run, self.judgements, MEASURES)


def _means(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in means(values.values(), MEASURES).items()}


def run_legs(settings: Settings, judgements: Judgements) -> Subjects:
    """Run the legs of every article that something is right for."""
    search = wiring.hybrid_search(settings)
    subjects = search.index.get(sorted(judgements))
    return Subjects(judgements, {one: _found(search, subjects[one]) for one in judgements})


def _found(search: HybridSearch, subject: EmbeddedArticle) -> Found:
    beginning = [passage.text for passage in subject.article.passages[:BEGINNING]]
    request = about(subject, Request("", names=False))
    legs = legs_of(subject, request)
    of_names = {most: NamesLeg(article_names(beginning, most).keys) for most in MOST_NAMES}
    names = {most: leg for most, leg in of_names.items() if leg.keys}
    depth = search.depth(request)
    retrieved = search.index.retrieve((*legs.values(), *names.values()), request.filters, depth, 1)
    by_leg = dict(zip((*legs, *names), retrieved.results, strict=True))
    return Found(
        request=request,
        lang=subject.article.lang,
        lexical=by_leg[LEXICAL],
        names={most: by_leg.get(most, LegResult(())) for most in MOST_NAMES},
        parts=[by_leg[leg] for leg in legs if isinstance(legs[leg], VectorLeg)],
        depth=depth,
        langs=retrieved.langs({one.id for leg in retrieved.results for one in leg.candidates}),
    )


def events(articles: Path) -> Judgements:
    """Return for each article of the sample the others of its event; none where it is alone."""
    having: defaultdict[str, list[str]] = defaultdict(list)
    with articles.open(encoding="utf-8") as lines:
        for line in lines:
            identifier = str(json.loads(line)["id"])
            having[identifier.partition(".")[0]].append(identifier)
    return {
        one: {other: 1 for other in event if other != one}
        for event in having.values()
        for one in event
        if len(event) > 1
    }


def main() -> None:
    """Measure, and write `results/retrieval_similar.json` and the tables beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        articles = SAMPLE / "articles.jsonl"
        _, versions = retrieval_news.headlines(retrieval_news.NEWS, EVERY_STORY)
        collections = {
            "news": run_legs(ingest(retrieval_news.NEWS, folder / "news"), versions),
            "sample": run_legs(ingest(articles, folder / "sample"), events(articles)),
        }
    found = {label: _figures(subjects) for label, subjects in collections.items()}
    record("retrieval_similar", "articles of WMT news and of the sample corpus", found)
    table = markdown(found)
    (RESULTS / "retrieval_similar.md").write_text(table, encoding="utf-8")
    print(table)


def _figures(subjects: Subjects) -> dict[str, Any]:
    own = Fusion()
    return {
        "articles": len(subjects.found),
        "names weight": {
            f"{weight:g}": subjects.figures(Fusion(weights={NAMES: weight}))
            for weight in NAMES_WEIGHTS
        },
        "names asked for": {
            f"{most}": subjects.figures(own, most_names=most) for most in MOST_NAMES
        },
        "words weight": {
            f"{weight:g}": subjects.figures(Fusion(weights={LEXICAL: weight}))
            for weight in WORDS_WEIGHTS
        },
        "passages compared": {f"{most}": subjects.figures(own, passages=most) for most in PASSAGES},
        "languages": subjects.by_language(own),
        "languages without names": subjects.by_language(Fusion(weights={NAMES: 0.0})),
    }


_LABELS = {"news": "news", "sample": "sample corpus"}


def markdown(found: Mapping[str, Any]) -> str:
    """Return the tables of `main`."""
    own = weights(Fusion())
    lines = [
        "# `polywire similar`, measured\n",
        "Made by `python -m benchmarks.retrieval_similar`; do not edit. Hybrid mode, compact",
        f"model, words {own[LEXICAL]:g}, names {own[NAMES]:g}, {ARTICLE_NAMES} names and",
        f"{COMPARED} passages of the article, of which one is varied at a time. Articles started",
        "from: "
        + ", ".join(f"{found[label]['articles']} of {name}" for label, name in _LABELS.items())
        + ".",
    ]
    for what in ("names weight", "names asked for", "words weight", "passages compared"):
        lines += ["", *_sweep(what, found)]
    lines += ["", "By the language of the article, nDCG@10:", ""]
    lines += ["| language | articles | without names | with |", "|---|---:|---:|---:|"]
    for label, name in _LABELS.items():
        for lang, with_names in found[label]["languages"].items():
            without = found[label]["languages without names"][lang]["nDCG@10"]
            cells = f"{with_names['articles']} | {without:.3f} | {with_names['nDCG@10']:.3f}"
            lines.append(f"| {name}, {lang} | {cells} |")
    return "\n".join(lines) + "\n"


def _sweep(what: str, found: Mapping[str, Any]) -> Iterator[str]:
    heads = [f"{name}, {measure}" for name in _LABELS.values() for measure in MEASURES]
    yield f"| {what} | {' | '.join(heads)} |"
    yield "|---|" + "---:|" * len(heads)
    for value in found["news"][what]:
        cells = [f"{found[label][what][value][name]:.3f}" for label in _LABELS for name in MEASURES]
        yield f"| {value} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
