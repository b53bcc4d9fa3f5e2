"""What the routers share: the services, and the pools and result lists in front of them."""

from __future__ import annotations

from dataclasses import dataclass

from config.settings import ApiSettings
from search.api.answers.pages import Pages
from search.api.answers.streaming import Streams
from search.api.work.metrics import Metrics
from search.api.work.pool import WorkPool
from search.api.work.relay import Relay
from search.api.work.services import Services
from search.api.work.shared import SharedFolder
from search.api.work.writer import Writer

ALONE_S = 0.05
"""How long a search has the interpreter to itself before the next joins it: several times what one
takes. Eight clients of one process cost 22 ms of processor time per answer where four searches ran
at once, 18 one by one (`benchmarks.http_load`)."""


@dataclass(slots=True)
class Parts:
    """One server's parts, until it ends."""

    services: Services
    settings: ApiSettings
    metrics: Metrics
    reads: WorkPool
    """For answers: short calls."""
    exports: WorkPool
    """For the steps of exports, so that they never take the threads of answers."""
    streams: Streams
    writer: Writer
    pages: Pages
    relay: Relay | None
    """The way to the process that writes, where that is another one."""

    @property
    def read_only(self) -> bool:
        """Tell whether the server takes no writes."""
        return self.services.load_ingest is None and self.relay is None

    def let_go(self) -> None:
        """Let go of the index, the model and all that is stored for clients.

        FastAPI remembers functions that it has looked at for as long as the process lives, and with
        the routes their parts: 25 MB per server that has ended, 200 with the whole vocabulary.
        """
        del self.services, self.writer, self.pages, self.streams

    @classmethod
    def of(
        cls,
        services: Services,
        settings: ApiSettings,
        shared: SharedFolder | None = None,
        relay: Relay | None = None,
    ) -> Parts:
        """Put the parts together as the settings say.

        `shared` is what the processes of the server share, None if there is one process.
        """
        metrics = Metrics(shared.metrics if shared else None)
        exports = WorkPool("export", settings.streams, settings.streams)
        parts = cls(
            services=services,
            settings=settings,
            metrics=metrics,
            reads=WorkPool(
                "read",
                settings.threads,
                settings.waiting,
                alone_s=ALONE_S if services.searches_here else 0.0,
            ),
            exports=exports,
            streams=Streams(exports, settings.streams),
            writer=Writer(
                services.index,
                services.load_ingest,
                metrics,
                settings.waiting_writes,
                4 * settings.max_body_mb * 1_000_000,
                erase=services.erase,
            ),
            pages=Pages(
                settings.kept_lists,
                settings.list_lifetime_s,
                path=shared.lists if shared else None,
            ),
            relay=relay,
        )
        metrics.watch(
            {
                "polywire_reads_inside": ("Reads that run or wait", lambda: parts.reads.inside),
                "polywire_writes_inside": ("Writes that run or wait", lambda: parts.writer.inside),
                "polywire_exports_running": ("Exports", lambda: parts.streams.running),
            }
        )
        # All processes see the same lists: they are not added up.
        lists = {"polywire_lists_kept": ("Lists stored for cursors", lambda: len(parts.pages))}
        metrics.watch(lists, summed=False)
        return parts
