"""Any sentence-transformers model, from a folder or a hub, behind the embedding port.

Importing this module is cheap; torch and sentence-transformers come with `load`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from search.embedding import devices, hub
from search.embedding.errors import BadVectors, ModelFailed, ModelNotFound, ModelUnusable
from search.embedding.folder import MODULES, Prompts
from search.embedding.port import Vectors
from search.embedding.prompts import conventional
from search.embedding.segmenting import encodable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

NO_FLOAT16 = ("gemma",)
"""Families whose activations overflow in float16 (their cards say so): bfloat16 instead."""


TOGETHER = 2_400
"""Bytes of texts that a processor reads at once, the longest taken for all: texts of like length,
and few enough that what is computed stays near the processor. With e5-small and 160 news passages
94 are embedded a second per core, with 1,200 bytes 87, with 32 texts at once 58 (in 32 bits 17);
more bytes than these were not tried."""

WIDE = 256
"""Numbers per token from which on a processor gains by computing in 16 bits."""


class TransformerEmbedder:
    """Implements `search.embedding.port.Embedder` with a loaded sentence-transformers model."""

    def __init__(
        self,
        name: str,
        model: SentenceTransformer,
        prompts: Prompts,
        fingerprint: str,
        batch_size: int = 32,
    ) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._model = model
        self._prompts = prompts
        self._batch_size = batch_size

    @classmethod
    def load(
        cls,
        name_or_folder: str,
        *,
        device: str | None = None,
        batch_size: int = 32,
        dimension: int | None = None,
        prompts: Prompts | None = None,
    ) -> Self:
        """The model in a folder, or under a hub name: from this machine, else fetched once.

        `device` is a torch device name (the best there is by default); on an accelerator
        it computes in 16 bits. `dimension` shortens the vectors of Matryoshka models. `prompts`
        overrides what the model declares. Raises `ModelNotFound` or `ModelUnusable`.
        """
        model = _open(name_or_folder, device, dimension)
        width = int(model.get_embedding_dimension() or 0)
        if width < 1 or (dimension is not None and width != dimension):
            raise ModelUnusable(
                f"The model {name_or_folder} has vectors of {width} numbers, not {dimension}; "
                "set `dimension` to at most that."
            )
        chosen = prompts or _prompts_of(model, name_or_folder)
        digest = _fingerprint(model, chosen, width)
        _narrow(model)
        return cls(name_or_folder, model, chosen, digest, batch_size)

    @property
    def prompts(self) -> Prompts:
        """What is written before each query and each paragraph."""
        return self._prompts

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of queries: shape (len(texts), dimension), unit length."""
        return self._embed(texts, self._prompts.query)

    def embed_paragraphs(self, texts: Sequence[str]) -> Vectors:
        """Vectors of paragraphs: shape (len(texts), dimension), unit length."""
        return self._embed(texts, self._prompts.document)

    def _embed(self, texts: Sequence[str], prompt: str) -> Vectors:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        whole = [encodable(text) for text in texts]
        budget = TOGETHER if self._model.device.type == devices.CPU else None
        encoded = np.empty((len(texts), self.dimension), np.float32)
        try:
            for numbers in batches(whole, self._batch_size, budget):
                encoded[numbers] = self._encoded([whole[one] for one in numbers], prompt)
        except Exception as error:  # whatever a model, a backend or a driver may raise
            reason = devices.breakdown(error, self._model.device.type, "embed_batch")
            raise ModelFailed(f"The model {self.name} {reason}") from error
        return _checked(encoded, len(texts), self.dimension, self.name)

    def _encoded(self, texts: Sequence[str], prompt: str) -> Vectors:
        vectors = self._model.encode(
            list(texts),
            prompt=prompt,
            batch_size=self._batch_size,
            convert_to_tensor=True,  # numpy has no bfloat16
            show_progress_bar=False,
        )
        return np.asarray(vectors.float().cpu().numpy(), np.float32)


def batches(texts: Sequence[str], most: int, budget: int | None) -> list[list[int]]:
    """Return the numbers of texts that are read at once, the shortest first, each text once.

    At most `most` texts, and `budget` bytes with the longest taken for all; one text is always
    read. Without a budget all are one batch, which the model's library divides.
    """
    if budget is None:
        return [list(range(len(texts)))]
    lengths = [len(text.encode()) for text in texts]
    order = sorted(range(len(texts)), key=lambda number: (lengths[number], number))
    found: list[list[int]] = []
    for number in order:
        fits = found and len(found[-1]) < most and (len(found[-1]) + 1) * lengths[number] <= budget
        if fits:
            found[-1].append(number)
        else:
            found.append([number])
    return found


