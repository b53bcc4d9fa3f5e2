"""An answer as a person reads it at a terminal: one block an article, best first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from search.answer import Answer, Counted, Hit, ShownPassage, Span

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

SNIPPET = 280
"""Characters of a paragraph that are shown: four lines of a narrow terminal."""


def show_answer(answer: Answer, console: Console, *, explain: bool) -> None:
    """Print the hits and a line on what was found; `explain` adds each leg's rank and score."""
    if not answer.hits:
        console.print(_nothing(answer))
        return
    for number, hit in enumerate(answer.hits, start=1):
        _show_hit(number, hit, console, explain=explain)
    console.print(_summary(answer), style="dim")


def snippet(
    text: str, highlights: tuple[Span, ...], limit: int = SNIPPET
) -> tuple[str, list[Span]]:
    """Cut a text to `limit` characters around its first highlight, at spaces where there are any.

    Returns the cut text, with an ellipsis where something is left out, and the highlights that
    are still in it, moved to their new places.
    """
    start, end = _window(text, highlights, limit)
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) else ""
    shift = len(before) - start
    kept = [
        (max(first, start) + shift, min(last, end) + shift)
        for first, last in highlights
        if first < end and last > start
    ]
    return f"{before}{text[start:end]}{after}", kept


def _window(text: str, highlights: tuple[Span, ...], limit: int) -> Span:
    if len(text) <= limit:
        return 0, len(text)
    first = highlights[0][0] if highlights else 0
    start = max(0, min(first - limit // 4, len(text) - limit))
    if start > 0:
        space = text.find(" ", start, first)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + limit)
    if end < len(text):
        space = text.rfind(" ", start + limit // 2, end)
        end = space if space >= 0 else end
    return start, end


def _show_hit(number: int, hit: Hit, console: Console, *, explain: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    heading = Text(f"{number:>2}  ", style="dim")
    heading.append(hit.article.title or "(no headline)", style="bold")
    console.print(heading, overflow="fold")
    console.print(Padding(Text(_facts(hit), style="cyan"), (0, 0, 0, 4)))
    for shown in hit.passages[: 3 if explain else 1]:
        console.print(Padding(_paragraph(shown), (0, 0, 0, 4)))
    if explain:
        console.print(Padding(Text(_explanation(hit), style="dim"), (0, 0, 0, 4)))
    console.print()


def _paragraph(shown: ShownPassage) -> Text:
    from rich.text import Text

    cut, spans = snippet(shown.passage.text, shown.highlights)
    text = Text(cut)
    for start, end in spans:
        text.stylize("bold yellow", start, end)
    return text


def _facts(hit: Hit) -> str:
    article = hit.article
    facts = [
        f"{hit.score:.0%}",
        article.lang,
        article.source,
        _day(article.published),
        article.url,
        f"+{hit.duplicates} same text" if hit.duplicates else None,
    ]
    return " · ".join(fact for fact in facts if fact)


def _day(published: datetime | None) -> str | None:
    return published.date().isoformat() if published else None


def _explanation(hit: Hit) -> str:
    units = {"lexical": "BM25", "vector": "cosine"}
    legs = [
        f"{name}: rank {leg.rank}, {units[name]} {leg.score:.3f}"
        for name, leg in sorted(hit.legs.items())
    ]
    missing = [f"{name}: not found" for name in units if name not in hit.legs]
    return f"id {hit.article.id} · " + " · ".join(legs + missing)


def _nothing(answer: Answer) -> str:
    filters = answer.request.filters
    narrowed = any((filters.langs, filters.sources, filters.after, filters.before))
    advice = "Leave out a filter or use other words." if narrowed else "Try other words."
    return f"Nothing found. {advice}"


def _summary(answer: Answer) -> str:
    what = "articles match" if answer.counted is Counted.MATCHES else "candidates"
    languages = ", ".join(
        f"{lang} {count.shown}/{count.found}" for lang, count in answer.languages.items()
    )
    shown = f"{len(answer.hits)} shown of {answer.total} {what}"
    return f"{shown} in {answer.took_ms:.0f} ms; shown/found by language: {languages}"
