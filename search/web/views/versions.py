"""What was corrected, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from search.terminal.text import runs_right_to_left
from search.web.safety import visible

# A word, white space, or any other sign; characters of scripts without spaces one by one.
_TOKENS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|\s+|."
)
MOST_TOKENS = 4_000
"""In a paragraph with more, comparing would take seconds: all of it is removed and added."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a paragraph; `kind` is `same`, `removed` or `added`."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A paragraph that changed; position 0 is the headline."""

    kind: str
    position: int
    lang: str
    direction: str
    parts: Sequence[Part]


def change_views(changes: Sequence[Mapping[str, Any]]) -> list[ChangeView]:
    """Return the changes of a version, in the order in which they are read."""
    return [_view(change) for change in changes]


def _view(change: Mapping[str, Any]) -> ChangeView:
    before, after = change["before"], change["after"]
    place = after or before
    return ChangeView(
        change["change"],
        place["position"],
        place["lang"],
        "rtl" if runs_right_to_left(place["text"]) else "ltr",
        words_changed(before["text"] if before else "", after["text"] if after else ""),
    )


def words_changed(before: str, after: str) -> list[Part]:
    """Compare two texts word by word; what was removed comes before what was added."""
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if len(old) + len(new) > MOST_TOKENS:
        return _joined([("removed", before), ("added", after)])
    found: list[tuple[str, str]] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[i:j])))
        else:
            found += [("removed", "".join(old[i:j])), ("added", "".join(new[k:m]))]
    return _joined(found)


def _joined(found: Sequence[tuple[str, str]]) -> list[Part]:
    """Leave out empty parts; a space alone between changes belongs to both of them."""
    return [Part(visible(text), kind) for kind, text in found if text]
