"""Writes the student as an ordinary sentence-transformers folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from benchmarks.compact_model.sharing import Table, shared

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]

CONFIG = {
    "model_type": "SentenceTransformer",
    "prompts": {"query": "", "document": ""},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}


def quantized(table: Table) -> dict[str, NDArray[np.int8 | np.float32 | np.int32]]:
    """`table` as it is stored: 8-bit rows and one scale per piece.

    Piece i has about `embeddings[mapping[i]] * weights[i]`; without a `mapping` it has row i.
    """
    scales = np.abs(table.rows).max(axis=1) / 127
    scales[scales == 0] = 1.0
    rows = np.clip(np.rint(table.rows / scales[:, None]), -127, 127).astype(np.int8)
    weights = (scales[table.mapping] * table.lengths).astype(np.float32)
    stored = {"embeddings": rows, "weights": weights}
    if len(rows) < len(table.mapping):
        stored["mapping"] = table.mapping
    return stored


def read(folder: Path) -> tuple[Tokenizer, NDArray[np.float32]]:
    """Tokenizer and piece vectors, of shape (pieces, dimension), of a folder that `write` made."""
    stored = load_file(folder / "model.safetensors")
    rows = stored["embeddings"][stored["mapping"]] if "mapping" in stored else stored["embeddings"]
    weight = rows.astype(np.float32) * stored["weights"][:, None]
    return Tokenizer.from_file(str(folder / "tokenizer.json")), weight


RECIPE = "training.json"
"""What the weights were made with; no part of the model."""


def write(
    folder: Path,
    tokenizer: Tokenizer,
    weight: NDArray[np.float32],
    record: Mapping[str, Any],
    rows: int | None = None,
) -> None:
    """The model folder of piece vectors, of shape (pieces, dimension).

    With more pieces than `rows`, pieces of nearly the same direction share a row.
    """
    table = shared(weight, len(weight) if rows is None else rows)
    write_table(folder, tokenizer, table, record)


def write_table(
    folder: Path, tokenizer: Tokenizer, table: Table, record: Mapping[str, Any]
) -> None:
    """The model folder, without its card; `record` is the recipe that made it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    save_file(quantized(table), folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    contents = {"modules.json": MODULES, "config_sentence_transformers.json": CONFIG}
    for name, content in {**contents, RECIPE: dict(record)}.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
