"""How likely a hit is right: fits it on one half of judged queries, and measures it on the other.

    python -m benchmarks.confidence                        # needs ../shared/news and ../shared/eval
    python -m benchmarks.confidence --model FOLDER --on sample,xquad

Queries: the headlines of the news (right are the other versions of the article; every second one
also with the article itself in the index, which is right then; and some over the news with each
article cut into two, both right, since an event is told more than once in a language:
`benchmarks.halves`), XQuAD-R (every fifth question in 11 languages; right are the paragraphs that
it was made for), those of the sample corpus, the headlines of BASIL, three outlets on the same
events, and queries of one or two words on the news, whole and cut, and on the sample
(`benchmarks.typed_queries`).
Queries on a story, paragraph or event are in one half. Queries of one collection on the articles of
another, and subjects on which the sample has nothing (`absent.tsv`), teach what it looks like when
nothing is right; they are not among what is measured, but what the likeliest of their hits has is.

Measured, of the first ten hits of each answer, which is what people read, and of the first hundred:
Brier score, expected calibration error over ten bins (Naeini et al., AAAI 2015), precision and
recall of what stands above the line, and the most that a line with a precision of 0.80 would keep;
by language pair for pairs with 30 queries or more that have a right article in it, and for all hits
of pairs in which 30 queries or more have any. Beside it the same for the fused score and closeness,
as they are and with a monotone curve of their own; and the nDCG@10 of what is reported without
feedback, with it, and with likelihoods in the score.

What the legs say is fitted first, on answers without feedback; then all with what feedback says, on
answers that have it.

Writes what was fitted into `search/calibration/confidence.json` under the model's fingerprint, the
figures to `results/confidence.json` and `.md`, and a picture of the reliability curves to `.svg`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import basil, halves, retrieval_news, retrieval_xquad, typed_queries
from benchmarks.confidence_report import Scored, markdown, measured, reliability_picture
from benchmarks.record import RESULTS, record
from benchmarks.retrieval import ingest
from benchmarks.retrieval_sample import SAMPLE
from config import wiring
from config.settings import Settings
from search.calibration.closeness import curve_of
from search.calibration.confidence import FEATURES, STORED, Confidence
from search.calibration.confidence_fit import Examples, fit, fit_fed_back, monotone
from search.calibration.logistic import Numbers
from search.evaluation.collection import Collection
from search.evaluation.examples import (
    EVERY,
    SPARSE,
    examples_of,
    knowing,
    without_feedback,
)
from search.evaluation.judgements import Judgements, read_judgements
from search.evaluation.measures import means, measure
from search.evaluation.run import run
from search.evaluation.topics import Topic, read_topics
from search.ranking.fusion import Fusion
from search.request import Mode, Request
from search.retrieval.hybrid import HybridSearch

WEIGHTS = {
    "news": 0.6, "itself": 0.4, "halves": 0.4, "xquad": 1.0, "sample": 0.5, "basil": 0.5,
    "subjects": 0.6, "words": 0.25, "absent": 0.25, "named": 0.1, "named halves": 0.25,
    "questions": 0.3, "unanswered": 0.3, "names": 0.1,
}  # fmt: skip
"""How much each collection counts in the fit, whatever the number of its queries."""

ASKED_OF = {
    "subjects": "sample", "absent": "sample", "words": "news", "itself": "news", "named": "news",
    "named halves": "halves", "questions": "sample", "unanswered": "sample", "names": "sample",
}  # fmt: skip
"""The articles that further queries are judged on; others have articles of their own."""

HALVED_AS = {"halves": "news"}
"""Whose stories are in which half decides for further articles on the same stories, too."""

UNANSWERED = frozenset({"absent", "unanswered"})
"""Queries that nothing answers in any collection."""

FOREIGN = 0.05
"""How much the queries of one collection on another count, each pair of collections."""

FOREIGN_OF = {"words": 0.2}
"""Or so much of short ones: subjects, which count most among these, are all answered."""

AT_HOME = frozenset(
    {"subjects", "absent", "questions", "unanswered", "names", "itself", "halves", "named halves"}
)
"""Queries that are not put to other collections: their articles may answer subjects and questions,
and headlines and names are put to them as `news` and `named`."""

NEWS_OF = frozenset({"news", "halves"})
"""Collections with the articles of the news: neither answers queries on the other with nothing."""

THINNED = 12
"""Of these every twelfth is enough, of the many."""

THINNED_OF = {"words": 2, "named": 1}
"""Or more of the short ones, of which there are no others."""

RANKED: Mapping[str, Callable[[Fusion], Fusion]] = {
    "legs": lambda fusion: replace(fusion, feedback_share=0.0),
    "near the best": lambda fusion: replace(fusion, confidence_share=0.0),
    "and likely": lambda fusion: fusion,
}
"""Fusions whose rankings are compared."""

COSINE, BACKGROUND, SCORE = (FEATURES.index(name) for name in ("cosine", "background", "score"))


@dataclass(frozen=True, slots=True)
class Answered:
    """A query with what it found: `own` and `of` name the collections of query and articles."""

    own: str
    of: str
    topic: Topic
    group: str
    langs: frozenset[str]
    """Those of right articles: the pairs that the query is judged in."""
    found: Examples

    @property
    def is_foreign(self) -> bool:
        """Whether nothing of what was asked answers the query."""
        return _articles_of(self.own) != self.of or self.own in UNANSWERED


def main() -> None:
    """Fit, measure, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="compact", help="compact, a folder, or a name")
    parser.add_argument("--on", default=",".join(WEIGHTS), help="collections, with commas")
    parser.add_argument("--folder", type=Path, help="indexes that are there, by collection")
    given = parser.parse_args()
    names = given.on.split(",")
    with tempfile.TemporaryDirectory() as folder:
        searches = _searches(given.folder or Path(folder), given.model, names)
        identity = next(iter(searches.values())).index.identity
        first = list(_halves(_answered(searches, names, given.model, without_feedback)))
        source = f"half of {given.on}"
        alone = fit(Examples.joined(_weighed(first[0])), identity.model_fingerprint, source)
        if next(iter(searches.values())).fusion.feedback_share:
            learnt, reported = _halves(
                _answered(searches, names, given.model, lambda one: knowing(one, alone))
            )
            fitted = fit_fed_back(alone, _weighed(learnt))
        else:
            (learnt, reported), fitted = first, alone
        rankings = _rankings(searches, names, given.model, fitted, reported)
    ways = _ways(fitted, learnt, identity.model_fingerprint)
    figures = {
        name: measured([_scored(one, way) for one in reported]) for name, way in ways.items()
    }
    for way in figures.keys() - {"confidence", "score", "closeness"}:
        del figures[way]["pairs"]
    for way in figures.keys() - {"confidence"}:
        del figures[way]["pairs_of_every_query"]
    name = "confidence" if given.model == "compact" else f"confidence_{Path(given.model).name}"
    _store(fitted, identity.model_name)
    told = {
        "model": Path(identity.model_name).name,
        "fitted_on": fitted.queries,
        "ways": figures,
        "ranking": rankings,
    }
    record(name, "news headlines, XQuAD-R, the sample corpus and BASIL, one half each", told)
    (RESULTS / f"{name}.md").write_text(markdown(told, name), encoding="utf-8")
    picture = reliability_picture(figures)
    (RESULTS / f"{name}.svg").write_text(picture, encoding="utf-8")
    print(markdown(told, name))


