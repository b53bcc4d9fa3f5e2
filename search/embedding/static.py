"""The fast path for static models: text to vector with numpy and tokenizers, without torch.

A static model has one vector for each piece of its vocabulary; a text's vector is the mean of
its pieces' vectors, at unit length. Rows may be stored in 8 bits with one scale per piece, and
pieces may share them (the `embeddings` + `weights` + `mapping` form of model2vec, which
sentence-transformers reads as well); they are looked up and widened only as they are used, so that
loading stays short and memory small.
"""

from __future__ import annotations

import json
import mmap
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.embedding.errors import BadVectors, ModelNotFound, ModelUnusable
from search.embedding.folder import (
    TOKENIZER,
    WEIGHTS,
    Digest,
    Prompts,
    fingerprint,
    is_static,
    read_prompts,
    static_root,
)
from search.embedding.pieces import PieceReader
from search.embedding.port import Vectors
from search.embedding.segmenting import Segmenter

COMPACT_FOLDER = Path(__file__).parent / "compact"
"""The model that comes with Polywire: multilingual, no download."""

COMPACT_DIGESTS = {
    WEIGHTS: Digest(33_126_960, "565539c0d152d5639bd2a025bae3da707a376d390b68e7fb68bad57038936c60"),
    TOKENIZER: Digest(
        6_827_343, "362cf368511e6ab846e77c310c62e9ddb03f29b03800916e4370b3467e02aa6d"
    ),
}
"""Of its files, as a test says. Reading 40 MB takes 25 ms, a twentieth of a cold search."""

BATCH = 512
"""Texts tokenized together, while the pieces of the batch before are being pooled."""

POOLED = 16
"""Texts pooled together: their rows (about 80 pieces of 256 floats each) stay in the cache."""


@dataclass(frozen=True)
class PieceTable:
    """Vectors of pieces: piece i has `rows[mapping[i]] * scales[i]`, or `rows[i]` without those."""

    rows: NDArray[Any]  # (rows, dimension)
    scales: NDArray[np.float32] | None  # (pieces,)
    mapping: NDArray[Any] | None = None  # (pieces,), rows that pieces share

    @classmethod
    def read(cls, path: Path) -> PieceTable:
        """From a safetensors file that sentence-transformers or model2vec wrote."""
        from safetensors import SafetensorError

        try:
            tensors = mapped(path)
        except FileNotFoundError:
            raise ModelUnusable(f"The model folder {path.parent} has no {path.name}.") from None
        except (SafetensorError, KeyError, OSError, TypeError, ValueError) as error:
            raise ModelUnusable(f"{path} cannot be read ({error}); fetch it again.") from None
        rows = tensors.get("embedding.weight", tensors.get("embeddings"))
        if rows is None or rows.ndim != 2:
            raise ModelUnusable(
                f"{path} holds no table of piece vectors, so it is not a static model."
            )
        scales = tensors.get("weights")
        mapping = tensors.get("mapping")
        table = cls(rows, None if scales is None else scales.astype(np.float32), mapping)
        if scales is not None and len(scales) != len(table):
            raise ModelUnusable(f"{path} has more or fewer scales than pieces; fetch it again.")
        if mapping is not None and not ((mapping >= 0) & (mapping < len(rows))).all():
            raise ModelUnusable(f"{path} names rows that it does not hold; fetch it again.")
        return table

    def __len__(self) -> int:
        """Number of pieces."""
        return len(self.rows if self.mapping is None else self.mapping)

    def sums(self, pieces: NDArray[np.int64], starts: NDArray[np.int64]) -> Vectors:
        """Sum of rows for each text; text i has `pieces[starts[i]:starts[i + 1]]`, at least one."""
        places = pieces if self.mapping is None else self.mapping[pieces]
        rows = self.rows[places].astype(np.float32)
        scales = np.ones(len(pieces), np.float32) if self.scales is None else self.scales[pieces]
        sums = np.empty((len(starts), rows.shape[1]), np.float32)
        ends = [*starts[1:].tolist(), len(pieces)]
        for number, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True)):
            np.dot(scales[start:end], rows[start:end], out=sums[number])
        return sums


_DTYPES = {
    "F32": "<f4",
    "F16": "<f2",
    "F64": "<f8",
    "I8": "i1",
    "U8": "u1",
    "I32": "<i4",
    "I64": "<i8",
}


def mapped(path: Path) -> dict[str, NDArray[Any]]:
    """Map the tensors of a safetensors file into memory, so that only what is used is read.

    The library checks the file and knows where each tensor is; its own reading copies all of it,
    which takes a fifth of the loading. Raises what it raises, and `KeyError` for types that numpy
    lacks.
    """
    from safetensors import safe_open

    with safe_open(path, framework="np") as checked:
        names = list(checked.keys())
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    raw = np.memmap(path, np.uint8, "r", offset=8 + length)
    tensors = {}
    for name in names:
        begin, end = header[name]["data_offsets"]
        tensor = raw[begin:end].view(_DTYPES[header[name]["dtype"]])
        tensors[name] = tensor.reshape(header[name]["shape"])
    return tensors


