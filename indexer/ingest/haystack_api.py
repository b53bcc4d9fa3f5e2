"""Haystack, imported with its telemetry off: every import of it goes through here.

Haystack decides at its import whether it reports usage to its makers, so the variable must be
set before. Importing this module takes a second or more; do it only where a pipeline is built.
"""

from __future__ import annotations

import os

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

from haystack import Pipeline, component
from haystack.core.errors import PipelineRuntimeError

__all__ = ["Pipeline", "PipelineRuntimeError", "component"]
