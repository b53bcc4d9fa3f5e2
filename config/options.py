"""The options that every command shares, and how they become settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.settings import Settings

IndexOption = Annotated[
    str | None,
    typer.Option(
        "--index",
        "-i",
        metavar="URI",
        help="A folder, or http://host:port/name, also with https.",
        show_default="polywire-index",
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME_OR_FOLDER",
        help="Embedding model: compact, a folder, or a sentence-transformers name.",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")
]


def settings(index: str | None, model: str | None, **options: object) -> Settings:
    """Load the settings with the options of this command on top.

    Further options use the setting's name, `__` for a dot: `settings(None, None, fusion__k=10)`.
    Raises `search.errors.SettingsError`.
    """
    from config.settings import load

    given = {name.replace("__", "."): value for name, value in options.items()}
    return load({"index": index, "model": model, **given}).settings


def reader_language() -> str:
    """Return the language of whoever reads (ISO 639-1), as the environment says.

    Where it says nothing, as in containers and scheduled jobs, that of the messages.
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").partition(".")[0].partition("_")[0]
        if value and value not in ("C", "POSIX"):
            return value.lower()
    return "en"
