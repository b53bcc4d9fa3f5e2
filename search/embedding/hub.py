"""One short question to the model hub before a download, so that no network means one sentence.

The hub library retries every file for half a minute; without a network that adds up to minutes
of log lines. Proxies, mirrors (`HF_ENDPOINT`) and `HF_HUB_OFFLINE` are respected.
"""

from __future__ import annotations

from search.embedding.errors import ModelNotFound

PATIENCE = 10.0
"""Seconds to wait for the hub's answer."""


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
