"""Text that every tokenizer accepts."""

from __future__ import annotations


def encodable(text: str) -> str:
    """Text without halves of surrogate pairs, as broken JSON may have; tokenizers refuse them."""
    return text.encode("utf-8", "replace").decode()
