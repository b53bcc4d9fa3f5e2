"""What every part of the engine shares of a server: the client, its name, and patience."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.index.elastic.backoff import Backoff

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


@dataclass(frozen=True, slots=True)
class Connection:
    """`place` is the index as a person would write it, with no password in it."""

    client: Elasticsearch
    place: str
    backoff: Backoff
