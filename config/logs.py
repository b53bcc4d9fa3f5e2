"""Logs on stderr, as text for a person or one JSON object per line for a collector."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from search.addresses import without_credentials
from search.printable import printable, printable_json

LOGGERS = ("config", "search", "indexer")


class JsonFormatter(logging.Formatter):
    """One object per line: time (UTC, ISO 8601), level, logger, message, and `extra` fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the record; values that JSON cannot hold become their text."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": moment,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= fields
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        text = json.dumps(line, ensure_ascii=False, default=str)
        return printable_json(without_credentials(text))


class TextFormatter(logging.Formatter):
    """Level and message, as a terminal may be given them."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Render the record, without what would control a terminal."""
        return printable(without_credentials(super().format(record)))


def configure(level: str, shape: Literal["text", "json"]) -> None:
    """Send the logs of our own packages to stderr; other libraries keep their defaults."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if shape == "json" else TextFormatter())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
