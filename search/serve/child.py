"""The processes of a server with several workers: each is a server by itself.

A worker answers clients, whose connections the supervisor accepts and passes to it. The writer
listens on a socket in the shared folder, for the writes that the workers relay. Both serve until
the supervisor closes its end of `Link.inbox`, or has died, which closes it too.
"""

from __future__ import annotations

import math
import multiprocessing
from dataclasses import replace
from typing import TYPE_CHECKING

from search.errors import PolywireError
from search.serve.link import Failed, Link, Plan, Role

if TYPE_CHECKING:
    from search.serve.server import FedServer

# The supervisor names `main` and imports no more than it needs itself: the rest is imported in
# the processes that serve.


def main(role: Role, plan: Plan, link: Link) -> None:
    """Serve as a worker or as the writer; the process ends with this."""
    from search.serve.wiring import configure_logs

    configure_logs(plan.settings)
    try:
        server = _worker(plan, link) if role is Role.WORKER else _writer(plan, link)
    except PolywireError as error:
        link.tell(Failed(str(error), error.exit_code))
        return
    except Exception as error:
        link.tell(Failed(f"unexpected {type(error).__name__}: {error}", 1))
        raise
    server.run([plan.relayed] if role is Role.WRITER and plan.relayed is not None else [])
    supervisor = multiprocessing.parent_process()
    if supervisor is not None and not supervisor.is_alive():
        plan.shared.remove()  # nobody else does


def _worker(plan: Plan, link: Link) -> FedServer:
    from search.serve.application import application
    from search.serve.server import FedServer
    from search.serve.wiring import build_access, build_services

    api = plan.settings.api
    services = build_services(plan.settings, writes=False, keyless=plan.keyless)
    access = build_access(api, keyless=plan.keyless, shared=plan.shared)
    share = replace(api, connections=math.ceil(api.connections / api.workers))
    return FedServer(application(services, api, access, plan.shared), share, link)


def _writer(plan: Plan, link: Link) -> FedServer:
    from search.serve.application import writing_application
    from search.serve.server import FedServer
    from search.serve.wiring import build_services

    # It does not search, so it needs no reranker.
    settings = plan.settings.without_reranker()
    services = build_services(settings, writes=True, keyless=plan.keyless)
    return FedServer(writing_application(services, settings.api, plan.shared), settings.api, link)
