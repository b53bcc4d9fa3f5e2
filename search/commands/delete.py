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
    from datetime import datetime

    from config.settings import Settings
    from indexer.ingest.erasing import Erased
    from search.index.port import IndexLocation, SearchIndex
    from search.index.safekeeping import Safekeeping

SHOWN = 5
"""Headlines that are shown before it is asked whether to delete."""

IDS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to be deleted: headlines by id; and ids that are not in the index.

    `notes` say how a query was read.
    """

    titles: Mapping[str, str]
    missing: Sequence[str] = ()
    notes: tuple[str, ...] = ()


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

    They are counted and shown first, and deleted when that is confirmed, or with --yes, which
    refuses a query that would be read otherwise than it is written. No search finds them from then
    on. Their bytes leave the files of the index within a month, at a date that is said; --purge
    does that now.
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
            # Nobody reads the notes of a script before the articles are gone.
            _by_query(opened, effective, query or "", replace(chosen, strict=yes))
            if by_query
            else _by_id(opened, effective, articles or ())
        )
        for note in doomed.notes:  # what was made of a query, before it deletes more than was meant
            terminal.note(f"Note: {note}")
        if doomed.titles:
            _confirm(doomed, effective.index, asked=not yes, quiet=as_json)
        place = wiring.location(effective)
        erased = _erase(opened, place, doomed)
        forgotten = [name for name in erased.withdrawn if name not in doomed.titles]
        doomed = replace(doomed, missing=[one for one in doomed.missing if one not in forgotten])
        report = _report(doomed, forgotten, wiring.safekeeping(effective), opened)
        report |= _gone(report, place, wiring.safekeeping(effective), erased, purge=purge)
    finally:
        opened.close()
    if doomed.titles:
        _tell(effective)
    if as_json:
        terminal.print_json(report)
    else:
        from search.terminal.deleted import show_deleted

        show_deleted(report, terminal.stdout())
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


def _by_id(index: SearchIndex, settings: Settings, ids: Sequence[str]) -> Doomed:
    from search.commands.absent import withdrawn
    from search.commands.naming import named

    distinct = list(dict.fromkeys(named(index, one) for one in ids))
    there: dict[str, str] = {}
    for start in range(0, len(distinct), IDS_AT_ONCE):
        found = index.history(distinct[start : start + IDS_AT_ONCE])
        there |= {name: versions[0].title for name, versions in found.items()}
    absent = [name for name in distinct if name not in there]
    gone = {name: withdrawn(settings, name) for name in absent}
    return Doomed(
        {name: there[name] for name in distinct if name in there},
        [name if (one := gone[name]) is None else one.id for name in absent],
    )


def _by_query(index: SearchIndex, settings: Settings, query: str, chosen: Any) -> Doomed:  # noqa: ANN401 - Options
    """Return what matches by words, without copies left out and without a limit."""
    from datetime import UTC, datetime

    from config import wiring
    from search.query.options import Defaults, request_of
    from search.request import Mode
    from search.retrieval.complete import complete

    request = request_of(query, chosen, datetime.now(UTC), Defaults(mode=Mode.LEXICAL))
    lexical = replace(settings.without_reranker(), mode=Mode.LEXICAL)
    found = complete(wiring.search_over(index, None, lexical), request)
    return Doomed({hit.article.id: hit.article.title for hit in found.hits}, notes=found.notes)


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


def _erase(index: SearchIndex, place: IndexLocation, doomed: Doomed) -> Erased:
    from contextlib import closing

    from indexer.ingest.erasing import erase

    with closing(place.state()) as state:
        erased = erase(index, state, [*doomed.titles, *doomed.missing])
    if doomed.titles:
        index.refresh()
    return erased


def _report(
    doomed: Doomed, forgotten: Sequence[str], keeper: Safekeeping, index: SearchIndex
) -> dict[str, Any]:
    """Delete from the other generations, too, and say what was done; closes the index."""
    from search.index.safekeeping import BACKUPS_NOTE, REJECTS_NOTE

    ids = list(doomed.titles)
    notes = index.notes()
    index.close()
    return {
        "deleted": ids,
        "notes": list(doomed.notes),
        "withdrawn_before": list(forgotten),
        "missing": list(doomed.missing),
        # All generations, also what a killed run of this command has deleted in the live one only.
        "in_former_generations": keeper.erase([*ids, *forgotten, *doomed.missing]),
        "rejects_files": [str(one) for one in notes.get(REJECTS_NOTE, {}).get("files", ())],
        "backups": [str(one) for one in notes.get(BACKUPS_NOTE, {}).get("folders", ())],
    }


def _gone(
    report: Mapping[str, Any],
    place: IndexLocation,
    keeper: Safekeeping,
    erased: Erased,
    *,
    purge: bool,
) -> dict[str, Any]:
    """Purge if asked to, and say when no byte is left."""
    from datetime import UTC, datetime

    from indexer.ingest.erasing import clean
    from indexer.ingest.rejects import without_ids
    from search.index.safekeeping import Cleaning

    if not purge:
        return {"purged": False, "freed_bytes": None, "bytes_gone": _written(erased.bytes_gone)}
    cleaned = clean(place, keeper, Cleaning(purge=True))
    ids = {*report["deleted"], *report["withdrawn_before"], *report["missing"]}
    return {
        "purged": True,
        "freed_bytes": cleaned.freed_bytes,
        "bytes_gone": _written(datetime.now(UTC)),
        "rejects_files": [path for path in report["rejects_files"] if without_ids(path, ids)],
    }


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _tell(settings: Settings) -> None:
    """Run the alerts that follow what was deleted, and run on each write."""
    from config import wiring
    from search.alerts.on_write import on_write

    place = wiring.location(settings)
    for sentence in on_write(place.state, lambda store: wiring.alert_runner(settings, store)):
        terminal.note(sentence)
