"""An index on a server: snapshots as backups, aliases that are lost, what deleting leaves."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from elasticsearch import Elasticsearch

from search.index.elastic.location import ElasticLocation
from search.index.elastic.safekeeping import ServerSafekeeping
from search.index.errors import EngineFault, IndexDamaged
from search.index.port import IndexLocation
from search.index.safekeeping import Cleaning, Harm, Mending, Safekeeping
from tests.contract.safekeeping import Safe, fill, stored
from tests.support.elastic import OPTIONS, skip_without_server
from tests.support.elastic_server import LocalServer
from tests.support.newsroom import IDENTITY, on, story

pytestmark = pytest.mark.elasticsearch

MARKER = "qzxvkrwmjpt"
"""A word that the server stores in its dictionary of terms as it is."""

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """Run a server that may write snapshots."""
    skip_without_server()
    server = LocalServer("cluster.routing.allocation.disk.threshold_enabled=false")
    try:
        server.start()
        yield server
    finally:
        server.stop()


class TestServer(Safe):
    """The contract, under names of their own."""

    @pytest.fixture
    def new_place(self, server: LocalServer) -> Callable[[], IndexLocation]:
        return lambda: ElasticLocation.connect(f"{server.url}/safe-{next(_numbers)}", OPTIONS)

    @pytest.fixture
    def location(self, new_place: Callable[[], IndexLocation]) -> IndexLocation:
        return new_place()

    @pytest.fixture
    def target(self, server: LocalServer) -> str:
        return str(server.repository / f"backup-{next(_numbers)}")

    def keeper(self, location: IndexLocation) -> Safekeeping:
        return keeper(location)

    def test_a_lost_alias_and_a_block_are_found_and_mended(
        self, location: IndexLocation, server: LocalServer
    ) -> None:
        fill(location)
        before = stored(location)
        (live,) = location.generations()
        name = location.uri.rpartition("/")[2]
        with Elasticsearch(server.url) as client:
            client.indices.delete_alias(index=live, name=f"{name}-write")
            client.indices.add_block(index=live, block="write")
        found = keeper(location).verify().damage
        assert [(one.file, one.harm) for one in found] == [
            (f"{name}-write", Harm.RECORD),
            (live, Harm.RECORD),
        ]
        assert keeper(location).mend(Mending()).whole
        assert stored(location) == before

    def test_an_article_that_was_changed_by_other_hands_is_named(
        self, location: IndexLocation, server: LocalServer
    ) -> None:
        fill(location)
        (live,) = location.generations()
        with Elasticsearch(server.url) as client:
            (hit,) = client.search(index=live, size=1)["hits"]["hits"]
            client.update(index=live, id=hit["_id"], doc={"source": "Another"}, refresh=True)
        (damage,) = keeper(location).verify().damage
        assert damage.articles == (hit["_id"],)
        mended = keeper(location).mend(Mending(remove_damaged=True))
        assert mended.whole
        assert hit["_id"] not in stored(location)

    def test_nothing_is_left_of_what_was_purged(
        self, location: IndexLocation, server: LocalServer
    ) -> None:
        fill(location)
        index = location.open()
        index.write([story("doomed", "Headline", f"Text with {MARKER} in it")])
        index.write([story("doomed", "Headline", "Corrected", updated=on(2027, 1, 1))])
        index.close()
        second, copied = location.begin(IDENTITY)
        copied.write([story("doomed", "Headline", f"Text with {MARKER} in it")])
        copied.refresh()
        copied.close()
        location.promote(second)
        location.promote(location.former()[0])
        assert files_with(server, MARKER)
        index = location.open()
        assert index.delete(["doomed"]) == 1
        index.close()
        assert keeper(location).erase(["doomed"]) == 1
        keeper(location).clean(Cleaning(purge=True))
        assert files_with(server, MARKER) == []
        assert keeper(location).verify().whole

    def test_where_the_server_may_not_write(self, location: IndexLocation) -> None:
        fill(location)
        with pytest.raises(EngineFault, match=r"path\.repo.*elasticsearch\.yml"):
            keeper(location).backup("/nowhere/at/all")

    def test_a_snapshot_that_is_damaged_is_not_restored(
        self,
        location: IndexLocation,
        new_place: Callable[[], IndexLocation],
        server: LocalServer,
        target: str,
    ) -> None:
        fill(location)
        keeper(location).backup(target)
        folder = server.repository / target.rpartition("/")[2]
        for path in folder.rglob("__*"):
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        place = new_place()
        with pytest.raises(IndexDamaged, match="nothing was changed"):
            keeper(place).restore(target)
        assert place.generations() == ()


def files_with(server: LocalServer, word: str) -> list[str]:
    """Return the files of all indices that have a word in them as it is."""
    found = (path for path in (server.data / "data").rglob("*") if path.is_file())
    return [str(path) for path in found if word.encode() in path.read_bytes()]


def keeper(location: IndexLocation) -> ServerSafekeeping:
    assert isinstance(location, ElasticLocation)
    return ServerSafekeeping(location)