def _searches(folder: Path, model: str, names: Sequence[str]) -> dict[str, HybridSearch]:
    own = dict.fromkeys(map(_articles_of, names))
    return {name: wiring.hybrid_search(_indexed(name, folder, model)) for name in own}


def _answered(
    searches: Mapping[str, HybridSearch],
    names: Sequence[str],
    model: str,
    changed: Callable[[HybridSearch], HybridSearch],
) -> list[Answered]:
    """Run the queries of every collection on the articles of every one, with changed searches."""
    collections = _collections(dict.fromkeys([*names, *searches]), model)
    answered = []
    for of, as_set in searches.items():
        search = changed(as_set)
        known = Collection.of(*collections[of], search.index).langs
        for own in names:
            topics, judgements = collections[own]
            here = _articles_of(own) == of
            if not here and (own in AT_HOME or {_articles_of(own), of} <= NEWS_OF):
                continue
            every = 1 if here or len(topics) < 10 * THINNED else THINNED_OF.get(own, THINNED)
            for topic in topics[::every]:
                judged = judgements.get(topic.id, {})
                right = {one for one, grade in judged.items() if grade > 0}
                shown = topic if here else replace(topic, exclude_ids=frozenset())
                found = examples_of(search, shown, judged if here else {})
                # The article itself says nothing of languages.
                versions = {one for one in right if halves.whole(one) != topic.id}
                langs = frozenset(known[article] for article in versions if here)
                answered.append(Answered(own, of, topic, _group(own, topic, right), langs, found))
    return answered


