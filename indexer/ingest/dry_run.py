"""What an ingest would store, without an index or a model."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO

from indexer.article.boundary import contained
from indexer.article.composition import Composition, compose, identified
from indexer.article.draft import Notice, RawArticle, Reject
from indexer.article.events import STATUSES, WIRE_FORMATS, status_of
from indexer.article.records import NOTHING_GIVEN, Defaults, parse_event, parse_record
from indexer.errors import BadArticle
from indexer.text.language import Identifier
from search.index.filters import EVER
from search.index.model import HEADLINE, Article
from search.printable import on_one_line, printable_json
from search.query.dates import moment

if TYPE_CHECKING:
    from rich.console import Console

Looked = tuple[RawArticle, Article, tuple[str, ...]] | Reject
"""An article with the record that it was read from and the lines left out, or a reject."""

_EVENTS = ("version", "status", "embargo", "why", "withdraws")

MOST_SHOWN = 200
"""Rows of the table: more is for a program to read (`--jsonl`)."""


def looked_at(
    items: Iterable[RawArticle | Reject],
    identifier: Identifier,
    defaults: Defaults = NOTHING_GIVEN,
) -> Iterator[Looked]:
    """Take the steps of an ingest up to where the index comes in; what fails is a reject."""
    for item in items:
        if isinstance(item, Reject):
            yield item
        else:
            yield _looked_at(item, identifier, defaults)


def _looked_at(raw: RawArticle, identifier: Identifier, defaults: Defaults) -> Looked:
    def article() -> tuple[Article, Composition]:
        found = parse_event(raw, defaults)
        made = _of_notice(raw, found, defaults) if isinstance(found, Notice) else compose(found)
        return identified(made.article, identifier), made

    found = contained(raw.origin, article)
    return (
        found
        if isinstance(found, Reject)
        else (raw, found[0], tuple(one.text for one in found[1].dropped))
    )


def _of_notice(raw: RawArticle, notice: Notice, defaults: Defaults) -> Composition:
    """Return what a message has of the article that it withdraws, which may be nothing."""
    shown = {key: value for key, value in raw.record.items() if key != "status"}
    try:
        return compose(parse_record(replace(raw, record=shown), replace(defaults, advisories=True)))
    except BadArticle:
        gone = notice.withdrawal
        return Composition(Article(gone.id, gone.title or "", (), source=gone.source))


def line_of(looked: Looked) -> dict[str, Any]:
    """Return the keys of the JSON Lines ingest with where it was read, or why it was refused."""
    if isinstance(looked, Reject):
        return {"input": looked.origin.input, "place": looked.origin.line, "refused": looked.reason}
    raw, article, dropped = looked
    known = {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "paragraphs": _paragraphs(article),
        "lang": article.lang,
        "source": article.source,
        "authors": list(article.authors),
        "published": moment(article.published),
        "updated": moment(article.updated),
        "section": article.section,
        "tags": list(article.tags),
        "meta": dict(article.meta),
        "left_out": list(dropped),
    }
    told = {"input": raw.origin.input, "place": raw.origin.line, "read_as": raw.read_as}
    guid = article.meta.get("guid") or raw.record.get("id")
    if raw.read_as in WIRE_FORMATS and guid:
        told["guid"] = guid
    events = {key: raw.record[key] for key in _EVENTS if key in raw.record}
    if str(events.get("status")).strip().lower() not in STATUSES:
        events.pop("status", None)
    if article.embargo is not None:
        # Also one that only the words of the text say, or the date of what is scheduled.
        events["embargo"] = True if article.embargo == EVER else moment(article.embargo)
    return {key: value for key, value in known.items() if value} | events | told


def _paragraphs(article: Article) -> list[str]:
    return [one.text for one in article.passages if one.position != HEADLINE]


def write_lines(looked: Iterable[Looked], out: TextIO) -> int:
    """Write a line per article and per refusal; return how many were refused."""
    refused = 0
    for one in looked:
        refused += isinstance(one, Reject)
        text = printable_json(json.dumps(line_of(one), ensure_ascii=False, default=str))
        out.write(text.encode("utf-8", "replace").decode() + "\n")
    return refused


def show(looked: Iterable[Looked], console: Console) -> int:
    """Print a table of what would be stored, then what was refused; return how many were."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("read as", "language", "published", "source", "paragraphs", "title"):
        table.add_column(name, justify="right" if name == "paragraphs" else "left", overflow="fold")
    formats: Counter[str] = Counter()
    refusals: list[Reject] = []
    refused = withdrawn = 0
    for one in looked:
        if isinstance(one, Reject):
            refused += 1
            refusals += [one] if len(refusals) < MOST_SHOWN else []
            continue
        raw, article, _ = one
        status = status_of(raw.record)
        withdrawn += status != "usable"
        formats[raw.read_as] += 1
        if formats.total() <= MOST_SHOWN:
            day = (moment(article.published) or "")[:16].replace("T", " ")
            count = str(len(_paragraphs(article)))
            title = article.title if status == "usable" else f"[{status}] {article.title}"
            cells = (raw.read_as, article.lang, day, article.source or "", count, title)
            table.add_row(*(Text(on_one_line(cell)) for cell in cells))
    if formats:
        console.print(table)
    if formats.total() > MOST_SHOWN:
        console.print(f"... and {formats.total() - MOST_SHOWN:,} more; --jsonl prints all of them.")
    for reject in refusals:
        console.print(on_one_line(f"refused: {reject.origin}: {reject.reason}"), soft_wrap=True)
    stored = formats.total() - withdrawn
    articles = f"{stored:,} article{'' if stored == 1 else 's'}"
    out = f", {withdrawn:,} withdrawn" if withdrawn else ""
    console.print(f"{articles} would be stored{out}, {refused:,} refused. Nothing was written.")
    return refused
