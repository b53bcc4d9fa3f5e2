"""How an open index behaves: values only."""

from __future__ import annotations

from dataclasses import field

from search.index.embedded.memory import Holding
from search.index.embedded.upkeep import Policy
from search.index.history import KEEP
from search.values import dataclass


@dataclass(frozen=True, slots=True)
class EmbeddedOptions:
    """When it is tidied, what of it is held in memory, how many former versions are stored."""

    policy: Policy = field(default_factory=Policy)
    holding: Holding = field(default_factory=Holding)
    keep: int = KEEP
