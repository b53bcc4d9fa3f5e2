"""What `polywire delete` has done, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from search.terminal.status import readable_size
from search.terminal.text import styled

if TYPE_CHECKING:
    from rich.console import Console


def show_deleted(report: Mapping[str, Any], console: Console) -> None:
    """Say what is gone, what was not there, and where it may still be."""

    def say(sentence: str) -> None:
        console.print(styled(sentence, ""), soft_wrap=True)

    count = len(report["deleted"])
    say(f"Deleted {count:,} article{'' if count == 1 else 's'} with all versions.")
    for name in report["withdrawn_before"]:
        say(f"Had been withdrawn, and is not noted any more: {name}")
    for name in report["missing"]:
        say(f"Not in the index: {name}")
    if report["purged"]:
        say(
            "Nothing of what was deleted is in the files of the index any more "
            f"({readable_size(report['freed_bytes'])} freed)."
        )
        for path in report["rejects_files"]:
            say(f"Their lines were removed from {path}.")
    elif count or report["withdrawn_before"]:
        say(
            "No search finds them. Their bytes leave the files of the index on "
            f"{report['bytes_gone'][:10]}, or with the first polywire ingest, clean or serve after "
            "that; polywire clean --purge deletes them now."
        )
        for path in report["rejects_files"]:
            say(f"What was rejected is listed in {path}; polywire delete --purge looks there, too.")
    if count or report["purged"]:
        for folder in report["backups"]:
            say(f"The backup {folder} has them still, until it is made again: polywire backup DIR")
        say("Other backups, snapshots, exports, and the sources themselves are not covered.")
