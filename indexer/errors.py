"""What can go wrong while articles are indexed.

IndexerError
|-- InputMissing       a file or folder that was named does not exist; nothing was read
|-- InputUnreadable    a file or folder that was named may not be read; nothing was read
|-- RejectsUnwritable  the rejects file cannot be written; nothing more was indexed
|-- OutputUnwritable   a file that was to be written cannot be; nothing else was changed
|-- IngestStopped      the index or the model failed; what was written before is safe
|-- BadArticle         one article cannot be indexed; becomes a reject, never reaches a user
|   |-- NoteToEditors       indexer.article.stories: an agency's item is no story
|   `-- Unpublished         indexer.article.publication: a draft, or a page of the site
|-- FetchFailed        indexer.sources.fetching.errors: something cannot be fetched
|   |-- AddressRefused      indexer.sources.fetching.errors: no web address, or none of the public
|   |-- RobotsRefused       indexer.sources.fetching.errors: the site's robots.txt forbids it
|   |-- HostUnknown         indexer.sources.fetching.errors: no address for the name of the host
|   |-- Unreachable         indexer.sources.fetching.errors: refused, reset, no route, or no HTTP
|   |-- TimedOut            indexer.sources.fetching.errors: the server hangs, or is too slow
|   |-- TlsFailed           indexer.sources.fetching.errors: the connection cannot be secured
|   |-- RedirectsInCircles  indexer.sources.fetching.errors: a loop, or too many redirects
|   |-- DocumentTooLarge    indexer.sources.fetching.errors: too many bytes, or a bomb
|   |-- StatusFailed        indexer.sources.fetching.errors: the server answers with an error
|   |   `-- RateLimited       indexer.sources.fetching.errors: it asks to come back later
|   `-- CutOff              indexer.sources.fetching.errors: what came is not the whole
|-- PairsUnusable      a file of parallel texts has too few to fit language offsets on
`-- QueriesUnusable    too few judged queries to tell how likely a hit is right

One bad article, line or file inside a folder is no error: it becomes a
`indexer.article.draft.Reject` with a sentence, and the others are indexed.
"""

from __future__ import annotations

from search.errors import PolywireError


class IndexerError(PolywireError):
    """Articles cannot be read or indexed at all."""


class InputMissing(IndexerError):
    """A file or folder that was named does not exist."""


class InputUnreadable(IndexerError):
    """A file or folder that was named may not be read."""


class RejectsUnwritable(IndexerError):
    """The file that lists what was rejected cannot be written."""


class OutputUnwritable(IndexerError):
    """A file that was to be written cannot be."""


class IngestStopped(IndexerError):
    """The index or the model failed in the middle; what was written before is safe."""


class PairsUnusable(IndexerError):
    """A file of parallel texts has none, or too few, to fit language offsets on."""


class BadArticle(IndexerError):
    """One article cannot be indexed; the message is the reason, one sentence."""


class QueriesUnusable(IndexerError):
    """There are too few judged queries for what the index has, or all that they find is right."""
