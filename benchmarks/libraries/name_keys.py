"""Keys of names: `search.names` beside rigour's metaphone and its table of names from Wikidata.

Real names of the news (`benchmarks.name_topics`) are looked up in the articles by their keys alone:
the score of an article is the sum of log(articles / articles with the key) over the keys that it
shares. So the figures are those of the names leg without the others.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.name_topics import name_topics, read_stories
from search.evaluation.measures import means, measure
from search.names import keys, tokens

Keys = Callable[[str], Iterable[str]]
MEASURES = ("nDCG@10", "R@10")


def compare(news: Path) -> dict[str, Any]:
    """Return nDCG@10 and recall@10 of each kind of keys, and what loading rigour's table costs."""
    from rigour.names import NameTypeTag, analyze_names
    from rigour.text.phonetics import metaphone
    from rigour.text.translit import ascii_text

    start = time.process_time()
    analyze_names(NameTypeTag.PER, ["Zelensky"])
    loading = time.process_time() - start

    @cache
    def sounds(word: str) -> tuple[str, ...]:
        key = metaphone(ascii_text(word).replace("'", "").replace(" ", "").lower())
        return (key,) if len(key) >= 3 else ()

    @cache
    def known(word: str) -> tuple[str, ...]:
        found = analyze_names(NameTypeTag.PER, [word])
        return tuple({str(s) for name in found for s in name.symbols if s.category.value == "NAME"})

    def both(word: str) -> tuple[str, ...]:
        return sounds(word) + known(word)

    kinds: dict[str, tuple[Keys, Keys]] = {
        "ours": (keys.index_keys, keys.query_keys),
        "rigour: metaphone": (sounds, sounds),
        "rigour: metaphone and table": (both, both),
        "ours and rigour's table": (
            lambda word: (*keys.index_keys(word), *known(word)),
            lambda word: (*keys.query_keys(word), *known(word)),
        ),
    }
    figures: dict[str, Any] = {name: _found(news, *kind) for name, kind in kinds.items()}
    return {**figures, "rigour_loading_s": round(loading, 1)}


def _found(news: Path, stored: Keys, asked: Keys) -> dict[str, float]:
    stories = read_stories(news)
    having: defaultdict[str, set[str]] = defaultdict(set)
    articles = [article for story in stories.values() for article in story]
    for article in articles:
        text = "\n".join([article["title"], *article["paragraphs"]])
        for piece in tokens.name_pieces(text):
            for key in stored(piece.text):
                having[key].add(article["id"])
    topics, judgements = name_topics(stories)
    rankings = {}
    for name in topics:
        scores: defaultdict[str, float] = defaultdict(float)
        words = {key for piece in tokens.name_pieces(name.topic.query) for key in asked(piece.text)}
        for key in sorted(words):
            for article_id in having.get(key, ()):
                scores[article_id] += math.log(len(articles) / len(having[key]))
        ranked = sorted(scores, key=lambda one: (-scores[one], one))
        rankings[name.topic.id] = [a for a in ranked if a not in name.topic.exclude_ids][:100]
    found = measure(rankings, judgements, MEASURES)
    return {name: round(value, 3) for name, value in means(found.values(), MEASURES).items()}
