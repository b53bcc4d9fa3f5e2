"""What flows between the components of the indexing pipeline: frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.article.draft import Origin, Reject, Remarks
from indexer.text.boilerplate import LeftOut
from indexer.text.language import Languages
from search.index.model import Article, ArticleState, EmbeddedArticle, Made, WriteResult

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Batch(Generic[Item]):
    """Items that go through the pipeline together.

    Haystack copies deeply what it hands from component to component; frozen items need no copy,
    and a copy would cost more than the rest of the pipeline does.
    """

    items: tuple[Item, ...] = ()

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __deepcopy__(self, memo: dict[int, Any]) -> Batch[Item]:
        return self

    def to_dict(self) -> dict[str, int]:
        """What Haystack notes of a batch when a component fails: its size, not its content."""
        return {"items": len(self.items)}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What pure functions make of a composed article: its languages, its vectors, and more.

    `vectors` are those of all its passages; `made` is for `EmbeddedArticle.made`.
    """

    languages: Languages
    vectors: NDArray[np.float32]
    made: Made


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article on its way in, and where it came from.

    `dropped` are the lines that were left out as boilerplate. `state` is that of the stored
    article with this id, None where there is none; `draft_hash` goes with the article into the
    index. `scope` and `addressed` are those of the draft. `prepared` has what was found out of it
    beforehand.
    """

    origin: Origin
    article: Article
    dropped: tuple[LeftOut, ...] = ()
    state: ArticleState | None = None
    draft_hash: str | None = None
    remarks: Remarks = field(default_factory=Remarks)
    scope: str | None = None
    addressed: bool = False
    prepared: Prepared | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """An article that has to be written, and the vectors of those texts that are stored already."""

    incoming: Incoming
    known: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Ready:
    """An article with its vectors; `embedded` counts those that were computed now."""

    incoming: Incoming
    article: EmbeddedArticle
    embedded: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an article, and what is counted of it."""

    origin: Origin
    result: WriteResult
    lang: str
    content_hash: str
    passages: int
    embedded: int = 0
    dropped: tuple[LeftOut, ...] = ()
    remarks: Remarks = field(default_factory=Remarks)


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of one batch: one outcome per article, and the rejects."""

    settled: tuple[Settled, ...]
    rejects: tuple[Reject, ...]
