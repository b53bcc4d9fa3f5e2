"""Where notices go: what people write after `--to`, read and checked. Pure."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from search.errors import UsageError


class Kind(StrEnum):
    """How a destination is reached."""

    STDOUT = "stdout"
    FILE = "file"
    MAIL = "mail"
    WEBHOOK = "webhook"
    SLACK = "slack"
    MATTERMOST = "mattermost"
    FEED = "feed"


OVER_HTTP = frozenset({Kind.WEBHOOK, Kind.SLACK, Kind.MATTERMOST})

PEOPLE = frozenset({Kind.MAIL, Kind.SLACK, Kind.MATTERMOST})
"""Destinations that people read: they are not written to all the time."""

_FILES = (".jsonl", ".ndjson", ".json")

_CHAT_HOSTS = {"hooks.slack.com": Kind.SLACK}
"""Hosts of webhooks that take messages of one kind only."""

_LABEL = r"[^\s@<>,;.\x00-\x1f\[\]-](?:[^\s@<>,;.\x00-\x1f\[\]]*[^\s@<>,;.\x00-\x1f\[\]-])?"
_ADDRESS = re.compile(
    rf"[^\s@<>,;\x00-\x1f]+@(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-z.:]+\])", re.IGNORECASE
)

EXAMPLES = (
    "stdout, a file such as news.jsonl, an address such as desk@paper.example, "
    "https://hooks.example/x, slack:https://..., mattermost:https://..., or feed"
)


@dataclass(frozen=True, slots=True)
class Destination:
    """`target` is a path, an e-mail address or a URL; `secret` signs what a webhook is sent."""

    kind: Kind
    target: str = ""
    secret: str = field(default="", repr=False)

    @property
    def id(self) -> str:
        """Twelve hex digits: the same destination has the same id in every alert."""
        return hashlib.sha256(f"{self.kind} {self.target}".encode()).hexdigest()[:12]

    @property
    def shown(self) -> str:
        """What may be shown and logged: the address of a chat webhook is a secret itself."""
        if self.kind in OVER_HTTP:
            parts = urlsplit(self.target)
            return f"{self.kind}:{parts.scheme}://{parts.hostname}/... ({self.id})"
        return f"{self.kind}:{self.target}" if self.target else str(self.kind)

    def document(self) -> dict[str, Any]:
        """Return JSON values, the secret included: for storage only."""
        return {"kind": str(self.kind), "target": self.target, "secret": self.secret}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Destination:
        """Read what `document` returned. Raises `KeyError` or `ValueError`."""
        return cls(Kind(document["kind"]), str(document["target"]), str(document.get("secret", "")))


def destination(text: str) -> Destination:
    """Read a destination; a webhook gets a secret. Raises `UsageError`."""
    text = text.strip()
    kind, _, rest = text.partition(":")
    kind, rest = kind.lower(), rest.strip()
    if kind in ("http", "https"):
        kind, rest = _CHAT_HOSTS.get(_host(text), Kind.WEBHOOK), text
    plain = {"-": Kind.STDOUT, "stdout": Kind.STDOUT, "feed": Kind.FEED}.get(text.lower())
    if plain is not None:
        return Destination(plain)
    if kind in OVER_HTTP:
        return _over_http(Kind(kind), rest)
    if kind in ("file", "jsonl"):
        return _file(re.sub(r"//(?:localhost(?=/))?(?=[/~.])", "", rest, count=1), text)
    if "://" not in text and (text.lower().endswith(_FILES) or "/" in text):
        return _file(text, text)
    if kind == "mailto":
        rest = unquote(rest.partition("?")[0])
    return _mail(rest if kind in ("mailto", "mail", "email") else text, text)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _over_http(kind: Kind, url: str) -> Destination:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or re.search(r"[\s\x00-\x1f]", url):
        raise UsageError(f"{url or kind} is no web address; write https://host/path.")
    return Destination(kind, url, new_secret(kind))


def new_secret(kind: Kind) -> str:
    """Return a secret that signs what a webhook is sent; other kinds have none."""
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}" if kind is Kind.WEBHOOK else ""


def _file(path: str, text: str) -> Destination:
    if not path or "\x00" in path or path.startswith("//") or path.endswith("/"):
        raise UsageError(f"{text} names no file; write file:news.jsonl.")
    return Destination(Kind.FILE, str(Path(path).expanduser().absolute()))


def _mail(address: str, text: str) -> Destination:
    found = parseaddr(address)[1]
    if found != address or not _ADDRESS.fullmatch(found):
        raise UsageError(f"{text} is no destination; write {EXAMPLES}.")
    return Destination(Kind.MAIL, found)
