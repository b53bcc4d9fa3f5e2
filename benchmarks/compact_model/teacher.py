"""The English teacher's vectors: encoded once, stored in chunks, reduced to the student's size.

Any sentence-transformers model will do; the recipe uses all-MiniLM-L6-v2 (Apache-2.0; Wang et
al., "MiniLM", 2020, tuned on a billion pairs by the sentence-transformers authors). It is
needed for training only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.compact_model.corpus import PART, PIVOT, Corpus
from benchmarks.compact_model.examples import Stream
from benchmarks.compact_model.workers import together
from search.embedding import devices

CHUNK = 8_000
"""Texts encoded between two writes to disk: what an interruption costs."""

Matrix = NDArray[np.float32]
Encode = Callable[[list[str]], Matrix]


def encoder(name: str, prompt: str = "") -> Encode:
    """A teacher, from a folder or hub name, as a function from texts to unit vectors.

    `prompt` is put before every text.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    # 16 bits where the device has instructions for them: twice the texts a second, and the
    # vectors, stored in 16 bits anyway, stay within a cosine of 0.9999 of the 32-bit ones.
    device = devices.best()
    half = device != devices.CPU or torch.cpu.get_capabilities().get("avx512_bf16", False)
    precision = {"dtype": "bfloat16"} if half else {}
    model = SentenceTransformer(name, device=device, model_kwargs=precision)

    def encode(texts: list[str]) -> Matrix:
        vectors = model.encode(
            texts,
            prompt=prompt or None,
            batch_size=64,
            show_progress_bar=False,
            convert_to_tensor=True,
        )
        return torch.nn.functional.normalize(vectors.float(), dim=1).cpu().numpy()

    return encode


def pivot_texts(corpus: Corpus) -> list[str]:
    """Every text in the teacher's language that training can use, paragraphs last."""
    texts: dict[str, None] = {}
    for row in (*corpus.rows, *corpus.paragraphs):
        for language, text in zip(row.languages, row.texts, strict=True):
            if language == PIVOT:
                texts[text] = None
    return list(texts)


def cached(
    folder: Path,
    texts: Iterable[str],
    encode: Encode,
    report: Callable[[str], None],
    workers: int = 1,
) -> tuple[NDArray[np.uint64], NDArray[np.float16]]:
    """Keys and vectors of at least `texts`, in any order; only what `folder` lacks is encoded."""
    folder.mkdir(parents=True, exist_ok=True)
    have = {int(k) for path in folder.glob("*.npz") for k in np.load(path)["key"]}
    missing = [text for text in texts if key(text) not in have]
    chunks = [missing[start : start + CHUNK] for start in range(0, len(missing), CHUNK)]

    def work(number: int) -> None:
        for place in range(number, len(chunks), workers):
            _store(folder, chunks[place], encode)
            report(f"teacher: part {place + 1} of {len(chunks)}")

    together(workers, work)
    stored = [np.load(path) for path in sorted(folder.glob("*.npz"))]
    keys = np.concatenate([chunk["key"] for chunk in stored])
    return keys, np.concatenate([chunk["vec"] for chunk in stored])


def _store(folder: Path, texts: list[str], encode: Encode) -> None:
    """Write the vectors of a chunk; a file is whole or not there."""
    path = folder / f"{key(texts[0]):016x}.npz"
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        vectors = encode(texts).astype(np.float16)
        np.savez(file, key=np.asarray([key(text) for text in texts], np.uint64), vec=vectors)
    part.rename(path)


def reduced(vectors: NDArray[np.float16], dimension: int) -> NDArray[np.float16]:
    """Unit vectors of `dimension` numbers whose dot products are nearest the originals'.

    The projection is on the first eigenvectors of the uncentred second moments of every tenth
    vector. They come in falling order, so that a prefix of the dimensions is a model as well.
    """
    sample = vectors[::10].astype(np.float32)
    _, axes = np.linalg.eigh(sample.T @ sample)
    projection = axes[:, ::-1][:, :dimension]
    result = np.empty((len(vectors), projection.shape[1]), np.float16)
    for start in range(0, len(vectors), 50_000):
        part = vectors[start : start + 50_000].astype(np.float32) @ projection
        result[start : start + 50_000] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return result


def assigned(
    texts: Sequence[str], streams: Mapping[str, Stream], keys: NDArray[np.uint64]
) -> NDArray[np.int32]:
    """For each text the row of its own teacher vector, or of its translation's, or -1."""
    rows = {int(k): row for row, k in enumerate(keys)}
    known = np.asarray([rows.get(key(text), -1) for text in texts], np.int32)
    for kind, stream in streams.items():
        if kind == PART:
            continue
        for left, right in (stream.pairs.T, stream.pairs.T[::-1]):
            lacking = (known[left] >= 0) & (known[right] < 0)
            known[right[lacking]] = known[left[lacking]]
    return known


def key(text: str) -> int:
    """A 64-bit number that stands for a text on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
