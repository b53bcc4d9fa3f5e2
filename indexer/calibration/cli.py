"""`polywire calibrate`: fit the language offsets of an index, show them, and store them with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config import terminal
from config.options import IndexOption, JsonOption, ModelOption, settings
from search.errors import UsageError

if TYPE_CHECKING:
    from config.settings import Settings
    from indexer.calibration.parallel import Parallel
    from search.calibration.offsets import Offsets


def calibrate(
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--pairs",
            metavar="FILE",
            help="Parallel texts to fit on, lang_a TAB lang_b TAB text_a TAB text_b per line, also "
            "compressed.",
            show_default="the sample corpus",
        ),
    ] = None,
    topics: Annotated[
        Path | None,
        typer.Option(
            "--topics",
            metavar="FILE",
            help="Judged queries, to fit how likely a hit is right: JSONL, TSV, or TREC topics.",
        ),
    ] = None,
    qrels: Annotated[
        Path | None,
        typer.Option(
            "--qrels", metavar="FILE", help="Their judgements: TREC qrels, TSV, or JSONL."
        ),
    ] = None,
    sample: Annotated[
        bool,
        typer.Option(
            "--sample", help="Use the judged queries of the sample corpus, where the index has it."
        ),
    ] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="Remove what was fitted for the index.")
    ] = False,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how much nearer each language looks than it is, and correct searches for it.

    Fits one offset per language on texts that say the same in several languages, and stores them
    with the index. Searches by meaning then subtract a share of them (fusion.offset_share).

    With judged queries (--topics and --qrels, or --sample), fits how likely a hit is right instead.
    """
    from indexer.calibration.confidence_cli import calibrate_confidence, files

    judged = files(topics, qrels, sample)
    if clear and (pairs is not None or judged is not None):
        raise UsageError(
            "--clear removes the offsets and the confidence, and needs no files; leave them out."
        )
    if judged is not None and pairs is not None:
        raise UsageError(
            "--pairs fits language offsets, --topics how likely a hit is right; give one."
        )
    chosen = settings(index, model)
    if clear:
        _clear(chosen, as_json)
        return
    if judged is not None:
        calibrate_confidence(chosen, judged, as_json)
        return
    from indexer.calibration import parallel as texts

    parallel = texts.sample() if pairs is None else texts.read_pairs(pairs)
    offsets, left_out = _fitted(chosen, parallel)
    if as_json:
        terminal.print_json(_document(chosen, parallel, offsets, left_out))
    else:
        _show(chosen, parallel, offsets, left_out)
    if parallel.rejected:
        terminal.leave(3)


def _fitted(chosen: Settings, parallel: Parallel) -> tuple[Offsets, dict[str, int]]:
    """Fit, and store with the index, which is opened first: it may be of another model."""
    from config import wiring
    from indexer.errors import PairsUnusable
    from search.calibration.offsets import FEWEST, enough, fit, store

    sayings, left_out = enough(parallel.sayings)
    if not sayings:
        raise PairsUnusable(
            f"{parallel.source} has no two languages with {FEWEST} texts or more that say the "
            "same; nothing was changed. Give --pairs a larger file."
        )
    embedder = wiring.embedder(chosen)
    opened = wiring.open_index(chosen, embedder)
    try:
        with _waiting(sum(len(texts) for saying in sayings for texts in saying.values())):
            offsets = fit(embedder, sayings, parallel.source)
        store(opened, offsets)
    finally:
        opened.close()
    return offsets, left_out


@contextmanager
def _waiting(texts: int) -> Iterator[None]:
    """Show what takes so long to a person watching: a transformer needs minutes for this."""
    if not terminal.is_interactive():
        yield
        return
    with terminal.stderr().status(f"Embedding {texts:,} texts"):
        yield


def _clear(chosen: Settings, as_json: bool) -> None:
    from config import wiring
    from search.calibration import confidence, offsets

    opened = wiring.open_index(chosen)
    try:
        notes = opened.notes()
        had, knew = offsets.NOTE in notes, confidence.NOTE in notes
        if had:
            offsets.store(opened, None)
        if knew:
            confidence.store(opened, None)
    finally:
        opened.close()
    if as_json:
        terminal.print_json({"index": chosen.index, "cleared": had or knew, "offsets": None})
        return
    said = "no longer has language offsets" if had else "had no language offsets"
    if knew:
        said += ", and no longer a confidence of its own"
    terminal.stdout().print(f"The index {chosen.index} {said}.", soft_wrap=True)


def _document(
    chosen: Settings, parallel: Parallel, offsets: Offsets, left_out: dict[str, int]
) -> dict[str, Any]:
    return {
        "index": chosen.index,
        "digest": offsets.digest,
        "source": offsets.source,
        "share": chosen.fusion.offset_share,
        "languages": {
            lang: {
                "texts": offsets.texts[lang],
                "typical": offsets.typical[lang],
                "own": round(offsets.own(lang), 4),
            }
            for lang in offsets.shifts
        },
        "left_out": left_out,
        "rejected": parallel.rejected,
        "rejects": [{"line": number, "reason": why} for number, why in parallel.rejects],
        "unused_pairs": parallel.unused,
    }


def _show(chosen: Settings, parallel: Parallel, offsets: Offsets, left_out: dict[str, int]) -> None:
    from rich.table import Table

    from search.calibration.offsets import FEWEST

    out = terminal.stdout()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("language")
    for heading in ("texts", "to any query", "to its own language"):
        table.add_column(heading, justify="right")
    for lang in offsets.shifts:
        table.add_row(
            lang,
            f"{offsets.texts[lang]:,}",
            _nearer(offsets.typical[lang]),
            _nearer(offsets.own(lang)),
        )
    out.print("How much nearer articles in a language look than their content is (cosine):")
    out.print(table)
    for lang, count in left_out.items():
        out.print(
            f"{lang} was left out: it has {count} texts, and {FEWEST} are needed.", soft_wrap=True
        )
    if parallel.unused:
        out.print(
            "Pairs not used, as neither text is in the language that most others are paired with: "
            f"{parallel.unused:,}.",
            soft_wrap=True,
        )
    for number, why in parallel.rejects:
        terminal.note(f"{parallel.source}: line {number} {why}.")
    if parallel.rejected > len(parallel.rejects):
        more = parallel.rejected - len(parallel.rejects)
        terminal.note(f"{parallel.source}: {more:,} more lines are not pairs.")
    out.print(_what_now(chosen), soft_wrap=True)


def _nearer(offset: float) -> str:
    if abs(offset) < 0.00005:
        return "as near"
    return f"{abs(offset):.4f} {'nearer' if offset > 0 else 'farther'}"


def _what_now(chosen: Settings) -> str:
    undo = f"To undo: polywire calibrate --clear --index {chosen.index}"
    share = chosen.fusion.offset_share
    if not share:
        return (
            f"Stored with the index {chosen.index}, but searches subtract nothing: the setting "
            f"fusion.offset_share is 0. {undo}"
        )
    return (
        f"Stored with the index {chosen.index}. From now on searches by meaning subtract "
        f"{share:.0%} of this (fusion.offset_share); a running server does so after a restart. "
        f"{undo}"
    )
