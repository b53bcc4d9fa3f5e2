"""What can go wrong with alerts.

AlertError
|-- AlertMissing    there is no alert of this name or id
|-- AlertExists     there is one of this name already
|-- AlertUnusable   its record cannot be read: written by another program, or damaged
`-- DeliveryFailed  a destination did not take a message; it is tried again
"""

from __future__ import annotations

from collections.abc import Collection

from search.errors import PolywireError


class AlertError(PolywireError):
    """Something about an alert that a person can act on."""


class AlertMissing(AlertError):
    """There is no such alert."""


class AlertExists(AlertError):
    """There is an alert of this name already."""


class AlertUnusable(AlertError):
    """The record of an alert cannot be read; `fault` says what of it, without what to do.

    `parts` are the `search.alerts.damage.Part`s that can be given anew, if any.
    """

    def __init__(self, sentence: str, fault: str, parts: Collection[str] = ()) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.parts = frozenset(parts)


class DeliveryFailed(AlertError):
    """A destination did not take a message.

    `lasting` says that trying again as it is cannot help, as with an address that is refused.
    """

    def __init__(self, sentence: str, *, lasting: bool = False) -> None:
        super().__init__(sentence)
        self.lasting = lasting
