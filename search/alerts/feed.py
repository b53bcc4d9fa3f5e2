"""What an alert told, as an Atom feed (RFC 4287). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from search.alerts.alert import Alert
from search.alerts.delivery.bodies import changed, facts, further, headline
from search.alerts.notice import Notice, why_sentence
from search.printable import on_one_line

ATOM = "http://www.w3.org/2005/Atom"
SHOWN = 100
"""Entries of a feed."""

# What XML 1.0 cannot hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IRI = re.compile(r"[\x00-\x20\x7f-\x9f\"<>\\^`{|}\ud800-\udfff\ufffe\uffff]")


def atom(alert: Alert, notices: Sequence[Notice], address: str) -> bytes:
    """Return the feed; `notices` are newest first, `address` is its own."""
    register_namespace("", ATOM)
    feed = Element(f"{{{ATOM}}}feed")
    _text(feed, "id", f"urn:polywire:alert:{alert.id}")
    _text(feed, "title", f"{alert.name}: {alert.query}")
    _text(feed, "updated", notices[0]["found"] if notices else alert.created.isoformat())
    SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": _clean(address)})
    author = SubElement(feed, f"{{{ATOM}}}author")
    _text(author, "name", "Polywire")
    for notice in notices[:SHOWN]:
        _entry(feed, notice)
    content: bytes = tostring(feed, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + content


def _entry(feed: Element, notice: Notice) -> None:
    entry = SubElement(feed, f"{{{ATOM}}}entry")
    _text(entry, "id", f"urn:polywire:notice:{notice['id']}")
    _text(entry, "title", _title(notice))
    _text(entry, "updated", str(notice["found"]))
    article = notice["article"]
    if article.get("published"):
        _text(entry, "published", str(article["published"]))
    url = notice["links"]["article"]
    address = _address(url)
    if address:
        SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": address})
    else:  # then RFC 4287 wants content
        _text(entry, "content", str(notice["links"]["commands"].get("show", headline(notice))))
    said = [facts(notice), why_sentence(notice), *changed(notice), further(notice)]
    _text(entry, "summary", "\n".join(filter(None, said)))


def _title(notice: Notice) -> str:
    """Return a headline of which something is left."""
    title = on_one_line(_clean(headline(notice))).strip()
    return title or str(notice["article"]["id"])


def _address(url: object) -> str | None:
    """Return a web address as an IRI (RFC 3987), which Atom wants; None where it is none."""
    if not isinstance(url, str) or not url.lower().startswith(("https://", "http://")):
        return None
    iri = _NOT_IRI.sub(lambda found: quote(found[0], errors="replace"), url.strip())
    try:
        host = urlsplit(iri).hostname
    except ValueError:
        return None
    return iri if host and "%" not in host else None


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    return _NOT_XML.sub(" ", text)
