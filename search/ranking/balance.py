"""How languages share an answer. Pure functions of values."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence

from search.request import Balance

FLOOR = 0.5
"""An article is good enough to take a place for its language from this share of the best score
on: a language that has nothing on the question must not fill the answer with something else.
Measured with the compact model: with 0.3 `EVEN` finds more in other languages (nDCG@10 on XQuAD-R
0.514 for 0.484) and less in the query's own (0.822 for 0.833), and `QUOTA` loses on news and the
sample (0.812 for 0.842, 0.859 for 0.892); over 0.65 hardly anything changes
(`benchmarks/results/retrieval_fusion.md`)."""


def balanced(
    order: Sequence[str],
    scores: Mapping[str, float],
    langs: Mapping[str, str],
    balance: Balance,
    floor: float = FLOOR,
) -> list[str]:
    """Rearrange ids so that every beginning of the list is shared among languages.

    `order` is best first; within a language it stays, and so does the best article on top. The
    further places go to the articles from `floor` times the best score on, one by one, each to
    the language with the largest quotient v / (2 s + 1): s is the number of places that it has,
    v its claim (1 for `EVEN`, its number of articles for `QUOTA`). Of equal quotients the better
    next article decides. The articles under the floor follow in their order.

    Sainte-Lague's rule of proportional seats, as Dang and Croft apply it to rankings in
    "Diversity by Proportionality", SIGIR 2012 (PM-1).
    """
    if balance is Balance.RELEVANCE or not order:
        return list(order)
    least = floor * scores[order[0]]
    good = [identifier for identifier in order if scores[identifier] >= least]
    rest = [identifier for identifier in order if scores[identifier] < least]
    claims = Counter(langs[identifier] for identifier in good)
    if balance is Balance.EVEN:
        claims = Counter(claims.keys())
    seats = Counter([langs[order[0]]])
    seated = [order[0]]
    waiting: defaultdict[str, deque[tuple[int, str]]] = defaultdict(deque)
    for rank, identifier in enumerate(good[1:]):
        waiting[langs[identifier]].append((rank, identifier))
    while waiting:
        lang = min(
            waiting, key=lambda one: (-claims[one] / (2 * seats[one] + 1), waiting[one][0][0])
        )
        seated.append(waiting[lang].popleft()[1])
        seats[lang] += 1
        if not waiting[lang]:
            del waiting[lang]
    return seated + rest
