"""Places for indexes, as the tests of the API have them."""

from __future__ import annotations

from tests.integration.api.conftest import new_index

__all__ = ["new_index"]
