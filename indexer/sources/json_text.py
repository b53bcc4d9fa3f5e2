"""JSON as this program accepts it: strict, any value, errors in one sentence."""

from __future__ import annotations

import json
import math
from typing import NoReturn

_LONGEST_NUMBER = 4000
"""Digits of a whole number that is read as one; Python refuses those of more than 4300."""


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else digits


def _fraction(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


DECODER = json.JSONDecoder(parse_constant=_refuse, parse_int=_whole, parse_float=_fraction)
"""Like the standard one, without NaN and Infinity, which other JSON readers refuse. Numbers that no
number type holds become their text."""


class Lenient:
    """Decodes one value after the other, and goes past those that hold NaN or Infinity.

    `refused` is the constant (NaN, Infinity) that stood in the last value, "" if none did: the
    value is no JSON then, but where it ends is known.
    """

    def __init__(self) -> None:
        self.refused = ""
        self._decoder = json.JSONDecoder(
            parse_constant=self._note, parse_int=_whole, parse_float=_fraction
        )

    def decode(self, text: str, start: int) -> tuple[object, int]:
        """Return the value that begins at `start`, and where it ends. Raises as `raw_decode`."""
        self.refused = ""
        return self._decoder.raw_decode(text, start)

    def _note(self, constant: str) -> None:
        self.refused = self.refused or constant


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
