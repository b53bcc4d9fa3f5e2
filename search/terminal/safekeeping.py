"""Damage, backups and cleaning: as a person reads them, and as documents of `--json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from search.index.safekeeping import Cleaned, Copied, Damage, Harm, Health
from search.terminal.status import readable_size
from search.terminal.text import styled

if TYPE_CHECKING:
    from rich.console import Console

SHOWN = 5
"""Ids and files that are named; `--json` has all."""

MEANING = {
    Harm.ARTICLES: "texts or vectors of articles",
    Harm.VERSION: "the newest version; the one before it can be read",
    Harm.INDEX: "what searches look up; it can be built anew",
    Harm.NOTES: "notes, such as language offsets",
    Harm.STATE: "what is stored beside the articles, such as watched addresses and alerts",
    Harm.RECORD: "what Polywire knows of its files; it can be made anew",
    Harm.FORMER: "a former version that no search reads",
}


def health_document(health: Health) -> dict[str, Any]:
    """Return JSON values only."""
    return {
        "location": health.location,
        "whole": health.whole,
        "articles": health.articles,
        "files": health.files,
        "size_bytes": health.size_bytes,
        "damage": [
            {"file": d.file, "harm": str(d.harm), "what": d.what, "articles": list(d.articles)}
            for d in health.damage
        ],
        "mend": list(advice(health)),
        "unchecked": list(health.unchecked),
        "left_over": list(health.left_over),
        "notes": list(health.notes),
        "mended": list(health.mended),
    }


def copied_document(copied: Copied) -> dict[str, Any]:
    """Return JSON values only."""
    return asdict(copied)


def cleaned_document(cleaned: Cleaned) -> dict[str, Any]:
    """Return JSON values only."""
    return asdict(cleaned)


def advice(health: Health) -> tuple[str, ...]:
    """Say what mends the damage, a sentence per way, in the order in which to try them."""
    harms = {damage.harm for damage in health.damage}
    at = f"--index {health.location}"
    said = []
    if harms - {Harm.ARTICLES}:
        said.append(f"To make anew what can be: polywire verify --mend {at}")
    if harms & {Harm.ARTICLES, Harm.VERSION, Harm.NOTES, Harm.STATE}:
        said.append(f"To take damaged files from a backup: polywire verify --mend --from DIR {at}")
    if Harm.ARTICLES in harms:
        said.append(
            "Without a backup, remove the damaged articles and ingest their sources again, which "
            f"writes just these: polywire verify --mend --remove-damaged {at}"
        )
    if Harm.VERSION in harms:
        said.append("Without a backup, ingest again what was written last.")
    return tuple(said)


def show_health(health: Health, console: Console) -> None:
    """Print what was found, what it means, and what to do."""
    for sentence in health.mended:
        _line(console, sentence)
    for damage in health.damage:
        _show_damage(damage, console)
    size = readable_size(health.size_bytes)
    articles = f"{health.articles:,} article{'' if health.articles == 1 else 's'}"
    if health.whole:
        _line(
            console,
            f"All of {health.location} is as it was written: {articles}, {size}, {health.unit}: "
            f"{health.files:,}.",
        )
    else:
        _line(
            console,
            f"Damaged: {len(health.damage):,} of {health.files:,} {health.unit} ({size}).",
        )
    for sentence in (*advice(health), *health.notes):
        _line(console, sentence)
    if health.unchecked:
        _line(
            console,
            f"Without a checksum yet, as an earlier program or a killed one wrote them: "
            f"{_some(health.unchecked)}. The next ingest, or verify --mend, makes it.",
        )
    if health.left_over:
        _line(
            console,
            f"Mentioned by nothing, or being written now: {_some(health.left_over)}. polywire "
            "clean deletes what killed processes have left.",
        )


def show_backup(copied: Copied, console: Console) -> None:
    """Print one line."""
    skipped = f", {copied.skipped:,} were there already" if copied.skipped else ""
    _line(
        console,
        f"{copied.articles:,} articles of {copied.source} are in the backup {copied.target}: "
        f"{copied.files:,} files copied ({readable_size(copied.size_bytes)}){skipped}.",
    )


def show_restored(copied: Copied, console: Console) -> None:
    """Print what is live now, and how to go back."""
    _line(
        console,
        f"{copied.articles:,} articles of the backup {copied.source} are live at {copied.target}.",
    )
    if copied.former is not None:
        _line(
            console,
            f"What was there stays as the former generation {copied.former}; polywire clean "
            f"--former --index {copied.target} deletes it.",
        )


def show_cleaned(cleaned: Cleaned, console: Console) -> None:
    """Print what was deleted and what could be."""
    _line(console, f"Freed {readable_size(cleaned.freed_bytes)} of {cleaned.location}.")
    for what in cleaned.removed:
        _line(console, f"Deleted {what}.")
    for sentence in cleaned.kept:
        _line(console, sentence)


def _show_damage(damage: Damage, console: Console) -> None:
    _line(console, f"{damage.file} {damage.what}: {MEANING[damage.harm]}.")
    if damage.articles:
        _line(console, f"    It concerns {_some(damage.articles)}.")


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:SHOWN])
    more = len(names) - SHOWN
    return f"{shown} and {more:,} more (--json lists all)" if more > 0 else shown


def _line(console: Console, sentence: str) -> None:
    console.print(styled(sentence, ""), soft_wrap=True)
