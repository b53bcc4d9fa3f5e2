"""Measures an embedding model on texts it was not trained on, by language pair.

    python -m benchmarks.embedding [--model FOLDER_OR_NAME] [--shared ../shared]

It needs the optional data of `../shared` and keeps the figures in
`results/embedding_NAME.json`. The card of the compact model is made of them by
`python -m benchmarks.embedding.card`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.compact_model import corpus
from benchmarks.embedding import news, speed, translation, xquad
from benchmarks.record import record
from benchmarks.retrieval import SHARED
from search.embedding.folder import is_static
from search.embedding.port import Embedder
from search.embedding.static import COMPACT_FOLDER, StaticEmbedder

SOURCES = (("flores", "wmt"), ("flores",), ("wmt",), ("tico",), ("tatoeba",))


def main() -> None:
    """Measure, store the figures, print the means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=str(COMPACT_FOLDER))
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--without-translation", action="store_true", help="skip the slow part")
    options = parser.parse_args()
    embedder = load(options.model)
    articles = options.shared / "news" / "wmt-news.jsonl.xz"
    aligned = translation.news(articles)
    figures = {
        "model": {"name": embedder.name, "fingerprint": embedder.fingerprint},
        "xquad": xquad.measure(embedder, options.shared / "eval" / "xquad-r"),
        "news_headlines": news.measure(embedder, articles),
        "translation": {"news": translation.measure(embedder, aligned)},
    }
    if not options.without_translation:
        rows = corpus.read(options.shared / "parallel").held_out
        for sources in SOURCES:
            pairs = translation.held_out(rows, sources)
            figures["translation"]["+".join(sources)] = translation.measure(embedder, pairs)
    if is_static(Path(options.model)):
        figures["speed"] = speed.measure(Path(options.model), translation.passages(articles))
    path = record(f"embedding_{embedder.name}", "XQuAD-R, WMT news, held-out pairs", figures)
    print(json.dumps({u: _means(figures["xquad"][u]) for u in ("paragraph", "sentence")}))
    print(json.dumps(figures["news_headlines"]["all_languages_at_once"]))
    print(
        json.dumps(figures["translation"]["flores+wmt"] if len(figures["translation"]) > 1 else {})
    )
    print(json.dumps(figures.get("speed")))
    print(f"written to {path.name}")


def load(model: str) -> Embedder:
    """The static fast path where it can be had, sentence-transformers otherwise."""
    folder = Path(model)
    name = "compact" if folder == COMPACT_FOLDER else folder.name
    if is_static(folder):
        return StaticEmbedder.load(folder, name)
    from search.embedding.transformer import TransformerEmbedder

    return TransformerEmbedder.load(model)


def _means(unit: dict[str, dict[str, float]]) -> dict[str, float]:
    return {
        f"{measure} {kind}": values[f"{kind}_language_mean"]
        for measure, values in unit.items()
        for kind in ("same", "cross")
    }


if __name__ == "__main__":
    main()
