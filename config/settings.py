"""One frozen settings object: defaults < polywire.toml < POLYWIRE_* < command-line options.

Nothing is read at import. `load` reads the file and the environment once and says where
every value came from.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from config.fields import Misfit, Secret, declared, made, section, setting
from config.layers import DELIMITER, PREFIX, environment_layer, file_layer, nested
from search.addresses import parted, without_credentials
from search.errors import SettingsError
from search.index.time_zones import UTC_NAME, zone_name
from search.printable import printable
from search.ranking.fusion import Fusion, FusionMethod
from search.request import Balance, Mode
from search.retrieval.copies import Prefer
from search.retrieval.legs import LEGS, LEXICAL, NAMES, VECTOR
from search.values import dataclass

_FUSION = Fusion()


@section
class ElasticsearchSettings:
    """How to reach and lay out an Elasticsearch index; only used with an http(s) index."""

    api_key: Secret | None = setting("API key, base64 as the server prints it", default=None)
    username: str | None = setting("User for basic authentication", default=None)
    password: Secret | None = setting("Password for basic authentication", default=None)
    ca_file: Path | None = setting("CA certificate file to trust (PEM)", default=None)
    verify_tls: bool = setting("Check the server's certificate", default=True)
    cloud_id: str | None = setting("Elastic Cloud id, instead of a host", default=None)
    hosts: tuple[str, ...] = setting("Further nodes, as http(s)://host:port", default=())
    timeout_s: float = setting("Longest wait for an answer, in seconds", default=30.0, gt=0)
    patience_s: float = setting(
        "Longest wait of a write for a server that is busy or away", default=300.0, gt=0
    )
    refresh: Literal["true", "false", "wait_for"] = setting(
        "When a written batch becomes visible to searches", default="false"
    )
    shards: int = setting("Primary shards of a new index", default=1, ge=1)
    replicas: int = setting("Replicas of a new index", default=1, ge=0)
    vector_index: Literal["int8_hnsw", "hnsw", "bbq_hnsw", "flat"] = setting(
        "How a new index stores vectors", default="int8_hnsw"
    )


@section
class EmbeddedSettings:
    """How the engine without a server works; only used with a folder as the index."""

    memory_mb: int = setting(
        "Memory for what repeated searches hold of the passages; 0 for none", default=512, ge=0
    )


@section
class FusionSettings:
    """How the lexical, the vector and the names leg become one ranking."""

    method: FusionMethod = setting(
        "Fuse the scores of the legs, or only their ranks (RRF)", default=_FUSION.method
    )
    k: int = setting("Rank constant of reciprocal rank fusion", default=_FUSION.k, ge=1)
    # One weight per leg; why they are what they are: the table of legs.
    lexical_weight: float = setting("Weight of the lexical leg", default=LEGS[LEXICAL].weight, ge=0)
    vector_weight: float = setting("Weight of the vector leg", default=LEGS[VECTOR].weight, ge=0)
    names_weight: float = setting("Weight of the names leg", default=LEGS[NAMES].weight, ge=0)
    pool: int = setting("Candidates per leg", default=_FUSION.pool, ge=1, le=10_000)
    # Why an index has no offsets until it is calibrated: `search.calibration.offsets`.
    offset_share: float = setting(
        "Share of the language offsets that counts where the index has any; 0 for none",
        default=_FUSION.offset_share,
        ge=0,
        le=1,
    )
    feedback_share: float = setting(
        "Share of a score for how near an article is to the best ones, with static models; "
        "0 for none",
        default=_FUSION.feedback_share,
        ge=0,
        le=1,
    )
    confidence_share: float = setting(
        "Share of a score for how likely an article is right, where feedback says it; 0 for none",
        default=_FUSION.confidence_share,
        ge=0,
        le=1,
    )


@section
class RerankSettings:
    """A second model that reads the best articles again, together with the query."""

    model: str | None = setting(
        "Cross-encoder that reranks: a folder or a sentence-transformers name",
        default=None,
        min_length=1,
    )
    top: int = setting("Articles that are reranked", default=50, ge=1, le=1000)
    passages: int = setting(
        "Passages it reads per article; the best counts", default=3, ge=1, le=10
    )
    batch: int = setting("Pairs it reads at once", default=32, ge=1)


@section
class HistorySettings:
    """What is stored of articles that were replaced by corrected ones."""

    keep: int = setting("Former versions stored per article; 0 for none", default=20, ge=0, le=1000)


@section
class FetchSettings:
    """How documents are fetched from addresses."""

    user_agent: str | None = setting(
        "What servers are told who asks; say whom to ask about it",
        default=None,
        min_length=3,
        max_length=500,
        pattern=r"^[A-Za-z][\x20-\x7e]*$",
    )
    delay_s: float = setting(
        "Pause between two requests to one host, in seconds", default=1.0, ge=0, le=3600
    )
    timeout_s: float = setting("Longest silence of a server, in seconds", default=20.0, gt=0)
    longest_s: float = setting(
        "Time for one document, and a second more per 10 kB that came", default=60.0, gt=0
    )
    max_mb: float = setting("Longer documents are not fetched", default=1000.0, gt=0)
    patience_s: float = setting(
        "Longest wait for a server that asks to be asked later", default=120.0, ge=0
    )
    allow_private: bool = setting(
        "Also fetch from this machine and private networks", default=False
    )


@section
class CopiesSettings:
    """Which article is shown of those that carry the same text."""

    prefer: Prefer = setting(
        "The earliest, the longest, or by the ranking of sources", default=Prefer.EARLIEST
    )
    sources: tuple[str, ...] = setting("Sources, the most preferred first", default=())


@section
class AlertsSettings:
    """How alerts are delivered; only used by `polywire alerts`, `polywire serve` and ingests."""

    smtp_host: str | None = setting("Mail server", default=None, min_length=1)
    smtp_port: int = setting("Port of the mail server", default=587, ge=1, le=65_535)
    smtp_tls: Literal["starttls", "tls", "none"] = setting(
        "How the connection to the mail server is encrypted", default="starttls"
    )
    smtp_username: str | None = setting("User at the mail server", default=None)
    smtp_password: Secret | None = setting("Password at the mail server", default=None)
    smtp_ca_file: Path | None = setting(
        "CA certificate file to trust for the mail server (PEM)", default=None
    )
    mail_from: str | None = setting(
        "Address that mail of alerts comes from", default=None, min_length=3
    )
    public_url: str | None = setting(
        "Where others reach the server, for links in notices", default=None, min_length=8
    )
    allow_private: bool = setting(
        "Let alerts made over HTTP, and redirects, lead to private addresses", default=False
    )
    timeout_s: float = setting(
        "Longest silence of a mail server or webhook", default=10.0, gt=0, le=120
    )
    most: int = setting("Alerts that a key may have", default=1000, ge=1)
    keep_days: int = setting(
        "How long notices are kept; then only that they were told", default=90, ge=1, le=36_500
    )
    in_server: bool = setting("Let a server that takes articles run alerts, too", default=True)


@section
class ApiSettings:
    """How the HTTP API is served; only used by `polywire serve` and `polywire keys`."""

    host: str = setting("Address to listen on", default="127.0.0.1", min_length=1)
    port: int = setting("Port to listen on; 0 takes a free one", default=8080, ge=0, le=65_535)
    keys: Path = setting("Folder of the API keys (hashed)", default=Path("polywire-keys"))
    without_keys: bool = setting(
        "Serve an index without keys that was served with keys before", default=False
    )
    read_only: bool = setting("Accept no articles over HTTP", default=False)
    page: bool = setting("Serve the page for people, too", default=True)
    hosts: tuple[str, ...] = setting("Host names that requests may be sent to", default=())
    cors_origins: tuple[str, ...] = setting(
        "Web origins whose pages may use the API, such as https://desk.example", default=()
    )
    trusted_proxies: tuple[str, ...] = setting(
        "Addresses of proxies whose X-Forwarded-For is trusted", default=()
    )
    workers: int = setting("Processes that answer side by side", default=1, ge=1, le=256)
    rate: float = setting(
        "Requests a second per key or address; 0 for no limit", default=100.0, ge=0
    )
    burst: int = setting("Requests that a client may send at once", default=200, ge=1)
    threads: int = setting("Answers that are worked on at once", default=4, ge=1, le=256)
    waiting: int = setting("Requests that may wait for a thread", default=128, ge=0)
    waiting_writes: int = setting("Writes that may wait for the writer", default=256, ge=1)
    streams: int = setting("Exports that run at once", default=4, ge=1, le=64)
    connections: int = setting("Connections that are open at once", default=1000, ge=1)
    max_body_mb: int = setting("Largest body with articles", default=20, ge=1, le=1000)
    answer_s: float = setting("Longest time to the start of an answer", default=30.0, gt=0)
    client_s: float = setting("Longest silence of a client", default=20.0, gt=0)
    client_pace: float = setting(
        "Bytes a second that a body has on average, at least", default=500.0, gt=0
    )
    shutdown_s: int = setting("Time to finish what was accepted at the end", default=30, ge=1)
    kept_lists: int = setting("Result lists stored for cursors per key", default=64, ge=1)
    list_lifetime_s: float = setting("Time that an unused list is stored", default=300.0, gt=0)
    access_log: bool = setting("Log a line per request", default=True)


@section
class Settings:
    """Everything that can be set; each field's description is its documentation."""

    index: str = setting(
        "A folder, or http(s)://host:port/name", default="polywire-index", min_length=1
    )
    model: str = setting(
        "Embedding model: compact, a folder, or a sentence-transformers name",
        default="compact",
        min_length=1,
    )
    device: str | None = setting("Device of transformer models: cpu, cuda, ...", default=None)
    dimension: int | None = setting(
        "Shorten the vectors of a Matryoshka model to this many numbers", default=None, ge=1
    )
    embed_batch: int = setting("Paragraphs a transformer embeds at once", default=32, ge=1)
    batch_size: int = setting(
        "Articles that are embedded and committed together", default=256, ge=1, le=10_000
    )
    max_article_mb: float = setting("Larger articles are rejected", default=20.0, gt=0)
    processes: int = setting(
        "Processes that read web pages and prepare articles; 0: one per core reads, one prepares",
        default=0,
        ge=0,
        le=256,
    )
    mode: Mode = setting("Search by words, by meaning, or by both", default=Mode.HYBRID)
    limit: int = setting("Articles per answer", default=10, ge=1, le=1000)
    # At 0.3, 4 in 5 of what stands above are right, and 9 in 10 of what is right stand above:
    # `benchmarks/results/confidence.md`, and chosen on the other half.
    less_certain_below: float = setting(
        "Confidence under which hits are listed as less certain; 0 for no such line",
        default=0.3,
        ge=0,
        le=1,
    )
    # Not "even", though with the compact model it finds a little more on two of the collections of
    # benchmarks/results/retrieval_fusion.md (mean nDCG@10 0.760 for 0.753): it takes 0.02 from the
    # query's own language, and its floor is not right for models whose cosines are all high.
    balance: Balance = setting("How languages share an answer", default=Balance.RELEVANCE)
    names: bool = setting("Also find names in other scripts and spellings", default=True)
    timezone: str = setting(
        "Your time zone, as Europe/Berlin: days of queries and counts",
        default=UTC_NAME,
        check=zone_name,
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "Least severe message that is logged, on stderr", default="warning"
    )
    log_format: Literal["text", "json"] = setting("Shape of log lines", default="text")
    fusion: FusionSettings = FusionSettings()
    history: HistorySettings = HistorySettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    rerank: RerankSettings = RerankSettings()
    copies: CopiesSettings = CopiesSettings()
    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()
    fetch: FetchSettings = FetchSettings()
    api: ApiSettings = ApiSettings()
    alerts: AlertsSettings = AlertsSettings()

    def reading_processes(self) -> int:
        """How many processes read web pages."""
        return self.processes or _cores()

    def without_reranker(self) -> Settings:
        """Return the same settings without a reranker."""
        return replace(self, rerank=replace(self.rerank, model=None))


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings in force and, for every dotted key, where its value came from."""

    settings: Settings
    origins: Mapping[str, str]


def load(options: Mapping[str, Any] | None = None) -> Effective:
    """Read the file and the environment, put the options on top, and check everything.

    `options` maps dotted keys (`index`, `fusion.k`) to values; None means "not given". The
    file is `polywire.toml` in the current folder, or the one that POLYWIRE_CONFIG names.

    Raises `SettingsError` for a file that cannot be read, an unknown key or a bad value.
    """
    given = {key: value for key, value in (options or {}).items() if value is not None}
    layers = [file_layer(), environment_layer(_LISTS), ("option", given)]
    merged: dict[str, Any] = {}
    origins = dict.fromkeys(keys(), "default")
    for origin, values in layers:
        for key, value in values.items():
            _check_known(key, origin)
            merged[key] = value
            origins[key] = (
                f"{PREFIX}{key.replace('.', DELIMITER).upper()}"
                if origin == "environment"
                else origin
            )
    _take_credentials(merged, origins)
    _check_printable(merged, origins)
    try:
        settings = made(Settings, nested(merged))
    except Misfit as error:
        raise SettingsError(_sentence(error, origins)) from None
    return Effective(settings, origins)


def _check_printable(merged: Mapping[str, Any], origins: Mapping[str, str]) -> None:
    """Refuse names that would control a terminal: libraries repeat them in logs of their own."""
    for key, value in merged.items():
        if isinstance(value, str) and printable(value) != value:
            raise SettingsError(
                f"The setting {key} (from {origins[key]}) has characters in it that control a "
                "terminal; leave them out."
            )


def _take_credentials(merged: dict[str, Any], origins: dict[str, str]) -> None:
    """Move user and password from addresses to the settings that are for them.

    So that an address can be shown wherever it is, and nobody has to think of what is in it. Those
    in the address of the index count before all others, those of further nodes after.
    """
    hosts = merged.get("elasticsearch.hosts")
    addresses = [("index", merged.get("index"))]
    if isinstance(hosts, list | tuple):
        addresses += [("elasticsearch.hosts", host) for host in hosts]
        merged["elasticsearch.hosts"] = tuple(
            parted(host)[0] if isinstance(host, str) else host for host in hosts
        )
    for key, address in addresses:
        if not isinstance(address, str):
            continue
        bare, found = parted(address)
        if key == "index":
            merged["index"] = bare
        for name, value in (("username", found.username), ("password", found.password)):
            place = f"elasticsearch.{name}"
            if value is not None and (key == "index" or merged.get(place) is None):
                merged[place] = value
                origins[place] = origins[key]


def keys() -> tuple[str, ...]:
    """All settings as dotted keys, in the order of documentation."""
    return tuple(_leaves())


def describe(key: str) -> str:
    """One line on what the setting does."""
    *sections, leaf = key.split(".")
    owner = _SECTIONS[sections[0]] if sections else Settings
    description: str = declared(owner)[leaf].metadata["description"]
    return description


def value_of(settings: Settings, key: str) -> object:
    """Return the value behind a dotted key; a secret stays a `Secret`."""
    value: object = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


_SECTIONS: Mapping[str, type[Any]] = {
    "fusion": FusionSettings,
    "history": HistorySettings,
    "embedded": EmbeddedSettings,
    "rerank": RerankSettings,
    "copies": CopiesSettings,
    "elasticsearch": ElasticsearchSettings,
    "fetch": FetchSettings,
    "api": ApiSettings,
    "alerts": AlertsSettings,
}


_LISTS = frozenset(
    {
        "copies.sources",
        "elasticsearch.hosts",
        "api.hosts",
        "api.cors_origins",
        "api.trusted_proxies",
    }
)
"""Settings with several values; the environment separates them by commas."""


def _leaves() -> Iterator[str]:
    for name in declared(Settings):
        if name in _SECTIONS:
            yield from (f"{name}.{leaf}" for leaf in declared(_SECTIONS[name]))
        else:
            yield name


def _check_known(key: str, origin: str) -> None:
    if key in keys():
        return
    shown = f"{PREFIX}{key.replace('.', DELIMITER).upper()}" if origin == "environment" else key
    near = difflib.get_close_matches(key, keys(), n=1)
    hint = f" Did you mean {near[0]}?" if near else " `polywire config` lists all settings."
    raise SettingsError(f"There is no setting {shown} (from {origin}).{hint}")


def _sentence(misfit: Misfit, origins: Mapping[str, str]) -> str:
    key = misfit.key
    secret = "key" in key or "password" in key
    shown = "the given value" if secret else without_credentials(repr(misfit.value))
    origin = origins.get(key, "options")
    return f"The setting {key} (from {origin}) cannot be {shown}: {misfit.reason}."
