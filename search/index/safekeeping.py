"""Keeping an index safe: found damage, copies elsewhere, what nobody needs. Values and the port.

Each engine has a class that does it for one place; `search.index.port` is for what is searched.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from search.index.errors import SearchIndexError
from search.index.model import IndexIdentity
from search.index.port import SearchIndex

BACKUPS_NOTE = "backups"
"""The note with the folders that an index was backed up to."""

REJECTS_NOTE = "rejects"
"""The note with the files that list what ingests of an index have rejected."""


REMEMBERED = 100
"""Folders or files in such a note."""


class Harm(StrEnum):
    """What a damaged file means."""

    ARTICLES = "articles"
    """Texts, vectors, or which passages are deleted: of the articles that are named."""
    VERSION = "version"
    """The newest version of the table: the one before it is what can be read."""
    INDEX = "index"
    """What searches look up; it is built anew from the articles."""
    NOTES = "notes"
    """Notes, such as language offsets."""
    STATE = "state"
    """What is stored beside the articles, such as watched addresses and alerts."""
    RECORD = "record"
    """What the program knows of its own files; it is made anew."""
    FORMER = "former"
    """Of a former version that no search reads; it goes with the next cleaning."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not what was written; `file` is relative to the place of the index.

    `what` completes "the file ...". `articles` are the ids that it concerns, as far as they can be
    told: those that a restored or newly ingested article would mend.
    """

    file: str
    harm: Harm
    what: str
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """What was looked at, and what was found.

    `unchecked` are files that are in use and have no checksum yet, `left_over` what nothing
    mentions, `notes` sentences on what else a person should know. `mended` are sentences on
    what was done.
    """

    location: str
    files: int
    size_bytes: int
    articles: int
    damage: tuple[Damage, ...] = ()
    unchecked: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    unit: str = "files"
    """What `files` counts."""

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged."""
        return not self.damage


@dataclass(frozen=True, slots=True)
class Mending:
    """How far mending goes.

    What can be made anew always is. `source` is a backup that whole files are taken from;
    `remove_damaged` deletes articles that cannot be mended, so that they can be ingested again;
    `identity` is what an index was written with that does not say it itself.
    """

    source: str | None = None
    remove_damaged: bool = False
    identity: IndexIdentity | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup or a restore copied; `skipped` files were there already.

    `former` is the generation that was live in the place that was restored, None if there was none.
    """

    source: str
    target: str
    articles: int
    files: int
    size_bytes: int
    skipped: int = 0
    generation: str = ""
    former: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was deleted, in words, and the bytes that it took; `kept` says what could be deleted."""

    location: str
    freed_bytes: int
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What is deleted besides what nothing mentions and old versions.

    `unfinished` are generations that were never live, `former` those that were. `purge` rewrites
    files so that nothing is left of deleted and replaced articles.
    """

    unfinished: bool = False
    former: bool = False
    purge: bool = False


class Safekeeping(Protocol):
    """What is done for the safety of one place; every error is a `SearchIndexError`."""

    def verify(self) -> Health:
        """Look whether everything is as it was written; changes nothing.

        Raises `IndexMissing` where there is nothing at all.
        """
        ...

    def mend(self, how: Mending) -> Health:
        """Verify, mend, and verify again; the report is the last one, with what was mended."""
        ...

    def backup(self, target: str) -> Copied:
        """Copy the live generation as it is at one moment; writers go on.

        What is there already is not copied again; until all is there, the former backup stays
        whole. Raises `IndexDamaged` if what is copied is not as it was written.
        """
        ...

    def restore(self, source: str, *, replace: bool = False) -> Copied:
        """Copy a backup here, verified, and make it live.

        Raises `IndexExists` if there is an index already, unless `replace`: then that one becomes
        a former generation. Raises `IndexDamaged` if the backup is not whole; then nothing is
        changed.
        """
        ...

    def erase(self, article_ids: Sequence[str]) -> int:
        """Delete articles from the generations that are not live; returns how many these had.

        From the live one `SearchIndex.delete` deletes.
        """
        ...

    def clean(self, how: Cleaning) -> Cleaned:
        """Delete what nobody needs; never a file in use by a writer or a reader."""
        ...


def remember_backup(index: SearchIndex, target: str) -> None:
    """Note where an index was backed up to; who may not change the index leaves it out."""
    remember(index, BACKUPS_NOTE, "folders", target)


def remember(index: SearchIndex, name: str, key: str, value: str) -> None:
    """Add a value to the list in a note, the newest `REMEMBERED` of them."""
    before = list(index.notes().get(name, {}).get(key, ()))
    if value in before:
        return
    with suppress(SearchIndexError):
        index.annotate(name, {key: [*before, value][-REMEMBERED:]})
