"""An index remembers that it was served with keys, so that it is not served without by mistake.

Where keys are looked for depends on settings and on the working folder; a server that is started
without the one or in another folder finds none. The index is the same one wherever the server is
started, so that is where it is noted.
"""

from __future__ import annotations

import logging

from search.api.access.keys import KeyFolder
from search.errors import PolywireError, UsageError
from search.index.port import SearchIndex

log = logging.getLogger(__name__)

NOTE = "api_keys"


def check_may_be_open(index: SearchIndex, keys: KeyFolder) -> None:
    """Raise `UsageError` for an index that was served with keys and now would be without."""
    note = index.notes().get(NOTE)
    if note is None:
        return
    raise UsageError(
        f"This index was served with the API keys in {note.get('folder', 'another folder')}, and "
        f"there are none in {keys.path}. Name their folder with POLYWIRE_API__KEYS, or make a key: "
        "polywire keys create NAME --scope read. To let everybody on this machine read and write "
        "it, give --without-keys."
    )


def remember_keys(index: SearchIndex, keys: KeyFolder) -> None:
    """Note with the index that it is served with keys; where that fails, the log says so."""
    note = {"folder": str(keys.path)}
    try:
        if index.notes().get(NOTE) != note:
            index.annotate(NOTE, note)
    except PolywireError as error:
        log.warning("that the index is served with keys could not be noted: %s", error)


def forget_keys(index: SearchIndex) -> None:
    """Let the index be served without keys from now on. Raises what `SearchIndex.annotate` does."""
    if NOTE in index.notes():
        index.annotate(NOTE, None)
