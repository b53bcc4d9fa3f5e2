"""XQuAD-R: a question in one language, the paragraph or sentence that answers it in another.

Roy et al., "LAReQA: Language-Agnostic Answer Retrieval from a Multilingual Pool", EMNLP 2020.
Here each pair of languages is measured alone: 1,190 questions, 240 paragraphs.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.embedding.ranks import ranks, reciprocal, share_within
from search.embedding.port import Embedder


@dataclass(frozen=True)
class Reading:
    """One language's questions, and the places of their answers."""

    questions: list[str]
    paragraphs: list[str]
    sentences: list[str]
    in_paragraph: NDArray[np.int64]  # (questions,)
    in_sentence: NDArray[np.int64]  # (questions,)


def read(path: Path) -> Reading:
    """One language of XQuAD-R."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        entries = json.load(file)["data"]
    questions: list[str] = []
    paragraphs: list[str] = []
    sentences: list[str] = []
    places: list[tuple[int, int]] = []
    for paragraph in (paragraph for entry in entries for paragraph in entry["paragraphs"]):
        breaks = paragraph["sentence_breaks"]
        for question in paragraph["qas"]:
            start = question["answers"][0]["answer_start"]
            within = next((n for n, (_, end) in enumerate(breaks) if start < end), len(breaks) - 1)
            questions.append(question["question"])
            places.append((len(paragraphs), len(sentences) + within))
        paragraphs.append(paragraph["context"])
        sentences.extend(paragraph["sentences"])
    in_paragraph, in_sentence = np.asarray(places, np.int64).T
    return Reading(questions, paragraphs, sentences, in_paragraph, in_sentence)


def measure(embedder: Embedder, folder: Path) -> dict[str, Any]:
    """MRR and recall@10 for every pair of languages, and their means."""
    readings = {path.name.split(".")[0]: read(path) for path in sorted(folder.glob("*.json.xz"))}
    queries = {lang: embedder.embed_queries(r.questions) for lang, r in readings.items()}
    figures: dict[str, Any] = {"languages": list(readings)}
    targets: dict[str, Callable[[Reading], tuple[list[str], NDArray[np.int64]]]] = {
        "paragraph": lambda r: (r.paragraphs, r.in_paragraph),
        "sentence": lambda r: (r.sentences, r.in_sentence),
    }
    for unit, target in targets.items():
        pools = {lang: embedder.embed_paragraphs(target(r)[0]) for lang, r in readings.items()}
        found = {
            (one, other): ranks(queries[one] @ pools[other].T, target(readings[other])[1])
            for one in readings
            for other in readings
        }
        figures[unit] = {
            "MRR": _matrix({pair: reciprocal(r) for pair, r in found.items()}),
            "R@10": _matrix({pair: share_within(r, 10) for pair, r in found.items()}),
        }
    return figures


def _matrix(values: dict[tuple[str, str], float]) -> dict[str, Any]:
    same = [value for (one, other), value in values.items() if one == other]
    cross = [value for (one, other), value in values.items() if one != other]
    return {
        "same_language_mean": round(float(np.mean(same)), 4),
        "cross_language_mean": round(float(np.mean(cross)), 4),
        "pairs": {f"{one}>{other}": round(value, 4) for (one, other), value in values.items()},
    }
