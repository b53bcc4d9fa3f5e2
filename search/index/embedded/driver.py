"""The Lance library, quiet: its log goes to standard error unless told otherwise before import."""

from __future__ import annotations

import os

os.environ.setdefault("LANCE_LOG", "error")

import lance
import lance.file
import lance.fragment
import lance.optimize
import lance.query
from lance.dataset import Index

__all__ = ["Index", "lance"]
