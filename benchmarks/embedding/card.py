"""Writes the compact model's card (README.md in its folder) from what was measured.

python -m benchmarks.embedding.card            # after python -m benchmarks.embedding
python -m benchmarks.embedding.card --check    # exit 1 if the card is out of date
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.embedding.languages import NAMES
from benchmarks.record import RESULTS
from search.embedding.static import COMPACT_FOLDER

TEMPLATE = Path(__file__).parent / "card.md"
FIGURES = RESULTS / "embedding_compact.json"
ABLATIONS = RESULTS / "embedding_ablations.json"

GOOD = 0.85
USABLE = 0.60
"""Held-out precision at 1 from which a language counts as good or usable."""


def main() -> None:
    """Write the card, or check it."""
    card = rendered(_read(FIGURES), _read(ABLATIONS), _read(COMPACT_FOLDER / "training.json"))
    path = COMPACT_FOLDER / "README.md"
    if "--check" not in sys.argv[1:]:
        path.write_text(card, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != card:
        sys.exit("the card is out of date; run python -m benchmarks.embedding.card")


def rendered(measured: dict[str, Any], ablations: dict[str, Any], training: dict[str, Any]) -> str:
    """The card's text: the template with figures and tables in their places."""
    figures = measured["figures"]
    speed = figures["speed"]
    paragraph, sentence = figures["xquad"]["paragraph"], figures["xquad"]["sentence"]
    news = figures["news_headlines"]["all_languages_at_once"]
    places = {
        "pieces": f"{training['pieces']:,}",
        "rows": f"{training['rows']:,}",
        "dimension": str(training["recipe"]["dimension"]),
        "start": str(training.get("start")),
        "megabytes": f"{speed['megabytes']:.0f}",
        "fingerprint": figures["model"]["fingerprint"],
        "commit": measured["commit"],
        "machine": f"{measured['machine']['cores']} cores, {measured['machine']['processor']}",
        "same": f"{paragraph['MRR']['same_language_mean']:.3f}",
        "cross": f"{paragraph['MRR']['cross_language_mean']:.3f}",
        "cross_recall": f"{paragraph['R@10']['cross_language_mean']:.3f}",
        "sentence_same": f"{sentence['MRR']['same_language_mean']:.3f}",
        "sentence_cross": f"{sentence['MRR']['cross_language_mean']:.3f}",
        "news_ndcg": f"{news['nDCG@10']:.3f}",
        "news_recall": f"{news['R@10']:.3f}",
        "speed": f"{speed['english']['a_second']:,}",
        "speed_core": f"{speed['english']['a_processor_second']:,}",
        "speed_mixed": f"{speed['thirteen_languages']['a_processor_second']:,}",
        "load": f"{speed['cold_load_s_best']:.2f}",
        "load_processor": f"{speed['cold_load_processor_s_best']:.2f}",
        "languages": languages(figures["translation"]),
        "matrix": matrix(figures["xquad"]["languages"], paragraph["MRR"]["pairs"]),
        "news_pairs": news_pairs(figures["news_headlines"]["pairs"]),
        "ablations": ablation_table(ablations["figures"]),
        "recipe": json.dumps(training, indent=2),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in places.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def languages(translation: dict[str, Any]) -> str:
    """One row per language: held-out precision at 1, the same on 2021-2024 news, a verdict."""
    held, news = translation["flores+wmt"], translation["news"]
    rows = []
    for code in sorted(held, key=lambda code: -held[code]["P@1"]):
        share = held[code]["P@1"]
        verdict = "good" if share >= GOOD else "usable" if share >= USABLE else "weak"
        recent = f"{100 * news[code]['P@1']:.0f}" if code in news else ""
        queries = str(held[code]["queries"])
        rows.append([f"{NAMES.get(code, code)} ({code})", f"{100 * share:.0f}", queries, recent])
        rows[-1].append(verdict)
    head = ["language", "P@1 held out", "sentences", "P@1 news 2021-24", "verdict"]
    return _table(head, rows)


def matrix(codes: Sequence[str], pairs: dict[str, float]) -> str:
    """MRR x 100, the query's language in rows, the paragraph's in columns."""
    rows = [[one, *(f"{100 * pairs[f'{one}>{other}']:.0f}" for other in codes)] for one in codes]
    return _table(["query", *codes], rows)


def news_pairs(pairs: dict[str, dict[str, float]], fewest: int = 50) -> str:
    """NDCG@10 and recall@10 of the pairs with enough headlines."""
    rows = [
        [pair.replace(">", " > "), f"{v['nDCG@10']:.3f}", f"{v['R@10']:.3f}", str(v["questions"])]
        for pair, v in pairs.items()
        if v["questions"] >= fewest
    ]
    return _table(["headline > article", "nDCG@10", "recall@10", "headlines"], rows)


def ablation_table(runs: Sequence[dict[str, Any]]) -> str:
    """One row per run."""
    rows = []
    for run in runs:
        translation = run["translation"]
        found = "" if translation is None else f"{translation:.0f}"
        scores = [f"{run['same']:.3f}", f"{run['cross']:.3f}", found]
        rows.append([run["change"], f"{run['steps']:,}", *scores])
    return _table(["recipe", "steps", "same", "cross", "translation P@1"], rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows])


def _read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


if __name__ == "__main__":
    main()
