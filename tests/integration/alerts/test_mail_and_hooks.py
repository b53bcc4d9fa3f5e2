"""Alerts sent to a real mail server and to webhooks that fail, redirect and hang."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from search.alerts.alert import Alert
from search.alerts.delivery.mail import MailSender, MailServer
from search.alerts.delivery.message import Message
from search.alerts.delivery.webhook import ChatSender, Reach, WebhookSender
from search.alerts.destinations import destination
from search.alerts.errors import DeliveryFailed
from tests.support.receivers import mail_server, webhook
from tests.unit.search.alerts.test_delivery import message

NOW = datetime.now(UTC)


def to(text: str, owner: str = "") -> Message:
    made = message(destination(text), "The ferry is late")
    alert: Alert = replace(made.alert, owner=owner)
    return replace(made, alert=alert)


def test_mail_is_taken_and_what_the_server_says_is_told() -> None:
    with mail_server() as box:
        server = MailServer("127.0.0.1", "desk@paper.example", box.port, "none")
        box.answers = ["451 try later", "250 taken"]
        sender = MailSender(server)
        with pytest.raises(DeliveryFailed, match="451 try later") as failed:
            sender.send(to("reader@paper.example"))
        assert not failed.value.lasting
        sender.send(to("reader@paper.example"))
        (mail,) = box.mails
    parsed = message_from_bytes(mail, policy=policy.default)
    assert parsed["To"] == "reader@paper.example"
    assert "The ferry is late" in str(parsed["Subject"])


def test_mail_is_not_sent_in_the_clear_unless_told() -> None:
    with mail_server() as box:
        server = MailServer("127.0.0.1", "desk@paper.example", box.port)
        with pytest.raises(DeliveryFailed):
            MailSender(server).send(to("reader@paper.example"))
        assert box.mails == []


def test_without_a_mail_server_the_setting_is_named() -> None:
    with pytest.raises(DeliveryFailed, match=r"alerts\.smtp_host"):
        MailSender(None).send(to("reader@paper.example"))


def test_hooks_that_fail_redirect_and_hang() -> None:
    with webhook() as hook, webhook() as other:
        sender = WebhookSender(Reach(timeout_s=0.5))
        hook.answers = [500]
        with pytest.raises(DeliveryFailed, match="answered 500"):
            sender.send(to(hook.url))
        hook.answers = [-1]
        with pytest.raises(DeliveryFailed, match="cannot be reached"):
            sender.send(to(hook.url))
        hook.answers = [(307, other.url)]
        with pytest.raises(DeliveryFailed, match="private address"):
            sender.send(to(hook.url))
        assert other.got == []
        hook.answers = [(307, other.url)]
        WebhookSender(Reach(private=True)).send(to(hook.url))
        assert len(other.got) == 1
        with pytest.raises(DeliveryFailed, match="private address"):
            sender.send(to(hook.url, owner="key"))
        hook.hang = threading.Event()
        with pytest.raises(DeliveryFailed, match="did not answer in time"):
            sender.send(to(hook.url))


def test_chat_gets_its_own_form() -> None:
    with webhook() as hook:
        ChatSender(Reach()).send(to(f"slack:{hook.url}"))
        ((_, body),) = hook.got
    assert b"The ferry is late" in body
