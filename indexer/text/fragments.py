"""A piece of HTML, such as an item of a feed -> its paragraphs, and a line of HTML -> its text."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from indexer.text.extraction.asides import is_offer, is_teaser
from indexer.text.tags import between_tags, with_few_attributes

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAG = re.compile(r"<(?:/?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?|!--.*?--|!\[CDATA\[.*?\]\])>", re.DOTALL)
_BLOCKS = frozenset("""
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre
    section summary table tbody tfoot thead tr ul
""".split())  # fmt: skip  # noqa: SIM905
_SILENT = frozenset("""
    applet audio base button canvas embed figcaption frame frameset head iframe img input link map
    media meta noframes noscript object option script select source style svg template textarea
    title track video
""".split())  # fmt: skip  # noqa: SIM905
"""What is no part of an article; a caption belongs to its picture, as in NITF (`media`)."""

_ESCAPED = re.compile(r"&lt;/?(?:p|br|div|h[1-6]|ul|ol|li|blockquote|table)\b", re.IGNORECASE)
"""Tags of a text that was escaped twice."""

_ESCAPED_IN_LINE = re.compile(r"</(?:b|i|u|em|strong|span|font|small|sup|sub|a)>", re.IGNORECASE)

_CELLS = frozenset({"td", "th"})
_INLINE_SPACE = re.compile(r"[ \t\n\r\f\x0b]+")
_FOOTER = re.compile(
    r"""^(?:
    the\s+post\s.*\sappeared\s+first\s+on\s.*|
    der\s+beitrag\s.*\serschien\s+zuerst\s+auf\s.*|
    l[’']article\s.*\sest\s+apparu\s+en\s+premier\s+sur\s.*|cet\s+article\s.*\sest\s+apparu\s+en\s+premier.*|
    la\s+entrada\s.*\s(?:se\s+publicó\s+primero|aparece\s+primero|apareció\s+primero)\s+en\s.*|
    o\s+post\s.*\sapareceu\s+primeiro\s+em\s.*|
    l[’']articolo\s.*\s(?:proviene\s+da|sembra\s+essere\s+il\s+primo)\s.*|
    het\s+bericht\s.*\sverscheen\s+eerst\s+op\s.*|
    artykuł\s.*\spochodzi\s+z\s+serwisu\s.*|wpis\s.*\spojawił\s+się\s+poczatkowo.*|
    inlägget\s.*\sdök\s+först\s+upp\s+på\s.*|indlægget\s.*\sblev\s+først\s+udgivet\s+på\s.*|
    (?:сообщение|запись)\s.*\sпоявились?\s+сначала\s+на\s.*|
    .{0,200}投稿\s.*\s(?:は|に最初に表示).{0,60}|
    .{1,300}\swas\s+originally\s+published\s+in\s.*\son\s+medium\b.*|
    continue\s+reading\s+on\s.{1,60}|
    (?:continue\s+reading|read\s+more|weiterlesen|lire\s+la\s+suite|leer\s+más|seguir\s+leyendo|
    leia\s+mais|continua\s+a\s+leggere|lees\s+verder|czytaj\s+dalej|читать\s+далее|devamını\s+oku)
    \s*(?:[→»›>…]|\.\.\.|&\#8230;)?
    )$""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""What a site's software puts below each item of a feed."""

_DOCUMENT = re.compile(r"<(?:html|body)[\s>]|^\s*<header\b", re.IGNORECASE)
"""A page in an item, or a part of one, as Instant Articles and Turbo pages have it."""

_DEEPEST = 400
"""Levels of elements; what is nested more deeply is flattened, so that no stack overflows."""


def is_html(text: str) -> bool:
    """Tell whether a text has tags."""
    return _TAG.search(_closed(text)) is not None


def line_of(text: str) -> str:
    """Return the text of a line of HTML, without tags and entities, also where they are escaped."""
    shown = html.unescape(_TAG.sub("", _closed(text)))
    if _ESCAPED_IN_LINE.search(shown) or _ESCAPED_IN_LINE.search(html.unescape(shown)):
        shown = html.unescape(_TAG.sub("", _closed(html.unescape(shown))))
    return " ".join(shown.split())


def _closed(text: str) -> str:
    """Return the text without the marks that begin a comment or a section that never ends.

    From each of them the end would be looked for, which takes the square of their number.
    """
    for begin, end in (("<!--", "-->"), ("<![CDATA[", "]]>")):
        if begin in text:
            last = text.rfind(end) + 1
            text = text[:last] + text[last:].replace(begin, "")
    return text


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a piece of HTML, or of plain text with blank lines, in order.

    Headings, items of lists and rows of tables are paragraphs; two line breaks end one. Scripts,
    pictures, captions and players are left out, as is what a site puts below each item.
    """
    if not is_html(text) and _ESCAPED.search(text):
        text = html.unescape(text)
    pieces = between_tags(text)
    if pieces is not None:
        return tuple(filter(None, map(line_of, pieces)))
    if not is_html(text):
        found = [" ".join(part.split()) for part in re.split(r"\n\s*\n", html.unescape(text))]
    else:
        from lxml import etree
        from lxml.html import HTMLParser, document_fromstring

        from indexer.text.extraction.surroundings import without_surroundings

        parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        try:
            # As bytes: half surrogate pairs and zero characters do not reach the parser.
            whole = f"<html><body>{with_few_attributes(text)}</body></html>"
            data = whole.replace("\x00", "").encode("utf-8", "replace")
            root = document_fromstring(data, parser=parser)
        except (etree.LxmlError, ValueError):
            return tuple(filter(None, (line_of(text),)))
        if _DOCUMENT.search(text):
            _take_out_frame(root)
        blocks = _Blocks()
        blocks.walk(without_surroundings(root), 0)
        found = blocks.ended()
    kept = [paragraph for paragraph in found if paragraph and not is_offer(paragraph)]
    while kept and _FOOTER.match(kept[-1]) and len(kept[-1]) < 600:
        kept.pop()
    return tuple(kept)


def _take_out_frame(root: HtmlElement) -> None:
    """Take out what stands around the text of a whole page: its headline, authors and notices."""
    for one in list(root.iter("header", "footer", "nav")):
        one.drop_tree()


def _is_note(link: HtmlElement) -> bool:
    """Tell the number of a note, as it stands within a sentence, from other links."""
    number = str(link.text_content()).strip(" []()\xa0")
    return "#" in (link.get("href") or "") and number.isdecimal() and len(number) < 4


class _Blocks:
    """Gathers the text of a tree into paragraphs."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._teasers: list[str] = []
        self._parts: list[str] = []
        self._breaks = 0
        self._linked = 0

    def walk(self, element: HtmlElement, depth: int) -> None:
        """Take in an element and what it holds, not what follows it."""
        name = element.tag
        if not isinstance(name, str) or name in _SILENT:
            return
        if name == "br":
            self._break()
            return
        if name == "a" and _is_note(element):
            return
        if name in _CELLS and self._parts:
            self._parts.append(" | ")
        block = name in _BLOCKS
        if block:
            self._end()
        self._say(element.text, keep_lines=name == "pre")
        if depth > _DEEPEST:
            self._say(" ".join(map(str, element.itertext())))
        else:
            for child in element:
                self.walk(child, depth + 1)
                self._say(child.tail)
        if name == "a":
            self._linked += len("".join(map(str, element.itertext())).strip())
        if block:
            self._end()

    def ended(self) -> list[str]:
        """Return the paragraphs, those that lead elsewhere only where there is nothing else."""
        self._end()
        return self._done or self._teasers

    def _say(self, text: str | None, *, keep_lines: bool = False) -> None:
        if not text:
            return
        if text.strip():
            self._breaks = 0
        self._parts.append(text if keep_lines else _INLINE_SPACE.sub(" ", text))

    def _break(self) -> None:
        self._breaks += 1
        if self._breaks > 1:
            self._end()
        else:
            self._parts.append(" ")

    def _end(self) -> None:
        text = " ".join("".join(self._parts).split()).strip(" |\xa0")
        linked = self._linked / len(text) if text else 0
        self._parts.clear()
        self._breaks = self._linked = 0
        if text:
            (self._teasers if is_teaser(text, linked) else self._done).append(text)
