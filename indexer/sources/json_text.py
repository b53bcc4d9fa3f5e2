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


def describe(error: json.JSONDecodeError, start: int = 0) -> str:
    """Say what is wrong and where, counted from `start`, without repeating the text."""
    if error.pos >= len(error.doc.rstrip()):
        return "it ends in the middle; was the file cut off?"
    return f"{error.msg[:1].lower()}{error.msg[1:]} at character {error.pos - start + 1}"
