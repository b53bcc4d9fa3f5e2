"""A stored article as a person reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from search.coverage.duplicates.carriers import Carrying
from search.index.credible import suspicious_dates
from search.index.filters import EVER
from search.index.history import ArticleVersion
from search.index.model import HEADLINE, Article, Passage
from search.index.withdrawals import Withdrawal, Withdrawn
from search.terminal.text import paragraph, styled

if TYPE_CHECKING:
    from rich.console import Console

LABEL = 12
"""Columns of the label before a value."""


def show_article(
    article: Article,
    versions: Sequence[ArticleVersion],
    console: Console,
    copies: Sequence[Carrying] = (),
    story: Mapping[str, Any] | None = None,
) -> None:
    """Print headline, metadata, who carries the same text, and paragraphs, whole.

    `story` is as `search.coverage.stories.stored.membership_document` has it.
    """
    _headline(article.title, console)
    doubtful = suspicious_dates(article, datetime.now(UTC))
    values = {
        "id": article.id,
        "language": article.lang,
        "source": article.source,
        "url": article.url,
        "authors": ", ".join(article.authors),
        "published": _moment(article.published, "published" in doubtful),
        "updated": _moment(article.updated, "updated" in doubtful),
        "state": _embargo(article.embargo),
        "section": article.section,
        "tags": ", ".join(article.tags),
        "versions": _versions(versions),
        "same text": "; ".join(map(_copy, copies)),
        "story": _story(story),
        **{key: _told(value) for key, value in article.meta.items()},
    }
    _values(values, console)
    _body(article.passages, article.lang, console)


def _told(value: object) -> str:
    """Write what is in `meta`, which may be any JSON value."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_told(own)}" for key, own in value.items())
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    return value if isinstance(value, str) else json.dumps(value)


def _copy(copy: Carrying) -> str:
    parts = (copy.source, _moment(copy.published), f"({copy.id})")
    return " ".join(part for part in parts if part)


def _story(story: Mapping[str, Any] | None) -> str | None:
    if story is None or story["size"] == 1:
        return None
    doubt = ", and whether this one belongs to it is doubtful" if story["doubtful"] else ""
    return f"{story['headline']} ({story['size']:,} articles{doubt}; {story['id']})"


def show_withdrawal(withdrawal: Withdrawal, console: Console) -> None:
    """Print when and why an article was withdrawn, and its text where that was not demanded."""
    _headline(withdrawal.title or f"(withdrawn: {withdrawal.id})", console)
    is_gone = withdrawal.status is Withdrawn.CANCELED
    values = {
        "id": withdrawal.id,
        "state": f"{withdrawal.status}: no search finds it"
        + (", and its text is gone" if is_gone else ""),
        "withdrawn": _moment(withdrawal.when or withdrawal.seen),
        "why": withdrawal.why,
        "by": withdrawal.by,
        "version": withdrawal.number,
        "source": withdrawal.source,
        "seen": _moment(withdrawal.seen),
    }
    _values(values, console)
    for text in withdrawal.paragraphs:
        console.print()
        paragraph(console, styled(text, ""), label=" ")


def show_version(article_id: str, version: ArticleVersion, console: Console) -> None:
    """Print one version of an article, whole."""
    _headline(version.title, console)
    values = {
        "id": article_id,
        "version": str(version.number),
        "updated": _moment(version.updated),
        "seen": _moment(version.seen),
        "replaced": _moment(version.replaced),
    }
    _values(values, console)
    _body(version.passages, None, console)


def _headline(title: str, console: Console) -> None:
    paragraph(console, styled(title or "(no headline)", "bold"), label=" ")


def _values(values: dict[str, str | None], console: Console) -> None:
    for name, value in values.items():
        if value:
            label = styled(f"{name:<{LABEL - 1}}", "").plain + " "
            paragraph(console, styled(value, "cyan"), label=label)


def _body(passages: Sequence[Passage], lang: str | None, console: Console) -> None:
    for passage in passages:
        if passage.position == HEADLINE:
            continue
        console.print()
        label = " " if passage.lang == lang else f"{passage.lang:<3} "
        paragraph(console, styled(passage.text, ""), label=label)


def _versions(versions: Sequence[ArticleVersion]) -> str:
    if len(versions) == 1:
        return "1"
    numbers = ", ".join(str(version.number) for version in reversed(versions))
    return f"{len(versions)} ({numbers}); --version NUMBER shows one"


def _embargo(embargo: datetime | None) -> str | None:
    if embargo is None or embargo <= datetime.now(UTC):
        return None
    ends = "a later version says so" if embargo == EVER else _moment(embargo)
    return f"under embargo: no search finds it before {ends}"


def _moment(moment: datetime | None, is_doubtful: bool = False) -> str | None:
    mark = " (most likely a mistake)" if is_doubtful else ""
    # `strftime` writes the year 1 without zeros.
    return f"{moment.isoformat(' ', 'minutes')[:16]} UTC{mark}" if moment else None
