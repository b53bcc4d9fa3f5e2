"""What people read: a digest as plain text, as HTML, and as chat systems mark text up. Pure.

Headlines and sentences are isolated in their direction: a right-to-left headline does not turn the
line that it stands in around (Unicode Standard Annex 9; `dir="auto"` in HTML).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from search.alerts.delivery.message import Message
from search.alerts.notice import Notice, why_sentence
from search.index.model import UNKNOWN_LANGUAGE
from search.printable import on_one_line

SHOWN = 50
"""Notices that a digest shows; the rest are counted."""

_FIRST_STRONG, _POP = "\u2068", "\u2069"


def subject(message: Message) -> str:
    """Say in a line what there is."""
    count = len(message.notices)
    name = on_one_line(message.alert.name)
    if count == 1:
        return f"{name}: {on_one_line(headline(message.notices[0]))}"[:200]
    return f"{name}: {count:,} new"


def headline(notice: Notice) -> str:
    """Return the headline of an article, or the first that is known of it."""
    article = notice["article"]
    return str(article["title"] or article["url"] or article["id"])


def facts(notice: Notice) -> str:
    """Return source, language and time of an article."""
    article = notice["article"]
    published = str(article["published"] or "")[:16].replace("T", " ")
    lang = "" if article["lang"] == UNKNOWN_LANGUAGE else article["lang"]
    known = (article["source"], lang, published and f"{published} UTC")
    return ", ".join(on_one_line(str(one)) for one in known if one)


def plain(message: Message) -> str:
    """Return the digest as plain text."""
    lines = [*_above(message), ""]
    for notice in message.notices[:SHOWN]:
        lines += _plain_notice(notice)
    lines += _below(message)
    return "\n".join(lines) + "\n"


def _plain_notice(notice: Notice) -> Iterator[str]:
    again = "A further source: " if notice.get("kind") == "further" else ""
    yield f"{again}{_FIRST_STRONG}{on_one_line(headline(notice))}{_POP}"
    yield f"  {facts(notice)}"
    yield f"  {_FIRST_STRONG}{on_one_line(why_sentence(notice))}{_POP}"
    for line in changed(notice):
        yield f"  {line}"
    more = further(notice)
    if more:
        yield f"  {more}"
    article = notice["links"]["article"]
    yield f"  {article or notice['links']['commands'].get('show', '')}"
    yield ""


def further(notice: Notice) -> str:
    """Say how many more sources have the story."""
    more = notice.get("more") or []
    if not more:
        return ""
    sources = ", ".join(dict.fromkeys(str(one["source"] or one["id"]) for one in more[:8]))
    count = f"{len(more)} more source{'s' if len(more) > 1 else ''}"
    return on_one_line(f"{count}: {sources}{' ...' if len(more) > 8 else ''}")


def changed(notice: Notice) -> Iterator[str]:
    """Yield the passages that changed; none where they were forgotten with their article."""
    for change in (notice.get("changes") or ())[:20]:
        for sign, passage in (("-", change["before"]), ("+", change["after"])):
            if passage is not None:
                yield f"{sign} {_FIRST_STRONG}{on_one_line(passage['text'])}{_POP}"


def _above(message: Message) -> Iterator[str]:
    count = len(message.notices)
    articles = "1 notice" if count == 1 else f"{count:,} notices"
    yield f'{articles} of the alert "{on_one_line(message.alert.name)}"'
    alert = message.alert
    what, asked = ("Query", alert.query) if alert.follows is None else ("Follows", alert.follows)
    yield f"{what}: {_FIRST_STRONG}{on_one_line(asked)}{_POP}"
    if message.throttled:
        yield "This alert fires very often; its notices come as a digest, at most once an hour."


def _below(message: Message) -> Iterator[str]:
    left = len(message.notices) - SHOWN
    commands = message.notices[0]["links"]["commands"]
    if left > 0:
        yield f"... and {left:,} more: polywire alerts show {message.alert.id} --history"
        yield ""
    links = message.notices[0]["links"]
    if search := links["search"] or commands.get("search"):  # none where something is followed
        yield f"The same search: {search}"
    if links["alert"]:
        yield f"To change, pause or end this alert: {links['alert']}"
    else:
        yield f"To change this alert: {commands['change']}"
        yield f"To pause it: {commands['pause']}"
        yield f"To end it: {commands['end']}"


def html(message: Message) -> str:
    """Return the digest as HTML without scripts, styles from elsewhere or images."""
    above = "".join(f'<p dir="auto">{escape(line)}</p>' for line in _above(message))
    below = "<br>".join(_linked(line) for line in _below(message) if line)
    notices = "".join(_html_notice(one) for one in message.notices[:SHOWN])
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head>'
        '<body style="font-family: sans-serif; max-width: 42em">'
        f'{above}{notices}<hr><p style="color: #555; font-size: small">{below}</p></body></html>\n'
    )


def _html_notice(notice: Notice) -> str:
    article, title = notice["article"], escape(headline(notice))
    url = notice["links"]["article"]
    linked = f'<a href="{escape(url)}">{title}</a>' if _is_web(url) else title
    lang = f' lang="{escape(article["lang"])}"' if article["lang"] != UNKNOWN_LANGUAGE else ""
    changes = "".join(f'<div dir="auto">{escape(line)}</div>' for line in changed(notice))
    more = f"<div>{escape(further(notice))}</div>" if further(notice) else ""
    return (
        f'<div style="margin: 1em 0"><div dir="auto"{lang}><b>{linked}</b></div>'
        f'<div style="color: #555">{escape(facts(notice))}</div>'
        f'<div dir="auto">{escape(why_sentence(notice))}</div>{changes}{more}</div>'
    )


def _linked(line: str) -> str:
    said, colon, rest = line.partition(": ")
    if colon and _is_web(rest):
        return f'<a href="{escape(rest)}">{escape(said)}</a>'
    return escape(line)


def _is_web(url: Any) -> bool:  # noqa: ANN401 - whatever the article has
    return isinstance(url, str) and url.startswith(("https://", "http://"))


def slack(message: Message) -> dict[str, Any]:
    """Return the body of a Slack incoming webhook (mrkdwn: &, < and > are escaped)."""

    def safe(text: str) -> str:
        return on_one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def link(url: str, title: str) -> str:
        return f"<{safe(url).replace('|', '%7C')}|{safe(title)}>"

    return {"text": "\n".join(_chat(message, safe, link, "*"))}


def mattermost(message: Message) -> dict[str, Any]:
    """Return the body of a Mattermost incoming webhook (Markdown)."""

    def safe(text: str) -> str:
        return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>@~" else c for c in on_one_line(text))

    def link(url: str, title: str) -> str:
        return f"[{safe(title)}](<{url.replace('>', '%3E').replace(' ', '%20')}>)"

    return {"text": "\n".join(_chat(message, safe, link, "**")), "username": "Polywire"}


def _chat(message: Message, safe: Any, link: Any, bold: str) -> Iterator[str]:  # noqa: ANN401
    yield f"{bold}{safe(message.alert.name)}{bold}: {len(message.notices):,} new"
    if message.throttled:
        yield "This alert fires very often; its notices come as a digest, at most once an hour."
    for notice in message.notices[:SHOWN]:
        url, title = notice["links"]["article"], headline(notice)
        shown = link(url, title) if _is_web(url) else safe(title)
        yield f"• {shown} ({safe(facts(notice))}) {safe(why_sentence(notice))}"
        if further(notice):
            yield safe(further(notice))
    left = len(message.notices) - SHOWN
    if left > 0:
        yield f"... and {left:,} more"
    links = message.notices[0]["links"]
    yield safe("To end this alert: ") + (links["alert"] or safe(links["commands"]["end"]))
