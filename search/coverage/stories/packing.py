"""Features as text: what the state of an index stores of them."""

from __future__ import annotations

import base64
import struct

import numpy as np

from search.coverage.stories.features import Features, scales

_LENGTHS = struct.Struct("<HHHHH")


def packed(features: Features) -> str:
    """Return features as text, all but language and day."""
    parts = (features.names, features.terms, features.numbers)
    several, dimension = features.vectors.shape
    lengths = _LENGTHS.pack(dimension, several, *(len(part) for part in parts))
    arrays = (part.astype("<u4").tobytes() for part in parts)
    whole = b"".join((lengths, features.vectors.tobytes(), *arrays, features.counts.tobytes()))
    return base64.b64encode(whole).decode()


def unpacked(text: str, lang: str, day: int) -> Features:
    """Read what `packed` returned. The arrays are views of one buffer."""
    data = base64.b64decode(text)
    dimension, several, *lengths = _LENGTHS.unpack_from(data)
    at = _LENGTHS.size
    vectors = np.frombuffer(data, np.int8, several * dimension, at).reshape(several, dimension)
    at += several * dimension
    arrays = []
    for length in lengths:
        arrays.append(np.frombuffer(data, "<u4", length, at))
        at += 4 * length
    names, terms, numbers = arrays
    counts = np.frombuffer(data, np.uint8, lengths[1], at)
    return Features(vectors, scales(vectors), names, terms, counts, numbers, lang, day)
