"""What a sentence-transformers folder says about itself, read without importing the library."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.embedding.errors import ModelNotFound, ModelUnusable

MODULES = "modules.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
CONFIG = "config_sentence_transformers.json"

QUERY_PROMPTS = ("query", "Retrieval-query", "search_query")
DOCUMENT_PROMPTS = ("document", "passage", "Retrieval-document", "search_document")


@dataclass(frozen=True)
class Prompts:
    """What a model wants written before a query and before a paragraph; often nothing."""

    query: str = ""
    document: str = ""

    @classmethod
    def chosen(cls, prompts: Mapping[str, str], default: str | None = None) -> Prompts:
        """From a model's named prompts, under any of the names in use for the two roles."""
        fallback = prompts.get(default or "", "")
        return cls(
            query=_first(prompts, QUERY_PROMPTS, fallback),
            document=_first(prompts, DOCUMENT_PROMPTS, fallback),
        )


def is_static(folder: Path) -> bool:
    """Whether `folder` holds a static model: one vector per piece, mean-pooled, nothing after it.

    False for anything else, also for a folder that is missing or damaged.
    """
    try:
        modules = read_json(folder / MODULES)
    except (ModelNotFound, ModelUnusable):
        return False
    if not isinstance(modules, list) or not all(isinstance(m, dict) for m in modules):
        return False
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"])


def static_root(folder: Path) -> Path:
    """Where the static module's weights and tokenizer lie within its model folder."""
    modules = read_json(folder / MODULES)
    return folder / str(modules[0].get("path", ""))


def read_prompts(folder: Path) -> Prompts:
    """The prompts that `folder` declares; none where it declares none."""
    path = folder / CONFIG
    if not path.is_file():
        return Prompts()
    config = read_json(path)
    return Prompts.chosen(config.get("prompts") or {}, config.get("default_prompt_name"))


def read_json(path: Path) -> Any:  # noqa: ANN401 - whatever the file says
    """The parsed file; raises `ModelNotFound` or `ModelUnusable` in one sentence."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise ModelNotFound(
                f"There is no model folder {path.parent}; check the path, or use `compact`."
            ) from None
        raise ModelUnusable(
            f"{path.parent} is not a sentence-transformers model folder: it has no {path.name}."
        ) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ModelUnusable(f"{path} cannot be read ({error}); fetch the model again.") from None


@dataclass(frozen=True)
class Digest:
    """What is known of a file that comes with the program, so that nobody reads it to find out."""

    size: int
    sha256: str

    def of(self, path: Path) -> bytes | None:
        """Return the digest, unless the file is another one by its size."""
        return bytes.fromhex(self.sha256) if path.stat().st_size == self.size else None


def fingerprint(
    parts: Sequence[str], files: Sequence[Path], known: Mapping[str, Digest] | None = None
) -> str:
    """Sixteen hex digits over `parts` and the contents of `files`, in the given order.

    Files in `known`, by name, are not read.
    """
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.encode() + b"\0")
    for path in files:
        digest = known[path.name].of(path) if known and path.name in known else None
        if digest is None:
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").digest()
        whole.update(digest)
    return whole.hexdigest()[:16]


def _first(prompts: Mapping[str, str], names: Sequence[str], fallback: str) -> str:
    return next((prompts[name] for name in names if prompts.get(name)), fallback)
