"""Prompts that models need but do not declare in their folder.

A model's own configuration always comes first; this table is for families whose authors wrote
the prompts into the paper or the card only. Sources: Wang et al., "Multilingual E5 Text
Embeddings", 2024 (and the instruct variant's card); Xiao et al., "C-Pack", 2023 (BGE v1.5).
"""

from __future__ import annotations

import re

from search.embedding.folder import Prompts

_TASK = "Given a web search query, retrieve relevant passages that answer the query"

_CONVENTIONS = (
    (r"(^|[-_/])e5[-_].*instruct", Prompts(query=f"Instruct: {_TASK}\nQuery: ")),
    (r"(^|[-_/])e5[-_]", Prompts(query="query: ", document="passage: ")),
    (
        r"(^|[-_/])bge-(small|base|large)-en",
        Prompts(query="Represent this sentence for searching relevant passages: "),
    ),
)


def conventional(*names: str) -> Prompts:
    """The prompts that the first recognised of `names` (hub name, folder) is known to need."""
    for name in names:
        for pattern, prompts in _CONVENTIONS:
            if re.search(pattern, name.lower().rstrip("/")):
                return prompts
    return Prompts()
