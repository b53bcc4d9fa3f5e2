"""Notices by e-mail: one digest per message, plain text and HTML, over SMTP with TLS."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from search.alerts.delivery.bodies import html, plain, subject
from search.alerts.delivery.message import Message
from search.alerts.errors import DeliveryFailed

Tls = Literal["starttls", "tls", "none"]


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header that is read by programs: on one line, since what is folded is encoded, too."""

    def fold(self, *, policy: Policy) -> str:
        """Return the header as it stands; all of it is ASCII."""
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("references", "list-id", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _Verbatim)
_POLICY = EmailPolicy(header_factory=_HEADERS, cte_type="7bit")


@dataclass(frozen=True, slots=True)
class MailServer:
    """How mail is sent; `sender` is the address that it comes from."""

    host: str
    sender: str
    port: int = 587
    tls: Tls = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout_s: float = 30.0


class MailSender:
    """Sends mail; without a server, every message says which setting is missing."""

    def __init__(self, server: MailServer | None, public_url: str | None = None) -> None:
        self._server = server
        self._public_url = public_url

    def send(self, message: Message) -> None:
        """Hand one mail to the server. Raises `DeliveryFailed`."""
        server = self._server
        if server is None:
            raise DeliveryFailed(
                "There is no mail server; set alerts.smtp_host and alerts.mail_from."
            )
        mail = composed(message, server.sender, self._public_url)
        try:
            with _connected(server) as connection:
                if server.username is not None:
                    connection.login(server.username, server.password or "")
                connection.send_message(mail)
        except smtplib.SMTPResponseException as error:
            said = error.smtp_error
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise DeliveryFailed(
                f"The mail server {server.host} said {error.smtp_code} {words}.",
                lasting=error.smtp_code >= 500,
            ) from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise DeliveryFailed(
                f"The mail server {server.host} refused the recipient ({codes[0]}).",
                lasting=codes[0] >= 500,
            ) from None
        except (OSError, smtplib.SMTPException, ssl.SSLError, UnicodeError) as error:
            raise DeliveryFailed(f"The mail server {server.host} failed: {error}.") from None


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context(
        cafile=None if server.ca_file is None else str(server.ca_file)
    )
    if server.tls == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    try:
        if server.tls == "starttls":
            connection.starttls(context=context)
    except BaseException:
        connection.close()
        raise
    return connection


def composed(message: Message, sender: str, public_url: str | None) -> EmailMessage:
    """Return the mail; its Message-ID is the same whenever the message is sent."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    alert = message.alert
    mail = EmailMessage(_POLICY)
    mail["From"] = sender
    mail["To"] = message.destination.target
    mail["Subject"] = subject(message)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    # What belongs together is one thread: notices of one story, else those of one alert.
    thread = _story_of(message) or alert.id
    mail["References"] = f"<{thread}.{alert.id}@{domain}>"
    mail["List-Id"] = f"<{alert.id}.alerts.{domain}>"
    mail["List-Unsubscribe"] = f"<{_end_address(message, sender, public_url)}>"
    if public_url and public_url.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain(message))
    mail.add_alternative(html(message), subtype="html")
    return mail


def _story_of(message: Message) -> str | None:
    stories = {one.get("story") for one in message.notices}
    (story,) = stories if len(stories) == 1 else (None,)
    return None if story is None else quote(str(story), safe="")


def _end_address(message: Message, sender: str, public_url: str | None) -> str:
    if public_url:
        alert = message.alert
        return f"{public_url.rstrip('/')}/v1/alerts/{alert.id}/end?secret={alert.feed_secret}"
    asked = quote(f"end alert {message.alert.id}")
    return f"mailto:{parseaddr(sender)[1]}?subject={asked}"
