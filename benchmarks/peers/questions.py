"""What is asked of every system, of what, and how good the answers are."""

from __future__ import annotations

import json
import lzma
import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.peers.systems import ROOT
from benchmarks.retrieval_news import NEWS, headlines

EVERY = 9
"""Of the stories, every ninth is asked for: some 260 headlines."""

DEPTH, CUT = 100, 10

SEED = {
    "en": "NATO defence chiefs discuss security guarantees for Ukraine",
    "de": "NATO-Verteidigungschefs beraten über Sicherheitsgarantien für die Ukraine",
    "fr": "Les chefs militaires de l'OTAN discutent de garanties de sécurité pour l'Ukraine",
    "uk": "Військове керівництво НАТО обговорює гарантії безпеки для України",
}
"""What the article that the project started from is asked for by."""


def corpus(passages: int | None) -> list[dict[str, Any]]:
    """Return wmt-news and the seed, or so many passages that begin with it."""
    if passages is None:
        with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
            articles = [json.loads(line) for line in lines]
    else:
        from benchmarks.scale_articles import documents, read

        articles = list(documents(read(NEWS), passages))
    seed = next((ROOT.parent / "shared" / "seed").glob("*.txt")).read_text(encoding="utf-8")
    title, _, body = seed.partition("\n")
    paragraphs = [line for line in body.splitlines() if line.strip()]
    return [*articles, {"id": "seed", "title": title, "paragraphs": paragraphs, "lang": "de"}]


def queries() -> tuple[list[dict[str, str]], dict[str, dict[str, str]]]:
    """Return headlines with what is right for each, by language and id; and the seed's."""
    topics, judgements = headlines(NEWS, EVERY)
    langs = {topic.id: topic.lang for topic in topics}
    named = {topic.id: f"{topic.lang} {topic.id}" for topic in topics}
    asked = [{"id": named[topic.id], "query": topic.query} for topic in topics]
    asked += [{"id": f"seed {lang}", "query": query} for lang, query in SEED.items()]
    right = {
        named[one]: {other: langs[other] for other in judgements[one] if other in langs}
        for one in named
        if judgements[one]
    }
    return asked, right


def quality(
    rankings: Mapping[str, Sequence[str]],
    right: Mapping[str, Mapping[str, str]],
    langs: Mapping[str, str],
) -> dict[str, Any]:
    """Return nDCG@10 and recall@100 of all queries, nDCG@10 per pair, and the seed's ranks.

    `right` has, per query, what is right with its language; the article of the query itself is
    left out. A pair's ranking is the part of the ranking in that language (`langs` has that of
    every article), where one article is right.
    """
    gains, recalls = [], []
    pairs: defaultdict[str, list[float]] = defaultdict(list)
    for query, wanted in right.items():
        lang, _, own = query.partition(" ")
        ranking = [one for one in rankings[query] if one != own]
        ideal = sum(1 / math.log2(n + 2) for n in range(min(CUT, len(wanted))))
        found = sum(1 / math.log2(n + 2) for n, one in enumerate(ranking[:CUT]) if one in wanted)
        gains.append(found / ideal)
        recalls.append(len(wanted.keys() & set(ranking[:DEPTH])) / len(wanted))
        for one, other in wanted.items():
            part = [each for each in ranking if langs[each] == other][:CUT]
            pairs[f"{lang}>{other}"].append(
                1 / math.log2(part.index(one) + 2) if one in part else 0.0
            )
    return {
        "ndcg_10": round(statistics.mean(gains), 4),
        "recall_100": round(statistics.mean(recalls), 4),
        "pairs": {pair: round(statistics.mean(some), 3) for pair, some in sorted(pairs.items())},
        "seed_rank": {lang: _rank(rankings[f"seed {lang}"], "seed") for lang in SEED},
    }


def _rank(ranking: Sequence[str], wanted: str) -> int | None:
    return ranking.index(wanted) + 1 if wanted in ranking else None
