"""A report as a person reads it at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from search.evaluation.bias import FIRST_PAGE
from search.evaluation.measures import MEASURES, Values
from search.evaluation.reliability import Reliability
from search.evaluation.report import Report, bias_document
from search.evaluation.significance import Difference

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PAIR_MEASURE = "nDCG@10"

_BIAS_NAMES = {
    "PEER@100": "probability of equal expected rank (PEER; 1 is fair)",
    "page_recall_same": "relevant articles on the first page: in the query's language",
    "page_recall_cross": "relevant articles on the first page: in other languages",
    "own_share": "share of the first page in the query's language",
    "own_share_relevant": "that share among the relevant articles",
    "languages_shown": "languages with a relevant article that are on the first page",
}


def show_report(measured: Report, console: Console) -> None:
    """Print the measures, language by language, and the bias."""
    console.print(
        f"{measured.topics} queries, {_settings(measured)}, {measured.median_ms:.0f} ms each"
    )
    if measured.absent:
        console.print(f"{measured.absent} relevant articles are not in the index", style="yellow")
    console.print()
    console.print(_summary(measured))
    if measured.languages.pairs:
        console.print()
        console.print(_matrix(measured))
        console.print()
        console.print(_bias(measured))
    if measured.reliability is not None:
        console.print()
        console.print(_reliability(measured.reliability), soft_wrap=not console.is_terminal)


def show_differences(
    found: Mapping[str, Difference], first: Report, second: Report, console: Console
) -> None:
    """Print what the second setting gains, and whether that is more than chance."""
    table = _table(f"against {_changed(first, second)}")
    for column in ("first", "second", "gain", "p", "better", "worse", "equal"):
        table.add_column(column, justify="right")
    for name, difference in found.items():
        table.add_row(
            name,
            f"{first.overall[name]:.3f}",
            f"{second.overall[name]:.3f}",
            f"{difference.mean:+.3f}",
            f"{difference.p_value:.4f}",
            str(difference.better),
            str(difference.worse),
            str(difference.equal),
            style="bold" if difference.p_value < 0.05 else None,
        )
    console.print()
    console.print(table)
    console.print("p: paired randomisation test, two-sided; bold is below 0.05", style="dim")


def _summary(measured: Report) -> Table:
    table = _table("articles that count")
    for name in MEASURES:
        table.add_column(name, justify="right")
    rows: dict[str, Values] = {
        "all": measured.overall,
        "in the query's language": measured.languages.same,
        "in other languages": measured.languages.cross,
    }
    for label, values in rows.items():
        if values:
            table.add_row(label, *(f"{values[name]:.3f}" for name in MEASURES))
    return table


def _matrix(measured: Report) -> Table:
    pairs = measured.languages.pairs
    found = sorted({pair[1] for pair in pairs})
    table = _table("query")
    table.title = f"{PAIR_MEASURE} x 100, language of the query by language of the article"
    table.title_justify = "left"
    table.title_style = "dim"
    for lang in found:
        table.add_column(lang, justify="right", min_width=2)
    for own in sorted({pair[0] for pair in pairs}):
        cells = [_hundredths(pairs.get((own, lang))) for lang in found]
        table.add_row(own, *cells)
    return table


def _bias(measured: Report) -> Table:
    table = _table("language bias")
    table.add_column("", justify="right")
    for name, value in bias_document(measured.bias).items():
        table.add_row(_BIAS_NAMES[name], "-" if value is None else f"{value:.3f}")
    return table


def _reliability(measured: Reliability) -> str:
    """Say in one sentence whether the confidence of hits comes true."""
    above = ""
    if measured.precision is not None and measured.kept is not None:
        above = (
            f"; of those with {measured.line:g} or more {measured.precision:.0%} are right, which "
            f"is {measured.kept:.0%} of the right ones"
        )
    return (
        f"confidence of the first {FIRST_PAGE} hits: calibration error {measured.error:.3f}, "
        f"Brier score {measured.brier:.3f}{above}"
    )


def _table(label: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    table.add_column(label, style="cyan")
    return table


def _hundredths(values: Values | None) -> str:
    return f"{100 * values[PAIR_MEASURE]:.0f}" if values else "."


def _settings(measured: Report) -> str:
    return f"{measured.setting['mode']} mode, index {measured.setting['index']}"


def _changed(first: Report, second: Report) -> str:
    changed = [
        f"{key}={value}" for key, value in second.setting.items() if first.setting.get(key) != value
    ]
    return ", ".join(changed) or "the same setting"