def _checked(vectors: Vectors, count: int, dimension: int, name: str) -> Vectors:
    """`vectors` at unit length; raises `BadVectors` where they cannot be searched."""
    if vectors.shape != (count, dimension):
        raise BadVectors(
            f"The model {name} returned vectors of shape {vectors.shape}, not "
            f"{(count, dimension)}; its folder is inconsistent, so fetch it again."
        )
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or not norms.all():
        raise BadVectors(
            f"The model {name} returned zero or non-finite vectors; its weights are damaged or do "
            "not fit 16-bit arithmetic on this device (try device `cpu`)."
        )
    unit: Vectors = vectors / norms
    return unit


def _open(name: str, device: str | None, dimension: int | None) -> SentenceTransformer:
    """The loaded model: a copy on this machine if there is one, else from the network."""
    folder = Path(name).expanduser()
    library = _library()
    if reason := devices.refusal(device):
        raise ModelUnusable(reason)
    build = partial(library, device=device or devices.best(), truncate_dim=dimension)
    if folder.is_dir():
        if not (folder / MODULES).is_file() and not (folder / "config.json").is_file():
            raise ModelUnusable(
                f"{name} is not a sentence-transformers model folder: it has no {MODULES}."
            )
        return _attempt(lambda: build(str(folder), local_files_only=True), name)
    if hub.is_path(name):
        raise ModelNotFound(f"There is no model folder {name}; check the path, or use `compact`.")
    return hub.local_first(build, name, _attempt)


def _attempt(build: Callable[[], SentenceTransformer], name: str) -> SentenceTransformer:
    try:
        return build()
    except Exception as error:
        reason = hub.first_line(error)
        if _is_absence(error) and not Path(name).expanduser().is_dir():
            raise ModelNotFound(
                f"The model {name} is not on this machine and could not be fetched ({reason}); "
                "check the name and the network, give a folder, or use `compact`."
            ) from error
        raise ModelUnusable(
            f"The model {name} cannot be loaded ({reason}); fetch it again or choose another."
        ) from error


def _library() -> type[SentenceTransformer]:
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelUnusable(
            f"Transformer models need the sentence-transformers library ({error}); install it, "
            "or use the `compact` model."
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer


def _is_absence(error: BaseException) -> bool:
    """Whether an error, or one behind it, is about a missing name or a missing network."""
    chain: BaseException | None = error
    while chain is not None:
        if type(chain).__module__.partition(".")[0] in ("httpx", "requests", "huggingface_hub"):
            return True
        if isinstance(chain, (ConnectionError, TimeoutError)):
            return True
        chain = chain.__cause__ or chain.__context__
    return isinstance(error, OSError)


def _prompts_of(model: SentenceTransformer, name: str) -> Prompts:
    named = {role: prompt for role, prompt in (model.prompts or {}).items() if prompt}
    declared = Prompts.chosen(named, model.default_prompt_name)
    if declared != Prompts():
        return declared
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return conventional(name, str(getattr(config, "_name_or_path", "")))


def _fingerprint(model: SentenceTransformer, prompts: Prompts, dimension: int) -> str:
    """Sixteen hex digits over weights, tokenizer, settings, prompts and dimension."""
    whole = hashlib.sha256()
    modules: list[tuple[str, object]] = [
        (type(module).__name__, getattr(module, "get_config_dict", dict)())
        for module in model.children()
    ]
    settings = (dimension, prompts.query, prompts.document, model.max_seq_length, modules)
    whole.update(json.dumps(settings, sort_keys=True, default=str).encode())
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    if hasattr(tokenizer, "to_str"):
        whole.update(tokenizer.to_str().encode())
    else:
        whole.update(json.dumps(sorted(tokenizer.get_vocab().items())).encode())
    for key, tensor in sorted(model.state_dict().items()):
        whole.update(f"{key}{tuple(tensor.shape)}".encode())
        whole.update(tensor.detach().cpu().float().contiguous().numpy().data)
    return whole.hexdigest()[:16]


def _narrow(model: SentenceTransformer) -> None:
    """16-bit arithmetic on an accelerator, and on a processor that multiplies in bfloat16."""
    import torch

    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    if model.device.type == devices.CPU:
        if devices.multiplies_bfloat16() and int(getattr(config, "hidden_size", 0) or 0) >= WIDE:
            model.to(torch.bfloat16)
        return
    family = str(getattr(config, "model_type", ""))
    if any(part in family for part in NO_FLOAT16):
        model.to(torch.bfloat16)
    else:
        model.to(torch.float16)
