"""`polywire delete`: take articles out of an index, with their former versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption
from search.commands.options import (
    AfterOption,
    BeforeOption,
    LangOption,
    OnOption,
    SectionOption,
    SourceOption,
    TagOption,
    TitleOption,
)
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from search.index.port import SearchIndex
    from search.index.safekeeping import Safekeeping
    from search.index.state import IndexState

SHOWN = 5
"""Headlines that are shown before it is asked whether to delete."""

IDS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to be deleted: headlines by id; and ids that are not in the index."""

    titles: Mapping[str, str]
    missing: Sequence[str] = ()


def delete(
    articles: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Indexed articles.", show_default=False),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(
            "--query",
            metavar="QUERY",
            help="Every article that matches by words, as polywire search --mode lexical --all.",
            show_default=False,
        ),
    ] = None,
    lang: LangOption = None,
    source: SourceOption = None,
    section: SectionOption = None,
    tag: TagOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    on: OnOption = None,
    title: TitleOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
    purge: Annotated[
        bool,
        typer.Option(
            "--purge", help="Let no byte of them stay in the files of the index; takes a while."
        ),
    ] = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete articles with all their versions: by id, or all that a query or filters find.

    They are counted and shown first, and deleted when that is confirmed, or with --yes. No search
    finds them from then on. Their bytes stay in the files of the index until these are written
    anew; --purge does that now.
    """
    from search.query.options import Options

    chosen = Options.of(
        _Filters(
            lang=lang,
            source=source,
            section=section,
            tag=tag,
            after=after,
            before=before,
            on=on,
            title=title,
        )
    )
    by_query = query is not None or chosen != Options()
    if bool(articles) == by_query:
        raise UsageError("Name articles by id, or give --query or filters; one of the two.")
    if by_query and not (query or "").strip() and chosen == Options():
        raise UsageError("An empty query would mean every article; say which to delete.")
    effective = options.settings(index, None)
    from config import wiring

    opened = wiring.open_index(effective)
    try:
        doomed = (
            _by_query(opened, effective, query or "", chosen)
            if by_query
            else _by_id(opened, articles or ())
        )
        if doomed.titles:
            _confirm(doomed, effective.index, asked=not yes, quiet=as_json)
        _delete(opened, list(doomed.titles))
        forgotten = _forget(wiring.location(effective).state(), doomed)
        doomed = replace(doomed, missing=[one for one in doomed.missing if one not in forgotten])
        report = _report(doomed, forgotten, wiring.safekeeping(effective), opened, purge=purge)
    finally:
        opened.close()
    if as_json:
        terminal.print_json(report)
    else:
        _show(report)
    if doomed.missing:
        terminal.leave(3 if doomed.titles or forgotten else 1)


@dataclass(frozen=True, slots=True)
class _Filters:
    lang: list[str] | None
    source: list[str] | None
    section: list[str] | None
    tag: list[str] | None
    after: str | None
    before: str | None
    on: str | None
    title: str | None


def _by_id(index: SearchIndex, ids: Sequence[str]) -> Doomed:
    distinct = list(dict.fromkeys(ids))
    there: dict[str, str] = {}
    for start in range(0, len(distinct), IDS_AT_ONCE):
        found = index.history(distinct[start : start + IDS_AT_ONCE])
        there |= {name: versions[0].title for name, versions in found.items()}
    return Doomed(
        {name: there[name] for name in distinct if name in there},
        [name for name in distinct if name not in there],
    )


def _by_query(index: SearchIndex, settings: Settings, query: str, chosen: Any) -> Doomed:  # noqa: ANN401 - Options
    """Return what matches by words, without copies left out and without a limit."""
    from datetime import UTC, datetime

    from config import wiring
    from search.query.options import Defaults, request_of
    from search.request import Mode
    from search.retrieval.complete import complete

    request = request_of(query, chosen, datetime.now(UTC), Defaults(mode=Mode.LEXICAL))
    lexical = replace(settings, mode=Mode.LEXICAL, rerank=replace(settings.rerank, model=None))
    found = complete(wiring.search_over(index, None, lexical), request)
    return Doomed({hit.article.id: hit.article.title for hit in found.hits})


def _confirm(doomed: Doomed, place: str, *, asked: bool, quiet: bool) -> None:
    """Show what is to be deleted, and ask a person; raises `UsageError` where there is none."""
    import sys

    from search.terminal.text import styled

    if not quiet or asked:
        count = len(doomed.titles)
        out = terminal.stderr()
        out.print(f"{count:,} article{'' if count == 1 else 's'} of {place}:", soft_wrap=True)
        for name, title in list(doomed.titles.items())[:SHOWN]:
            out.print(styled(f"    {name}  {title}", ""), soft_wrap=True)
        if count > SHOWN:
            out.print(f"    and {count - SHOWN:,} more", soft_wrap=True)
    if not asked:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "Nothing was deleted, as there is no terminal to ask at; to delete without being "
            "asked, add --yes."
        )
    if not typer.confirm("Delete them with all their versions?", err=True):
        raise UsageError("Nothing was deleted.")


def _delete(index: SearchIndex, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), IDS_AT_ONCE):
        index.delete(ids[start : start + IDS_AT_ONCE])
    if ids:
        index.refresh()


def _forget(state: IndexState, doomed: Doomed) -> list[str]:
    """Remove what is noted of articles that were withdrawn; returns the ids of those."""
    from contextlib import closing

    from search.index.state import Change
    from search.index.withdrawals import COLLECTION, stored

    with closing(state):
        noted = list(stored(state, [*doomed.titles, *doomed.missing]))
        state.write([Change(COLLECTION, name, None) for name in noted])
    return [name for name in noted if name not in doomed.titles]


def _report(
    doomed: Doomed,
    forgotten: Sequence[str],
    keeper: Safekeeping,
    index: SearchIndex,
    *,
    purge: bool,
) -> dict[str, Any]:
    """Delete from the other generations, too, purge if asked to, and say what was done."""
    from indexer.ingest.rejects import without_ids
    from search.index.safekeeping import BACKUPS_NOTE, REJECTS_NOTE, Cleaning

    ids = list(doomed.titles)
    notes = index.notes()
    # All generations, also what a killed run of this command has deleted in the live one only.
    elsewhere = keeper.erase([*ids, *forgotten, *doomed.missing])
    rejects = [str(one) for one in notes.get(REJECTS_NOTE, {}).get("files", ())]
    cleaned = None
    if purge:
        index.close()
        cleaned = keeper.clean(Cleaning(purge=True))
        rejects = [
            path for path in rejects if without_ids(path, {*ids, *forgotten, *doomed.missing})
        ]
    return {
        "deleted": ids,
        "withdrawn_before": list(forgotten),
        "missing": list(doomed.missing),
        "in_former_generations": elsewhere,
        "purged": purge,
        "freed_bytes": None if cleaned is None else cleaned.freed_bytes,
        "rejects_files": rejects,
        "backups": [str(one) for one in notes.get(BACKUPS_NOTE, {}).get("folders", ())],
    }


def _show(report: Mapping[str, Any]) -> None:
    from search.terminal.status import readable_size
    from search.terminal.text import styled

    out = terminal.stdout()

    def say(sentence: str) -> None:
        out.print(styled(sentence, ""), soft_wrap=True)

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
    elif count:
        say(
            "No search finds them. Their bytes stay in the files of the index until these are "
            "written anew, which has no fixed date; polywire clean --purge deletes them now."
        )
        for path in report["rejects_files"]:
            say(f"What was rejected is listed in {path}; polywire delete --purge looks there, too.")
    if count or report["purged"]:
        for folder in report["backups"]:
            say(f"The backup {folder} has them still, until it is made again: polywire backup DIR")
        say("Other backups, snapshots, exports, and the sources themselves are not covered.")
