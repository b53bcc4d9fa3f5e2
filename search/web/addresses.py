"""What an address asks for, read as the API does; what is wrong with it is one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import QueryParams

from search.errors import UsageError

Read = TypeVar("Read")


def understood(read: Callable[[QueryParams], Read], pairs: list[tuple[str, str]]) -> Read:
    """Read parameters. Raises `UsageError` for what the API refuses."""
    try:
        return read(QueryParams(pairs))
    except RequestValidationError as error:
        raise refusal(error.errors()) from None


def refusal(errors: Sequence[Mapping[str, Any]]) -> UsageError:
    """Say of the first thing that is wrong which parameter has it."""
    return UsageError(f"{errors[0]['loc'][-1]}: {errors[0]['msg']}.")
