"""What runs alerts and delivers their notices, as the settings say."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

from config.wiring.models import embedder, of_sentences
from config.wiring.places import check, location, open_index
from config.wiring.searching import search_over

if TYPE_CHECKING:
    from config.settings import Settings
    from search.alerts.delivery.senders import Channels
    from search.alerts.desk import AlertDesk
    from search.alerts.notice import Links
    from search.alerts.runner import Equipment, Runner
    from search.alerts.second_look import Likelihoods
    from search.alerts.store import AlertStore
    from search.embedding.port import Embedder
    from search.index.port import SearchIndex


def alert_channels(settings: Settings) -> Channels:
    """Return how the destinations of alerts are reached."""
    from search.alerts.delivery.mail import MailServer
    from search.alerts.delivery.senders import Channels
    from search.alerts.delivery.webhook import Reach

    given = settings.alerts
    mail = None
    if given.smtp_host is not None and given.mail_from is not None:
        mail = MailServer(
            host=given.smtp_host,
            sender=given.mail_from,
            port=given.smtp_port,
            tls=given.smtp_tls,
            username=given.smtp_username,
            password=given.smtp_password.get_secret_value() if given.smtp_password else None,
            ca_file=given.smtp_ca_file,
            timeout_s=given.timeout_s,
        )
    return Channels(mail, Reach(given.allow_private, given.timeout_s), given.public_url)


def alert_runner(
    settings: Settings,
    store: AlertStore,
    equipment: Callable[[bool], Equipment] | None = None,
    stream: TextIO | None = None,
) -> Runner:
    """Return what runs alerts; notices for the standard output wait where there is no stream.

    `equipment` is what `alert_equipment` returned, and is what several runs share.
    """
    from search.alerts.runner import Runner

    own = alert_equipment(settings) if equipment is None else equipment
    return Runner(store, own, alert_channels(settings).senders(stream))


def alert_desk(settings: Settings, index: SearchIndex, model: Embedder) -> AlertDesk:
    """Return the alerts of an index that is served."""
    from search.alerts.desk import AlertDesk
    from search.alerts.store import AlertStore

    return AlertDesk(
        AlertStore(location(settings).state()),
        alert_equipment(settings, index, model),
        settings.alerts.most,
        settings.alerts.public_url,
    )


def links_of(settings: Settings) -> Links:
    """Return where readers of notices go; commands name the index where it is not the usual one."""
    from search.alerts.notice import Links

    index = None if settings.index == type(settings)().index else settings.index
    return Links(settings.alerts.public_url, index)


def alert_equipment(
    settings: Settings, index: SearchIndex | None = None, model: Embedder | None = None
) -> Callable[[bool], Equipment]:
    """Return what opens what a run of alerts needs, unless it is open already.

    It takes whether meaning is asked for, and keeps what it has opened, and what runs remember.
    """
    from search.alerts.meaning import curve_of
    from search.alerts.memory import Memory
    from search.alerts.runner import Equipment
    from search.alerts.second_look import likelihoods

    memory = Memory()
    keep = timedelta(days=settings.alerts.keep_days)

    @functools.cache
    def loaded() -> Embedder:
        return embedder(settings) if model is None else model

    @functools.cache
    def opened() -> SearchIndex:
        return open_index(settings) if index is None else index

    @functools.cache
    def searched() -> Likelihoods:
        return likelihoods(search_over(opened(), loaded(), settings.without_reranker()))

    def equipment(by_meaning: bool) -> Equipment:
        asked = loaded() if by_meaning else None
        if asked is not None:
            check(opened().identity, asked, settings)
        curve = None if asked is None else curve_of(asked.fingerprint)
        links = links_of(settings)
        likely = searched() if asked is not None and curve is not None else None
        sentences = of_sentences(asked)
        return Equipment(opened(), asked, curve, sentences, links, memory, keep, likely)

    return equipment
