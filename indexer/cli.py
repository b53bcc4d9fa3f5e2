"""`polywire ingest`: read articles, embed their paragraphs, index them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config.options import IndexOption, JsonOption, ModelOption, settings
from indexer.bundled import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.settings import Settings
    from indexer.article.records import Defaults
    from indexer.fetching import Fetching
    from indexer.ingest.rejects import RejectsFile
    from indexer.ingest.tally import IngestSummary
    from indexer.sources.reader import Reader, Reading

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it: 128 and the number of the signal."""


def ingest(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH|URL...",
            help="Files, folders and web addresses: pages, feeds, sitemaps, agencies' items, "
            "tables, spreadsheets, documents, web archives, newsletters, JSON Lines, JSON, "
            "Markdown, plain text, also compressed (.gz .xz .zst .bz2); - is standard input.",
            show_default=False,
        ),
    ] = None,
    index: IndexOption = None,
    model: ModelOption = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Ingest the sample corpus that comes with Polywire.")
    ] = False,
    lang: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Language of articles that do not give one."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Source of articles that do not give one.")
    ] = None,
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=KEY",
            help="What the inputs call a field, such as text=story.body; may be repeated.",
            show_default=False,
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to list what was rejected, and why.",
            show_default="NAME.rejects.jsonl",
        ),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Encoding of all inputs, such as koi8-r.",
            show_default="recognised for each",
        ),
    ] = None,
    explain_boilerplate: Annotated[
        bool,
        typer.Option(
            "--explain-boilerplate",
            help="Say on stderr which lines around an article were left out, and why.",
        ),
    ] = False,
    batch_size: Annotated[
        int | None,
        typer.Option(min=1, help="Articles per commit.", show_default=False),
    ] = None,
    include_advisories: Annotated[
        bool,
        typer.Option(
            "--include-advisories",
            help="Take in agencies' notes to editors, too: advisories, schedules, contents.",
        ),
    ] = False,
    include_unpublished: Annotated[
        bool,
        typer.Option(
            "--include-unpublished",
            help="Take in drafts, private posts and pages of the site from exports, too.",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Show what would be stored; no index is needed or touched."),
    ] = False,
    jsonl: Annotated[
        bool,
        typer.Option("--jsonl", help="With --dry-run: a JSON line per article and per refusal."),
    ] = False,
    follow: Annotated[
        bool,
        typer.Option(
            "--follow", help="Fetch the pages that feeds, and sitemaps in files, link to."
        ),
    ] = False,
    refetch: Annotated[
        bool,
        typer.Option("--refetch", help="Also fetch what has not changed since the last time."),
    ] = False,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Also fetch from this machine and private networks."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read articles, identify their languages, embed their paragraphs, and index them.

    Articles that are already in the index are skipped, so the same command can be run again at
    any time. What cannot be read is listed in the rejects file, and the exit code is then 3.
    """
    from config.terminal import leave, note
    from indexer.fetching import fetching_for, remembering
    from indexer.ingest.rejects import RejectsFile, default_path
    from indexer.sources.reader import Reader

    chosen = settings(
        index, model, batch_size=batch_size, fetch__allow_private=allow_private or None
    )
    named = _named(inputs or [], sample)
    known = _encoding(encoding)
    defaults = replace(
        _defaults(lang, source, keys or []),
        advisories=include_advisories,
        unpublished=include_unpublished,
    )
    if dry_run or jsonl:
        lines = _lines(dry_run, jsonl, as_json)
        with fetching_for(chosen, named, known, follow=follow, memory=None) as fetching:
            _look(chosen, named, defaults, _reading(chosen, known, fetching), lines=lines)
        return
    with (
        RejectsFile(rejects or default_path(named), named) as rejects_file,
        remembering(chosen, named, known, follow=follow, refetch=refetch) as fetching,
    ):
        say = note if explain_boilerplate else None
        exclude = (Path(chosen.index), rejects_file.path)
        reader = Reader(named, exclude, how=_reading(chosen, known, fetching))
        summary = _run(reader, chosen, defaults, rejects_file, say, fetching)
        if not summary.interrupted:
            rejects_file.settle()
        _report(summary, chosen, rejects_file, fetching, as_json)
    if summary.interrupted:
        leave(INTERRUPTED)
    if summary.rejected:
        leave(3)


def _lines(dry_run: bool, jsonl: bool, as_json: bool) -> bool:
    """Tell whether a dry run prints lines for programs. Raises `UsageError`."""
    from search.errors import UsageError

    if not dry_run:
        raise UsageError("--jsonl goes with --dry-run: it prints what would be stored.")
    if as_json:
        raise UsageError("--dry-run prints a table, or with --jsonl a JSON line per article.")
    return jsonl


def _look(
    chosen: Settings,
    named: list[str],
    defaults: Defaults,
    how: Reading,
    *,
    lines: bool,
) -> None:
    """Show what would be stored, and end with the exit code 3 where something was refused."""
    import sys

    from config.terminal import leave, stdout
    from indexer.ingest.dry_run import looked_at, show, write_lines
    from indexer.sources.reader import Reader
    from indexer.text.language import default_identifier

    reader = Reader(named, exclude=(Path(chosen.index),), how=how)
    looked = looked_at(reader, default_identifier(), defaults)
    refused = write_lines(looked, sys.stdout) if lines else show(looked, stdout())
    if refused:
        leave(3)


def _named(inputs: list[str], sample: bool) -> list[str]:
    """The inputs, all of which exist: checked before anything heavy is loaded."""
    from indexer.sources import files
    from search.errors import UsageError

    named = [str(SAMPLE), *inputs] if sample else inputs
    if not named:
        raise UsageError(
            "Name files, folders or web addresses to ingest, or - for standard input, or --sample."
        )
    files.check(named)
    return named


def _defaults(lang: str | None, source: str | None, keys: list[str]) -> Defaults:
    """What the options say of articles that do not, and of their keys."""
    from indexer.article.key_names import NAMES
    from indexer.article.records import Defaults
    from search.errors import UsageError

    chosen = {}
    for pair in keys:
        field, separator, key = (part.strip() for part in pair.partition("="))
        if not separator or not key or field not in NAMES:
            raise UsageError(
                f"--map {pair} is not FIELD=KEY with one of the fields {', '.join(NAMES)}; "
                "write it as in text=story.body."
            )
        chosen[field] = key
    return Defaults(_language(lang), source, chosen)


def _language(code: str | None) -> str | None:
    from search.analysis.language_codes import normalise_code
    from search.errors import UsageError

    if code is None:
        return None
    known = normalise_code(code)
    if known is None:
        raise UsageError(f"--lang {code!r} is not a language code; use one such as de or zh-Hant.")
    return known


def _encoding(name: str | None) -> str | None:
    from indexer.text.encoding_names import known_encoding
    from search.errors import UsageError

    if name is None:
        return None
    known = known_encoding(name)
    if known is None:
        raise UsageError(
            f"--encoding {name!r} is not an encoding; use one such as koi8-r, windows-1252 or "
            "shift_jis."
        )
    return known


def _reading(chosen: Settings, encoding: str | None, fetching: Fetching | None) -> Reading:
    from indexer.sources.reader import Reading

    return Reading(
        int(chosen.max_article_mb * 1_000_000),
        encoding,
        chosen.reading_processes(),
        fetching.links if fetching else None,
    )


def _run(
    reader: Reader,
    chosen: Settings,
    defaults: Defaults,
    rejects_file: RejectsFile,
    say: Callable[[str], None] | None,
    fetching: Fetching | None,
) -> IngestSummary:
    """Index what the reader reads; `say` is told which lines were left out, and why."""
    from config.terminal import is_interactive, note, stderr
    from config.wiring import (
        alert_equipment,
        alert_runner,
        embedder,
        location,
        open_or_create_index,
        safekeeping,
        workers,
    )
    from indexer.ingest.erasing import purge_if_due
    from indexer.ingest.explanation import Explaining
    from indexer.ingest.progress import progress_bar
    from indexer.ingest.run import ingest as run
    from indexer.ingest.startup import torch_left_out
    from search.alerts.on_write import on_write
    from search.allocator import use_few_arenas
    from search.index.safekeeping import REJECTS_NOTE, remember

    use_few_arenas()
    with progress_bar(reader, stderr() if is_interactive() else None) as on_progress:
        vectors = embedder(chosen)
        index = open_or_create_index(chosen, vectors)
        state = location(chosen).state(patient=True)
        beside = workers(chosen, vectors)
        with torch_left_out():
            from indexer.ingest.pipeline import IndexingPipeline
        try:
            plain = IndexingPipeline.build(index, vectors, None, defaults, state, workers=beside)
            pipeline = Explaining(plain, say) if say else plain
            settle = fetching.settle if fetching else lambda _: None
            summary = run(
                reader, pipeline, rejects_file, on_progress, chosen.batch_size, on_stored=settle
            )
            if rejects_file.count:
                remember(index, REJECTS_NOTE, "files", str(rejects_file.path.resolve()))
            index.refresh()
            for sentence in on_write(
                location(chosen).state,
                lambda store: alert_runner(chosen, store, alert_equipment(chosen, index, vectors)),
            ):
                note(sentence)
        finally:
            if beside is not None:
                beside.close()
            state.close()
            index.close()
    if purge_if_due(location(chosen), safekeeping(chosen)):
        note("What was deleted a month ago or earlier is in no file of the index any more.")
    return summary


def _report(
    summary: IngestSummary,
    chosen: Settings,
    rejects_file: RejectsFile,
    fetching: Fetching | None,
    as_json: bool,
) -> None:
    from config.terminal import print_json, stdout
    from indexer.ingest.summary import as_document, show_summary

    path = rejects_file.path if rejects_file.count else None
    if as_json:
        fetched = {"not_modified": fetching.links.unchanged} if fetching else {}
        print_json(as_document(summary, chosen.index, path) | fetched)
    else:
        show_summary(summary, chosen.index, path, stdout())
        if fetching and fetching.links.unchanged:
            stdout().print(fetching.not_modified(), soft_wrap=True)
