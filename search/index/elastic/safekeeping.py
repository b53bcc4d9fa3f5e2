"""Everything that is done for the safety of an index on a server.

The server checks its own files; backups are snapshots in a repository of type `fs`, which are
incremental by themselves. What is verified here is what Polywire made: aliases, mapping, and every
article against the hash of its content.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from search.index.elastic import names
from search.index.elastic.driver_errors import translated
from search.index.elastic.generations import Generations
from search.index.elastic.location import ElasticLocation
from search.index.elastic.names import Generation
from search.index.errors import (
    EngineFault,
    IndexDamaged,
    IndexExists,
    IndexMissing,
    SearchIndexError,
)
from search.index.filters import EVER, Filters
from search.index.safekeeping import (
    Cleaned,
    Cleaning,
    Copied,
    Damage,
    Harm,
    Health,
    Mending,
    remember_backup,
)

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

LEASE_PATIENCE_S = 60.0
"""Seconds to wait for copies of a shard that lag behind."""

PATIENT_S = 24 * 3600.0
"""Seconds that snapshots and merges may take."""


class ServerSafekeeping:
    """See `search.index.safekeeping.Safekeeping`."""

    def __init__(self, location: ElasticLocation) -> None:
        """`location` is the place on a server; nothing is sent yet."""
        self._location = location

    def verify(self) -> Health:
        """Look at aliases, blocks and mappings, and read every article."""
        found = list(self._of_generations())
        articles, notes = 0, [*self._unfinished(), "The files are verified by the server."]
        if not found:
            articles, changed = self._changed()
            if changed and len(changed) == articles > 1:
                # Another program hashed otherwise: that is no damage of single articles.
                notes.append(
                    "No article fits the hash of its content, which is of another program."
                )
            else:
                what = "holds an article whose content does not fit its hash"
                live = self._live()
                found += [Damage(live, Harm.ARTICLES, what, (one,)) for one in changed]
        return Health(
            location=self._location.uri,
            files=len(self._location.generations()),
            unit="generations",
            size_bytes=self._size(),
            articles=articles,
            damage=tuple(found),
            notes=tuple(notes),
        )

    def _changed(self) -> tuple[int, list[str]]:
        """Count the articles, and return those whose content does not fit its hash."""
        index = self._location.open()
        articles, changed = 0, []
        states = index.scan_states()
        for article, (article_id, state) in zip(index.scan(Filters(at=EVER)), states, strict=False):
            articles += 1
            if article.id == article_id and article.content_hash != state.content_hash:
                changed.append(article_id)
        index.close()
        return articles, changed

    def mend(self, how: Mending) -> Health:
        """Set aliases and blocks right; remove what cannot be mended if so told."""
        done: list[str] = []
        server = self._location.server()
        live = self._live()
        self._location.thaw(live)
        server.promote(live)
        health = self.verify()
        ids = [one for damage in health.damage for one in damage.articles]
        if how.remove_damaged and ids:
            index = self._location.open()
            index.delete(ids)
            index.refresh()
            index.close()
            done.append(f"Removed {len(ids)} articles: {', '.join(ids)}.")
            health = self.verify()
        return dataclasses.replace(health, mended=tuple(done))

    def backup(self, target: str) -> Copied:
        """Make a snapshot of the live generation; the former ones go once it is whole."""
        index = self._location.open_generation(self._live())
        index.refresh()
        articles = index.stats().articles
        remember_backup(index, target)
        index.close()
        generations = self._location.server()
        live = self._live()
        repository = self._repository(target)
        former = [one for one in self._snapshots(repository) if _base_of(one) == generations.base]
        snapshot = f"{generations.base}-{datetime.now(UTC):%Y%m%dt%H%M%S%f}"
        about = {"polywire": {"base": generations.base, "generation": live, "articles": articles}}
        answer = self._send(
            lambda client: client.options(request_timeout=PATIENT_S).snapshot.create(
                repository=repository,
                snapshot=snapshot,
                indices=[live, names.state_index(generations.base)],
                ignore_unavailable=True,  # where no state was ever written
                include_global_state=False,
                metadata=about,
                wait_for_completion=True,
            )
        )
        _must_be_whole(answer["snapshot"], snapshot)
        files, size, skipped = self._copied(repository, snapshot)
        for old in former:
            self._delete(repository, str(old["snapshot"]))
        return Copied(self._location.uri, target, articles, files, size, skipped, live)

    def restore(self, source: str, *, replace: bool = False) -> Copied:
        """Restore the newest snapshot as a generation of its own, then promote it."""
        generations = self._location.server()
        former = generations.live()
        if former is not None and not replace:
            raise IndexExists(
                f"There is an index at {self._location.uri} already. To put the backup in its "
                "place, add --replace; what is there stays as the former generation."
            )
        repository = self._repository(source)
        found = list(self._snapshots(repository))
        bases = {_base_of(one) for one in found}
        if len(bases) > 1:
            found = [one for one in found if _base_of(one) == generations.base]
        if not found:
            raise IndexMissing(
                f"There is no backup of an index in {source}. Make one with: polywire backup DIR"
            )
        newest = found[-1]
        _must_be_whole(newest, newest["snapshot"])
        about = newest["metadata"]["polywire"]
        name = self._restore(generations, repository, newest["snapshot"], about)
        self._send(
            lambda client: client.indices.put_alias(index=name, name=names.document_alias(name))
        )
        if names.state_index(str(about["base"])) in newest["indices"]:
            self._restore_state(repository, newest["snapshot"], str(about["base"]))
        generations.promote(name)
        articles = int(about["articles"])
        size = self._size_of(name)
        return Copied(source, self._location.uri, articles, 0, size, 0, name, former)

    def erase(self, article_ids: Sequence[str]) -> int:
        """Delete from the other generations; those that take no writes take these."""
        erased = 0
        formers = self._location.former()
        for name in self._location.generations()[1:]:
            self._location.thaw(name)
            index = self._location.open_generation(name)
            erased += index.delete(article_ids)
            index.refresh()
            index.close()
            if name in formers:
                self._location.freeze(name)
        return erased

    def clean(self, how: Cleaning) -> Cleaned:
        """Drop generations, and let the server merge deleted documents away."""
        self._location.open().close()  # raises what there is to say
        before = self._size()
        removed: list[str] = []
        kept: list[str] = []
        formers = self._location.former()
        for name in self._location.generations()[1:]:
            lived = name in formers
            if how.former if lived else how.unfinished:
                self._location.drop(name)
                removed.append(f"the generation {name}")
            else:
                kept.append(_kept(name, self._size_of(name), lived=lived))
        if how.purge:
            for name in self._location.generations():
                self._purge(name)
                removed.append(f"what was deleted and replaced in {name}")
            state = names.state_index(self._location.server().base)
            if self._send(lambda client: client.indices.exists(index=state)):
                self._purge(state)
        freed = max(0, before - self._size())
        return Cleaned(self._location.uri, freed, tuple(removed), tuple(kept))

    def _purge(self, index: str) -> None:
        """Merge into one segment, which takes only what is not deleted.

        What is deleted stays in it as long as a lease says that a copy of a shard may lack it
        (Elasticsearch Guide, "History retention"); leases are renewed every 30 s.
        """

        def merge(client: Elasticsearch) -> object:
            patient = client.options(request_timeout=PATIENT_S)
            patient.indices.flush(index=index, force=True, wait_if_ongoing=True)
            Retrying(
                wait=wait_fixed(1),
                stop=stop_after_delay(LEASE_PATIENCE_S),
                retry=retry_if_result(lambda new: not new),
                retry_error_callback=lambda _state: False,
            )(lambda: _leases_are_new(client, index))
            patient.indices.flush(index=index, force=True, wait_if_ongoing=True)
            patient.indices.forcemerge(index=index, max_num_segments=1)
            patient.indices.refresh(index=index)
            return patient.indices.flush(index=index, force=True, wait_if_ongoing=True)

        self._send(merge)

    def _of_generations(self) -> Iterator[Damage]:
        generations = self._location.server()
        live = generations.live()
        if live is None:
            there = [str(one) for one in generations.all()]
            if not there:
                self._location.open()  # raises what there is to say
            what = "is not the alias of a generation, though there are some"
            yield Damage(names.read_alias(generations.base), Harm.RECORD, what)
            return
        for name in self._location.generations():
            try:
                generations.identity(name)
            except IndexDamaged:
                yield Damage(name, Harm.RECORD, "does not say which model it was written with")
            if self._is_red(name):
                yield Damage(name, Harm.VERSION, "is red: some of its data is not available")
        about = self._send(
            lambda client: client.indices.get(index=live, features="aliases,settings")
        )
        if names.write_alias(generations.base) not in about[live]["aliases"]:
            alias = names.write_alias(generations.base)
            yield Damage(alias, Harm.RECORD, f"does not point to the live generation {live}")
        blocks = about[live]["settings"]["index"].get("blocks", {})
        if str(blocks.get("write")) == "true":
            yield Damage(live, Harm.RECORD, "takes no writes, as a reindexing was broken off")

    def _is_red(self, index: str) -> bool:
        health = self._send(lambda client: client.cluster.health(index=index))
        return bool(health["status"] == "red")

    def _unfinished(self) -> Iterator[str]:
        formers = self._location.former()
        for name in self._location.generations()[1:]:
            if name not in formers:
                yield _kept(name, self._size_of(name), lived=False)

    def _repository(self, folder: str) -> str:
        """Return the name of the repository in a folder of the server, registered if need be."""
        digest = hashlib.blake2b(folder.encode(), digest_size=8).hexdigest()
        name = f"polywire-{digest}"
        try:
            self._send(
                lambda client: client.snapshot.create_repository(
                    name=name, repository={"type": "fs", "settings": {"location": folder}}
                )
            )
        except SearchIndexError as error:
            if "path.repo" in str(error) or "path.repo" in str(error.__cause__):
                raise EngineFault(
                    f"The server at {self._location.uri} may not write to {folder}: name that "
                    "folder, or one above it, as path.repo in its elasticsearch.yml, and restart "
                    "it. The folder is one of the server, not of this machine."
                ) from error
            raise
        return name

    def _snapshots(self, repository: str) -> Iterator[Mapping[str, Any]]:
        """Every snapshot of an index in a repository, oldest first."""
        found = self._send(
            lambda client: client.snapshot.get(repository=repository, snapshot="*", verbose=True)
        )
        for snapshot in sorted(found["snapshots"], key=lambda one: one["start_time_in_millis"]):
            about = (snapshot.get("metadata") or {}).get("polywire")
            if about:
                yield snapshot

    def _restore(
        self,
        generations: Generations,
        repository: str,
        snapshot: str,
        about: Mapping[str, Any],
    ) -> str:
        """Restore under the name of a new generation. Raises `IndexDamaged`; then it is gone."""
        saved = Generation.parse(str(about["base"]), str(about["generation"]))
        if saved is None:
            raise IndexDamaged(f"The snapshot {snapshot} does not name a generation.")
        number = max((one.number for one in generations.all()), default=0) + 1
        name = str(Generation(generations.base, number, saved.fingerprint))
        answer = self._send(
            lambda client: client.options(request_timeout=PATIENT_S).snapshot.restore(
                repository=repository,
                snapshot=snapshot,
                indices=str(saved),
                rename_pattern="^.*$",
                rename_replacement=name,
                include_aliases=False,
                include_global_state=False,
                ignore_index_settings=["index.blocks.write"],
                wait_for_completion=True,
            )
        )
        shards = answer["snapshot"]["shards"]
        if shards["failed"] or not shards["successful"]:
            self._send(lambda client: client.indices.delete(index=name))
            raise IndexDamaged(
                f"{shards['failed']} of {shards['total']} parts of the snapshot {snapshot} could "
                "not be restored, so that nothing was changed. The server's log says more."
            )
        return name

    def _restore_state(self, repository: str, snapshot: str, base: str) -> None:
        """Restore the state beside what is there, then write its entries, and remove the others."""
        own = self._location.server().base
        beside = f"{names.state_index(own)}-restored"
        answer = self._send(
            lambda client: client.options(request_timeout=PATIENT_S).snapshot.restore(
                repository=repository,
                snapshot=snapshot,
                indices=names.state_index(base),
                rename_pattern="^.*$",
                rename_replacement=beside,
                include_aliases=False,
                include_global_state=False,
                wait_for_completion=True,
            )
        )
        try:
            if answer["snapshot"]["shards"]["failed"]:
                raise IndexDamaged(f"The state in the snapshot {snapshot} could not be restored.")
            with closing(self._location.state()) as state:
                state.replace_by(beside)
        finally:
            self._send(lambda client: client.indices.delete(index=beside))

    def _delete(self, repository: str, snapshot: str) -> None:
        self._send(
            lambda client: client.options(request_timeout=PATIENT_S).snapshot.delete(
                repository=repository, snapshot=snapshot
            )
        )

    def _copied(self, repository: str, snapshot: str) -> tuple[int, int, int]:
        """Files and bytes that a snapshot copied, and files that were there already."""
        status = self._send(
            lambda client: client.snapshot.status(repository=repository, snapshot=snapshot)
        )
        stats = status["snapshots"][0]["stats"]
        new, whole = stats["incremental"], stats["total"]
        files = int(new["file_count"])
        return files, int(new["size_in_bytes"]), int(whole["file_count"]) - files

    def _live(self) -> str:
        live = self._location.server().live()
        if live is None:
            self._location.open()  # raises what there is to say
            raise IndexMissing(f"There is no index at {self._location.uri}.")
        return live

    def _size(self) -> int:
        return sum(map(self._size_of, self._location.generations()))

    def _size_of(self, index: str) -> int:
        stats = self._send(lambda client: client.indices.stats(index=index, metric="store"))
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    def _send(self, request: Callable[[Elasticsearch], Any]) -> Any:  # noqa: ANN401 - JSON
        with translated(self._location.uri):
            return request(self._location.client())


def _leases_are_new(client: Elasticsearch, index: str) -> bool:
    """Tell whether no shard retains what all of its copies have."""
    stats = client.indices.stats(index=index, level="shards", metric="store")
    for copies in stats["indices"][index]["shards"].values():
        for copy in copies:
            leases = copy.get("retention_leases", {}).get("leases", ())
            done = int(copy["seq_no"]["global_checkpoint"])
            if any(int(lease["retaining_seq_no"]) <= done for lease in leases):
                return False
    return True


def _kept(name: str, size: int, *, lived: bool) -> str:
    if lived:
        return f"{name} ({size:,} bytes) was live before; --former deletes it."
    return (
        f"{name} ({size:,} bytes) was never live: polywire reindex --resume finishes it, "
        "polywire clean --unfinished deletes it."
    )


def _base_of(snapshot: Mapping[str, Any]) -> str:
    return str(snapshot["metadata"]["polywire"]["base"])


def _must_be_whole(snapshot: Mapping[str, Any], name: str) -> None:
    if snapshot["state"] != "SUCCESS":
        raise IndexDamaged(
            f"The snapshot {name} is not whole ({snapshot['state']}): see the server's log."
        )