class StaticEmbedder:
    """Implements `search.embedding.port.Embedder` for static sentence-transformers folders."""

    def __init__(
        self, name: str, segmenter: Segmenter, table: PieceTable, prompts: Prompts, folder: Path
    ) -> None:
        self.name = name
        self._reader = PieceReader(segmenter)
        self._table = table
        self._prompts = prompts
        self._folder = folder
        # Hashing 40 MB takes 25 ms, which another core has while the index is opened.
        self._fingerprint = in_background(self._fingerprinted)

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """The static model in `folder`; raises `ModelNotFound` or `ModelUnusable`."""
        if not folder.is_dir():
            raise ModelNotFound(
                f"There is no model folder {folder}; check the path, or use `compact`."
            )
        if not is_static(folder):
            raise ModelUnusable(f"{folder} does not hold a static sentence-transformers model.")
        root = static_root(folder)
        segmenter = _read_segmenter(root / TOKENIZER)
        table = PieceTable.read(root / WEIGHTS)
        if segmenter.size > len(table):
            raise ModelUnusable(
                f"The tokenizer and the weights in {folder} do not belong together: "
                f"{segmenter.size} pieces, {len(table)} vectors."
            )
        return cls(name, segmenter, table, read_prompts(folder), root)

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return int(self._table.rows.shape[1])

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits over weights, tokenizer, prompts and dimension."""
        return self._fingerprint()

    def _fingerprinted(self) -> str:
        parts = ("static", str(self.dimension), self._prompts.query, self._prompts.document)
        known = COMPACT_DIGESTS if self._folder == COMPACT_FOLDER else None
        return fingerprint(parts, (self._folder / WEIGHTS, self._folder / TOKENIZER), known)

    def complete(self) -> None:
        """Build the whole tokenizer now, which takes a second or two, and every thread waits.

        Otherwise that happens once enough was read, in the middle of some search. Raises
        `ModelUnusable` where the tokenizer is damaged.
        """
        try:
            self._reader.complete()
        except ValueError as error:
            raise self._damaged(error) from None

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of queries: shape (len(texts), dimension), unit length."""
        return self._embed(texts, self._prompts.query)

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Vectors of paragraphs: shape (len(texts), dimension), unit length."""
        return self._embed(texts, self._prompts.document)

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        starts = range(0, len(texts), BATCH)
        if len(starts) <= 1:
            for start in starts:
                self._fill(vectors, start, self._read(texts, prompt))
        else:
            self._embed_overlapped(vectors, texts, prompt)
        if not np.isfinite(vectors).all():
            raise BadVectors(
                f"The model {self.name} returned vectors that are not numbers; its weights are "
                "damaged."
            )
        return vectors

    def _embed_overlapped(self, vectors: Vectors, texts: Sequence[str], prompt: str) -> None:
        """Pool one batch in a second thread while the next is being tokenized."""
        with ThreadPoolExecutor(1) as pool:
            waiting: Future[None] | None = None
            for start in range(0, len(texts), BATCH):
                pieces = self._read(texts[start : start + BATCH], prompt)
                if waiting is not None:
                    waiting.result()
                waiting = pool.submit(self._fill, vectors, start, pieces)
            if waiting is not None:
                waiting.result()

    def _read(self, texts: Sequence[str], prompt: str) -> list[list[int]]:
        try:
            return self._reader.read([prompt + text for text in texts] if prompt else texts)
        except ValueError as error:
            raise self._damaged(error) from None

    def _damaged(self, error: ValueError) -> ModelUnusable:
        return ModelUnusable(f"{self._folder / TOKENIZER} is damaged ({error}); fetch it again.")

    def _fill(self, vectors: Vectors, first: int, pieces: list[list[int]]) -> None:
        """Write the unit vectors of `pieces` into `vectors`, from row `first` on."""
        for start, group in _groups(pieces):
            lengths = [len(ids) for ids in group]
            flat = np.fromiter(chain.from_iterable(group), np.int64, sum(lengths))
            begins = np.cumsum([0, *lengths[:-1]])
            sums = self._table.sums(flat, begins)
            norms = np.linalg.norm(sums, axis=1, keepdims=True)
            if not norms.all():
                empty = norms[:, 0] == 0
                sums[empty] = self._unknown_vector()
                norms = np.linalg.norm(sums, axis=1, keepdims=True)
            vectors[first + start : first + start + len(group)] = sums / norms

    def _unknown_vector(self) -> NDArray[np.float32]:
        """The unknown piece's row, or equal parts of every axis where that row is zero."""
        row = self._table.sums(np.asarray([self._reader.unknown]), np.asarray([0]))[0]
        return row if row.any() else np.ones_like(row)


T = TypeVar("T")


def in_background(compute: Callable[[], T]) -> Callable[[], T]:
    """Begin to compute a value in a thread; what is returned waits for it, and raises its error."""
    value: Future[T] = Future()

    def run() -> None:
        try:
            value.set_result(compute())
        except BaseException as error:
            value.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return value.result


def _groups(pieces: list[list[int]]) -> Iterator[tuple[int, list[list[int]]]]:
    for start in range(0, len(pieces), POOLED):
        yield start, pieces[start : start + POOLED]


def _read_segmenter(path: Path) -> Segmenter:
    if not path.is_file():
        raise ModelUnusable(f"The model folder {path.parent} has no {path.name}.")
    try:
        with path.open("rb") as file:
            return Segmenter(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ModelUnusable(f"{path} cannot be read ({error}); fetch it again.") from None
