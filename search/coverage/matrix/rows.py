"""From articles on a subject to the matrix of sources and languages over time. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from search.analysis.words import pieces
from search.coverage.matrix.model import Found, Headline, Row, SharedText, Window, Wording, when

BUCKETS = 24
"""Parts of a timeline, at most."""

_STEPS = tuple(
    timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 7 * 24, 14 * 24, 30 * 24, 91 * 24)
)

SHORTEST_WINDOW = timedelta(days=3)
"""A source may take this long: whether it is silent is not decided before."""


def window_of(articles: Sequence[Found]) -> Window | None:
    """Return the days of the articles, three of them at least; None where none has a date."""
    dates = sorted(one.published for one in articles if one.published is not None)
    if not dates:
        return None
    start = dates[0].replace(minute=0, second=0, microsecond=0)
    last = dates[-1] + timedelta(hours=1)
    return Window(start, max(start + SHORTEST_WINDOW, last.replace(minute=0, second=0)))


def buckets_of(window: Window | None) -> tuple[datetime, ...]:
    """Cut a window into hours, days or weeks: `BUCKETS` at most, or as few as there can be."""
    if window is None:
        return ()
    span = window.end - window.start
    step = next((one for one in _STEPS if span <= one * BUCKETS), span / BUCKETS)
    count = max(1, -(-span // step))
    return tuple(window.start + step * n for n in range(count))


def rows_of(articles: Sequence[Found], buckets: Sequence[datetime]) -> tuple[Row, ...]:
    """Return a row per source, the first to publish first."""
    ordered = sorted(articles, key=when)
    first = ordered[0].published if ordered else None
    by_source: defaultdict[str, list[Found]] = defaultdict(list)
    firsts: dict[str, str] = {}
    for one in ordered:
        by_source[one.source].append(one)
        firsts.setdefault(one.text, one.source)
    carried = Counter(text for own in by_source.values() for text in {one.text for one in own})
    rows = [_row(own, first, buckets, _Texts(firsts, carried)) for own in by_source.values()]
    return tuple(sorted(rows, key=lambda row: (*when(row.articles[0])[:2], row.source)))


@dataclass(frozen=True, slots=True)
class _Texts:
    """By text: the source that had it first, and how many sources carry it."""

    first: Mapping[str, str]
    carried: Mapping[str, int]

    def wording(self, one: Found) -> Wording:
        if self.carried[one.text] == 1:
            return Wording.OWN
        return Wording.FIRST if self.first[one.text] == one.source else Wording.CARRIED


def _row(
    own: Sequence[Found], first: datetime | None, buckets: Sequence[datetime], texts: _Texts
) -> Row:
    source, begun = own[0].source, own[0].published
    wordings = {texts.wording(one) for one in own}
    others = (texts.first[one.text] for one in own)
    return Row(
        source=source,
        cells=dict(Counter(one.lang for one in own)),
        articles=tuple(own),
        first=begun,
        delay=begun - first if begun is not None and first is not None else None,
        wording=wordings.pop() if len(wordings) == 1 else Wording.MIXED,
        carried_from=tuple(dict.fromkeys(other for other in others if other != source)),
        timeline=_counted(own, buckets),
    )


def _counted(own: Sequence[Found], buckets: Sequence[datetime]) -> tuple[int, ...]:
    counts = [0] * len(buckets)
    for one in own:
        if one.published is not None and buckets:
            counts[max(0, bisect_right(buckets, one.published) - 1)] += 1
    return tuple(counts)


def languages_of(articles: Sequence[Found]) -> tuple[str, ...]:
    """Return the languages, those with most articles first."""
    counts = Counter(one.lang for one in articles)
    return tuple(sorted(counts, key=lambda lang: (-counts[lang], lang)))


def shared_texts(articles: Sequence[Found]) -> tuple[SharedText, ...]:
    """Return the texts that two or more articles carry, those of most articles first."""
    texts: defaultdict[str, list[Found]] = defaultdict(list)
    for one in sorted(articles, key=when):
        texts[one.text].append(one)
    several = [SharedText(tuple(own)) for own in texts.values() if len(own) > 1]
    return tuple(sorted(several, key=lambda text: (-len(text.articles), when(text.articles[0]))))


def headlines_of(rows: Sequence[Row]) -> tuple[Headline, ...]:
    """Compare the first headline of each source in a language with the first in that language."""
    firsts: dict[str, Found] = {}
    seen: set[tuple[str, str]] = set()
    found: list[Headline] = []
    for one in sorted((one for row in rows for one in row.articles), key=when):
        if (one.source, one.lang) in seen or not one.title:
            continue
        seen.add((one.source, one.lang))
        found.append(_compared(one, firsts.setdefault(one.lang, one)))
    return tuple(found)


def _compared(one: Found, first: Found) -> Headline:
    own, before = _words(one.title), _words(first.title)
    common = own.keys() & before.keys()
    nearness = 2 * len(common) / (len(own) + len(before)) if own or before else 1.0
    return Headline(
        one,
        nearness,
        added=tuple(word for key, word in own.items() if key not in before),
        dropped=tuple(word for key, word in before.items() if key not in own),
    )


def _words(title: str) -> dict[str, str]:
    return {piece.text.casefold(): piece.text for piece in pieces(title)}
