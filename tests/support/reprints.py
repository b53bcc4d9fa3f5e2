"""Articles of which some carry the same text, in several scripts; made by chance from a seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import numpy as np

from search.index.model import Article, EmbeddedArticle, Passage
from tests.support.newsroom import IDENTITY

BEGINS = datetime(2026, 3, 2, 8, tzinfo=UTC)

SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "za", "dor", "fen", "gul", "hap")
SIGNS = "東京都知事選挙候補者討論会開催日程発表新聞記者質問回答市民団体意見反対賛成投票結果速報地震"


def words(count: int, seed: int, script: str = "latin") -> list[str]:
    """Return words (or characters) that no other seed has in the same order."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    if script == "han":
        return [draw.choice(SIGNS) for _ in range(count)]
    return ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 3))) for _ in range(count)]


def text(seed: int, count: int = 120, script: str = "latin") -> str:
    """Return a text of some sentences."""
    own = words(count, seed, script)
    joined = "" if script == "han" else " "
    return joined.join(own)


def edited(original: str, share: float, seed: int = 1) -> str:
    """Replace a share of the words (or characters) by others."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    spaced = " " in original
    parts = original.split(" ") if spaced else list(original)
    other = words(len(parts), seed + 10_000, "latin" if spaced else "han")
    mixed = [new if draw.random() < share else old for old, new in zip(parts, other, strict=True)]
    return (" " if spaced else "").join(mixed)


def article(
    name: str, body: str, source: str = "wire", minutes: int = 0, title: str | None = None
) -> EmbeddedArticle:
    """Return an article with a headline and one paragraph."""
    passages = (Passage(0, title or f"Headline {name}", "en"), Passage(1, body, "en"))
    made = Article(
        id=name,
        title=title or f"Headline {name}",
        passages=passages,
        lang="en",
        source=source,
        published=BEGINS + timedelta(minutes=minutes),
    )
    vectors = np.zeros((2, IDENTITY.dimension), np.float32)
    vectors[:, 0] = 1
    return EmbeddedArticle(made, vectors)
