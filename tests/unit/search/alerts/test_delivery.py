"""What is sent, byte by byte: files, signatures, mail, chat bodies, addresses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from search.alerts.alert import Alert
from search.alerts.delivery.bodies import html, mattermost, plain, slack
from search.alerts.delivery.lines import FileSender
from search.alerts.delivery.mail import composed
from search.alerts.delivery.message import Message
from search.alerts.delivery.throttle import MOST, held_until, is_throttled
from search.alerts.delivery.webhook import Reach, WebhookSender, is_public, signature
from search.alerts.destinations import Destination, Kind, destination
from search.alerts.document import state_document
from search.alerts.errors import DeliveryFailed
from search.alerts.notice import Links, notice, why_sentence
from search.errors import UsageError
from search.index.model import Article
from search.query.options import Defaults, Options, request_of
from tests.support.receivers import webhook

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def message(to: Destination, *titles: str, **more: Any) -> Message:
    request = request_of("flood", Options(), NOW, Defaults())
    alert = Alert("My <alert>", request, created=NOW, destinations=(to,), feed_secret="s")  # noqa: S106
    notices = [
        notice(
            alert,
            Article(
                f"a{n}", title, (), "ar", source="A & B", url="https://paper.example/a?b=1&c=2"
            ),
            {"by": ["words"], "words": ["flood"]},
            NOW,
            Links(),
        )
        for n, title in enumerate(titles)
    ]
    return Message("0" * 32, alert, to, notices, NOW, **more)


def test_a_file_has_each_notice_once_and_no_part_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.jsonl"
    sent = message(destination(str(path)), "One", "Two")
    FileSender().send(sent)
    whole = path.read_bytes()
    for cut in range(1, len(whole), 7):  # killed after any byte
        path.write_bytes(whole[:cut])
        FileSender().send(replace(sent, again=True))
        ids = [json.loads(line)["article"]["id"] for line in path.read_text().splitlines()]
        assert ids == ["a0", "a1"]


def test_what_others_wrote_into_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text("my notes without an end")
    FileSender().send(message(destination(str(path)), "One"))
    first, second = path.read_text().splitlines()
    assert first == "my notes without an end"
    assert json.loads(second)["article"]["title"] == "One"


def test_signatures_are_those_of_the_specification() -> None:
    # The example of the Standard Webhooks specification.
    found = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("status", "lasting", "said"),
    [
        (410, True, "It answered 410, since nothing takes messages there: give the alert another"),
        (403, True, "It answered 403, since it does not allow these messages: give the alert"),
        (500, False, "It answered 500."),
        (429, False, "It answered 429."),
    ],
)
def test_an_address_that_is_gone_says_what_to_do(status: int, lasting: bool, said: str) -> None:
    with webhook() as hook:
        hook.answers = [status]
        with pytest.raises(DeliveryFailed) as raised:
            WebhookSender(Reach(private=True)).send(message(destination(hook.url), "One"))
    assert raised.value.lasting is lasting
    assert str(raised.value).startswith(said)


def test_mail_has_both_forms_an_id_of_its_own_and_an_end() -> None:
    mail = composed(message(destination("a@b.example"), "شاهد <b>"), "desk@paper.example", None)
    parsed = message_from_bytes(mail.as_bytes(), policy=policy.default)
    assert parsed["Message-ID"] == f"<{'0' * 32}@paper.example>"
    assert parsed["List-Unsubscribe"].strip().startswith("<mailto:desk@paper.example?subject=end")
    text, page = (parsed.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert page is not None
    assert "\u2068شاهد <b>\u2069" in text.get_content()
    assert '<div dir="auto" lang="ar">' in page.get_content()
    assert "شاهد &lt;b&gt;" in page.get_content()
    assert "<b>My" not in page.get_content()


def test_what_articles_say_cannot_act_in_mail_or_chat() -> None:
    bad = "<script>x</script> <!channel> *b* [x](javascript:1) @all\r\nBcc: x@y"
    sent = message(destination("slack:https://hooks.example/x"), bad)
    assert "<script>" not in html(sent)
    assert "<!channel>" not in slack(sent)["text"]
    assert "\\[x\\]" in mattermost(sent)["text"]
    assert "\\@all" in mattermost(sent)["text"]
    mail = composed(sent, "desk@paper.example", None)
    assert mail["Bcc"] is None
    assert "\n" not in str(mail["Subject"])


def test_a_digest_shows_the_first_and_counts_the_others() -> None:
    text = plain(message(destination("a@b.example"), *map(str, range(60)), throttled=True))
    assert "60 notices" in text
    assert "10 more" in text
    assert "at most once an hour" in text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("stdout", Kind.STDOUT),
        ("-", Kind.STDOUT),
        ("feed", Kind.FEED),
        ("news.jsonl", Kind.FILE),
        ("file:news", Kind.FILE),
        ("jsonl:/tmp/x", Kind.FILE),
        ("desk@paper.example", Kind.MAIL),
        ("mailto:desk@paper.example", Kind.MAIL),
        ("https://paper.example/hook", Kind.WEBHOOK),
        ("webhook:https://paper.example/hook", Kind.WEBHOOK),
        ("slack:https://hooks.example/x", Kind.SLACK),
        ("mattermost:https://chat.example/x", Kind.MATTERMOST),
    ],
)
def test_destinations_as_they_are_written(text: str, kind: Kind) -> None:
    found = destination(text)
    assert found.kind is kind
    assert Destination.read(found.document()) == found
    assert bool(found.secret) is (kind is Kind.WEBHOOK)


@pytest.mark.parametrize(
    "text", ["", "nowhere", "ftp://x", "slack:x", "http://", "a@b\nBcc: c@d", "A <a@b.c>", "file:"]
)
def test_what_is_no_destination_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        destination(text)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_allow_private_are_told(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_an_alert_that_fires_all_the_time_is_held_for_an_hour() -> None:
    sent = [NOW + timedelta(minutes=n) for n in range(MOST)]
    assert held_until(sent[:-1], NOW + timedelta(minutes=MOST)) is None
    until = held_until(sent, NOW + timedelta(minutes=MOST))
    assert until == sent[-1] + timedelta(hours=1)
    assert held_until(sent, until) is None
    assert is_throttled(sent, until)
    assert not is_throttled(sent, until + timedelta(hours=3))
    assert not is_throttled(sent[:-1], until)


@pytest.mark.parametrize(
    ("to", "count", "held"),
    [
        ("desk@paper.example", MOST, True),
        ("desk@paper.example", MOST - 1, False),
        ("https://paper.example/hook", MOST, False),
    ],
)
def test_it_is_said_until_when_people_are_not_written_to(to: str, count: int, held: bool) -> None:
    where = destination(to)
    one = message(where).alert
    waiting = {"deliveries": {where.id: {"state": "waiting", "attempts": 0, "to": to}}}
    sent = [NOW - timedelta(minutes=n) for n in range(count)]
    state = state_document(one, None, [waiting], sent, NOW)
    assert state["held_until"] == ((NOW + timedelta(hours=1)).isoformat() if held else None)
    assert state_document(one, None, [], sent, NOW)["held_until"] is None


def test_headers_for_programs_stand_on_one_line_as_they_are() -> None:
    """What Python folds it encodes, and then no mail program can unsubscribe."""
    sent = message(destination("reader@paper.example"), "One")
    sender = "alerts@media-monitoring.a-paper-with-a-long-name.example"
    url = "https://polywire.media-monitoring.a-paper-with-a-long-name.example:8443"
    raw = composed(sent, sender, url).as_bytes().decode("ascii")
    lines = raw.splitlines()
    assert f"List-Unsubscribe: <{url}/v1/alerts/{sent.alert.id}/end?secret=s>" in lines
    domain = sender.partition("@")[2]
    assert f"List-Id: <{sent.alert.id}.alerts.{domain}>" in lines
    assert f"References: <{sent.alert.id}.{sent.alert.id}@{domain}>" in lines


def test_where_there_is_a_page_a_notice_leads_to_it_instead_of_naming_commands() -> None:
    request = request_of("flood", Options(), NOW, Defaults())
    alert = Alert("desk", request, created=NOW, destinations=(Destination(Kind.STDOUT),))
    article = Article("a 1/b", "Ferry", (), "en")
    why = {"by": ["words"], "words": ["flood"]}
    there = notice(alert, article, why, NOW, Links("https://wire.example/"))
    text = plain(Message("0" * 32, alert, alert.destinations[0], [there], NOW))
    assert "https://wire.example/article/a%201/b" in text
    assert f"To change, pause or end this alert: https://wire.example/alerts/{alert.id}" in text
    assert "polywire" not in text
    body = str(slack(Message("0" * 32, alert, alert.destinations[0], [there], NOW)))
    assert f"To end this alert: https://wire.example/alerts/{alert.id}" in body
    without = notice(alert, article, why, NOW, Links())
    assert "polywire show" in plain(Message("0" * 32, alert, alert.destinations[0], [without], NOW))


def test_commands_name_an_index_that_is_not_the_usual_one() -> None:
    request = request_of("flood", Options(), NOW, Defaults())
    alert = Alert("desk", request, created=NOW, destinations=(Destination(Kind.STDOUT),))
    links = Links(None, "news desk/index")
    commands = links.of(alert, Article("a", "Ferry", (), "en"))["commands"]
    assert commands["show"] == "polywire show a --index 'news desk/index'"
    assert all(one.endswith(" --index 'news desk/index'") for one in commands.values())
    assert "--index" not in str(Links().of(alert, None))


def test_what_follows_an_article_says_so_and_names_no_search() -> None:
    follows = Alert(
        "cited", None, created=NOW, follows="a1", destinations=(Destination(Kind.STDOUT),)
    )
    told = notice(
        follows,
        Article("a1", "Ferry", (), "und"),
        {"by": ["gone"]},
        NOW,
        Links("https://w.example"),
    )
    text = plain(Message("0" * 32, follows, follows.destinations[0], [told], NOW))
    assert "Follows: \u2068a1\u2069" in text
    assert "search" not in text
    assert "und" not in text


def test_words_are_named_once_however_they_are_written() -> None:
    assert why_sentence({"why": {"words": ["Ferry", "storm", "ferry", "Storm"]}}) == (
        "Words: Ferry, storm."
    )
