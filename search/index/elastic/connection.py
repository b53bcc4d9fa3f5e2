"""What every part of the engine shares of a server: the client, its name, and patience."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    wait_random_exponential,
)
from tenacity.wait import wait_base

from search.index.elastic.driver_errors import NotRecognised
from search.index.elastic.options import PATIENCE_S
from search.index.errors import EngineBusy, EngineUnavailable

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

LOG = logging.getLogger(__name__)

Result = TypeVar("Result")

TRANSIENT = (EngineBusy, EngineUnavailable, NotRecognised)
"""What may be over in a moment. A server that has let us in before recognises nobody while its
own index of users recovers from a restart."""

SILENT_S = 5.0
"""Seconds of waiting that nobody is told of: a full queue, a moment's hiccup."""

FULL_JITTER = wait_random_exponential(multiplier=0.1, max=5.0)
"""Source: Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015: of the
schemes compared there, a uniformly random wait below the exponential bound ends soonest."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """When to try again, and for how long (in seconds). Whoever waits long is told what for."""

    patience_s: float = PATIENCE_S
    wait: wait_base = FULL_JITTER
    sleep: Callable[[float], None] = time.sleep

    def until(self, done: Callable[[], bool], reason: Callable[[], object]) -> bool:
        """Call until it is true; False where it was not when patience was over.

        `reason` is asked why it is not true yet.
        """
        return Retrying(
            wait=self.wait,
            sleep=self.sleep,
            stop=self._is_over,
            before_sleep=self._telling(lambda _state: reason()),
            retry=retry_if_result(lambda finished: not finished),
            retry_error_callback=lambda _state: False,
        )(done)

    def call(self, function: Callable[[], Result]) -> Result:
        """Call until it raises nothing that is `TRANSIENT`; raises what it last raised."""
        return Retrying(
            wait=self.wait,
            sleep=self.sleep,
            stop=self._is_over,
            before_sleep=self._telling(_raised),
            retry=retry_if_exception_type(TRANSIENT),
            reraise=True,
        )(function)

    def _telling(
        self, reason: Callable[[RetryCallState], object]
    ) -> Callable[[RetryCallState], None]:
        """Log once per wait, when it has become a long one, what is waited for."""
        told = False

        def tell(state: RetryCallState) -> None:
            nonlocal told
            if not told and _passed(state) + state.upcoming_sleep > SILENT_S:
                told = True
                LOG.warning(
                    "waiting up to %g s for the server (elasticsearch.patience_s): %s",
                    self.patience_s,
                    reason(state),
                )

        return tell

    def _is_over(self, state: RetryCallState) -> bool:
        """Tell whether the next attempt would come after patience has ended.

        Pauses count as long as they were meant to be, so that a `sleep` that only notes them ends.
        """
        return _passed(state) + state.upcoming_sleep > self.patience_s


def _passed(state: RetryCallState) -> float:
    return max(state.seconds_since_start or 0.0, state.idle_for)


def _raised(state: RetryCallState) -> object:
    return state.outcome.exception() if state.outcome is not None else None


@dataclass(frozen=True, slots=True)
class Connection:
    """`place` is the index as a person would write it, with no password in it."""

    client: Elasticsearch
    place: str
    backoff: Backoff
