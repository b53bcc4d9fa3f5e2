"""Names of indices and aliases: `NAME-vN-FINGERPRINT`, built and parsed here only.

An index that a person calls `news` is a row of generations on the server:

    news-v1-9f0c2a4b11d38e67     the first, written with the model of that fingerprint
    news-v2-51b7aa02c9e4f310     the next: another model, or the same with a new mapping
    news                         alias for reading: the live generation
    news-write                   alias for writing: the live generation
    news-v2-51b7aa02c9e4f310.docs   alias of one generation, which stays with it
    news-former-20260301t080000000000   alias of a generation that was live until then
    news.state-1                 what else is stored with the index (`search.index.state`)
    news.state                   alias for it

`news` and `news-write` move together, in one cluster state update. A program that has a
generation open writes through the `.docs` alias and demands that it be an alias: so a write that
comes after the generation was dropped fails, where it would otherwise make a new index without a
mapping.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from search.errors import UsageError

WRITE_SUFFIX = "-write"

_ALLOWED = re.compile(r"[a-z0-9][a-z0-9._-]{0,199}")
"""Elasticsearch allows 255 bytes; the rest of a generation's name needs up to 40."""
_PLAIN_FINGERPRINT = re.compile(r"[a-z0-9]{1,32}")


@dataclass(frozen=True, slots=True)
class Generation:
    """One index on the server; `number` counts up from 1 within a base name."""

    base: str
    number: int
    fingerprint: str

    def __str__(self) -> str:
        return f"{self.base}-v{self.number}-{self.fingerprint}"

    @classmethod
    def named(cls, base: str, number: int, model_fingerprint: str) -> Generation:
        """Name a generation; a fingerprint that cannot stand in a name is hashed."""
        if not _PLAIN_FINGERPRINT.fullmatch(model_fingerprint):
            model_fingerprint = hashlib.sha256(model_fingerprint.encode()).hexdigest()[:16]
        return cls(base, number, model_fingerprint)

    @classmethod
    def parse(cls, base: str, index: str) -> Generation | None:
        """Read an index name; None if it is not a generation of this base name."""
        found = re.fullmatch(re.escape(base) + r"-v([1-9][0-9]*)-([a-z0-9]{1,32})", index)
        return cls(base, int(found[1]), found[2]) if found else None


def read_alias(base: str) -> str:
    """Return the alias that searches go to."""
    return base


def write_alias(base: str) -> str:
    """Return the alias that writes go to."""
    return base + WRITE_SUFFIX


def document_alias(index: str) -> str:
    """Return the alias of one generation that documents are written through."""
    return index + ".docs"


def state_index(base: str) -> str:
    """Return the index of what else is stored with all generations."""
    return f"{base}.state-1"


def state_alias(base: str) -> str:
    """Return the alias that this is read and written through."""
    return f"{base}.state"


def former_alias(base: str, until: datetime) -> str:
    """Return the alias of a generation that was live until a moment (UTC); it sorts by that."""
    return f"{base}-former-{until:%Y%m%dt%H%M%S%f}"


def former_aliases(base: str) -> str:
    """Return a wildcard that holds all aliases of `former_alias`."""
    return f"{base}-former-*"


def is_former_alias(base: str, alias: str) -> bool:
    """Tell whether an alias was made by `former_alias`."""
    return re.fullmatch(re.escape(base) + r"-former-[0-9]{8}t[0-9]{12}", alias) is not None


def pattern(base: str) -> str:
    """Return a wildcard that holds all generations (and perhaps more: parse what it finds)."""
    return f"{base}-v*-*"


def checked(base: str) -> str:
    """Return the base name if it can name an index. Raises `search.errors.UsageError`."""
    if not _ALLOWED.fullmatch(base):
        raise UsageError(
            f"An Elasticsearch index cannot be called {base!r}: use 1 to 200 lower-case letters, "
            "digits, dots, hyphens and underscores, a letter or digit first."
        )
    if base.endswith(WRITE_SUFFIX):
        raise UsageError(
            f"An index cannot be called {base!r}: names ending in {WRITE_SUFFIX} are the aliases "
            "that Polywire writes through. Choose another name."
        )
    return base