def _collections(names: Iterable[str], model: str) -> dict[str, tuple[Sequence[Topic], Judgements]]:
    every = 5 if model == "compact" else 10
    readers: dict[str, Callable[[], tuple[Sequence[Topic], Judgements]]] = {
        "news": lambda: retrieval_news.headlines(retrieval_news.NEWS, 1),
        "itself": lambda: with_themselves(*retrieval_news.headlines(retrieval_news.NEWS, 1)),
        "xquad": lambda: retrieval_xquad.questions(retrieval_xquad.FOLDER, every),
        "sample": lambda: (
            read_topics(SAMPLE / "topics.jsonl"),
            read_judgements(SAMPLE / "qrels.txt"),
        ),
        "basil": basil.headlines,
        "subjects": typed_queries.subjects,
        "absent": typed_queries.absent,
        "questions": typed_queries.questions,
        "unanswered": typed_queries.unanswered,
        "names": typed_queries.names,
        "words": lambda: typed_queries.rarest_words(retrieval_news.NEWS, 3),
        "named": lambda: typed_queries.named_subjects(retrieval_news.NEWS, 3),
        "named halves": lambda: _of_halves(typed_queries.named_subjects(retrieval_news.NEWS, 3)),
        "halves": lambda: halves.headlines(retrieval_news.NEWS, 3),
    }
    return {name: readers[name]() for name in names}


def _of_halves(judged: tuple[Sequence[Topic], Judgements]) -> tuple[Sequence[Topic], Judgements]:
    topics, judgements = judged
    return topics, halves.of_articles(retrieval_news.NEWS, judgements)


def with_themselves(
    topics: Sequence[Topic], judgements: Judgements
) -> tuple[Sequence[Topic], Judgements]:
    """Leave the articles of headlines in the index, as right as their versions: every second.

    So it is for readers: what is asked for stands there in the language of the query, word for
    word, and must not make everything in other languages look unlikely.
    """
    chosen = [replace(topic, exclude_ids=frozenset()) for topic in topics[::2]]
    return chosen, {one.id: {**judgements[one.id], one.id: 1} for one in chosen}


def _indexed(name: str, folder: Path, model: str) -> Settings:
    index = folder / name
    if index.exists():
        from config.settings import load

        return load({"index": str(index), "model": model}).settings
    articles = {"news": retrieval_news.NEWS, "sample": SAMPLE / "articles.jsonl"}.get(name)
    if name == "halves":
        articles = halves.write_articles(retrieval_news.NEWS, folder / "halves.jsonl")
    elif name == "basil":
        articles = basil.write_articles(folder / "basil.jsonl")
    elif articles is None:
        articles = retrieval_xquad.write_articles(retrieval_xquad.FOLDER, folder / "xquad.jsonl")
    return ingest(articles, index, model)


def _articles_of(own: str) -> str:
    """Name the collection whose articles answer queries."""
    return ASKED_OF.get(own, own)


def _halved_as(own: str) -> str:
    articles = _articles_of(own)
    return HALVED_AS.get(articles, articles)


def _group(own: str, topic: Topic, right: set[str]) -> str:
    """Name the story, paragraph or event of a query: the first of the articles on it."""
    if own in NEWS_OF:
        return min(map(halves.whole, [*right, topic.id]))
    if own == "names":
        return typed_queries.events_of_names()[topic.id]
    return min(right, default=topic.id)[:3] if own == "xquad" else min(right, default=topic.id)


def _halves(answered: Sequence[Answered]) -> Iterator[list[Answered]]:
    """Every second story, paragraph or event of each collection, in the order of their names."""
    groups: dict[str, set[str]] = {}
    for one in answered:
        groups.setdefault(_halved_as(one.own), set()).add(one.group)
    places = {(of, group): n for of, own in groups.items() for n, group in enumerate(sorted(own))}
    for half in (0, 1):
        yield [one for one in answered if places[_halved_as(one.own), one.group] % 2 == half]


