"""HTML in the texts of records -> the text that a reader would see.

Exports hold texts as they stood in pages: with tags, with entities, escaped once or twice. A text
that only speaks of `<b>`, or says `a < b` or `AT&T;`, is no HTML and stays as it is. So tags are
taken out only where some are used as tags (`_is_markup`), and only entities that exist are
decoded.

Takes time in proportion to the length of a text, whatever stands in it.
"""

from __future__ import annotations

import html
import re
from html.entities import html5

_ATTRIBUTES = (
    r"(?>\s+[\w:.@-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)|\s+[\w:.@-]+(?=[\s/>]))*+\s*/?>"
)
_TAG = re.compile(rf"<(/?)([A-Za-z][\w:.-]*){_ATTRIBUTES}")
"""Any tag: whether it closes, and its name."""

_BLOCKS = frozenset(
    """
    address article aside blockquote body br caption center dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p pre
    section summary table tbody td tfoot th thead title tr ul
    """.split()  # noqa: SIM905
)
_INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code del dfn em embed font i iframe img ins kbd label link
    mark nobr object q s samp script small source span strike strong style sub sup time tt u var
    video wbr
    """.split()  # noqa: SIM905
)
_EMPTY = frozenset("img br hr wbr embed iframe".split())  # noqa: SIM905
"""Tags that stand alone."""

_HIDDEN = (
    (re.compile(r"<!--"), re.compile(r"-->")),
    *(
        (re.compile(rf"(?i)<{name}(?=[\s>/])"), re.compile(rf"(?i)</{name}\s*>"))
        for name in ("script", "style", "template", "svg", "iframe", "noscript", "head")
    ),
)
"""What begins and what ends parts that no reader sees."""

_CUT_OFF = re.compile(r"</?[A-Za-z][^<>]*\Z")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_DECLARATION = re.compile(r"<(?:!doctype\b|\?xml\b)[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED = frozenset(("&amp;", "&lt;", "&gt;"))
_BARE_AMPERSAND = re.compile(r"\s&\s")
_NEXT_CELL = re.compile(r"</t[dh]\s*>\s*<t[dh](?=[\s>])", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_END = re.compile(r"[^\S\n]*\n[^\S\n]*")
_OPENS_SPEECH = frozenset(" \t\u00a0\"'`(“„‘«[")
_CLOSES_SPEECH = frozenset(" \t\u00a0\"'`),.;:!?”’»]")

_MOST_ESCAPES = 3
"""How often a text was escaped, at most."""


def seen_text(text: str) -> str:
    """Return what a reader sees of a text that may be HTML: blocks become paragraphs.

    Paragraphs are parted by a blank line, lines (`<br>`) by a line end.
    """
    if "<" not in text and "&" not in text:
        return text
    for _ in range(_MOST_ESCAPES):
        if _is_markup(text):
            return _without_tags(text).strip()
        decoded = _decoded(text)
        if decoded == text or not ("<" in decoded or _ENTITY.search(decoded)):
            return decoded
        if not (_is_markup(decoded) or _is_escaped_again(text)):
            return decoded
        text = decoded
    return text


def seen_line(text: str) -> str:
    """Return what a reader sees of a title, a name or a tag, in one line."""
    return text if "<" not in text and "&" not in text else " ".join(seen_text(text).split())


def _is_markup(text: str) -> bool:
    """Tell whether tags are used in a text, rather than spoken of.

    A tag that is spoken of stands like a word: between spaces, quotation marks or brackets.
    """
    if "<" not in text:
        return False
    if "<![CDATA[" in text:
        return True
    opened: set[str] = set()
    breaks = 0
    for tag in _TAG.finditer(text):
        name = _name(tag)
        breaks += name == "br"
        if name == "br" and (breaks > 1 or tag[0].endswith("/>")):
            return True
        known = name in _BLOCKS or name in _INLINE
        if not known or _is_spoken_of(text, tag):
            continue
        if name in _BLOCKS or name in _EMPTY or "=" in tag[0]:
            return True
        if not tag[1]:
            opened.add(name)
        elif name in opened:
            return True
    return "<!--" in text and "-->" in text


def _name(tag: re.Match[str]) -> str:
    """Return the name of a tag without the prefix that XML may give it: jats:p."""
    return tag[2].lower().rpartition(":")[2]


def _is_spoken_of(text: str, tag: re.Match[str]) -> bool:
    before = text[tag.start() - 1 : tag.start()]
    after = text[tag.end() : tag.end() + 1]
    return before in _OPENS_SPEECH and (after in _CLOSES_SPEECH or not after)


def _is_escaped_again(text: str) -> bool:
    """Tell whether an entity was escaped itself: `&amp;eacute;`."""
    return re.search(r"&amp;(?:#\w{1,8}|[A-Za-z]\w{1,31});", text) is not None


def _without_tags(text: str) -> str:
    text = _CDATA.sub("", text)
    for begin, end in _HIDDEN:
        text = _cut_out(text, begin, end)
    text = _NEXT_CELL.sub(" | <td", _DECLARATION.sub("", text))
    last = text.rfind("<")
    if last >= 0 and _CUT_OFF.match(text, last):
        text = text[:last]
    has_blocks = any(_name(tag) in _BLOCKS for tag in _TAG.finditer(text))
    parts = _BLANK_LINE.split(text)
    if has_blocks:  # then a line end is white space, as in any page
        parts = [_LINE_END.sub(" ", part) for part in parts]
    return _decoded("\n\n".join(_TAG.sub(_between, part) for part in parts))


def _between(tag: re.Match[str]) -> str:
    name = _name(tag)
    if name == "br":
        return "\n"
    return "\n\n" if name in _BLOCKS and name not in ("td", "th") else ""


def _cut_out(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> str:
    kept: list[str] = []
    at = 0
    while opening := begin.search(text, at):
        closing = end.search(text, opening.end())
        if closing is None:  # it is never closed: looked for once
            break
        kept.append(text[at : opening.start()])
        at = closing.end()
    return "".join([*kept, text[at:]]) if kept else text[at:]


def _decoded(text: str) -> str:
    """Decode entities that exist; what escapes nothing else is left in a text with a bare "&"."""
    spoken_of = _ESCAPED if _BARE_AMPERSAND.search(text) else frozenset()
    return _ENTITY.sub(lambda found: _meant(found[0], spoken_of), text)


def _meant(entity: str, spoken_of: frozenset[str]) -> str:
    if entity in spoken_of or (entity[1] != "#" and entity[1:] not in html5):
        return entity
    return html.unescape(entity)
