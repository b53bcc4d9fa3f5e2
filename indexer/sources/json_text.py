"""JSON as this program accepts it: strict, any value, errors in one sentence."""

from __future__ import annotations

import json
from typing import NoReturn


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse)
"""Like the standard one, without NaN and Infinity, which other JSON readers refuse."""


def parse(text: str) -> object:
    """Return the one value of the text. Raises `ValueError` with what is wrong."""
    try:
        return DECODER.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(describe(error)) from None


_SPLIT = 16
"""Characters of the longest thing that reads as wrong where a text was cut within it: an escaped
pair of surrogates, `-Infinity`."""


def is_unfinished(error: json.JSONDecodeError) -> bool:
    """Tell whether the text may only be cut off, so that more of it would mend the error."""
    near_end = error.pos >= len(error.doc.rstrip()) - _SPLIT
    return near_end or error.msg.startswith("Unterminated string")


def describe(error: json.JSONDecodeError, start: int = 0) -> str:
    """Say what is wrong and where, counted from `start`, without repeating the text."""
    if error.pos >= len(error.doc.rstrip()):
        return "it ends in the middle; was the file cut off?"
    wrong = error.msg.removesuffix(" at").removesuffix(" starting").rstrip(": ")
    return f"{wrong[:1].lower()}{wrong[1:]} at character {error.pos - start + 1}"
