"""Whether the language of an article decides how high it ranks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.evaluation.judgements import Judgements
from search.evaluation.measures import DEPTH, Rankings
from search.evaluation.topics import Topic
from search.index.model import UNKNOWN_LANGUAGE

FIRST_PAGE = 10


@dataclass(frozen=True, slots=True)
class LanguageBias:
    """How languages share the ranking, over all topics of known language.

    All are in [0, 1], and None where no topic says anything about them.
    """

    peer: float | None
    """Mean probability of equal expected rank: 1 means that language has no influence on rank."""
    page_recall_same: float | None
    """Share of the relevant articles in the query's language that are on the first page."""
    page_recall_cross: float | None
    """The same for those in other languages: much less means that they are crowded out."""
    own_share: float | None
    """Share of the first page that is in the query's language."""
    own_share_relevant: float | None
    """The same share among the relevant articles: what a ranking without bias would show."""
    languages_shown: float | None
    """Share of the languages with a relevant article that have one on the first page."""


def language_bias(
    topics: Sequence[Topic],
    rankings: Rankings,
    judgements: Judgements,
    langs: Mapping[str, str],
) -> LanguageBias:
    """Measure the bias of rankings; `langs` maps article ids, judged and found, to languages."""
    figures: defaultdict[str, list[float]] = defaultdict(list)
    for topic in topics:
        relevant = {a: r for a, r in judgements.get(topic.id, {}).items() if r > 0 and a in langs}
        if topic.lang == UNKNOWN_LANGUAGE or not relevant:
            continue
        ranking = list(rankings.get(topic.id, ()))
        for name, value in _figures(topic.lang, ranking, relevant, langs).items():
            if value is not None:
                figures[name].append(value)
    mean = {name: sum(values) / len(values) for name, values in figures.items()}
    return LanguageBias(
        peer=mean.get("peer"),
        page_recall_same=mean.get("same"),
        page_recall_cross=mean.get("cross"),
        own_share=mean.get("own"),
        own_share_relevant=mean.get("own_relevant"),
        languages_shown=mean.get("shown"),
    )


def _figures(
    lang: str, ranking: list[str], relevant: Mapping[str, int], langs: Mapping[str, str]
) -> dict[str, float | None]:
    page = ranking[:FIRST_PAGE]
    same = {article for article in relevant if langs[article] == lang}
    cross = set(relevant) - same
    wanted = {langs[article] for article in relevant}
    shown = {langs[article] for article in page if article in relevant}
    return {
        "peer": peer(ranking, relevant, langs),
        "same": _share(same, page),
        "cross": _share(cross, page),
        "own": _mean([langs.get(article) == lang for article in page]),
        "own_relevant": len(same) / len(relevant),
        "shown": len(shown) / len(wanted),
    }


def peer(
    ranking: Sequence[str],
    relevant: Mapping[str, int],
    langs: Mapping[str, str],
    depth: int = DEPTH,
) -> float | None:
    """Return the probability of equal expected rank of one ranking, in [0, 1].

    For every level of relevance the ranks of its articles are put in groups by language and
    compared by the Kruskal-Wallis test; the figure is the mean of the p-values over levels.
    An article that is not among the first `depth` ties with the others that are not, behind
    all that are. A level with articles of one language only counts as 1, since no language is
    preferred; None where every level has one article per language, which the test cannot tell
    apart.

    Yang, Jaenich, Mayfield and Lawrie, "Language Fairness in Multilingual Information
    Retrieval", SIGIR 2024 (PEER), with equal weights for the levels above 0.
    """
    ranks = {article: rank for rank, article in enumerate(ranking[:depth], start=1)}
    levels: defaultdict[int, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for article, relevance in relevant.items():
        if relevance > 0:
            levels[relevance][langs[article]].append(ranks.get(article, depth + 1))
    values = [_equal_rank(list(groups.values())) for groups in levels.values()]
    told = [value for value in values if value is not None]
    return sum(told) / len(told) if told else None


def _equal_rank(groups: Sequence[Sequence[int]]) -> float | None:
    if len(groups) < 2:
        return 1.0
    if all(len(group) == 1 for group in groups):
        return None
    if len({rank for group in groups for rank in group}) == 1:
        return 1.0  # none was found: all tie
    from scipy.stats import kruskal  # type: ignore[import-untyped]

    return float(kruskal(*groups).pvalue)


def _share(wanted: set[str], page: Sequence[str]) -> float | None:
    """Recall on the page, out of no more articles than fit on it."""
    if not wanted:
        return None
    return len(wanted.intersection(page)) / min(len(wanted), FIRST_PAGE)


def _mean(flags: Sequence[bool]) -> float | None:
    counted = Counter(flags)
    return counted[True] / len(flags) if flags else None
