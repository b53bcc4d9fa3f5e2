"""Text that every tokenizer takes."""

from __future__ import annotations


def encodable(text: str) -> str:
    """Text without halves of surrogate pairs, as broken JSON may carry; tokenizers refuse them."""
    return text.encode("utf-8", "replace").decode()
