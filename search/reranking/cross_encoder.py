"""Any sentence-transformers cross-encoder, from a folder or a hub, behind the reranking port.

Importing this module is cheap; torch and sentence-transformers come with `load`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from search.embedding import devices, hub
from search.embedding.errors import ModelNotFound
from search.embedding.segmenting import encodable
from search.reranking.errors import (
    BadScores,
    RerankerFailed,
    RerankerNotFound,
    RerankerUnusable,
)
from search.reranking.port import Scores

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

CONFIG = "config.json"
SENTENCE_CONFIG = "config_sentence_transformers.json"


class CrossEncoderReranker:
    """Implements `search.reranking.port.Reranker` with a loaded cross-encoder.

    One thread computes at a time: tokenizers refuse a second one, and on the CPU it would make
    neither faster.
    """

    def __init__(self, name: str, model: CrossEncoder, batch_size: int = 32) -> None:
        self.name = name
        self._model = model
        self._batch_size = batch_size
        self._computing = Lock()

    @classmethod
    def load(cls, name_or_folder: str, *, device: str | None = None, batch_size: int = 32) -> Self:
        """The model in a folder, or under a hub name: from this machine, else fetched once.

        `device` is a torch device name (the best there is by default). Raises
        `RerankerNotFound`, or `RerankerUnusable` for what is not a cross-encoder of one score.
        """
        model = _open(name_or_folder, device)
        if not _is_cross_encoder(model, name_or_folder):
            raise RerankerUnusable(
                f"{name_or_folder} is not a cross-encoder but another kind of model; name one made "
                "for reranking, such as BAAI/bge-reranker-v2-m3."
            )
        if model.num_labels != 1:
            raise RerankerUnusable(
                f"The cross-encoder {name_or_folder} gives {model.num_labels} scores per pair, "
                "and a reranker gives one; name one made for reranking."
            )
        return cls(name_or_folder, model, batch_size)

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits over weights, tokenizer, activation and longest input."""
        whole = hashlib.sha256()
        activation = type(self._model.activation_fn).__name__
        whole.update(json.dumps((activation, self._model.max_seq_length)).encode())
        whole.update(_vocabulary(self._model.tokenizer).encode())
        for key, tensor in sorted(self._model.state_dict().items()):
            whole.update(f"{key}{tuple(tensor.shape)}".encode())
            whole.update(tensor.detach().cpu().float().contiguous().numpy().data)
        return whole.hexdigest()[:16]

    @property
    def bounded(self) -> bool:
        """Whether the model's own activation is the logistic function."""
        return type(self._model.activation_fn).__name__ == "Sigmoid"

    def scores(self, query: str, texts: Sequence[str]) -> Scores:
        """Scores of the model's own activation; texts beyond its length are cut."""
        if not texts:
            return np.empty(0)
        first = encodable(query)
        pairs = [(first, encodable(text)) for text in texts]
        with self._computing:
            found = self._predicted(pairs)
        scores = np.asarray(found, np.float64)
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise BadScores(
                f"The reranker {self.name} returned scores that cannot be sorted; its weights are "
                "damaged or do not fit this device (try device `cpu`, or another reranker)."
            )
        return scores

    def _predicted(self, pairs: list[tuple[str, str]]) -> object:
        try:
            return self._model.predict(
                pairs, batch_size=self._batch_size, show_progress_bar=False, convert_to_numpy=True
            )
        except Exception as error:  # whatever a model, a backend or a driver may raise
            reason = devices.breakdown(error, self._model.device.type, "rerank.batch")
            raise RerankerFailed(f"The reranker {self.name} {reason}") from error


def _vocabulary(tokenizer: Any) -> str:  # noqa: ANN401 - of one library or another
    """What a tokenizer consists of, without what its last call left behind."""
    fast = getattr(tokenizer, "backend_tokenizer", None)
    if fast is None:
        return json.dumps(sorted(tokenizer.get_vocab().items()))
    made = json.loads(fast.to_str())
    return json.dumps({key: made[key] for key in made if key not in {"truncation", "padding"}})


def _open(name: str, device: str | None) -> CrossEncoder:
    """The loaded model: a copy on this machine if there is one, else from the network."""
    folder = Path(name).expanduser()
    library = _library()
    if reason := devices.refusal(device):
        raise RerankerUnusable(reason)
    build = partial(library, device=device or devices.best())
    if folder.is_dir():
        if not (folder / CONFIG).is_file() and not (folder / SENTENCE_CONFIG).is_file():
            raise RerankerUnusable(
                f"The folder {name} holds no cross-encoder: it has no {CONFIG}. Give a folder "
                "where sentence-transformers saved one, or a name on the hub."
            )
        return _attempt(lambda: build(str(folder), local_files_only=True), name)
    if hub.is_path(name):
        raise RerankerNotFound(
            f"There is no reranker folder {name}; check the path, or give a name on the hub."
        )
    try:
        return hub.local_first(build, name, _attempt)
    except ModelNotFound:
        raise RerankerNotFound(
            f"The reranker {name} is not on this machine and cannot be fetched: the hub does "
            "not answer, or has no model of this name. Check the name and the network, or "
            "give a folder."
        ) from None


def _attempt(build: Callable[[], CrossEncoder], name: str) -> CrossEncoder:
    try:
        return build()
    except Exception as error:
        raise RerankerUnusable(
            f"The reranker {name} cannot be loaded ({hub.first_line(error)}); fetch it again or "
            "name another."
        ) from error


def _library() -> Callable[..., CrossEncoder]:
    try:
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging
    except ImportError as error:
        raise RerankerUnusable(
            f"Reranking needs the sentence-transformers library ({error}); install it, or leave "
            "the reranker out."
        ) from error
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    library: Callable[..., CrossEncoder] = CrossEncoder
    return library


def _is_cross_encoder(model: CrossEncoder, name: str) -> bool:
    """Whether the scoring head was saved with the model.

    The library puts a head of random weights on anything else, and only warns.
    """
    architectures = getattr(model.config, "architectures", None) or []
    if any(str(each).endswith("ForSequenceClassification") for each in architectures):
        return True
    return _saved_type(name) == "CrossEncoder"


def _saved_type(name: str) -> str | None:
    """The kind of model that sentence-transformers recorded, if it saved this one."""
    from huggingface_hub import try_to_load_from_cache

    folder = Path(name).expanduser()
    path = folder / SENTENCE_CONFIG if folder.is_dir() else None
    if path is None and isinstance(cached := try_to_load_from_cache(name, SENTENCE_CONFIG), str):
        path = Path(cached)
    if path is None or not path.is_file():
        return None
    kind = json.loads(path.read_text(encoding="utf-8")).get("model_type")
    return str(kind) if kind is not None else None
