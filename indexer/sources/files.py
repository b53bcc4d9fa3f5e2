"""What a user names -> the files to read: folders walked, in one order on every machine."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from indexer.article.draft import Origin, Reject
from indexer.errors import InputMissing, InputUnreadable
from search.addresses import without_credentials

STDIN = "-"
"""The name under which standard input is read."""

REJECTS_SUFFIX = ".rejects.jsonl"
"""Files that an earlier run wrote; they are not read when a folder is walked."""

_PAGE = re.compile(r"(?P<name>.+)\.(?:x?html?|mhtml)(?:\.(?:gz|xz|zst|bz2))?", re.IGNORECASE)
_BESIDE_PAGE = re.compile(
    r"(?P<page>.+)(?:[-_. ](?:files|dateien|fichiers|archivos|bestanden|filer|arquivos|ficheiros|"
    r"fitxers|pliki|soubory|fajlovi|datoteke|dosyalar|tiedostot|failid|bylos|fitxategiak|file)|"
    r"_elemei|\.fld)"
)
"""What browsers and office programs call the folder beside a page, in languages of theirs."""

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_address(name: str) -> bool:
    """Tell whether an input is one of the web, rather than a file."""
    return _ADDRESS.match(name) is not None


def host_of(address: str) -> str:
    """Return the host of an address, "" where it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the web to read."""

    url: str


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read. `named` is true where the user named it, false where a folder held it."""

    path: Path
    named: bool

    @property
    def name(self) -> str:
        """What messages call it."""
        return str(self.path)


def check(inputs: Sequence[str]) -> None:
    """Make sure, before anything is read, that all files named exist and may be read.

    Raises `InputMissing` or `InputUnreadable`.
    """
    for name in inputs:
        if name == STDIN or is_address(name):
            continue
        try:
            is_folder = Path(name).is_dir()
            Path(name).stat()
        except PermissionError:
            raise InputUnreadable(
                f"There is no permission to read {name}; nothing was indexed."
            ) from None
        except (OSError, ValueError):
            if _OTHER_SCHEME.match(name):
                raise InputMissing(
                    f"{without_credentials(name)} is not fetched: only addresses with http and "
                    "https are. Nothing was indexed."
                ) from None
            raise InputMissing(f"There is no file or folder {name}; nothing was indexed.") from None
        if not os.access(name, os.R_OK | (os.X_OK if is_folder else 0)):
            raise InputUnreadable(f"There is no permission to read {name}; nothing was indexed.")


def walk(
    inputs: Sequence[str], exclude: Sequence[Path] = ()
) -> Iterator[InputFile | Address | Reject]:
    """Yield the files of the inputs in the order named, those of a folder sorted by name.

    Folders are walked to any depth; hidden files and folders, rejects files and everything
    under `exclude` are left out, as are the folders in which browsers save what their pages show
    (`NAME_files` beside `NAME.html`), and no folder is entered twice, whatever links lead to it.
    A folder that may not be read is a reject. `STDIN` and addresses are passed through.
    """
    left_out = frozenset(os.path.realpath(path) for path in exclude)
    entered: set[tuple[int, int]] = set()
    for name in inputs:
        path = Path(name)
        if is_address(name):
            yield Address(name)
        elif name != STDIN and path.is_dir():
            yield from _folder(path, left_out, entered)
        else:
            yield InputFile(path, named=True)


def _folder(
    folder: Path, left_out: frozenset[str], entered: set[tuple[int, int]]
) -> Iterator[InputFile | Reject]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in entered or os.path.realpath(folder) in left_out:
            return
        entered.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Reject(Origin(str(folder)), f"The folder cannot be read: {reason(error)}.")
        return
    pages = {page["name"].casefold() for each in entries if (page := _PAGE.fullmatch(each.name))}
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith(".") or entry.name.endswith(REJECTS_SUFFIX):
            continue
        if path.is_dir():
            if not _is_of_page(entry.name, pages):
                yield from _folder(path, left_out, entered)
        elif path.is_file():
            if os.path.realpath(path) not in left_out:
                yield InputFile(path, named=False)
        elif path.is_symlink():
            yield Reject(Origin(str(path)), "The link is broken: what it points to does not exist.")


def _is_of_page(name: str, pages: Collection[str]) -> bool:
    """Tell the folder with what a saved page shows: scripts, pictures, and pages within it."""
    beside = _BESIDE_PAGE.fullmatch(name.casefold())
    return beside is not None and beside["page"] in pages


def reason(error: OSError) -> str:
    """Return the system's message, beginning in lower case and without the path."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def total_files(inputs: Sequence[str], exclude: Sequence[Path] = ()) -> int:
    """Return how many files there are; standard input is one, and an address."""
    return sum(isinstance(item, InputFile | Address) for item in walk(inputs, exclude))


def total_bytes(inputs: Sequence[str], exclude: Sequence[Path] = ()) -> int | None:
    """Return the size on disk of all files, None where one of the inputs is no file."""
    if STDIN in inputs or any(map(is_address, inputs)):
        return None
    total = 0
    for item in walk(inputs, exclude):
        if isinstance(item, InputFile):
            try:
                total += item.path.stat().st_size
            except OSError:
                continue
    return total
