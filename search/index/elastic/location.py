"""A place on an Elasticsearch server: `http(s)://host:9200/name`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from search.index.elastic.client import Address, connect, probe
from search.index.elastic.connection import Backoff, Connection
from search.index.elastic.generations import Generations, Pointer
from search.index.elastic.index import ElasticIndex
from search.index.elastic.mapping import index_body
from search.index.elastic.names import Generation
from search.index.elastic.options import ElasticOptions, ServerTraits
from search.index.elastic.state import ServerState
from search.index.errors import IndexExists, IndexMismatch, IndexMissing, SearchIndexError
from search.index.model import SCHEMA_VERSION, IndexIdentity

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch


class ElasticLocation:
    """See `search.index.port.IndexLocation`."""

    def __init__(
        self, address: Address, options: ElasticOptions, backoff: Backoff | None = None
    ) -> None:
        """Nothing is sent before the first call."""
        self._address = address
        self._options = options
        self._backoff = backoff or Backoff(options.patience_s)
        self._client: Elasticsearch | None = None
        self._traits: ServerTraits | None = None

    @classmethod
    def connect(cls, uri: str, options: ElasticOptions, backoff: Backoff | None = None) -> Self:
        """Read an address; user and password may stand in it. Raises `UsageError`."""
        address, options = Address.parse(uri, options)
        return cls(address, options, backoff)

    @property
    def uri(self) -> str:
        """The place, with no password in it."""
        return self._address.shown

    def open(self) -> ElasticIndex:
        """Open the live generation."""
        generations = self._generations()
        live = generations.live()
        if live is None:
            raise IndexMissing(
                f"There is no index at {self.uri} yet. Make it by ingesting: polywire ingest "
                f"--index {self.uri} PATH..."
            )
        return self._index(generations, live)

    def open_generation(self, generation: str) -> ElasticIndex:
        """Open a generation by name, live or not, whatever its schema version: to migrate it.

        Raises `SearchIndexError` if there is none of this name.
        """
        generations = self._generations()
        if generation not in map(str, generations.all()):
            raise SearchIndexError(f"{self.uri} has no generation {generation}.")
        return self._wrap(generations, generation, generations.identity(generation))

    def create(self, identity: IndexIdentity) -> ElasticIndex:
        """Make the first generation, live from the start."""
        generations = self._generations()
        # In this order: of two programs that start together, the slower one must not number its
        # generation after the faster one's.
        number = max((g.number for g in generations.all()), default=0) + 1
        if generations.live() is not None:
            raise IndexExists(f"There is an index at {self.uri} already.")
        return self._make(generations, number, identity, live=True)

    def generations(self) -> tuple[str, ...]:
        """Names of all generations, the live one first, the others newest first."""
        generations = self._generations()
        live = generations.live()
        others = [str(g) for g in generations.all() if str(g) != live]
        return (*([live] if live else []), *others)

    def former(self) -> tuple[str, ...]:
        """Names of the generations that were live before, the one that was live last first."""
        return tuple(self._generations().former())

    def begin(self, identity: IndexIdentity) -> tuple[str, ElasticIndex]:
        """Make a new, empty generation beside the live one."""
        generations = self._generations()
        if generations.live() is None:
            raise IndexMissing(f"There is no index at {self.uri} that a new one could replace.")
        number = generations.all()[0].number + 1
        index = self._make(generations, number, identity, live=False)
        return str(Generation.named(self._address.name, number, identity.model_fingerprint)), index

    def promote(self, generation: str) -> None:
        """Swing the aliases over in one cluster state update."""
        self._generations().promote(generation)

    def drop(self, generation: str) -> None:
        """Delete a generation that is not live."""
        self._generations().drop(generation)

    def freeze(self, generation: str) -> None:
        """Make writers of a generation wait, once those under way are finished."""
        self._generations().block_writes(generation)

    def thaw(self, generation: str) -> None:
        """Let writers of a generation go on."""
        self._generations().allow_writes(generation)

    def state(self, *, patient: bool = False) -> ServerState:
        """Give it a client of its own, so that it can be closed by itself."""
        client = connect(self._address, self._options)
        connection = Connection(client, self.uri, self._backoff)
        return ServerState(connection, self._address.name, self._options, patient=patient)

    def server(self) -> Generations:
        """Return the generations, to look at them as the server has them."""
        return self._generations()

    def client(self) -> Elasticsearch:
        """Return the client that this place asks with."""
        return self._server()[0]

    def _generations(self) -> Generations:
        client, _ = self._server()
        return Generations(client, self._address.name, self.uri)

    def _server(self) -> tuple[Elasticsearch, ServerTraits]:
        """The client that this place asks with, and what the server is; probed once."""
        if self._client is None or self._traits is None:
            client = connect(self._address, self._options)
            self._traits = probe(client, self.uri)
            self._client = client
        return self._client, self._traits

    def _make(
        self, generations: Generations, number: int, identity: IndexIdentity, live: bool
    ) -> ElasticIndex:
        _, traits = self._server()
        generation = Generation.named(self._address.name, number, identity.model_fingerprint)
        generations.create(
            generation, index_body(generation, identity, self._options, traits, live)
        )
        return self._wrap(generations, str(generation), identity)

    def _index(self, generations: Generations, name: str) -> ElasticIndex:
        identity = generations.identity(name)
        if identity.schema_version != SCHEMA_VERSION:
            raise IndexMismatch(
                f"The index at {self.uri} has schema version {identity.schema_version}; this "
                f"version of Polywire writes {SCHEMA_VERSION}. Move it: polywire reindex --index "
                f"{self.uri}"
            )
        return self._wrap(generations, name, identity)

    def _wrap(self, generations: Generations, name: str, identity: IndexIdentity) -> ElasticIndex:
        """Give each open index a client of its own, so that it can be closed by itself."""
        _, traits = self._server()
        client = connect(self._address, self._options)
        pointer = Pointer(Generations(client, generations.base, self.uri), name, identity)
        connection = Connection(client, self.uri, self._backoff)
        return ElasticIndex(connection, pointer, self._options, traits)

    def close(self) -> None:
        """Close the connections that this place itself uses."""
        if self._client is not None:
            self._client.close()
            self._client = None
