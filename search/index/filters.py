"""Which articles may be found: a frozen value."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import UTC, datetime

from search.index.clauses import Matching
from search.index.model import Article
from search.values import dataclass

EVER = datetime.max.replace(tzinfo=UTC)
"""After all embargoes, also those that last until further notice."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may be found; empty fields let everything pass.

    Values within a field are alternatives, fields add up. `after` is inclusive, `before`
    exclusive, both on `published`; an article without a date fails either. The `exclude_*`
    fields keep out articles that have one of the values; an article without any passes them.
    """

    langs: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    after: datetime | None = None
    before: datetime | None = None
    exclude_ids: frozenset[str] = frozenset()
    exclude_langs: frozenset[str] = frozenset()
    exclude_sources: frozenset[str] = frozenset()
    exclude_sections: frozenset[str] = frozenset()
    exclude_tags: frozenset[str] = frozenset()
    stories: frozenset[str] = frozenset()
    exclude_stories: frozenset[str] = frozenset()
    """Stories by id; `search.index.story_filters` makes ids of articles of them."""
    ids: frozenset[str] | None = None
    """Only these articles, where it is not None."""
    excluding: tuple[Matching, ...] = ()
    """None of these may match the article, in either leg: no passage of it, headline included."""
    at: datetime | None = None
    """The moment of the search, which embargoes must have passed. An index takes its clock where
    none is given; `EVER` lets all pass."""

    def joined(self, other: Filters) -> Filters:
        """Put two sets of filters together: values of a field are alternatives, dates narrow."""
        later = [moment for moment in (self.after, other.after) if moment]
        earlier = [moment for moment in (self.before, other.before) if moment]
        sets = {
            name: getattr(self, name) | getattr(other, name)
            for name in (field.name for field in fields(self))
            if isinstance(getattr(self, name), frozenset)
        }
        return Filters(
            **sets,
            after=max(later, default=None),
            before=min(earlier, default=None),
            excluding=tuple(dict.fromkeys(self.excluding + other.excluding)),
            at=self.at or other.at,
        )

    def now(self) -> Filters:
        """Return the filters at this moment where they have none, in whole seconds."""
        if self.at is not None:
            return self
        # Whole seconds, as embargoes have: an engine can hold on to the answers for so long.
        return replace(self, at=datetime.now(UTC).replace(microsecond=0))

    def without(self, article_ids: Collection[str]) -> Filters:
        """Keep out these articles, too."""
        return replace(self, exclude_ids=self.exclude_ids.union(article_ids))

    def admits(self, article: Article) -> bool:
        """Tell whether the article passes: the reference that every engine is tested against.

        It looks at the metadata only; what `excluding` keeps out, analysis of the text decides.
        """
        published = article.published
        return (
            (not self.langs or article.lang in self.langs)
            and (not self.sources or article.source in self.sources)
            and (not self.sections or article.section in self.sections)
            and (not self.tags or not self.tags.isdisjoint(article.tags))
            and (self.after is None or (published is not None and published >= self.after))
            and (self.before is None or (published is not None and published < self.before))
            and (self.ids is None or article.id in self.ids)
            and article.id not in self.exclude_ids
            and article.lang not in self.exclude_langs
            and article.source not in self.exclude_sources
            and article.section not in self.exclude_sections
            and self.exclude_tags.isdisjoint(article.tags)
            and (self.at is None or article.embargo is None or article.embargo <= self.at)
        )
