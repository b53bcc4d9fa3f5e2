"""What is on a subject, and what its sources published besides: read from the index."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from search.coverage.matrix.activity import activities, without_telling
from search.coverage.matrix.alone import likely
from search.coverage.matrix.model import Coverage, Found, Silence, Window
from search.coverage.matrix.rows import (
    buckets_of,
    headlines_of,
    languages_of,
    rows_of,
    shared_texts,
    window_of,
)
from search.coverage.matrix.silence import silent_sources
from search.coverage.similar import about
from search.coverage.similar import pool as similar_pool
from search.coverage.stories.model import Story
from search.index.credible import is_suspicious
from search.index.filters import Filters
from search.index.history import ArticleVersion
from search.index.model import HEADLINE, Article, EmbeddedArticle
from search.index.state import IndexState
from search.index.withdrawals import COLLECTION, Withdrawal, from_entry
from search.request import Balance, Mode, Request, Sort
from search.retrieval.advice import COUNTED_BY_WORDS, NOTHING_CLOSE
from search.retrieval.copies import Membership
from search.retrieval.hybrid import HybridSearch, check
from search.retrieval.legs import VECTOR
from search.retrieval.pool import Pool

MOST_ARTICLES = 500
"""Articles of one coverage."""

MOST_NAMED = 5
"""Articles with a wrong date that a note names."""

SHARE_OF_BEST = 0.5
"""By meaning everything is found more or less: what has half the score of the best is on the
subject, where nothing tells how likely that is. Headlines of wmt-news as queries, their stories as
truth: precision 0.93, recall 0.79, mean F1 0.82; by `ON_SUBJECT` 0.99, 0.76 and 0.83."""

ON_SUBJECT = 0.2
"""Confidence from which on an article is on the subject of a query. Mean F1 of headlines of the
news, and of subjects and questions on the sample, of the half that was not learnt from: 0.82, 0.63
and 0.63; from 0.3 on 0.85, 0.59 and 0.58."""

CLOSE = 0.5
"""Or it is this close in meaning, where that is known of a model (F1 0.72 without)."""

SHARE_LIKE_ARTICLE = 0.6
"""The same of what is like an article: precision 0.89, recall 0.93, mean F1 0.89 (0.5: 0.86)."""

MOST_CHECKED = 200
"""Articles of which it is looked up whether they were corrected."""

MOST_WITHDRAWN = 10_000
"""Withdrawals that are looked through."""

UNNAMED = "(no source)"

NEAR_DEPTH = 250
"""Candidates that are near a story. They only say which sources cover such subjects, in shares of
all that is near: with 500 the page of a story takes four times as long as a search (wmt-news), with
these 2.4."""

NEAR_STORY = 3
"""Passages of a story's surest article that say what is near the story. Who is in it is known; with
as many as `similar` compares, coverage takes five times as long as a search (wmt-news)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is covered: the ids on it, and the pool that they were chosen from.

    `members` are the ids of a story where it is one, with how sure each is; else empty. `notes` are
    what a search for the same says.
    """

    name: str
    ids: Sequence[str]
    pool: Pool
    basis: str
    certainty: Mapping[str, float]
    story: str | None = None
    cohesion: float | None = None
    notes: tuple[str, ...] = ()


def of_query(search: HybridSearch, request: Request) -> Subject:
    """Find what a query finds: all matches by words alone, else what is near enough.

    Raises `UsageError` for an empty query, besides what a search raises.
    """
    check(request, search.reranking, "coverage")
    whole = replace(request, limit=MOST_ARTICLES, every_copy=True, balance=Balance.RELEVANCE)
    pool = search.pool(replace(whole, sort=Sort.RELEVANCE))
    name = request.text if request.written is None else request.written
    # What has no articles on it, words that none has, nothing close: as a search says it.
    shown = replace(pool, request=replace(pool.request, limit=request.limit, every_copy=False))
    answer = search.answer(shown, time.perf_counter())
    notes, ids = answer.notes, on_subject(pool)
    if answer.anything_close is False:
        # A search shows the nearest, and says so; that they covered it would not be true.
        ids = [one for one in ids if pool.legs(one).keys() - {VECTOR}]
        notes = tuple(COUNTED_BY_WORDS if note == NOTHING_CLOSE else note for note in notes)
    if pool.by_date or request.mode is Mode.LEXICAL:
        basis = f"the {len(ids)} articles that match"
        one = "the one article that matches"
    else:
        basis = f"the {len(ids)} articles that are near enough, of {len(pool)} candidates"
        one = f"the one article that is near enough, of {len(pool)} candidates"
    basis = one if len(ids) == 1 else basis
    return Subject(name, ids, pool, basis, {}, notes=notes)


def of_article(
    search: HybridSearch, subject: EmbeddedArticle, request: Request, *, alone: bool = False
) -> Subject:
    """Find what is on the subject of an article, itself included if it is in the index.

    Of an article that is `alone` in its story more is asked than to be the nearest.
    """
    whole = replace(request, limit=MOST_ARTICLES, every_copy=True)
    pool = similar_pool(search, subject, about(subject, whole))
    found = on_subject(pool, SHARE_LIKE_ARTICLE)
    if alone:
        found = likely(search, subject, request, found)
    own = [subject.article.id] if search.index.states([subject.article.id]) else []
    name = subject.article.title or subject.article.id
    basis = (
        "one article like this one" if len(found) == 1 else f"{len(found)} articles like this one"
    )
    return Subject(name, [*own, *found], pool, basis, {})


def of_story(search: HybridSearch, story: Story, request: Request) -> Subject:
    """Take the articles of a story; what is near it is what is like its surest article."""
    ids = story.articles
    lead = max(story.members, key=lambda one: one.certainty).id
    found = search.index.get([lead]).get(lead)
    if found is None:  # deleted in this moment
        pool = search.pool(replace(request, text=story.headline, limit=NEAR_DEPTH))
    else:
        whole = replace(request, limit=NEAR_DEPTH, every_copy=True)
        pool = similar_pool(search, found, about(found, whole), NEAR_STORY)
    certainty = {one.id: one.certainty for one in story.members}
    basis = (
        f"the one article of the story {story.id}"
        if len(ids) == 1
        else f"the {len(ids)} articles of the story {story.id}"
    )
    return Subject(story.headline, ids, pool, basis, certainty, story.id, story.cohesion)


def on_subject(pool: Pool, share: float = SHARE_OF_BEST) -> list[str]:
    """Return which candidates are on the subject, best first."""
    order = pool.order
    if pool.by_date or pool.request.mode is Mode.LEXICAL or not order:
        return order[:MOST_ARTICLES]
    if pool.confidence:
        return [one for one in order[:MOST_ARTICLES] if pool.confidence[one] >= ON_SUBJECT]
    best = pool.scores[order[0]]
    closeness = pool.found.closeness
    return [
        one
        for one in order[:MOST_ARTICLES]
        if pool.scores[one] >= share * best or closeness.get(one, 0.0) >= CLOSE
    ]


def covered(
    search: HybridSearch, subject: Subject, request: Request, state: IndexState | None = None
) -> Coverage:
    """Put together who covered a subject, and who did not; `state` knows what was withdrawn."""
    articles = _articles(search, subject, request.filters.now())
    window = _window(articles, request.filters)
    buckets = buckets_of(window)
    rows = rows_of(articles, buckets)
    silent: Sequence[Silence] = ()
    if window is not None:
        known = {one.id for one in articles}
        inside = replace(request.filters, after=window.start, before=window.end)
        active = activities(search, subject.pool, known, request.filters, inside)
        silent = silent_sources(active, rows)
        if state is not None:
            silent = without_telling(search, state, silent, known, inside)
    return Coverage(
        subject=subject.name,
        window=window,
        languages=languages_of(articles),
        rows=rows,
        buckets=buckets,
        shared=shared_texts(articles),
        headlines=headlines_of(rows),
        silent=tuple(silent),
        withdrawn=_withdrawn(state, window) if state and window else (),
        story=subject.story,
        cohesion=subject.cohesion,
        basis=subject.basis,
        notes=(*(subject.notes or request.notes), *_of_dates(articles)),
    )


def _of_dates(found: Sequence[Found]) -> Iterator[str]:
    """Say which dates are not counted: a wrong one would make a century of some days."""
    wrong = [(one.id, one.suspicious) for one in found if one.suspicious is not None]
    if wrong:
        named = [f"{article} ({given.date().isoformat()})" for article, given in wrong[:MOST_NAMED]]
        articles = ", ".join([*named, *(["…"] if len(wrong) > MOST_NAMED else [])])
        yield f"Counted as undated, since the date is most likely a mistake: {articles}."


def _withdrawn(state: IndexState, window: Window) -> tuple[Withdrawal, ...]:
    """Return what was withdrawn in the window, and has not come back."""
    read = map(from_entry, islice(state.scan(COLLECTION), MOST_WITHDRAWN))
    moments = [
        (one.when or one.seen, one) for one in read if one.back is None and (one.when or one.seen)
    ]
    return tuple(
        one
        for moment, one in sorted(moments, key=lambda pair: (str(pair[0]), pair[1].id))
        if moment is not None and window.start <= moment < window.end
    )


def _window(articles: Sequence[Found], filters: Filters) -> Window | None:
    """The days of the articles, or those that were asked for."""
    window = window_of(articles)
    if window is None:
        return None
    return Window(filters.after or window.start, filters.before or window.end)


def _articles(search: HybridSearch, subject: Subject, filters: Filters) -> list[Found]:
    ids = list(subject.ids)[:MOST_ARTICLES]
    fetched: dict[str, Article] = dict(
        subject.pool.found.retrieved.fetch(dict.fromkeys(ids, (HEADLINE, HEADLINE + 1)))
    )
    rest = [one for one in ids if one not in fetched]
    fetched |= {one: found.article for one, found in search.index.get(rest).items()} if rest else {}
    shown = {one: fetched[one] for one in ids if one in fetched and filters.admits(fetched[one])}
    now = datetime.now(UTC)
    groups = search.copies.groups
    copies = groups.memberships(list(shown)) if groups is not None else {}
    versions = search.index.history(list(shown)[:MOST_CHECKED])
    return [
        _found(
            article, copies.get(one), versions.get(one, ()), subject.certainty.get(one, 1.0), now
        )
        for one, article in shown.items()
    ]


def _found(
    article: Article,
    copy: Membership | None,
    versions: Sequence[ArticleVersion],
    certainty: float,
    now: datetime,
) -> Found:
    given = article.published
    suspicious = given if given is not None and is_suspicious(given, now) else None
    return Found(
        id=article.id,
        title=article.title,
        lang=article.lang,
        source=article.source or UNNAMED,
        published=None if suspicious else given,
        text=copy.group if copy else article.id,
        url=article.url,
        versions=max(1, versions[0].number) if versions else 1,
        corrected=versions[1].replaced if len(versions) > 1 else None,
        certainty=certainty,
        suspicious=suspicious,
    )
