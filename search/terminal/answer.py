"""An answer as a person reads it at a terminal: one block per article, best first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from search.answer import Answer, Copy, Counted, Hit, ShownPassage
from search.index.credible import is_suspicious
from search.index.filters import Filters
from search.index.model import HEADLINE
from search.index.time_zones import local, minute
from search.request import Request, Sort
from search.retrieval.advice import (
    BY_MEANING_UNKNOWN,
    NOTHING_CLOSE,
    by_meaning,
    only_by_meaning,
)
from search.retrieval.legs import LEGS
from search.terminal.text import INDENT, MARK, isolated, marked, paragraph, snippet, styled

if TYPE_CHECKING:
    from rich.console import Console


CARRIERS = 4
"""Articles of the same text that are named; `--json` has all."""


LESS_CERTAIN = "less certain below"

COMPARED = "The percentages only compare them with one another."


def show_answer(answer: Answer, console: Console, *, explain: bool, line: float = 0.0) -> None:
    """Print the hits and a line on what was found; `explain` adds each leg's rank and score.

    `line` is the confidence under which hits are less certain: a line parts those behind the last
    that has it.
    """
    if not answer.hits:
        _print(console, nothing(answer))
        return
    certain = _certain(answer, line)
    for number, hit in enumerate(answer.hits, start=1):
        if number == certain + 1:
            paragraph(console, styled(f"── {LESS_CERTAIN} ──", "yellow"))
            console.print()
        _show_hit(number, hit, console, answer, explain=explain)
    if answer.facets or answer.histogram:
        from search.terminal.facets import show_counts

        show_counts(answer, console)
    if answer.anything_close is False:
        _print(console, NOTHING_CLOSE, "yellow")
    elif only_by_meaning(answer):
        said = by_meaning(answer)
        compared = f" {COMPARED}" if said == BY_MEANING_UNKNOWN else ""
        _print(console, said + compared, "yellow")
    _print(console, summary(answer), "dim")


def _certain(answer: Answer, line: float) -> int:
    """Return how many hits stand above the line: all where no confidence is known."""
    hits = answer.hits
    if answer.request.sort is Sort.DATE or any(hit.confidence is None for hit in hits):
        return len(hits)
    above = [n for n, hit in enumerate(hits, start=1) if (hit.confidence or 0.0) >= line]
    return max(above, default=0)


def nothing(answer: Answer) -> str:
    """Say that nothing was found, and what to try."""
    narrowed = answer.request.filters != Filters()
    advice = "Leave out a filter or use other words." if narrowed else "Try other words."
    return f"Nothing found. {advice}"


def summary(answer: Answer) -> str:
    """Say how many articles were found and are shown, altogether and per language."""
    request = answer.request
    one = answer.total == 1
    what = "candidate" if one else "candidates"
    if answer.counted is Counted.MATCHES:
        what = "article" if one else "articles"
        if request.matching:
            what += " that matches" if one else " that match"
    order = ""
    if request.by_date:
        order = ", newest first"
    elif request.sort is Sort.DATE:
        order = ", the most relevant ones, newest first"
    if answer.rerank is not None:
        order += f", the first {answer.rerank.articles} reranked by {answer.rerank.model}"
    languages = ", ".join(
        f"{lang} {count.shown}/{count.found}" for lang, count in answer.languages.items()
    )
    shown = f"{len(answer.hits)} shown of {answer.total:,} {what}{order}"
    return f"{shown} in {answer.took_ms:.0f} ms; shown/found by language: {languages}"


def _show_hit(number: int, hit: Hit, console: Console, answer: Answer, *, explain: bool) -> None:
    title = marked(
        hit.article.title or "(no headline)", hit.title_highlights, "bold", f"underline {MARK}"
    )
    paragraph(console, title, label=f"{number:>{INDENT - 2}}  ")
    _facts(console, hit, answer.request)
    for shown in _worth_showing(hit)[: 3 if explain else 1]:
        cut, spans = snippet(shown.passage.text, shown.highlights)
        paragraph(console, marked(cut, spans))
    if explain:
        paragraph(console, styled(_explanation(hit), "dim"))
    console.print()


def _worth_showing(hit: Hit) -> list[ShownPassage]:
    """Leave out the headline, which is shown above."""
    return [
        shown
        for shown in hit.passages
        if shown.passage.position != HEADLINE or shown.passage.text != hit.article.title
    ]


def _facts(console: Console, hit: Hit, request: Request) -> None:
    """Score, language, source, date and address; the address on its own line if it does not fit."""
    from rich.cells import cell_len

    article, scored = hit.article, not request.by_date
    facts = [
        *(_figures(hit) if scored else ()),
        article.lang,
        isolated(article.source, console),
        _day(article.published, request.timezone),
        isolated(article.section, console),
    ]
    line = styled(" · ".join(fact for fact in facts if fact), "cyan")
    address = styled(article.url or "", f"cyan link {article.url}" if article.url else "")
    if not address:
        paragraph(console, line)
    elif cell_len(line.plain) + 3 + cell_len(address.plain) <= console.width - INDENT:
        paragraph(console, line + styled(" · ", "cyan") + address)
    else:
        paragraph(console, line)
        paragraph(console, address, fold=False)
    carried = carriers(hit, request.timezone)
    if carried:
        paragraph(console, styled(carried, "cyan"))


def _figures(hit: Hit) -> list[str]:
    """How likely it is right, in one figure; where that is not known, its score and closeness."""
    if hit.confidence is not None:
        return [f"{hit.confidence:.0%}"]
    close = [] if hit.closeness is None else [f"{hit.closeness:.0%} close"]
    return [f"{hit.score:.0%}", *close]


def carriers(hit: Hit, zone: str) -> str | None:
    """Say who carries the same text: ids, sources and times, the article that is shown first."""
    if not hit.copies:
        return None
    shown = Copy(hit.article.id, hit.article.source, hit.article.published)
    everyone = (shown, *hit.copies)
    sources = len({copy.source for copy in everyone if copy.source})
    many = f"{sources} sources carry" if sources > 1 else f"{len(everyone)} articles have"
    named = "; ".join(_carrier(copy, zone) for copy in everyone[:CARRIERS])
    more = f"; and {len(everyone) - CARRIERS} more" if len(everyone) > CARRIERS else ""
    return f"{many} the same text: {named}{more}"


def _carrier(copy: Copy, zone: str) -> str:
    time = minute(copy.published, zone) if copy.published else None
    return " ".join(part for part in (copy.source, time, f"({copy.id})") if part)


def _print(console: Console, sentence: str, style: str = "") -> None:
    console.print(sentence, style=style, soft_wrap=not console.is_terminal)


def _day(published: datetime | None, zone: str) -> str | None:
    """The day in the reader's time zone, with a mark where the date is most likely a mistake."""
    if published is None:
        return None
    mark = " (?)" if is_suspicious(published, datetime.now(UTC)) else ""
    return local(published, zone).date().isoformat() + mark


def _explanation(hit: Hit) -> str:
    legs = [
        f"{name}: rank {leg.rank}, {LEGS[name].unit} {leg.score:.3f}"
        for name, leg in sorted(hit.legs.items())
        if name in LEGS
    ]
    missing = [
        f"{name}: not found"
        for name, kind in LEGS.items()
        if name not in hit.legs and not kind.optional
    ]
    if hit.confidence is not None:
        close = "" if hit.closeness is None else f", {hit.closeness:.0%} close"
        legs.insert(0, f"score {hit.score:.0%}{close}")
    if hit.offset is not None:
        # Zero is taken from zero: no sign, however it was rounded.
        taken = 0.0 - round(hit.offset, 4)
        legs.append(f"language offset of {hit.article.lang} {taken:+.4f}")
    if hit.feedback is not None:
        legs.append(f"feedback: cosine {hit.feedback:.3f} with the best")
    if hit.rerank is not None:
        missing.append(f"reranker {hit.rerank.score:.3f}, rank {hit.rerank.rank_before} before")
    return f"id {hit.article.id} · " + " · ".join(legs + missing)
