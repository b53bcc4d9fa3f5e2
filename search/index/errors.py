"""What can go wrong with an index; every engine translates its driver's errors into these.

SearchIndexError
|-- IndexMissing         nothing has been indexed at this place yet
|-- IndexExists          there is an index already where a new one was to be made
|-- IndexMismatch        written with another model or another schema version
|-- IndexDamaged         the files or mapping are not what this program wrote
|-- StateConflict        search.index.state: another program changed an entry meanwhile
|-- EngineUnavailable    the server does not answer, or refuses us
|-- EngineBusy           too much at once or locked by another writer; try again
|   `-- WritesBlocked    search.index.elastic.driver_errors: the generation is being replaced
|-- StorageFull          no space left; nothing of the batch was committed
|-- AccessDenied         the folder or server does not let us read or write
|   `-- NotRecognised    search.index.elastic.driver_errors: the server does not know us
|-- QueryRefused         the engine cannot run this query
|   `-- TooLarge         search.index.elastic.driver_errors: more bytes than the server takes
`-- EngineFault          an error that nobody foresaw, with the engine's own words
"""

from __future__ import annotations

from search.errors import PolywireError


class SearchIndexError(PolywireError):
    """The index cannot do what was asked."""


class IndexMissing(SearchIndexError):
    """There is no index at the given place."""


class IndexExists(SearchIndexError):
    """There is an index at the given place already."""


class IndexMismatch(SearchIndexError):
    """The index was written with another model or another schema version."""


class IndexDamaged(SearchIndexError):
    """What lies at the given place is not an index that this program wrote."""


class EngineUnavailable(SearchIndexError):
    """The engine cannot be reached."""


class EngineBusy(SearchIndexError):
    """The engine is overloaded, or another writer holds it; the same call may work later."""


class StorageFull(SearchIndexError):
    """The disk is full; what was committed before is safe."""


class AccessDenied(SearchIndexError):
    """The place can be seen but not read or written."""


class QueryRefused(SearchIndexError):
    """The engine cannot run this query."""


class EngineFault(SearchIndexError):
    """The engine failed in a way that nobody foresaw."""
