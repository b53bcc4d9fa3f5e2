"""The lists of the full-text indexes that searches read, taken into the cache of Lance at once.

Lance reads the list of a word when it is first asked for: of 32,000 passages of news the words and
names legs of a query that was not asked before take 8.6 ms of processor time, and 4.1 once all
lists are in the cache, which takes 0.15 s.
"""

from __future__ import annotations

from search.index.embedded.table import Dataset, index_of

COLUMNS = ("names", "terms")
"""What a search by words and names reads; phrases and titles are asked for more seldom."""

TOKEN_BYTES = 310
"""What a word takes in the cache, besides its list as it is in the file: 291 to 307 measured."""


class Postings:
    """Knows which segments of the indexes have been read."""

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes` is how much of the cache may be taken; an index that needs more is left."""
        self._most_bytes = most_bytes
        self._read: frozenset[str] = frozenset()
        self._cached = 0

    def read(self, dataset: Dataset) -> None:
        """Read the lists of a version, unless all of its segments were read before.

        They are read again where the caches of the table were begun anew.
        """
        described = {one.name: one for one in dataset.describe_indices()}
        indexes = [described[name] for name in map(index_of, COLUMNS) if name in described]
        segments = frozenset(segment.uuid for one in indexes for segment in one.segments)
        session = dataset.session()
        if segments <= self._read and session.index_cache_size_bytes() >= self._cached // 2:
            return
        self._read = segments
        left = self._most_bytes
        for one in indexes:
            stats = dataset.stats.index_stats(one.name)
            # A segment without rows has no number of them.
            tokens = sum(int(segment.get("num_tokens", 0)) for segment in stats["indices"])
            left -= (one.total_size_bytes or 0) + TOKEN_BYTES * tokens
            if left < 0:
                break
            if tokens:
                dataset.prewarm_index(one.name)
        self._cached = session.index_cache_size_bytes()
