"""The Lance dataset of one generation: made, opened, and always at hand in its latest version."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from search.index.embedded.driver import lance
from search.index.embedded.faults import kind_of
from search.index.embedded.held import hold
from search.index.embedded.rows import schema
from search.index.embedded.settling import Settler, settle_new
from search.index.embedded.wholeness import Found, go_back, is_fallen, newest_whole

Dataset = lance.LanceDataset

FULL_TEXT_COLUMNS = {
    "terms": False, "words": True, "title_terms": False, "title_words": True, "names": False,
}  # fmt: skip
"""Columns with a full-text index, and whether it keeps positions (phrases need them)."""

FULL_TEXT_OPTIONS: Mapping[str, Any] = {
    "base_tokenizer": "whitespace",
    "max_token_length": None,
    "lower_case": False,
    "stem": False,
    "remove_stop_words": False,
    "ascii_folding": False,
}
"""The text is analysed already: Lance only parts it at spaces."""

COMMITS_TRIED = 10
"""A commit that meets a compaction of the files it changes is made again on what came out."""

INDEX_CACHE_BYTES = 256 * 2**20
METADATA_CACHE_BYTES = 64 * 2**20
"""Of Lance, per open table. Over a million passages in 13 segments the words and names legs take
11 ms of processor time with 192 MB or more for the index, and 61 ms with 128; at 330,000 it makes
no difference. What searching does not need, an ingest would only hold on to."""

VERSIONS_A_SESSION = 250
"""Versions after which the caches of Lance are begun anew: they hold on to what they have read of
files that are gone, open files among it, until other things need their room."""

VECTOR_INDEX = "vector_idx"

_LANGUAGES = "polywire.languages"
_EMBARGO = "polywire.embargo"


class Table:
    """One dataset, to be used from several threads.

    What `latest` and `for_writing` return belongs to the caller: nothing is shared but the caches.
    """

    def __init__(self, found: Found, path: Path) -> None:
        self.path = path
        # Not the object that was opened, which holds its version: this one is for its caches.
        self._dataset = _at(found.dataset, found.dataset.version)
        self._fallen = found.fallen
        self._lock = threading.Lock()
        self._settler = Settler(path)
        self._settled = 0
        self._session_since = found.dataset.version

    @classmethod
    def create(cls, path: Path, dimension: int) -> Table:
        """Make an empty dataset with its indexes."""
        # Stable row ids: full-text scores stay as they are when files are compacted.
        dataset = lance.write_dataset(
            schema(dimension).empty_table(), str(path), enable_stable_row_ids=True
        )
        dataset.create_scalar_index("article_id", "BTREE")
        for column, with_position in FULL_TEXT_COLUMNS.items():
            dataset.create_scalar_index(
                column, "INVERTED", with_position=with_position, **FULL_TEXT_OPTIONS
            )
        settle_new(path)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Table:
        """Open a dataset that is there, in its newest version that is whole."""
        return cls(newest_whole(path, partial(_opened, path)), path)

    @property
    def is_behind(self) -> bool:
        """Whether the newest version was not whole, and nothing has been written since."""
        return bool(self._fallen)

    def latest(self) -> Dataset:
        """Return the latest version, for reading, held as long as the object lives (0.1 ms)."""
        with self._lock:
            latest = self._before_the_fallen() if self._fallen else own(self._dataset)
            if latest.version - self._session_since >= VERSIONS_A_SESSION:
                self._dataset = _opened(self.path, None)
                self._session_since = self._dataset.version
            return latest

    def _before_the_fallen(self) -> Dataset:
        """Return the newest whole version, until another one has been written."""
        if any(is_fallen(self.path, version, self._fallen) for version, _ in self._fallen):
            dataset = _at(self._dataset, self._dataset.version)
            if hold(dataset):
                return dataset
        self._fallen = ()
        return own(self._dataset)

    def for_writing(self) -> Dataset:
        """Return the latest version as an object of one's own, which commits may move on.

        The caller holds the lock for writing if the table `is_behind`: then what is not whole is
        deleted.
        """
        with self._lock:
            if self._fallen:
                go_back(self.path, self._fallen)
                self._fallen = ()
        return own(self._dataset)

    def commit(self, change: Callable[[Dataset], object]) -> None:
        """Publish a change, and return when it survives a power cut."""
        self.publish(change)
        self.settle()

    def publish(self, change: Callable[[Dataset], object]) -> None:
        """Apply a change to the latest version; again, where another commit came in between.

        It survives a power cut after the next `settle`, which several writers share.
        """
        from tenacity import Retrying, retry_if_exception, stop_after_attempt

        tries = Retrying(
            retry=retry_if_exception(_met_another_commit),
            stop=stop_after_attempt(COMMITS_TRIED),
            reraise=True,
        )
        tries(lambda: change(self.for_writing()))

    def settle(self, version: int | None = None) -> None:
        """Make sure that all files are on the disk, or those of a version, which may be so already.

        Another process may have been killed after it had published the version.
        """
        if version is None or version > self._settled:
            self._settler.settle()
            self._settled = version or self._settled


def _opened(path: Path, version: int | None) -> Dataset:
    return lance.dataset(
        str(path),
        version=version,
        index_cache_size_bytes=INDEX_CACHE_BYTES,
        metadata_cache_size_bytes=METADATA_CACHE_BYTES,
    )


def _at(dataset: Dataset, version: int) -> Dataset:
    return lance.dataset(dataset.uri, version=version, session=dataset.session())


def own(dataset: Dataset) -> Dataset:
    """Return the latest version of the same table as an object of one's own, with its caches.

    Lance refuses every call to an object that is being changed (commits, settings, cleaning) with
    "Already mutably borrowed": what threads share is never changed.
    """
    while True:
        # Again where it was cleaned away meanwhile, as another one has come.
        latest = lance.dataset(dataset.uri, session=dataset.session())
        if hold(latest):
            return latest


def _met_another_commit(error: BaseException) -> bool:
    return isinstance(error, OSError | ValueError) and kind_of(error) == "busy"


def there(dataset: Dataset, columns: Iterable[str]) -> list[str]:
    """Those of the columns that the dataset has: an earlier program may have made fewer."""
    names = frozenset(dataset.schema.names)
    return [column for column in columns if column in names]


def languages(dataset: Dataset) -> frozenset[str]:
    """Languages that passages have been analysed in."""
    return frozenset(json.loads(dataset.config().get(_LANGUAGES, "[]")))


def add_languages(dataset: Dataset, langs: Iterable[str]) -> None:
    """Note that passages of these languages are about to be written."""
    noted = languages(dataset)
    if not noted.issuperset(langs):
        dataset.update_config({_LANGUAGES: json.dumps(sorted(noted.union(langs)))})


def last_embargo(dataset: Dataset) -> int | None:
    """When the last embargo of any article ends (microseconds since 1970); None without one."""
    noted = dataset.config().get(_EMBARGO)
    return None if noted is None else int(noted)


def add_embargo(dataset: Dataset, until: int) -> None:
    """Note that articles are about to be written whose embargoes end at this moment at last."""
    noted = last_embargo(dataset)
    if noted is None or noted < until:
        dataset.update_config({_EMBARGO: str(until)})


def index_of(column: str) -> str:
    """Name the index of a column, as Lance does."""
    return f"{column}_idx"


def segments(dataset: Dataset, index: str) -> list[frozenset[int]]:
    """Return the numbers of the data files that each segment of an index covers, oldest first."""
    for found in dataset.describe_indices():
        if found.name == index:
            return [frozenset(segment.fragment_ids) for segment in found.segments]
    return []


def segment_rows(dataset: Dataset) -> list[int]:
    """Rows in each segment of the full-text index, oldest first."""
    return [int(rows) for rows in _full_text_stats(dataset)["num_indexed_rows_per_delta"]]


def unindexed_rows(dataset: Dataset) -> int:
    """Rows that the full-text index does not cover yet."""
    return int(_full_text_stats(dataset)["num_unindexed_rows"])


def vector_partitions(dataset: Dataset) -> int:
    """Partitions of the vector index; 0 if there is none and all vectors are compared."""
    if not any(index.name == VECTOR_INDEX for index in dataset.describe_indices()):
        return 0
    segments = dataset.stats.index_stats(VECTOR_INDEX)["indices"]
    return max((int(segment["num_partitions"]) for segment in segments), default=0)


def _full_text_stats(dataset: Dataset) -> dict[str, Any]:
    return dataset.stats.index_stats("terms_idx")
