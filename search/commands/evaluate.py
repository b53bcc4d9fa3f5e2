"""The command that measures search quality: eval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.errors import UsageError
from search.files import replacing

if TYPE_CHECKING:
    from config.settings import Settings
    from search.evaluation.collection import Collection
    from search.evaluation.report import Report
    from search.evaluation.topics import Topic

TopicsOption = Annotated[
    Path | None,
    typer.Option("--topics", metavar="FILE", help="Queries: JSONL, TSV, or TREC topics."),
]
QrelsOption = Annotated[
    Path | None,
    typer.Option("--qrels", metavar="FILE", help="Judgements: TREC qrels, TSV, or JSONL."),
]
SampleOption = Annotated[
    bool, typer.Option("--sample", help="Use the queries and judgements of the sample corpus.")
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against",
        metavar="SETTING=VALUE,...",
        help="Measure a second setting too, such as mode=lexical, and whether it is better.",
    ),
]
PlotOption = Annotated[
    Path | None,
    typer.Option("--plot", metavar="FILE", help="Draw quality by language pair as an SVG file."),
]


def evaluate(
    topics: TopicsOption = None,
    qrels: QrelsOption = None,
    sample: SampleOption = False,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="MODE", help="lexical, vector, or hybrid (both)."),
    ] = None,
    against: AgainstOption = None,
    plot: PlotOption = None,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure search quality on judged queries.

    Runs every query and compares what it finds with the judgements: nDCG@10, recall, reciprocal
    rank and average precision, overall and by language pair, and how biased the ranking is.
    """
    topics, qrels = _files(topics, qrels, sample)
    effective = options.settings(index, model, mode=mode)
    rival = _rival(index, model, mode, against)
    from search.evaluation.report import differences, differences_document, report_document

    collection = _collection(topics, qrels, effective)
    first = _measured(collection, effective)
    second = _measured(collection, rival) if rival else None
    compared = differences(first, second) if second else {}
    if plot is not None:
        _write_plot(plot, first)
    if as_json:
        document = report_document(first)
        if second:
            document["against"] = report_document(second)
            document["differences"] = differences_document(compared)
        terminal.print_json(document)
        return
    from search.evaluation.show import show_differences, show_report

    show_report(first, terminal.stdout())
    if second:
        show_differences(compared, first, second, terminal.stdout())


def _files(topics: Path | None, qrels: Path | None, sample: bool) -> tuple[Path, Path]:
    if sample:
        if topics or qrels:
            raise UsageError(
                "--sample has its own topics and judgements; leave --topics and --qrels out."
            )
        from importlib.resources import files

        folder = Path(str(files("indexer") / "sample"))
        return folder / "topics.jsonl", folder / "qrels.txt"
    if topics is None or qrels is None:
        raise UsageError("Name the queries with --topics and the judgements with --qrels.")
    return topics, qrels


def _rival(
    index: str | None, model: str | None, mode: str | None, against: str | None
) -> Settings | None:
    """Return the settings of this command with those of `--against` on top."""
    if against is None:
        return None
    changed: dict[str, str] = {}
    for part in against.split(","):
        key, equals, value = part.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise UsageError(
                f"--against {part!r} is not SETTING=VALUE; write for example fusion.k=20."
            )
        changed[key.strip()] = value.strip()
    given = {"index": index, "model": model, "mode": mode, **changed}
    from config.settings import load

    return load(given).settings


def _collection(topics: Path, qrels: Path, settings: Settings) -> Collection:
    from config import wiring
    from search.evaluation.collection import Collection

    index = wiring.open_index(settings)
    try:
        return Collection.read(topics, qrels, index)
    finally:
        index.close()


def _measured(collection: Collection, settings: Settings) -> Report:
    from datetime import UTC, datetime

    from config import wiring
    from search.evaluation.report import report
    from search.evaluation.run import run
    from search.query.options import Options, request_of

    search = wiring.hybrid_search(settings)
    template = request_of("", Options(), datetime.now(UTC), wiring.defaults(settings))
    found = run(search.ranking, collection.topics, template, _watched)
    return report(collection, found, _setting(settings), settings.less_certain_below)


def _setting(settings: Settings) -> dict[str, Any]:
    """Return what decides a ranking, as JSON values."""
    fusion = {f"fusion.{key}": value for key, value in asdict(settings.fusion).items()}
    reranker: dict[str, Any] = {}
    if settings.rerank.model is not None:
        reranker = {f"rerank.{key}": value for key, value in asdict(settings.rerank).items()}
    return {
        "index": settings.index,
        "mode": settings.mode,
        "balance": settings.balance,
        "names": settings.names,
        "model": settings.model,
        **fusion,
        **reranker,
    }


def _watched(topics: Sequence[Topic]) -> Iterable[Topic]:
    if not terminal.is_interactive():
        return topics
    from rich.progress import track

    return track(topics, "searching", console=terminal.stderr(), transient=True)


def _write_plot(path: Path, measured: Report) -> None:
    from search.evaluation.plot import heat_map

    try:
        with replacing(path) as out:
            out.write(heat_map(measured))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from None
