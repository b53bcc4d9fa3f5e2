"""The root of every error that Polywire raises on purpose.

    PolywireError                  one sentence for a person: what happened, to what, what next
    |-- SettingsError              a setting is unknown or has a bad value          (exit 2)
    |-- UsageError                 a command was called in a way that cannot work   (exit 2)
    |-- search.index.errors.*      the index: missing, other model, full disk, ...  (exit 1)
    |-- search.versions.document.* a version of an article that is not kept         (exit 1)
    |-- search.embedding.errors.*  the model: missing, wrong folder, bad vectors    (exit 1)
    `-- indexer.errors.*           an input that cannot be read at all              (exit 1)

The command line prints `str(error)` and exits with `exit_code`; nothing below it shows a
stack trace unless `POLYWIRE_DEBUG=1`.
"""

from __future__ import annotations

from typing import ClassVar


class PolywireError(Exception):
    """Something that a person can act on; the message is one clear sentence or two."""

    exit_code: ClassVar[int] = 1


class SettingsError(PolywireError):
    """A setting is unknown, or its value cannot be used."""

    exit_code = 2


class UsageError(PolywireError):
    """The command line asks for something that cannot be done as written."""

    exit_code = 2
