"""The options of the commands that search the index, each declared once."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer

from config.options import IndexOption, JsonOption, ModelOption
from search.values import dataclass

FILTERS = "Filters, as in the query language"
ORDER = "Order and counts"
EXPORT = "Export"

LangOption = Annotated[
    list[str] | None,
    typer.Option(
        "--lang",
        "-l",
        metavar="CODES",
        help="Only these languages, such as de,fr.",
        rich_help_panel=FILTERS,
    ),
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source", "-s", metavar="NAMES", help="Only these sources.", rich_help_panel=FILTERS
    ),
]
SectionOption = Annotated[
    list[str] | None,
    typer.Option(
        "--section", metavar="NAMES", help="Only these sections.", rich_help_panel=FILTERS
    ),
]
TagOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tag",
        metavar="NAMES",
        help="Only articles with one of these tags.",
        rich_help_panel=FILTERS,
    ),
]
AfterOption = Annotated[
    str | None,
    typer.Option(
        "--after",
        metavar="DATE",
        help="Published on or after: 2025-08-01, 2025-08, yesterday, 7d.",
        rich_help_panel=FILTERS,
    ),
]
BeforeOption = Annotated[
    str | None,
    typer.Option(
        "--before", metavar="DATE", help="Published before this date.", rich_help_panel=FILTERS
    ),
]
OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="DATE",
        help="Published on this day, or in this month or year.",
        rich_help_panel=FILTERS,
    ),
]
TitleOption = Annotated[
    str | None,
    typer.Option(
        "--title", metavar="WORDS", help="Words in the headline.", rich_help_panel=FILTERS
    ),
]
ModeOption = Annotated[
    str | None,
    typer.Option("--mode", metavar="MODE", help="lexical, vector, or hybrid (both)."),
]
LimitOption = Annotated[
    int | None, typer.Option("--limit", "-n", help="Articles to show.", show_default=False)
]
ExplainOption = Annotated[
    bool, typer.Option("--explain", help="Show the rank and score of each leg.")
]
MinConfidenceOption = Annotated[
    float | None,
    typer.Option(
        "--min-confidence",
        metavar="P",
        help="Leave out hits that are less likely right, from 0 to 1, such as 0.5.",
        show_default=False,
    ),
]
StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict", help="Refuse a query that is not in order, instead of saying how it was read."
    ),
]
SortOption = Annotated[
    Literal["relevance", "date"],
    typer.Option("--sort", help="Best first, or newest first.", rich_help_panel=ORDER),
]
RecencyOption = Annotated[
    str | None,
    typer.Option(
        "--recency",
        metavar="HALF_LIFE",
        help="Favour recent articles: one that is 12h, 7d, 2w or 3m older counts half.",
        rich_help_panel=ORDER,
    ),
]
BalanceOption = Annotated[
    str | None,
    typer.Option(
        "--balance",
        metavar="HOW",
        help="How languages share the answer: relevance, even, or quota.",
        rich_help_panel=ORDER,
    ),
]
NamesOption = Annotated[
    bool | None,
    typer.Option(
        "--names/--no-names",
        help="Also find names in other scripts and spellings (in hybrid mode).",
        show_default=False,
    ),
]
FacetsOption = Annotated[
    bool,
    typer.Option(
        "--facets", help="Count languages, sources, sections and tags.", rich_help_panel=ORDER
    ),
]
HistogramOption = Annotated[
    Literal["day", "month"] | None,
    typer.Option("--histogram", help="Count articles per day or month.", rich_help_panel=ORDER),
]
TimezoneOption = Annotated[
    str | None,
    typer.Option(
        "--timezone",
        metavar="ZONE",
        help="Whose days dates and counts are: Europe/Berlin, +05:30.",
        show_default="UTC",
        rich_help_panel=FILTERS,
    ),
]
CopiesOption = Annotated[
    bool,
    typer.Option(
        "--copies",
        help="Show every article, not one per text.",
        rich_help_panel=ORDER,
    ),
]
PoolOption = Annotated[
    int | None,
    typer.Option(
        "--pool",
        metavar="N",
        help="Candidates per leg.",
        show_default=False,
        rich_help_panel=ORDER,
    ),
]
RerankOption = Annotated[
    str | None,
    typer.Option(
        "--rerank",
        metavar="MODEL",
        help="Rerank the best with a cross-encoder: a folder, or a sentence-transformers name.",
        show_default=False,
        rich_help_panel=ORDER,
    ),
]
RerankTopOption = Annotated[
    int | None,
    typer.Option(
        "--rerank-top",
        metavar="N",
        help="Articles to rerank.",
        show_default="50",
        rich_help_panel=ORDER,
    ),
]
NoRerankOption = Annotated[
    bool,
    typer.Option(
        "--no-rerank", help="Do not use the reranker of the settings.", rich_help_panel=ORDER
    ),
]
JsonlOption = Annotated[
    bool, typer.Option("--jsonl", help="One JSON document per article.", rich_help_panel=EXPORT)
]
CsvOption = Annotated[
    bool,
    typer.Option(
        "--csv", help="One row per article, safe in a spreadsheet.", rich_help_panel=EXPORT
    ),
]
BomOption = Annotated[
    bool,
    typer.Option(
        "--bom", help="Begin CSV with a byte order mark, for Excel.", rich_help_panel=EXPORT
    ),
]
AllOption = Annotated[
    bool,
    typer.Option(
        "--all", help="Write the complete result, however many articles.", rich_help_panel=EXPORT
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to FILE, and how it was found to FILE.method.json.",
        rich_help_panel=EXPORT,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOptions:
    """The options that `search` and `similar` have in common, in the order of their help."""

    mode: ModeOption = None
    limit: LimitOption = None
    explain: ExplainOption = False
    names: NamesOption = None
    lang: LangOption = None
    source: SourceOption = None
    section: SectionOption = None
    tag: TagOption = None
    after: AfterOption = None
    before: BeforeOption = None
    on: OnOption = None
    timezone: TimezoneOption = None
    strict: StrictOption = False
    sort: SortOption = "relevance"
    recency: RecencyOption = None
    balance: BalanceOption = None
    facets: FacetsOption = False
    histogram: HistogramOption = None
    copies: CopiesOption = False
    pool: PoolOption = None
    rerank: RerankOption = None
    rerank_top: RerankTopOption = None
    no_rerank: NoRerankOption = False
    as_json: JsonOption = False
    as_jsonl: JsonlOption = False
    as_csv: CsvOption = False
    bom: BomOption = False
    output: OutputOption = None
    index: IndexOption = None
    model: ModelOption = None


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Put the options of a dataclass in place of a command's parameter of its type.

    typer makes an option of each parameter, and has no groups of them.
    """
    groups: dict[str, tuple[type[Any], list[str]]] = {}
    parameters: list[inspect.Parameter] = []
    for own in inspect.signature(command, eval_str=True).parameters.values():
        if is_dataclass(own.annotation) and isinstance(own.annotation, type):
            options = list(_parameters_of(own.annotation))
            groups[own.name] = (own.annotation, [option.name for option in options])
            parameters += options
        else:
            parameters.append(own.replace(kind=inspect.Parameter.KEYWORD_ONLY))

    @wraps(command)
    def spread(**values: Any) -> None:  # noqa: ANN401 - whatever the options are
        given = {
            name: group(**{option: values.pop(option) for option in options})
            for name, (group, options) in groups.items()
        }
        command(**given, **values)

    vars(spread)["__signature__"] = inspect.Signature(parameters)
    spread.__annotations__ = {own.name: own.annotation for own in parameters}
    return spread


def _parameters_of(group: type[Any]) -> Iterator[inspect.Parameter]:
    """Yield a parameter for each option of a dataclass."""
    hints = get_type_hints(group, include_extras=True)
    for field in fields(group):
        yield inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=hints[field.name],
        )
