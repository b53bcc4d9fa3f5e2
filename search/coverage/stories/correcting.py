"""What people correct in stories: stored, followed by later articles, and left by a rebuilding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from search.coverage.stories.clustering import Clustering
from search.coverage.stories.keeper import StoryKeeper
from search.coverage.stories.stored import APART, CORRECTIONS, former
from search.errors import UsageError
from search.index.state import Change, IndexState


class Corrections:
    """Changes stories as a person says."""

    def __init__(self, state: IndexState, keeper: StoryKeeper) -> None:
        """`keeper` is that of the same state."""
        self._state = state
        self._keeper = keeper

    def move(self, article: str, story: str, reason: str | None = None) -> str:
        """Put an article into a story; returns the id of the story. Raises `UsageError`."""
        further: list[Change] = []
        with self._keeper.changing(further) as clustering:
            target = self._story(clustering, story)
            self._article(clustering, article)
            left = clustering.story[article]
            if left != target:
                clustering.move(article, target)
            else:
                clustering.pinned[article] = target
                clustering.touched_stories.add(target)
            further.append(_pinned(article, target, reason, left))
        return target

    def split(self, story: str, articles: Sequence[str], reason: str | None = None) -> str:
        """Part articles from a story; returns the id of theirs. Raises `UsageError`."""
        further: list[Change] = []
        with self._keeper.changing(further) as clustering:
            source = self._story(clustering, story)
            chosen = list(dict.fromkeys(articles))
            if not chosen:
                raise UsageError("Name the articles that are to become a story of their own.")
            for article in chosen:
                self._article(clustering, article)
                if clustering.story[article] != source:
                    raise UsageError(f"The article {article} is not in the story {story}.")
            if len(chosen) == len(clustering.groups[source].articles):
                raise UsageError("All articles of the story are named: nothing would be left.")
            made = clustering.split(source, chosen)
            clustering.apart.add(frozenset((source, made)))
            for article in chosen:
                clustering.pinned[article] = made
                further.append(_pinned(article, made, reason, source))
            pair = sorted((source, made))
            further.append(Change(APART, "|".join(pair), {"stories": pair, "at": _now()}))
        return made

    def merge(self, stories: Sequence[str], reason: str | None = None) -> str:
        """Join stories; returns the id of what is joined. Raises `UsageError`."""
        further: list[Change] = []
        with self._keeper.changing(further) as clustering:
            named = list(dict.fromkeys(self._story(clustering, one) for one in stories))
            if len(named) == 1 and len(set(stories)) > 1:
                raise UsageError(f"These are one story already: {named[0]}.")
            if len(named) < 2:
                raise UsageError("Name two stories or more that are to become one.")
            for pair in [pair for pair in clustering.apart if pair <= set(named)]:
                clustering.apart.discard(pair)
                further.append(Change(APART, "|".join(sorted(pair)), None))
            kept = named[0]
            for other in named[1:]:
                kept = clustering.merge(kept, other)
            for article in clustering.groups[kept].articles:
                clustering.pinned[article] = kept
                further.append(_pinned(article, kept, reason))
        return kept

    def _story(self, clustering: Clustering, story: str) -> str:
        if story in clustering.groups:
            return story
        today = former(self._state, story)
        if not today or today[0] not in clustering.groups:
            raise UsageError(
                f"There is no story {story} in this index. polywire stories lists them."
            )
        return today[0]

    def _article(self, clustering: Clustering, article: str) -> None:
        if article not in clustering.story:
            raise UsageError(f"No article {article} is in any story of this index.")


def _pinned(article: str, story: str, reason: str | None, left: str | None = None) -> Change:
    value = {"story": story, "left": left, "at": _now(), "reason": reason}
    return Change(CORRECTIONS, article, value)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
