"""One article out of a file of any format, without indexing it."""

from __future__ import annotations

import itertools

from indexer.article.draft import RawArticle, Reject
from indexer.article.records import parse_record
from indexer.errors import BadArticle, InputUnreadable
from indexer.sources.reader import Reader
from indexer.text.language import default_identifier, languages
from indexer.text.paragraphs import split_body
from search.errors import UsageError
from search.index.model import HEADLINE, UNKNOWN_LANGUAGE, Article, Passage


def read_article(name: str, *, identify: bool = False) -> Article:
    """Read the one article of a file, or of standard input for `-`.

    Its language is the one that it names, else `UNKNOWN_LANGUAGE` or, if wished, the one that
    is identified, which takes most of a second. Raises `InputMissing`, `InputUnreadable`, or
    `UsageError` for a file of several articles.
    """
    found = list(itertools.islice(Reader([name]), 2))
    if not found:
        raise InputUnreadable(f"There is no article in {name}.")
    if len(found) > 1:
        raise UsageError(
            f"There are several articles in {name}; give the id of one that is indexed, or a "
            "file with one."
        )
    (item,) = found
    if isinstance(item, Reject):
        raise InputUnreadable(f"{item.origin} cannot be read as an article: {item.reason}")
    try:
        return article_of(item, identify=identify)
    except BadArticle as error:
        raise InputUnreadable(f"{item.origin} cannot be read as an article: {error}") from None


def article_of(raw: RawArticle, *, identify: bool = False) -> Article:
    """Make an article of a record, as `read_article` does. Raises `BadArticle`."""
    draft = parse_record(raw)
    passages = [
        Passage(position, text)
        for position, text in enumerate(split_body(draft.body).paragraphs, HEADLINE + 1)
    ]
    if draft.title:
        passages.insert(0, Passage(HEADLINE, draft.title))
    lang = draft.lang or UNKNOWN_LANGUAGE
    if identify and draft.lang is None:
        lang = languages([p.text for p in passages], None, default_identifier()).article
    return Article(
        id=draft.id,
        title=draft.title,
        passages=tuple(passages),
        lang=lang,
        source=draft.source,
        url=draft.url,
        published=draft.published,
    )
