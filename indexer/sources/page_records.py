"""Records whose text is a whole web page, as crawlers export them -> pages to be read as such.

What a reader sees of a page is its menus, too: the article has to be found in it. What the record
says beside the page counts where the page says nothing; its id and its source count anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.article.draft import Item, RawArticle, UnreadPage
from indexer.article.keys import in_our_keys
from indexer.article.wrappers import unwrapped

_PAGE = re.compile(r"\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?"
                   r"<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)  # fmt: skip
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_OWN = ("id", "source")


def with_pages(items: Iterator[Item]) -> Iterator[Item]:
    """Yield all items, those that hold a whole page as what it is."""
    for item in items:
        page = _page(item) if isinstance(item, RawArticle) and not item.is_plain else None
        yield page or item


def _page(item: RawArticle) -> UnreadPage | None:
    if not any(
        isinstance(one, str) and _PAGE.match(one) for one in unwrapped(item.record).values()
    ):
        return None
    record = dict(in_our_keys(item.record).record)
    text = record.pop("text", None)
    if not isinstance(text, str) or not _PAGE.match(text) or not _BODY.search(text):
        return None
    own = {key: record.pop(key) for key in _OWN if record.get(key)}
    url = record.get("url")
    return UnreadPage(
        item.origin,
        text.encode("utf-8", "replace"),
        url if isinstance(url, str) else None,
        "utf-8",
        before=record,
        after=own,
        read_as=item.read_as,
    )