def _weighed(answered: Sequence[Answered]) -> list[Examples]:
    """Give each collection its weight; what nothing answers counts a little."""
    counts: dict[tuple[str, str], int] = {}
    for one in answered:
        counts[one.own, one.of] = counts.get((one.own, one.of), 0) + 1
    parts = []
    for one in answered:
        here = _articles_of(one.own) == one.of
        whole = WEIGHTS[one.own] if here else FOREIGN_OF.get(one.own, FOREIGN)
        weight = whole / counts[one.own, one.of]
        parts.append(replace(one.found, weights=one.found.weights * weight))
    return parts


def _rankings(
    searches: Mapping[str, HybridSearch],
    names: Sequence[str],
    model: str,
    fitted: Confidence,
    reported: Sequence[Answered],
) -> dict[str, dict[str, float]]:
    """Return the nDCG@10 of the reported queries, by collection, without and with feedback."""
    judgements = {name: judged for name, (_, judged) in _collections(names, model).items()}
    found: dict[str, dict[str, float]] = {}
    for name in names:
        search = searches[_articles_of(name)]
        topics = [one.topic for one in reported if one.own == name and not one.is_foreign]
        if not topics:
            continue
        judged = {topic.id: judgements[name].get(topic.id, {}) for topic in topics}
        found[name] = {"queries": len(topics)}
        for way, change in RANKED.items():
            changed = replace(knowing(search, fitted), fusion=change(search.fusion))
            ranked = run(changed.ranking, topics, Request("", mode=Mode.HYBRID)).rankings
            ndcg = means(measure(ranked, judged).values())["nDCG@10"]
            found[name][way] = round(ndcg, 4)
    return found


Way = Callable[[Examples], Numbers]


def _ways(fitted: Confidence, learnt: Sequence[Answered], fingerprint: str) -> dict[str, Way]:
    """Return what is compared: probabilities of candidates, made in different ways."""
    curve = curve_of(fingerprint)
    known = len(FEATURES)
    whole = Examples.joined(
        [replace(one, features=one.features[:, :known]) for one in _weighed(learnt)]
    )

    def closeness(found: Examples) -> Numbers:
        assert curve is not None  # noqa: S101  this way is left out without
        features = found.features[:, [COSINE, BACKGROUND]].tolist()
        return np.asarray([curve.closeness(cosine, background) for cosine, background in features])

    def score(found: Examples) -> Numbers:
        return found.features[:, SCORE]

    ways: dict[str, Way] = {"confidence": lambda found: fitted.of(found.features, found.langs)}
    others: dict[str, Way] = {"score": score}
    if curve is not None:
        others["closeness"] = closeness
    ways |= others
    for name, way in others.items():
        ways[f"{name}, with a curve"] = _with_a_curve(way, whole)
    return ways


def _with_a_curve(way: Way, learnt: Examples) -> Way:
    """Put a monotone curve of its own on top, fitted on the same half."""
    points, chances = monotone(_powers(way(learnt)), learnt.right, learnt.weights)

    def curved(found: Examples) -> Numbers:
        return np.interp(_powers(way(found)), points, chances)

    return curved


def _powers(chances: Numbers) -> Numbers:
    safe = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.log(safe / (1 - safe))


def _scored(one: Answered, way: Way) -> Scored:
    chances = way(one.found)
    weights = np.where(np.arange(len(chances)) < EVERY, 1.0, float(SPARSE))
    return Scored(
        one.own,
        one.is_foreign,
        one.topic.lang,
        one.langs,
        one.found.langs,
        chances,
        one.found.right,
        weights,
    )


def _store(fitted: Confidence, model: str) -> None:
    """Put it among the others; that of an older model of the same name goes."""
    stored: dict[str, Any] = json.loads(STORED.read_text()) if STORED.is_file() else {}
    others = {one: found for one, found in stored.items() if found["name"] != Path(model).name}
    document = {"name": Path(model).name, **fitted.document()}
    whole: Mapping[str, Any] = others | {fitted.fingerprint: document}
    STORED.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
