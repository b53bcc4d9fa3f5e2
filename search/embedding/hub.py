"""What is common to models by name: a short request to the hub before a download.

The hub library retries every file for half a minute; without a network that adds up to minutes
of log lines, where one request first makes it one sentence. Proxies, mirrors (`HF_ENDPOINT`) and
`HF_HUB_OFFLINE` are respected.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from search.embedding.errors import ModelNotFound

Model = TypeVar("Model")

PATIENCE = 10.0
"""Seconds to wait for the hub's answer."""


def is_path(name: str) -> bool:
    """Whether a name can only be a path: hub names have one slash at most and no leading dot."""
    return name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1


def first_line(error: BaseException) -> str:
    """What an error of a library says, without the advice that follows."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(" .:") if lines else type(error).__name__


def local_first(
    build: Callable[..., Model], name: str, attempt: Callable[[Callable[[], Model], str], Model]
) -> Model:
    """Load a model from this machine, else fetch it; `attempt` puts errors into words.

    Raises `ModelNotFound` where the hub does not answer or has no such model.
    """
    try:
        return build(name, local_files_only=True)
    except Exception:  # not (wholly) on this machine, whatever the library says
        require(name)
        return attempt(lambda: build(name), name)


def require(name: str) -> None:
    """Raises `ModelNotFound` unless the hub answers and has a model of this name."""
    from huggingface_hub import constants, get_session
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    address = f"{constants.ENDPOINT}/api/models/{name}"
    try:
        answer = get_session().get(address, headers=build_hf_headers(), timeout=PATIENCE)
    except Exception as error:
        raise ModelNotFound(
            f"The model {name} is not on this machine and the hub cannot be reached "
            f"({str(error) or type(error).__name__}); check the network, give a folder, "
            "or use `compact`."
        ) from error
    if answer.status_code in (401, 403, 404):
        raise ModelNotFound(
            f"The hub has no model {name} that you may read; check the name, sign in, "
            "give a folder, or use `compact`."
        )
