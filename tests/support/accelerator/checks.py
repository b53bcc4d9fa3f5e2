"""What the models compute on this machine's accelerator, or on a simulated one, as JSON.

    python -m tests.support.accelerator.checks FOLDER

A process of its own: a device that PyTorch has been told of stays for good. FOLDER has the models,
`embedder` and `reranker`, and takes what is trained here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.compact_model import teacher
from benchmarks.compact_model.schedule import Budget, train
from benchmarks.compact_model.student import Student
from search.embedding import devices
from search.embedding.errors import EmbeddingError
from search.embedding.transformer import TransformerEmbedder
from search.reranking.cross_encoder import CrossEncoderReranker
from search.reranking.errors import RerankingError
from tests.support.accelerator import simulated
from tests.support.toy_pair import ToyPair

TEXTS = ["wahl", "river wahl", "wahl river river", "river " * 60, ""]
WORKERS = 2
"""More than one, of which only one may be started where there is an accelerator."""


def main(folder: Path) -> None:
    """Run every check and print what came out."""
    library = simulated.install() if devices.best() == devices.CPU else None
    outcome = {
        "device": devices.best(),
        "training": training(folder / "trained"),
        "teacher": teaching(str(folder / "embedder")),
        "embedder": embedding(str(folder / "embedder")),
        "reranker": reranking(str(folder / "reranker")),
    }
    if library is not None:
        outcome["exhausted"] = exhausted(folder)
    sys.stdout.write(json.dumps(outcome))


def training(folder: Path) -> dict[str, Any]:
    """The trainer: where its weights lie, and what it learns."""
    toy, heard = ToyPair.drawn(), list[str]()
    size = toy.tokenizer.get_vocab_size()
    weight = train(toy.material, size, toy.recipe(), Budget(200, None, WORKERS), heard.append)
    found, taught = toy.lessons(weight, folder)
    lies = Student(toy.material, size, toy.recipe()).weight.device.type
    return {"lies": lies, "found": found, "taught": taught, "heard": len(heard)}


def teaching(name: str) -> dict[str, Any]:
    """The teacher: its vectors beside those in 32 bits of the processor."""
    reference = TransformerEmbedder.load(name, device=devices.CPU)
    exact = reference._model.encode(TEXTS, normalize_embeddings=True)
    return {"cosine": _least_cosine(teacher.encoder(name)(TEXTS), exact)}


def embedding(name: str) -> dict[str, Any]:
    """The adapter: its precision, and its vectors beside those of the processor."""
    here, there = (TransformerEmbedder.load(name, device=each) for each in (None, devices.CPU))
    weights = next(here._model.parameters())
    return {
        "lies": weights.device.type,
        "precision": str(weights.dtype),
        "cosine": min(
            _least_cosine(here.embed_queries(TEXTS), there.embed_queries(TEXTS)),
            _least_cosine(here.embed_paragraphs(TEXTS), there.embed_paragraphs(TEXTS)),
        ),
        "same_fingerprint": here.fingerprint == there.fingerprint,
    }


def reranking(name: str) -> dict[str, Any]:
    """The reranker: its scores beside those of the processor."""
    here, there = (CrossEncoderReranker.load(name, device=each) for each in (None, devices.CPU))
    texts = ["the bridge of the river", "the river", "in the river bridge ."]
    apart = np.abs(here.scores("bridge", texts) - there.scores("bridge", texts)).max()
    return {"lies": next(here._model.parameters()).device.type, "apart": float(apart)}


def exhausted(folder: Path) -> dict[str, str]:
    """What is said where the accelerator has too little memory."""
    embedder = TransformerEmbedder.load(str(folder / "embedder"), batch_size=64)
    reranker = CrossEncoderReranker.load(str(folder / "reranker"), batch_size=64)
    said = {}
    with simulated.memory_for(2_000):
        try:
            embedder.embed_paragraphs(TEXTS * 20)
        except EmbeddingError as error:
            said["embedder"] = str(error)
        try:
            reranker.scores("bridge", ["the river " * 20] * 40)
        except RerankingError as error:
            said["reranker"] = str(error)
    return said


def _least_cosine(found: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> float:
    norms = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
    return float((np.einsum("ij,ij->i", found, expected) / norms).min())


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
