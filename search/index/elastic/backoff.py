"""When to try again: exponential back-off with full jitter.

Source: Marc Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015: of the
schemes compared there, a uniformly random wait below the exponential bound ends soonest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to be patient; all in seconds.

    The default patience outlasts the restart of a single node (15 to 40 s).
    """

    patience_s: float = 90.0
    first_s: float = 0.1
    longest_s: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random

    def attempts(self) -> Iterator[int]:
        """Count attempts from 0, waiting before each but the first, until patience is over."""
        end = self.clock() + self.patience_s
        attempt = 0
        while True:
            yield attempt
            bound = min(self.longest_s, self.first_s * 2**attempt)
            if self.clock() + bound > end:
                return
            self.sleep(bound * self.random())
            attempt += 1
