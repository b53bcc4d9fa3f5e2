"""JSON files that say themselves whether they are as they were written.

The last key, `checksum`, is the digest of the file without it (BLAKE2b of 16 bytes).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from search.files import replacing

SEAL = "checksum"


def write(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a file in one step that survives a crash. Raises `OSError`."""
    with replacing(path) as out:
        out.write(sealed(content))


def read(path: Path) -> dict[str, Any]:
    """Read a file. Raises `ValueError` where it is not what was written, `OSError`."""
    return opened(path.read_bytes())


def opened(content: bytes, since: str | None = None) -> dict[str, Any]:
    """Read the content of a file. Raises `ValueError` where it is not what was written.

    Files without the key `since` are those of earlier programs, which have no checksum.
    """
    found: Any = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - what the file has, not the caller
    earlier = since is not None and since not in found and SEAL not in found
    if not earlier and sealed(found).encode() != content:
        raise ValueError("its checksum does not fit")
    found.pop(SEAL, None)
    return found


def sealed(content: Mapping[str, Any]) -> str:
    """Return the file of a document, checksum included."""
    bare = {key: value for key, value in content.items() if key != SEAL}
    text = json.dumps(bare, indent=2, ensure_ascii=False)
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return json.dumps(bare | {SEAL: digest}, indent=2, ensure_ascii=False) + "\n"
