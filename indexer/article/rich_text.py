"""The trees in which editors keep a text -> its paragraphs.

Content management systems store a body as a list of blocks, or as a tree of nodes: Arc XP
(`content_elements`), Editor.js and Draft.js (`blocks`), Portable Text of Sanity (`children`),
ProseMirror, Tiptap and Contentful (`content`), Slate and Lexical (`root.children`), Quill (`ops`),
WordPress's blocks (`innerBlocks`), Apple News (`components`), Livingdocs (`component`). They differ
in the names only: a node has a type, and a text or further nodes. What is no text of the article
(pictures, embedded things, links to other articles) is left out by its type. Pure; a tree nested
deeper than `_DEPTH` is no text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_DEPTH = 40
"""Levels that are gone into."""

_TYPES = ("_type", "type", "nodeType", "blockName", "__typename", "kind", "role", "component")
_INNER = ("content_elements", "components", "innerBlocks", "children", "blocks", "content",
          "items", "nodes", "root", "document", "ops", "data", "paragraphs")  # fmt: skip
_TEXTS = ("text", "content", "value", "html", "innerHTML", "insert", "item")
_OF_BLOCKS = frozenset(
    {"content_elements", "components", "items", "blocks", "innerBlocks", "paragraphs"}
)
"""Lists whose items are blocks, whatever their types: Arc XP calls a paragraph `text`."""

_AROUND = ("blocks", "content", "root", "document", "ops", "children", "nodes", "content_elements",
           "components")  # fmt: skip
"""What holds the tree where it is an object."""

_INLINE = re.compile(
    r"(?:(?:extended-|rich-?)?text|span|leaf|string|(?:auto|entry-?|asset-?|resource-?)?(?:hyper)?link|a|b|i|em|mark|"
    r"strong|bold|italic|underline|code|inline\w*|mention|hashtag|linebreak|hard-?_?break|br)",
    re.IGNORECASE,
)
_MARKS = frozenset({"children", "insert", "blockName"})
"""Keys of a node that has no type."""

_JSON = re.compile(r'\s*(?:\{\s*"|\[\s*\{\s*")')

_NO_TEXT = re.compile(
    r"image|photo|picture|figure|video|audio|gallery|slideshow|embed|iframe|interstitial|related|"
    r"promo|advert|\bads?\b|newsletter|social|tweet|instagram|youtube|raw_html|raw\b|caption|"
    r"divider|delimiter|separator|button|oembed|reference|media|\bmap\b|\bpoll\b|\bform\b|asset-block|"
    r"entry-block|correction-link|link_list|pull-?quote|"
    # Beside the text of an article in Apple News, and in the record anyway.
    r"^(?:title|byline|author|illustrator|logo)$",
    re.IGNORECASE,
)


def from_json(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Return the tree that a text is in JSON, as databases keep it; any other value as it is."""
    if not isinstance(value, str) or not _JSON.match(value):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def paragraphs_of(value: object) -> list[str] | None:
    """Return the paragraphs of a tree, which may be HTML; None for what is no tree."""
    for _ in range(_DEPTH):
        if not isinstance(value, Mapping):
            break
        around = (value[key] for key in _AROUND if isinstance(value.get(key), list | dict))
        inner = next(around, None)
        if inner is None or not (len(value) == 1 or _type(value) or _is_tree(inner)):
            return None
        value = inner
    if not _is_tree(value):
        return None
    quill = isinstance(value, list) and any("insert" in one for one in value)
    found = [text for text in _blocks(value, _DEPTH, apart=not quill) if text.strip()]
    return found or None


def _is_tree(value: object) -> bool:
    """Tell whether a list has nodes: objects, of which each has a type, or text that is parted."""
    if isinstance(value, Mapping):
        return isinstance(value.get("children"), list)
    if not isinstance(value, list) or not value:
        return False
    if not all(isinstance(one, Mapping) for one in value):
        return False
    named = all(_type(one) or not _MARKS.isdisjoint(one) for one in value)
    return named and any(key in one for one in value for key in (*_TEXTS, *_INNER))


def _blocks(nodes: Any, depth: int, *, apart: bool) -> Iterator[str]:  # noqa: ANN401 - JSON values
    """Yield the text of each block in order.

    Nodes that are parts of a line are one together, unless they are blocks anyway (`apart`).
    """
    line: list[str] = []
    for node in nodes if isinstance(nodes, list) else [nodes]:
        if depth == 0 or not isinstance(node, str | Mapping):
            continue
        if not apart and (isinstance(node, str) or _is_inline(node)):
            line.append(node if isinstance(node, str) else _inline(node, depth - 1))
            continue
        yield from "".join(line).split("\n")
        line = []
        if isinstance(node, str):
            yield node
        elif not _NO_TEXT.search(_type(node)):
            yield from _of_block(node, depth - 1)
    yield from "".join(line).split("\n")


def _of_block(node: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key in _INNER:
        inner = node.get(key)
        if isinstance(inner, list | Mapping) and inner:
            yield from _blocks(inner, depth, apart=key in _OF_BLOCKS)
            return
    text = _text(node)
    if text:
        yield text


def _inline(node: Mapping[str, Any], depth: int) -> str:
    kind = _type(node)
    if re.fullmatch(r"line-?break|hard-?_?break|br", kind, re.IGNORECASE):
        return "\n"
    for key in _INNER:
        inner = node.get(key)
        if isinstance(inner, list) and inner and depth > 0:
            return "".join(_inline(one, depth - 1) for one in inner if isinstance(one, Mapping))
    return _text(node)


def _text(node: Mapping[str, Any]) -> str:
    return next((node[key] for key in _TEXTS if isinstance(node.get(key), str) and node[key]), "")


def _is_inline(node: Mapping[str, Any]) -> bool:
    kind = _type(node)
    return bool(_INLINE.fullmatch(kind)) if kind else bool(_text(node))


def _type(node: Mapping[str, Any]) -> str:
    return next((node[key] for key in _TYPES if isinstance(node.get(key), str)), "")
