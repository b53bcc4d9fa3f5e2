"""Pages of a small newspaper, as a site serves them: articles, a feed and sitemaps."""

from __future__ import annotations

from collections.abc import Iterable

_TEXT = (
    "The ferry to the islands was taken out of service on day {n} after the crew had found water "
    "in the engine room. The company said that passengers would be brought over by smaller boats "
    "until the damage has been examined, part {part}."
)


def page(n: int, title: str = "") -> str:
    """Return an article, number `n`."""
    text = "".join(f"<p>{_TEXT.format(n=n, part=part)}</p>" for part in range(4))
    title = title or f"Ferry stopped, day {n}"
    return (
        f'<html lang="en"><head><title>{title} | Strait Times</title>'
        f'<meta property="og:title" content="{title}">'
        '<meta property="og:site_name" content="Strait Times">'
        f'<meta property="article:published_time" content="2026-03-0{n}T09:00:00+01:00"></head>'
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def urlset(urls: Iterable[tuple[str, str]], more: str = "") -> str:
    """Return a sitemap of pages with their `lastmod`, "" for none."""
    rows = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}{more}</url>"
        for url, day in urls
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def index(urls: Iterable[str]) -> str:
    """Return a sitemap of sitemaps."""
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'
    )


def feed(items: Iterable[tuple[str, str]], title: str = "Strait Times") -> str:
    """Return an RSS feed of links and titles."""
    rows = "".join(
        f'<item><guid isPermaLink="false">tag:strait.example,2026:{name}</guid>'
        f"<title>{name}</title><link>{url}</link><description>In short.</description></item>"
        for url, name in items
    )
    return f'<rss version="2.0"><channel><title>{title}</title>{rows}</channel></rss>'
