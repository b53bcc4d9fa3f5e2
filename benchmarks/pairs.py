"""Tables by language pair: the query's language in rows, the article's in columns.

    python -m benchmarks.pairs    # write them anew from the stored figures

The benchmarks `retrieval_news`, `retrieval_xquad` and `retrieval_sample` write them beside their
figures, as `results/NAME.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.record import RESULTS

NAMES = ("retrieval_news", "retrieval_xquad", "retrieval_sample")
MEASURE = "nDCG@10"

TITLES = {
    "lexical": "Words alone",
    "vector": "Meaning alone",
    "hybrid": "Both fused",
    "even": "Both fused, `--balance even`",
    "quota": "Both fused, `--balance quota`",
}
GAINS = {
    ("vector", "hybrid"): "What the words add to the meaning (fused, less meaning alone)",
    ("hybrid", "even"): "What `--balance even` changes (less fused)",
    ("hybrid", "quota"): "What `--balance quota` changes (less fused)",
}

Figures = Mapping[str, Any]


def main() -> None:
    """Write the tables of everything that was measured."""
    for name in NAMES:
        path = RESULTS / f"{name}.json"
        if path.exists():
            stored = json.loads(path.read_text(encoding="utf-8"))
            table = markdown(name, stored["data"], stored["figures"])
            path.with_suffix(".md").write_text(table, encoding="utf-8")
            print(f"written: {path.with_suffix('.md').name}")


def markdown(name: str, data: str, figures: Figures) -> str:
    """Return the document: an overview, a table a variant, and what the variants gain."""
    measured = {variant: figures[variant] for variant in TITLES if variant in figures}
    lines = [
        f"# {data}",
        "",
        f"Made by `python -m benchmarks.{name}`; do not edit. By language pair: {MEASURE} x 100,",
        "the query's language in rows, the article's in columns. For a pair only the articles",
        "of its column count as right, and those of other languages are not held against it.",
        "",
        *_overview(measured),
    ]
    for variant, found in measured.items():
        lines += ["", f"## {TITLES[variant]}", "", *_matrix(_hundredths(found), "d")]
    for (former, latter), title in GAINS.items():
        if former in measured and latter in measured:
            before, after = _hundredths(measured[former]), _hundredths(measured[latter])
            gains = {pair: after[pair] - before[pair] for pair in after if pair in before}
            lines += ["", f"## {title}", "", *_matrix(gains, "+d")]
    return "\n".join(lines) + "\n"


def _overview(measured: Figures) -> Iterator[str]:
    yield (
        f"| search | {MEASURE} | own language | others | worst pair | own on first page | "
        "languages on it |"
    )
    yield "|---|" + "---:|" * 6
    for variant, found in measured.items():
        bias = found["bias"]
        pairs = {pair: values[MEASURE] for pair, values in found["pairs"].items()}
        worst = min(pairs, key=lambda pair: (pairs[pair], pair))
        cells = [
            _figure(found["overall"][MEASURE]),
            _figure(found["same_language"].get(MEASURE)),
            _figure(found["cross_language"].get(MEASURE)),
            f"{worst} {pairs[worst]:.3f}",
            _figure(bias["own_share"]),
            _figure(bias["languages_shown"]),
        ]
        yield f"| {TITLES[variant]} | {' | '.join(cells)} |"


def _matrix(values: Mapping[str, int], form: str) -> Iterator[str]:
    own = sorted({pair.partition(">")[0] for pair in values})
    found = sorted({pair.partition(">")[2] for pair in values})
    yield f"| | {' | '.join(found)} |"
    yield "|---|" + "---:|" * len(found)
    for one in own:
        cells = [values.get(f"{one}>{other}") for other in found]
        shown = ["" if value is None else f"{value:{form}}" for value in cells]
        yield f"| **{one}** | {' | '.join(shown)} |"


def _hundredths(found: Figures) -> dict[str, int]:
    return {pair: round(100 * values[MEASURE]) for pair, values in found["pairs"].items()}


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
