"""Generations and aliases on a server: listing, making, swapping, blocking, dropping."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from search.index.elastic import names
from search.index.elastic.driver_errors import translated
from search.index.elastic.mapping import identity_of
from search.index.elastic.names import Generation
from search.index.errors import IndexDamaged, IndexMismatch, IndexMissing, SearchIndexError
from search.index.model import IndexIdentity

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


class Generations:
    """All generations of one base name."""

    def __init__(self, client: Elasticsearch, base: str, place: str) -> None:
        """`place` is the index as a person would write it."""
        self._client = client
        self.base = base
        self.place = place

    def all(self) -> list[Generation]:
        """Every generation, newest first."""
        with translated(self.place):
            found = self._client.indices.get(
                index=names.pattern(self.base), features="aliases", expand_wildcards="all"
            )
        parsed = (Generation.parse(self.base, index) for index in found)
        return sorted((g for g in parsed if g is not None), key=lambda g: -g.number)

    def live(self) -> str | None:
        """The index that the read alias points to.

        Raises `IndexDamaged` if the name is that of an index, or of an alias of several.
        """
        alias = names.read_alias(self.base)
        try:
            with translated(self.place):
                found = list(self._client.indices.get(index=alias, features="aliases"))
        except IndexMissing:
            return None
        if len(found) != 1 or Generation.parse(self.base, found[0]) is None:
            raise IndexDamaged(
                f"{self.place} is not an index that Polywire made (it is {', '.join(found)}). "
                "Choose another name with --index."
            )
        return found[0]

    def former(self) -> list[str]:
        """The generations that were live before, the one that was live last first.

        Their aliases say so. What an earlier program replaced has none; it takes no more writes and
        is older than the live one.
        """
        live = Generation.parse(self.base, self.live() or "")
        with translated(self.place):
            found = self._client.indices.get(
                index=names.pattern(self.base), features="aliases,settings", expand_wildcards="all"
            )
        ended: list[tuple[str, int, str]] = []
        for index, about in found.items():
            generation = Generation.parse(self.base, index)
            if live is None or generation is None or generation == live:
                continue
            aliases = [a for a in about["aliases"] if names.is_former_alias(self.base, a)]
            blocks = about["settings"]["index"].get("blocks", {})
            replaced = str(blocks.get("write")) == "true" and generation.number < live.number
            if aliases or replaced:
                ended.append((max(aliases, default=""), generation.number, index))
        return [index for *_, index in sorted(ended, reverse=True)]

    def identity(self, index: str) -> IndexIdentity:
        """What a generation was written with. Raises `IndexDamaged` if it does not say so."""
        with translated(self.place):
            mapping = self._client.indices.get_mapping(index=index)[index]["mappings"]
        identity = identity_of(mapping)
        if identity is None:
            raise IndexDamaged(
                f"The index {index} on the server does not say which model it was written with: "
                "Polywire did not make it, or its mapping was changed. Choose another name with "
                "--index, or delete it and ingest again."
            )
        return identity

    def create(self, generation: Generation, body: dict[str, Any]) -> None:
        """Make a generation. Raises `IndexExists` if another program was faster."""
        with translated(self.place):
            self._client.indices.create(index=str(generation), **body)

    def promote(self, index: str) -> None:
        """Swing both aliases over in one step; the former generation takes no more writes.

        In the same step an alias says of the former one that it was live until now.
        """
        self._must_exist(index)
        former = self.live()
        self.allow_writes(index)
        add: list[dict[str, Any]] = [
            {"add": {"index": index, "alias": names.read_alias(self.base)}},
            {
                "add": {
                    "index": index,
                    "alias": names.write_alias(self.base),
                    "is_write_index": True,
                }
            },
        ]
        remove: list[dict[str, Any]] = [
            {"remove": {"index": former, "alias": alias, "must_exist": False}}
            for alias in (names.read_alias(self.base), names.write_alias(self.base))
            if former is not None and former != index
        ]
        if former is not None and former != index:
            until = names.former_alias(self.base, datetime.now(UTC))
            add.append({"add": {"index": former, "alias": until}})
            remove.append(
                {
                    "remove": {
                        "index": index,
                        "alias": names.former_aliases(self.base),
                        "must_exist": False,
                    }
                }
            )
        with translated(self.place):
            self._client.indices.update_aliases(actions=[*remove, *add])
        if former is not None and former != index:
            self.block_writes(former)

    def block_writes(self, index: str) -> None:
        """Refuse writes from now on; those under way are finished when this returns."""
        with translated(self.place):
            self._client.indices.add_block(index=index, block="write")

    def allow_writes(self, index: str) -> None:
        """Take writes again."""
        with translated(self.place):
            self._client.indices.put_settings(index=index, settings={"index.blocks.write": None})

    def drop(self, index: str) -> None:
        """Delete a generation that is not live."""
        self._must_exist(index)
        if index == self.live():
            raise SearchIndexError(
                f"{index} is the live generation of {self.place}; promote another one first."
            )
        with translated(self.place):
            self._client.indices.delete(index=index)

    def _must_exist(self, index: str) -> None:
        if index not in map(str, self.all()):
            raise SearchIndexError(f"{self.place} has no generation {index}.")


class Pointer:
    """Which generation an open index reads and writes.

    It follows the live generation as long as that was written with the same model and schema, so
    that a program which runs for weeks sees a new mapping without being started anew. When
    another model takes over, the program goes on reading the generation that its own model can
    ask, and its writes are refused in words.
    """

    LOOK_AGAIN_S = 10.0
    """Age at which the knowledge of the alias is refreshed. Meanwhile searches find what the former
    generation has, which takes no more writes; when that is dropped, they follow at once."""

    def __init__(self, generations: Generations, index: str, identity: IndexIdentity) -> None:
        self._generations = generations
        self._index = index
        self._pinned = index != generations.live()
        self._looked = time.monotonic()
        self._lock = threading.Lock()
        self.identity = identity

    @property
    def index(self) -> str:
        """The index to search now."""
        if not self._pinned and self._is_old():
            self._look()
        return self._index

    def _is_old(self) -> bool:
        """Tell whether it is time to look, to one thread of all that ask."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked <= self.LOOK_AGAIN_S:
                return False
            self._looked = now
            return True

    @property
    def alias(self) -> str:
        """The alias to write through."""
        return names.document_alias(self._index)

    def follow(self) -> bool:
        """Move on to the generation that took over.

        Returns False if none did (yet). Raises `IndexMismatch` if it was written with another
        model, `IndexMissing` if the index is gone.
        """
        live = self._generations.live()
        if live is None or self._pinned:
            if self._index in map(str, self._generations.all()):
                return False
            raise IndexMissing(f"The index {self._index} was deleted while it was open.")
        return self._look(live, strict=True)

    def _look(self, live: str | None = None, strict: bool = False) -> bool:
        live = live or self._generations.live()
        with self._lock:
            self._looked = time.monotonic()
            if live is None or live == self._index:
                return False
            identity = self._generations.identity(live)
            if identity == self.identity:
                self._index = live
                return True
        if strict:
            raise IndexMismatch(
                f"{self._generations.place} has moved to the model {identity.model_name} "
                f"({identity.model_fingerprint}) while this program ran with "
                f"{self.identity.model_name}. Start it again with --model {identity.model_name}."
            )
        return False
