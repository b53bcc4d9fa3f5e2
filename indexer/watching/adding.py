"""What there is to watch at an address: a feed, a sitemap, or those that a site declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from indexer.watching.opml import Outline
from search.addresses import with_credentials_of, without_credentials

if TYPE_CHECKING:
    from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at an address; `error` is the sentence why there is nothing, else None."""

    url: str
    outlines: tuple[Outline, ...]
    error: str | None = None


def found_at(settings: Settings, url: str) -> tuple[tuple[Outline, ...], str | None]:
    """Return what there is to watch at an address, or why there is nothing.

    Of a site these are its feeds, and its news sitemaps; one of all pages only if it is named
    itself: old pages that were changed are no news.
    """
    from config.wiring import fetcher
    from indexer.sources.fetching.discovery import discover
    from indexer.sources.fetching.errors import FetchFailed

    with fetcher(settings) as one:
        try:
            found = discover(one, url)
        except FetchFailed as error:
            return (), str(error)
    is_named = _names_a_sitemap(url) and len(found) == 1
    chosen = [each for each in found if each.is_news or is_named]
    if not chosen:
        return (), (
            f"No feed and no news sitemap is declared at {without_credentials(url)}; name the "
            "address of a feed or a sitemap itself."
        )
    return tuple(
        Outline(with_credentials_of(url, each.url), each.title, each.kind) for each in chosen
    ), None


def _names_a_sitemap(url: str) -> bool:
    """Tell a sitemap that was named from the only one that a site has, for all of its pages."""
    path = urlsplit(url).path.lower()
    return "sitemap" in path or path.endswith((".xml", ".xml.gz", ".txt"))
