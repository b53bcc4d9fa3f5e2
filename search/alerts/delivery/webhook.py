"""Notices to programs over HTTP: signed JSON for webhooks, and the bodies that chat systems take.

A webhook is sent what the Standard Webhooks specification says (standardwebhooks.com):
`webhook-id`, `webhook-timestamp` and `webhook-signature`, which is `v1,` and the base64 of the
HMAC-SHA256 of `id.timestamp.body` under the secret. Whoever checks the timestamp is safe from
replays.

An address is looked up once, and what was looked up is what is connected to: a name that leads
elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from search.alerts.delivery.bodies import mattermost, slack
from search.alerts.delivery.message import Message
from search.alerts.destinations import Kind
from search.alerts.errors import DeliveryFailed
from search.alerts.notice import public

if TYPE_CHECKING:
    import httpx

MOST_REDIRECTS = 3
LONGEST_S = 30.0
"""Time of one request in all, whatever drips in meanwhile."""

_REDIRECTS = frozenset({307, 308})
"""Redirects that a POST follows as a POST; others say that the address is not the right one."""


_NOT_THERE = ", since nothing takes messages there: give the alert another address with --to"
_NOT_ALLOWED = ", since it does not allow these messages: give the alert another address with --to"
_REFUSALS = {
    401: _NOT_ALLOWED,
    403: _NOT_ALLOWED,
    404: _NOT_THERE,
    405: _NOT_THERE,
    410: _NOT_THERE,
}
"""What answers mean that the same message gets again."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to.

    With `private`, private addresses may, also by redirects. Without, only those that somebody who
    has the index named himself: never a redirect's, nor one that was named over HTTP.
    """

    private: bool = False
    timeout_s: float = 10.0


class WebhookSender:
    """Sends signed JSON."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def send(self, message: Message) -> None:
        """Post, and return once it was taken (2xx). Raises `DeliveryFailed`."""
        body = json.dumps(webhook_body(message), ensure_ascii=False).encode("utf-8", "replace")
        stamp = int(message.at.timestamp())
        headers = {
            "webhook-id": message.id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": signature(message.destination.secret, message.id, stamp, body),
        }
        _post(message, body, headers, self._reach)


class ChatSender:
    """Sends what Slack and Mattermost take."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def send(self, message: Message) -> None:
        """Post, and return once it was taken (2xx). Raises `DeliveryFailed`."""
        form = slack if message.destination.kind is Kind.SLACK else mattermost
        body = json.dumps(form(message), ensure_ascii=False).encode("utf-8", "replace")
        _post(message, body, {}, self._reach)


def webhook_body(message: Message) -> dict[str, Any]:
    """Return what a webhook is sent; `id` is the same whenever these notices are sent."""
    alert = message.alert
    return {
        "type": "polywire.alert",
        "id": message.id,
        "timestamp": message.at.isoformat(),
        "alert": {"id": alert.id, "name": alert.name, "query": alert.query},
        "notices": [public(notice) for notice in message.notices],
    }


def signature(secret: str, identifier: str, stamp: int, body: bytes) -> str:
    """Sign as Standard Webhooks says."""
    signed = f"{identifier}.{stamp}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _key(secret: str) -> bytes:
    """Return the bytes of a secret, which is base64 behind `whsec_`; any other as it is."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return secret.encode()


def _post(message: Message, body: bytes, headers: Mapping[str, str], reach: Reach) -> None:
    import httpx

    url = message.destination.target
    private = reach.private or not message.alert.owner
    with httpx.Client(timeout=reach.timeout_s, trust_env=False) as client:
        watch = threading.Timer(LONGEST_S, client.close)
        watch.daemon = True
        watch.start()
        try:
            for _ in range(MOST_REDIRECTS + 1):
                status, further = _sent(client, url, body, headers, private=private)
                if 200 <= status < 300:
                    return
                if status not in _REDIRECTS or not further:
                    meant = _REFUSALS.get(status, "")
                    raise DeliveryFailed(f"It answered {status}{meant}.", lasting=bool(meant))
                url, private = urljoin(url, further), reach.private
        except httpx.TimeoutException:
            raise DeliveryFailed("It did not answer in time.") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError) as error:
            raise DeliveryFailed(
                f"It cannot be reached: {error or type(error).__name__}."
            ) from None
        finally:
            watch.cancel()
    raise DeliveryFailed("It redirects too often.", lasting=True)


def _sent(
    client: httpx.Client, url: str, body: bytes, headers: Mapping[str, str], *, private: bool
) -> tuple[int, str | None]:
    """Post to the address that the name has now; returns status and where it redirects to."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.hostname is None:
        raise DeliveryFailed("It redirects to what is no web address.", lasting=True)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    asked = client.build_request(
        "POST",
        url,
        content=body,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "polywire-alerts",
            **headers,
        },
        extensions={"sni_hostname": parts.hostname},
    )
    response = _answer(client, asked, looked_up(parts.hostname, port, private=private))
    # The head is all that is read: what a receiver says in the body is of no use.
    try:
        return response.status_code, response.headers.get("location")
    finally:
        response.close()


def _answer(client: httpx.Client, asked: httpx.Request, addresses: Sequence[str]) -> httpx.Response:
    """Send to the first address that can be connected to."""
    import httpx

    *others, last = addresses
    for address in others:
        asked.url = asked.url.copy_with(host=address)
        try:
            return client.send(asked, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    asked.url = asked.url.copy_with(host=last)
    return client.send(asked, stream=True)


def looked_up(host: str, port: int, *, private: bool) -> list[str]:
    """Return the addresses of a host, no private one unless told. Raises `DeliveryFailed`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DeliveryFailed(f"There is no host {host}.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    if not private and any(not is_public(address) for address in addresses):
        raise DeliveryFailed(
            f"{host} is a private address; the setting alerts.allow_private allows them.",
            lasting=True,
        )
    return addresses


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
