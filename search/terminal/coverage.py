"""Coverage as a person reads it: a matrix with timelines, texts, headlines, silent sources."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from search.coverage.matrix.model import Coverage, Found, Row, SharedText, Silence, Wording
from search.index.time_zones import minute
from search.printable import on_one_line
from search.terminal.text import paragraph, runs_right_to_left, styled

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 20
"""Rows, texts, headlines and silent sources that are shown of each; `--json` has all."""

BARS = "·▁▂▃▄▅▆▇█"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_SOURCE, _DELAY, _WORDING, _LEAST_TIMELINE, _OTHER = 20, 10, 10, 8, 6


def show_coverage(coverage: Coverage, zone: str, console: Console) -> None:
    """Print all of it, no line wider than the terminal; days are those of a time zone."""
    if not coverage.rows:
        _say(console, "Nothing found. Try other words, or leave out a filter.")
        return
    _say(console, _headline(coverage, zone), "bold")
    _say(console, f"Counted: {coverage.basis}.", "dim")
    _matrix(coverage, console)
    if coverage.shared:
        _say(console, "\nThe same text", "bold")
        for text in coverage.shared[:SHOWN]:
            paragraph(console, styled(_shared(text, zone), ""))
        _more(console, len(coverage.shared))
    _say(console, "\nHeadlines, the first in each language and how others differ", "bold")
    for each in coverage.headlines[:SHOWN]:
        share = "" if each.nearness == 1 and not each.added else f" · {each.nearness:.0%} the same"
        paragraph(console, styled(each.article.title, ""))
        facts = f"{each.article.lang} · {_name(each.article.source, console)}{share}"
        paragraph(console, styled(facts + _corrected(each.article, zone), "cyan"))
    _more(console, len(coverage.headlines))
    if coverage.withdrawn:
        _say(console, "\nWithdrawn in this time (of what is canceled nothing is stored)", "bold")
        for one in coverage.withdrawn[:SHOWN]:
            paragraph(console, styled(one.sentence, ""))
        _more(console, len(coverage.withdrawn))
    _show_silent(coverage, console)


def _headline(coverage: Coverage, zone: str) -> str:
    articles = coverage.articles
    counts = (
        f"{_counted(len(articles), 'article')} by {_counted(len(coverage.rows), 'source')} in "
        f"{_counted(len(coverage.languages), 'language')}"
    )
    dated = [one.published for one in articles if one.published is not None]
    span = f", {minute(dated[0], zone)} to {minute(dated[-1], zone)}" if dated else ""
    story = f" (story {coverage.story})" if coverage.story else ""
    return f"{coverage.subject}{story}: {counts}{span}"


def _matrix(coverage: Coverage, console: Console) -> None:
    """A row per source: what it has in each language, how long it took, where its text is from."""
    width = console.width if console.is_terminal else 120
    source = min(_SOURCE, max(8, width // 4), max(_cells(row.source) for row in coverage.rows))
    room = width - source - 1 - _DELAY - _WORDING
    columns = {lang: max(3, len(lang) + 1) for lang in coverage.languages}
    shown: list[str] = []
    for lang, cells in columns.items():
        if sum(columns[one] for one in shown) + cells <= room - _LEAST_TIMELINE - _OTHER:
            shown.append(lang)
    other = len(shown) < len(columns)
    timeline = max(0, room - sum(columns[one] for one in shown) - (_OTHER if other else 0) - 1)
    head = "".join(f"{lang:>{columns[lang]}}" for lang in shown) + (" other" * other)
    line = f"{_padded('source', source)} {head}{'after':>{_DELAY}} {'text':<{_WORDING}}"
    _say(console, line[:width].rstrip(), "dim")
    for row in coverage.rows[:SHOWN]:
        counts = "".join(f"{row.cells.get(lang) or '·':>{columns[lang]}}" for lang in shown)
        if other:
            rest = sum(count for lang, count in row.cells.items() if lang not in shown)
            counts += f"{rest or '·':>{_OTHER}}"
        facts = f"{counts}{_delay(row):>{_DELAY}} {_wording(row):<{_WORDING}}"
        name = _padded(row.source, source, isolate=console.is_terminal)
        line = f"{name} {facts}{sparkline(row.timeline, timeline)}"
        console.print(styled(line.rstrip(), ""), soft_wrap=True)
    _more(console, len(coverage.rows))


def _delay(row: Row) -> str:
    if row.delay is None:
        return "?"
    return "first" if not row.delay else span(row.delay)


def span(delay: timedelta) -> str:
    """Write a span in its two largest units, in at most nine columns: 2 d 5 h."""
    minutes = round(delay.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest:02}"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days < 100 else f"{days} d"


_WORDS = {
    Wording.OWN: "own",
    Wording.FIRST: "origin",
    Wording.CARRIED: "carried",
    Wording.MIXED: "mixed",
}


def _wording(row: Row) -> str:
    marks = "*" * (row.corrected > 0) + "!" * (row.withdrawn > 0)
    return _WORDS[row.wording] + marks


def sparkline(counts: Sequence[int], columns: int) -> str:
    """Draw counts as bars, in at most so many columns."""
    if columns < 1 or not counts:
        return ""
    size = -(-len(counts) // columns)
    sums = [sum(counts[start : start + size]) for start in range(0, len(counts), size)]
    most = max(sums) or 1
    return "".join(BARS[0] if not n else BARS[-(-n * 8 // most)] for n in sums)


def _shared(text: SharedText, zone: str) -> str:
    first, *others = text.articles
    sources = len(text.sources)
    many = f"{sources} sources" if sources > 1 else f"{len(text.articles)} articles of one source"
    named = "; ".join(
        f"{one.source}{_after(one, first)} ({one.id})" for one in others[: SHOWN // 2]
    )
    more = f"; and {len(others) - SHOWN // 2} more" if len(others) > SHOWN // 2 else ""
    begun = f" {minute(first.published, zone)}" if first.published else ""
    return f"{many}: {first.source}{begun} ({first.id}); {named}{more}"


def _after(one: Found, first: Found) -> str:
    if one.published is None or first.published is None:
        return ""
    return f" {span(one.published - first.published)} later"


def _corrected(one: Found, zone: str) -> str:
    if one.status is not None:
        return f" · {one.status}"
    if one.versions < 2:
        return ""
    at = f", last {minute(one.corrected, zone)}" if one.corrected else ""
    return f" · corrected: version {one.versions}{at}"


def _show_silent(coverage: Coverage, console: Console) -> None:
    if not coverage.silent:
        return
    _say(console, "\nWithout an article on it, and how often such a source has one", "bold")
    for one in coverage.silent[:SHOWN]:
        paragraph(console, styled(_silence(one), ""))
    _more(console, len(coverage.silent))


def _silence(one: Silence) -> str:
    # Where nothing else is near the subject, there is nothing to compare with.
    compared = one.related or one.affinity != 1
    related = f"; {one.related:,} of its {one.reference:,} near the subject" if compared else ""
    says = f"{one.share:.0%} ({one.sureness})"
    nearest = f"; nearest: {one.nearest[1]} ({one.nearest[0]})" if one.nearest else ""
    published = _counted(one.published, "article")
    expected = f"{one.expected:.1f} expected on this"
    return f"{one.source}: {says}: {published} in this time, {expected}{related}{nearest}"


def _name(source: str, console: Console) -> str:
    return _isolated(source) if console.is_terminal else source


def _isolated(text: str) -> str:
    if runs_right_to_left(text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def _padded(text: str, columns: int, *, isolate: bool = False) -> str:
    """Cut and fill a text to columns, however wide its signs are."""
    from rich.cells import set_cell_size

    plain = on_one_line(text)
    cut = plain if _cells(plain) <= columns else set_cell_size(plain, columns - 1).rstrip() + "…"
    space = " " * (columns - _cells(cut))
    return (_isolated(cut) if isolate else cut) + space


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(on_one_line(text))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _more(console: Console, count: int) -> None:
    if count > SHOWN:
        _say(console, f"    … and {count - SHOWN:,} more (--json has all)", "dim")


def _say(console: Console, sentence: str, style: str = "") -> None:
    """Print a sentence, or nothing but an empty line before it."""
    before, _, rest = sentence.rpartition("\n")
    if before or sentence.startswith("\n"):
        console.print()
    console.print(styled(rest, style), soft_wrap=not console.is_terminal)
