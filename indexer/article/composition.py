"""A draft -> the article that the index stores: pure, and the same for whoever needs an article.

    record -> draft          `indexer.article.records.parse_record`
    draft -> article         `compose`: headline and body become passages, in no language yet
    article -> article       `identified`: it and its passages get their languages

Ingest takes these steps one by one, since what has not changed (`draft_hash`) needs no languages;
`polywire similar FILE` and the HTTP API take them at once (`article_of`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from indexer.article.draft import Draft, RawArticle
from indexer.article.records import Defaults, parse_record
from indexer.errors import BadArticle
from indexer.text.boilerplate import LeftOut
from indexer.text.language import Identifier, Languages, fingerprint, languages
from indexer.text.paragraphs import MAX_COLUMNS, cut, split_body
from search.index.model import HEADLINE, UNKNOWN_LANGUAGE, Article, Passage

MAX_CHARACTERS = 2_000_000
"""Of title and text of one article: two thirds of "War and Peace"; more is a dump of many."""

MAX_PARAGRAPHS = 20_000
"""Of one article: each is a passage with a vector of its own."""

MAX_TITLE = 10_000
"""Characters; every answer shows the title whole."""

MAX_METADATA = 100_000
"""Characters of all that filters and facets count by."""


@dataclass(frozen=True, slots=True)
class Composition:
    """An article whose passages have no language yet, and the lines left out as boilerplate."""

    article: Article
    dropped: tuple[LeftOut, ...] = ()


def article_of(raw: RawArticle, identifier: Identifier | None = None) -> Article:
    """Make the article of a record, which may be a draft. Raises `BadArticle` with one sentence.

    Without an identifier its languages are not identified: the article is in the language that
    the record gives, else in `UNKNOWN_LANGUAGE`, and its passages are in `UNKNOWN_LANGUAGE`.
    """
    article = compose(parse_record(raw, Defaults(unpublished=True))).article
    return identified(article, identifier) if identifier else article


def compose(draft: Draft, max_columns: int = MAX_COLUMNS) -> Composition:
    """Make passages of headline and body: position 0 the headline, then the paragraphs.

    Raises `BadArticle` where the text is longer than any article.
    """
    _within_bounds(draft)
    body = split_body(draft.body, max_columns)
    if len(body.paragraphs) > MAX_PARAGRAPHS:
        raise _too_much(len(body.paragraphs), "paragraphs", MAX_PARAGRAPHS)
    passages = [Passage(i, text) for i, text in enumerate(body.paragraphs, HEADLINE + 1)]
    if draft.title:
        # A vector cannot hold more; the whole title stays in the article.
        passages.insert(0, Passage(HEADLINE, cut(draft.title, max_columns)[0]))
    article = Article(
        id=draft.id,
        title=draft.title,
        passages=tuple(passages),
        lang=draft.lang or UNKNOWN_LANGUAGE,
        source=draft.source,
        url=draft.url,
        authors=draft.authors,
        published=draft.published,
        updated=draft.updated,
        section=draft.section,
        tags=draft.tags,
        meta=draft.meta,
        embargo=draft.embargo,
    )
    return Composition(article, body.dropped)


def _within_bounds(draft: Draft) -> None:
    parts = [draft.body] if isinstance(draft.body, str) else draft.body
    characters = len(draft.title) + sum(map(len, parts))
    if characters > MAX_CHARACTERS:
        raise _too_much(characters, "characters", MAX_CHARACTERS)
    if not isinstance(draft.body, str) and len(draft.body) > MAX_PARAGRAPHS:
        raise _too_much(len(draft.body), "paragraphs", MAX_PARAGRAPHS)
    if len(draft.title) > MAX_TITLE:
        raise _too_much(len(draft.title), "characters", MAX_TITLE, "The title")
    others = [draft.source or "", draft.section or "", draft.url or "", *draft.authors, *draft.tags]
    if sum(map(len, others)) > MAX_METADATA:
        raise _too_much(
            sum(map(len, others)),
            "characters",
            MAX_METADATA,
            "All of `source`, `section`, `url`, `authors` and `tags` together",
        )


def _too_much(count: int, what: str, limit: int, whose: str = "The article") -> BadArticle:
    has = "have" if whose.startswith("All") else "has"
    return BadArticle(
        f"{whose} {has} {count:,} {what}, where the limit is {limit:,}; is it one article?"
    )


def identified(article: Article, identifier: Identifier) -> Article:
    """Fill in the language of every passage, and that of the article where it is unknown."""
    return in_languages(article, languages_of(article, identifier))


def languages_of(article: Article, identifier: Identifier) -> Languages:
    """Return the languages of a composed article and of its passages."""
    given = None if article.lang == UNKNOWN_LANGUAGE else article.lang
    return languages([passage.text for passage in article.passages], given, identifier)


def in_languages(article: Article, found: Languages) -> Article:
    """Return a composed article in the languages that were found for it."""
    passages = tuple(
        replace(passage, lang=lang)
        for passage, lang in zip(article.passages, found.passages, strict=True)
    )
    return replace(article, lang=found.article, passages=passages)


def draft_hash(composed: Article, identifier: Identifier) -> str:
    """Hash all that decides what `identified` makes of an article: thirty-two hex digits.

    That is the article as composed, in the language that was given or none, and the way in which
    languages are identified. Equal hashes make equal articles, known before any language is.
    """
    whole = f"{composed.content_hash} {fingerprint(identifier)}"
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
