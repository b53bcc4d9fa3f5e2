"""What sends to each kind of destination, as the settings have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TextIO

from search.alerts.delivery.lines import FileSender, StreamSender
from search.alerts.delivery.mail import MailSender, MailServer
from search.alerts.delivery.message import Sender
from search.alerts.delivery.webhook import ChatSender, Reach, WebhookSender
from search.alerts.destinations import Kind


@dataclass(frozen=True, slots=True)
class Channels:
    """How destinations are reached: the mail server, None where there is none; and the web."""

    mail: MailServer | None = None
    reach: Reach = field(default_factory=Reach)
    public_url: str | None = None

    def senders(self, stream: TextIO | None = None) -> Mapping[Kind, Sender]:
        """Return a sender per kind; notices for the standard output wait where there is none."""
        found: dict[Kind, Sender] = {
            Kind.FILE: FileSender(),
            Kind.MAIL: MailSender(self.mail, self.public_url),
            Kind.WEBHOOK: WebhookSender(self.reach),
            Kind.SLACK: ChatSender(self.reach),
            Kind.MATTERMOST: ChatSender(self.reach),
        }
        if stream is not None:
            found[Kind.STDOUT] = StreamSender(stream)
        return found
