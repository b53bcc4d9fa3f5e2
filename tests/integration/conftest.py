"""Fixtures that integration tests of several parts share."""

from __future__ import annotations

from tests.integration.elastic.conftest import server_url

__all__ = ["server_url"]
