"""Zip and tar with files of any format inside, read as `archive.zip!member`; also WACZ.

Nothing is unpacked to a path. An archive within an archive is not read, and what grows far beyond
its size is refused as a bomb.
"""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from indexer.article.boundary import is_of_document, reason_of
from indexer.article.draft import LEFT, REJECTS_IN_A_ROW, Item, Origin, Reject
from indexer.sources import compression, office
from indexer.sources.archive_bounds import (
    Bomb,
    Bounded,
    Budget,
    is_bomb,
    of_tar,
    of_zip,
)
from indexer.sources.broken_zip import members_of
from indexer.sources.format import Format, Told
from indexer.sources.json_shape import HEAD
from indexer.sources.spooled import spooled

MOST_MEMBERS = 1_000_000

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_DOCUMENTS = frozenset(
    ("[Content_Types].xml", "META-INF/container.xml", "META-INF/MANIFEST.MF", "mimetype")
)
"""Members that only office documents, books and programs have."""

_WACZ = "datapackage.json"
"""The member that lists all others of a WACZ."""

_WEB_ARCHIVE = re.compile(r"(?:^|/)archive/[^/]+\.(?:warc|arc)(?:\.gz)?$", re.IGNORECASE)
"""The members of a WACZ that have its records; beside them are indexes and lists of pages."""

_BOMB = "The archive is refused: it grows far beyond its size, as bombs do."
_BOMB_WITHIN = "The member is refused: it grows far beyond its size, as bombs do."
_DAMAGED = "The archive is damaged or ends too early after this place."


def read_archive(stream: io.BufferedReader, name: str, limit: int) -> Iterator[Item]:
    """Yield the articles of all members in order; a member that cannot be read is a reject."""
    try:
        if stream.peek(4)[:4] in _ZIP:
            kept = spooled(stream)
            if isinstance(kept, str):
                yield Reject(Origin(name), kept)
                return
            with kept:
                yield from _zip(kept, name, limit)
        else:
            yield from _tar(stream, name, limit)
    except _damage_errors():
        yield Reject(Origin(name), _DAMAGED)


def _zip(file: BinaryIO, name: str, limit: int) -> Iterator[Item]:
    size = file.seek(0, io.SEEK_END)
    budget = of_zip(size)
    try:
        opened = zipfile.ZipFile(file)
    except zipfile.BadZipFile:
        yield from _broken(file, name, limit, budget)
        return
    with opened as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if len(members) > MOST_MEMBERS:
            yield Reject(Origin(name), f"The archive has more than {MOST_MEMBERS:,} members.")
            return
        if not _DOCUMENTS.isdisjoint(names) or office.WORD in names:
            yield from office.read_zip(file, name, limit)
            return
        # Data packages of tables have such a list of their members, too.
        is_wacz = _WACZ in names and any(map(_WEB_ARCHIVE.search, names))
        for member in members:
            inner = f"{name}!{member.filename}"
            if (
                not member.filename
                or member.is_dir()
                or _is_hidden(member.filename)
                or member.filename == _WACZ
            ):
                continue
            if is_wacz and not _WEB_ARCHIVE.search(member.filename):
                continue
            content = _opened(archive, member)
            if isinstance(content, str):
                yield Reject(Origin(inner), content)
                continue
            with content:
                yield from _member(content, inner, limit, budget)
            if budget.is_spent:
                return


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> BinaryIO | str:
    """Open a member; return the sentence that refuses it where it cannot be read."""
    if member.flag_bits & 1:
        return "The member is encrypted; unpack it with its password."
    if is_bomb(member.file_size, member.compress_size):
        return _BOMB_WITHIN
    try:
        return cast(BinaryIO, archive.open(member))
    except UnicodeDecodeError:
        return "The member of the archive has a damaged name."
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        return f"The member of the archive cannot be read: {error}."


def _broken(file: BinaryIO, name: str, limit: int, budget: Budget) -> Iterator[Item]:
    """Read a zip that was cut off as far as it goes."""
    is_wacz = False
    for member, content in members_of(file):
        is_wacz = is_wacz or member == _WACZ or bool(_WEB_ARCHIVE.search(member))
        if member.endswith("/") or _is_hidden(member):
            continue
        if not is_wacz or _WEB_ARCHIVE.search(member):
            yield from _member(content, f"{name}!{member}", limit, budget)
        if budget.is_spent:
            return
    yield Reject(Origin(name), _DAMAGED)


def _tar(stream: io.BufferedReader, name: str, limit: int) -> Iterator[Item]:
    # A tar is as long as its members; what these unpack to, being compressed, is bounded.
    budget = of_tar()
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            inner = f"{name}!{member.name}"
            if not member.isfile() or _is_hidden(member.name):
                continue
            if member.issparse():
                yield Reject(Origin(inner), "The member has holes; pack it without them.")
                continue
            opened = archive.extractfile(member)
            if opened is not None:
                yield from _member(cast(BinaryIO, opened), inner, limit, budget)
            if budget.is_spent:
                return


def _member(file: BinaryIO, name: str, limit: int, budget: Budget) -> Iterator[Item]:
    """Yield the articles of one member; whatever fails in it is one reject."""
    from indexer.sources.reader import unread

    last = Origin(name)
    try:
        stream: io.BufferedReader = io.BufferedReader(Bounded(file, budget.read))
        head = stream.peek(HEAD)[:HEAD]
        if _told(head) is Told.SURELY and office.FORMAT.told(head) is Told.NO:
            yield Reject(last, "Archives within archives are not read; unpack this one first.")
            return
        refused = 0
        for item in unread(stream, name, limit, spend=budget.spend):
            last = item.origin
            yield item
            refused = refused + 1 if isinstance(item, Reject) and not item.is_note else 0
            if refused == REJECTS_IN_A_ROW:
                yield Reject(last, LEFT)
                return
    except Bomb:
        yield Reject(last, _BOMB if budget.is_spent else _BOMB_WITHIN)
    except _damage_errors():
        yield Reject(last, _DAMAGED)
    except BaseException as error:
        if not is_of_document(error):
            raise
        yield Reject(last, reason_of(error))


def _damage_errors() -> tuple[type[Exception], ...]:
    # Names of members are said to be UTF-8.
    others = (zipfile.BadZipFile, tarfile.TarError, NotImplementedError, UnicodeDecodeError)
    return (*others, *compression.damage_errors())


def _is_hidden(name: str) -> bool:
    parts = [part for part in PurePosixPath(name).parts if part != ".."]
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _told(head: bytes) -> Told:
    if head.startswith(_ZIP) or head[257:262] == b"ustar":
        return Told.SURELY
    return Told.NO


FORMAT = Format(
    name="zip and tar",
    suffixes=(".zip", ".tar", ".tgz", ".txz", ".tbz2", ".wacz"),
    media_types=("application/zip", "application/x-tar", "application/wacz"),
    told=_told,
    read=read_archive,
    is_text=False,
)
