"""`polywire coverage`: who covered something, when and in which language, and who did not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.commands.options import (
    EXPORT,
    AfterOption,
    BeforeOption,
    BomOption,
    CsvOption,
    LangOption,
    ModeOption,
    NamesOption,
    OnOption,
    SectionOption,
    SourceOption,
    StrictOption,
    TagOption,
    TimezoneOption,
    TitleOption,
)
from search.errors import UsageError

if TYPE_CHECKING:
    from search.coverage.matrix.model import Coverage
    from search.index.model import EmbeddedArticle
    from search.results.delivery import Delivery

PlotOption = Annotated[
    Path | None,
    typer.Option(
        "--plot", metavar="FILE", help="Draw it, as .svg or .png.", rich_help_panel=EXPORT
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE.", rich_help_panel=EXPORT),
]


def coverage(
    subject: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID|FILE|QUERY",
            help="An indexed article or a story, a file with an article, or a query.",
            show_default=False,
        ),
    ] = None,
    mode: ModeOption = None,
    names: NamesOption = None,
    lang: LangOption = None,
    source: SourceOption = None,
    section: SectionOption = None,
    tag: TagOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    on: OnOption = None,
    title: TitleOption = None,
    timezone: TimezoneOption = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    bom: BomOption = False,
    output: OutputOption = None,
    plot: PlotOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
) -> None:
    """Show who covered something, when and in which language, and who did not.

    Of an article, the coverage of its story; of a query, what it finds. Sources and languages over
    time, who was first, who carries the same text and who wrote their own, how headlines differ,
    and which sources of the index published in that time without an article on it.
    """
    from search.results.delivery import Delivery

    asked = " ".join(subject or ())
    delivery = Delivery.chosen({"json": as_json, "csv": as_csv}, output, bom)
    if delivery is not None and delivery.form == "jsonl":
        raise UsageError("Coverage is written as JSON or CSV; end the file in .json or .csv.")
    if plot is not None:
        from search.results.coverage_plot import check_plot

        check_plot(plot)
    from datetime import UTC, datetime

    from config import wiring
    from search.query.options import Options, request_of

    effective = options.settings(index, model, mode=mode, names=names).without_reranker()
    chosen = Options(
        lang=lang or (),
        source=source or (),
        section=section or (),
        tag=tag or (),
        after=after,
        before=before,
        on=on,
        title=title,
        timezone=timezone,
        strict=strict,
    )
    now, defaults = datetime.now(UTC), wiring.defaults(effective)
    engine = wiring.hybrid_search(effective)
    from search.coverage.matrix.finding import covered
    from search.coverage.matrix.resolving import subject_of

    def read(name: str) -> EmbeddedArticle | None:
        if name != "-" and not (name and _is_file(name)):
            return None
        from indexer.sources.single import read_article

        return engine.embedded(read_article(name, None))

    state = wiring.location(effective).state()
    try:
        found, request = subject_of(
            engine, state, asked, lambda query: request_of(query, chosen, now, defaults), read
        )
        whole = covered(engine, found, request, state)
    finally:
        state.close()
    for each in whole.notes:
        terminal.note(f"Note: {each}")
    _deliver(whole, delivery, request.timezone)
    if plot is not None:
        from search.results.coverage_plot import write_plot

        write_plot(whole, plot, request.timezone)
        terminal.note(f"The picture is in {plot}.")


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a query may be longer than any name, or have a NUL in it
        return False


def _deliver(found: Coverage, delivery: Delivery | None, zone: str) -> None:
    if delivery is None:
        from search.terminal.coverage import show_coverage

        show_coverage(found, zone, terminal.stdout())
        return
    import json

    from search.printable import printable_json
    from search.results.coverage_document import coverage_document, write_csv
    from search.results.export import BYTE_ORDER_MARK

    with delivery.opened() as out:
        if delivery.form == "json":
            document = json.dumps(coverage_document(found), ensure_ascii=False, indent=2)
            out.write(printable_json(document) + "\n")
        else:
            out.write(BYTE_ORDER_MARK if delivery.mark else "")
            write_csv(found, out)
    if delivery.output is not None:
        terminal.note(f"The coverage is in {delivery.output}.")
