"""Writes the student as an ordinary sentence-transformers folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

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


def quantized(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """8-bit rows and one scale a row, so that `rows * scales[:, None]` is close to `weight`."""
    scales = np.abs(weight).max(axis=1) / 127
    scales[scales == 0] = 1.0
    rows = np.clip(np.rint(weight / scales[:, None]), -127, 127).astype(np.int8)
    return rows, scales.astype(np.float32)


RECIPE = "training.json"
"""What the weights were made with; no part of the model."""


def write(
    folder: Path, tokenizer: Tokenizer, weight: NDArray[np.float32], record: Mapping[str, Any]
) -> None:
    """The model folder, without its card; `record` is the recipe that made it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    rows, scales = quantized(weight)
    save_file({"embeddings": rows, "weights": scales}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    contents = {"modules.json": MODULES, "config_sentence_transformers.json": CONFIG}
    for name, content in {**contents, RECIPE: dict(record)}.items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
