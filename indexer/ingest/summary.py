"""What an ingest did, for a person and for a program."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from indexer.ingest.tally import IngestSummary

_SHOWN_LANGUAGES = 12
_SHOWN_REASONS = 5
_SHOWN_FORMATS = 8
_SHOWN_KEYS = 8


def as_document(summary: IngestSummary, index: str, rejects: Path | None) -> dict[str, Any]:
    """Return the summary as the JSON document of `polywire ingest --json`."""
    return {
        "index": index,
        "articles": summary.articles,
        **asdict(summary),
        "seconds": round(summary.seconds, 3),
        "paragraphs_per_second": round(summary.paragraphs_per_second, 1),
        "rejects_file": str(rejects) if rejects else None,
    }


def show_summary(
    summary: IngestSummary, index: str, rejects: Path | None, console: Console
) -> None:
    """Print what was done, what was left out and why, and what to do next."""
    console.print(_headline(summary, index), style="bold", soft_wrap=True)
    for line in _counts(summary):
        console.print(f"  {line}", soft_wrap=True)
    if rejects:
        _show_rejects(summary, rejects, console)
    if summary.interrupted:
        console.print(
            "Stopped. Run the same command again to continue; indexed articles are skipped.",
            style="yellow",
        )


def _headline(summary: IngestSummary, index: str) -> str:
    took = f"{summary.seconds:,.1f} s"
    if not summary.articles:
        return f"Nothing was read ({took})."
    changed = summary.added + summary.updated
    if not changed and summary.unchanged == summary.articles:
        what = (
            "the article is" if summary.articles == 1 else f"all {summary.articles:,} articles are"
        )
        return f"Nothing has changed: {what} already in {index} ({took})."
    return f"{_count(changed, 'article')} of {summary.articles:,} written to {index} in {took}."


def _counts(summary: IngestSummary) -> list[str]:
    outcomes = {
        "added": summary.added,
        "updated": summary.updated,
        "unchanged": summary.unchanged,
        "older than the stored version": summary.stale,
        "withdrawn": summary.withdrawn,
        "rejected": summary.rejected,
        "notes to editors kept out": summary.notes_to_editors,
    }
    shown = ", ".join(f"{count:,} {name}" for name, count in outcomes.items() if count)
    lines = [f"articles    {shown}"] if shown else []
    lines += _read_as(summary)
    if summary.paragraphs:
        pace = f"{summary.paragraphs_per_second:,.0f} a second"
        dropped = (
            f", {_count(summary.dropped, 'boilerplate line')} left out" if summary.dropped else ""
        )
        lines.append(
            f"paragraphs  {summary.paragraphs:,}, {summary.embedded:,} of them embedded now "
            f"({pace}){dropped}"
        )
        lines.append(f"languages   {_languages(summary)}")
    if summary.embargoed or summary.returned:
        lines.append(f"embargoes   {_of_events(summary)}")
    if summary.damaged:
        lines.append(
            f"note        {_count(summary.damaged, 'article')} had bytes that are not in the "
            "encoding of the rest; U+FFFD stands for them now"
        )
    if summary.repeated:
        lines.append(
            f"note        {_count(summary.repeated, 'article')} had an id that appeared earlier in "
            "this run with different content; of each the newest was stored, or else the last"
        )
    if summary.renamed:
        lines.append(
            f"note        {_count(summary.renamed, 'article')} had the id of another source's "
            "article: stored as ID@source"
        )
    if summary.outdone:
        what = "1 is a summary" if summary.outdone == 1 else f"{summary.outdone:,} are summaries"
        lines.append(f"note        {what} of what is stored with its whole text, which stays")
    if summary.without_page:
        whose = "whose page" if summary.without_page == 1 else "whose pages"
        lines.append(
            f"note        {_count(summary.without_page, 'item')} {whose} could not be read: as the "
            f"feed has it; meta.not_followed says why ({summary.page_reasons[0].rstrip('.')})"
        )
    return [*lines, *_of_dates(summary), *_of_keys(summary)]


def _read_as(summary: IngestSummary) -> list[str]:
    """Say which formats were found."""
    formats: Counter[str] = Counter()
    for one in summary.inputs:
        formats.update({name: n for name, n in one.read_as.items() if name})
    shown = ", ".join(f"{name} {count:,}" for name, count in formats.most_common(_SHOWN_FORMATS))
    return [f"read as     {shown}"] if shown else []


def _of_events(summary: IngestSummary) -> str:
    held = f"{_count(summary.embargoed, 'article')} found once the embargo ends"
    back = f"{_count(summary.returned, 'article')} back that had been withdrawn"
    return ", ".join([held] * bool(summary.embargoed) + [back] * bool(summary.returned))


def _of_dates(summary: IngestSummary) -> list[str]:
    """Say which dates are missing, or better looked at. Times without a zone are in UTC."""
    counts = {
        "undated": summary.undated,
        "with a date that cannot be read for certain (as given in meta.unread)": (
            summary.unread_dates
        ),
        "with a suspicious date (of the future, 1970-01-01, or before 1600)": (
            summary.suspicious_dates
        ),
    }
    shown = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return [f"dates       {shown}"] if shown else []


def _of_keys(summary: IngestSummary) -> list[str]:
    """Say which keys no field understood."""
    counted = list((summary.unknown_keys or {}).items())
    if not counted:
        return []
    shown = ", ".join(f"{key} ({count:,})" for key, count in counted[:_SHOWN_KEYS])
    more = " and more" if len(counted) > _SHOWN_KEYS else ""
    return [f"meta        {shown}{more}: stored in meta; --map FIELD=KEY says what a key is"]


def _languages(summary: IngestSummary) -> str:
    counted = list((summary.languages or {}).items())
    shown = "  ".join(f"{lang} {count:,}" for lang, count in counted[:_SHOWN_LANGUAGES])
    more = len(counted) - _SHOWN_LANGUAGES
    return f"{shown}  and {more} more" if more > 0 else shown


def _show_rejects(summary: IngestSummary, rejects: Path, console: Console) -> None:
    console.print(f"Rejected {summary.rejected:,}; each is listed in {rejects}:", style="yellow")
    reasons = list((summary.reasons or {}).items())
    for reason, count in reasons[:_SHOWN_REASONS]:
        console.print(f"  {count:,} x {reason}", soft_wrap=True)
    if len(reasons) > _SHOWN_REASONS:
        console.print("  and others")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
