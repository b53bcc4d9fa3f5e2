"""The tables by language pair that the benchmarks write beside their figures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.pairs import NAMES, markdown
from benchmarks.record import RESULTS


def found(pairs: dict[str, float], own: float | None = None) -> dict[str, Any]:
    return {
        "overall": {"nDCG@10": 0.5},
        "same_language": {} if own is None else {"nDCG@10": own},
        "cross_language": {"nDCG@10": 0.4},
        "pairs": {pair: {"topics": 3, "nDCG@10": value} for pair, value in pairs.items()},
        "bias": {"own_share": 0.25, "languages_shown": None},
    }


FIGURES = {
    "lexical": found({"de>en": 0.1, "en>de": 0.2}, own=0.9),
    "vector": found({"de>en": 0.6, "en>de": 0.7, "en>en": 1.0}),
    "hybrid": found({"de>en": 0.655, "en>de": 0.65, "en>en": 1.0}),
    "even": found({"de>en": 0.7, "en>de": 0.65, "en>en": 0.98}),
    "hybrid_against_vector": {"nDCG@10": {"difference": 0.1}},
}


def test_a_table_a_variant_and_what_each_gains() -> None:
    text = markdown("retrieval_news", "Some news", FIGURES)
    assert text.startswith("# Some news\n")
    assert "python -m benchmarks.retrieval_news" in text
    tables = dict(part.split("\n\n", 1) for part in text.split("\n## ")[1:])
    assert list(tables) == [
        "Words alone",
        "Meaning alone",
        "Both fused",
        "Both fused, `--balance even`",
        "What the words add to the meaning (fused, less meaning alone)",
        "What `--balance even` changes (less fused)",
    ]
    assert tables["Words alone"].splitlines() == [
        "| | de | en |",
        "|---|---:|---:|",
        "| **de** |  | 10 |",
        "| **en** | 20 |  |",
    ]
    gains = tables["What `--balance even` changes (less fused)"].splitlines()
    assert gains[2:] == ["| **de** |  | +4 |", "| **en** | +0 | -2 |"]


def test_the_overview_names_the_worst_pair_and_leaves_out_what_is_not_known() -> None:
    text = markdown("retrieval_news", "Some news", FIGURES)
    assert "| Words alone | 0.500 | 0.900 | 0.400 | de>en 0.100 | 0.250 |  |" in text
    assert "| Both fused | 0.500 |  | 0.400 | en>de 0.650 | 0.250 |  |" in text


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_that_are_kept_make_tables(name: str) -> None:
    kept = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    text = markdown(name, kept["data"], kept["figures"])
    assert all(pair.partition(">")[0] in text for pair in kept["figures"]["hybrid"]["pairs"])
