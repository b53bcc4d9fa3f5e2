"""One frozen settings object: defaults < polywire.toml < POLYWIRE_* < command-line options.

Nothing is read at import. `load` reads the file and the environment once and says where
every value came from.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from config.layers import DELIMITER, PREFIX, environment_layer, file_layer, nested
from search.addresses import parted, without_credentials
from search.errors import SettingsError
from search.index.time_zones import UTC_NAME, zone_name
from search.printable import printable
from search.ranking.fusion import Fusion, FusionMethod
from search.request import Balance, Mode
from search.retrieval.copies import Prefer
from search.retrieval.legs import LEGS, LEXICAL, NAMES, VECTOR

_FUSION = Fusion()


class _Section(BaseModel):
    # Plain pydantic: the layers are merged here, so that each value can say where it came from,
    # and pydantic-settings would cost every start 50 ms for sources that are not used.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class ElasticsearchSettings(_Section):
    """How to reach and lay out an Elasticsearch index; only used with an http(s) index."""

    api_key: SecretStr | None = Field(None, description="API key, base64 as the server prints it")
    username: str | None = Field(None, description="User for basic authentication")
    password: SecretStr | None = Field(None, description="Password for basic authentication")
    ca_file: Path | None = Field(None, description="CA certificate file to trust (PEM)")
    verify_tls: bool = Field(True, description="Check the server's certificate")
    cloud_id: str | None = Field(None, description="Elastic Cloud id, instead of a host")
    hosts: tuple[str, ...] = Field((), description="Further nodes, as http(s)://host:port")
    timeout_s: float = Field(30.0, gt=0, description="Longest wait for an answer, in seconds")
    patience_s: float = Field(
        300.0, gt=0, description="Longest wait of a write for a server that is busy or away"
    )
    refresh: Literal["true", "false", "wait_for"] = Field(
        "false", description="When a written batch becomes visible to searches"
    )
    shards: int = Field(1, ge=1, description="Primary shards of a new index")
    replicas: int = Field(1, ge=0, description="Replicas of a new index")
    vector_index: Literal["int8_hnsw", "hnsw", "bbq_hnsw", "flat"] = Field(
        "int8_hnsw", description="How a new index stores vectors"
    )


class EmbeddedSettings(_Section):
    """How the engine without a server works; only used with a folder as the index."""

    memory_mb: int = Field(
        512, ge=0, description="Memory for what repeated searches hold of the passages; 0 for none"
    )


class FusionSettings(_Section):
    """How the lexical, the vector and the names leg become one ranking."""

    method: FusionMethod = Field(
        _FUSION.method, description="Fuse the scores of the legs, or only their ranks (RRF)"
    )
    k: int = Field(_FUSION.k, ge=1, description="Rank constant of reciprocal rank fusion")
    # One weight per leg; why they are what they are: the table of legs.
    lexical_weight: float = Field(
        LEGS[LEXICAL].weight, ge=0, description="Weight of the lexical leg"
    )
    vector_weight: float = Field(LEGS[VECTOR].weight, ge=0, description="Weight of the vector leg")
    names_weight: float = Field(LEGS[NAMES].weight, ge=0, description="Weight of the names leg")
    pool: int = Field(_FUSION.pool, ge=1, le=10_000, description="Candidates per leg")
    # Why an index has no offsets until it is calibrated: `search.calibration.offsets`.
    offset_share: float = Field(
        _FUSION.offset_share,
        ge=0,
        le=1,
        description="Share of the language offsets that counts where the index has any; 0 for none",
    )


class RerankSettings(_Section):
    """A second model that reads the best articles again, together with the query."""

    model: str | None = Field(
        None,
        min_length=1,
        description="Cross-encoder that reranks: a folder or a sentence-transformers name",
    )
    top: int = Field(50, ge=1, le=1000, description="Articles that are reranked")
    passages: int = Field(
        3, ge=1, le=10, description="Passages it reads per article; the best counts"
    )
    batch: int = Field(32, ge=1, description="Pairs it reads at once")


class HistorySettings(_Section):
    """What is stored of articles that were replaced by corrected ones."""

    keep: int = Field(
        20, ge=0, le=1000, description="Former versions stored per article; 0 for none"
    )


class FetchSettings(_Section):
    """How documents are fetched from addresses."""

    user_agent: str | None = Field(
        None,
        min_length=3,
        max_length=500,
        pattern=r"^[A-Za-z][\x20-\x7e]*$",
        description="What servers are told who asks; say whom to ask about it",
    )
    delay_s: float = Field(
        1.0, ge=0, le=3600, description="Pause between two requests to one host, in seconds"
    )
    timeout_s: float = Field(20.0, gt=0, description="Longest silence of a server, in seconds")
    longest_s: float = Field(
        60.0, gt=0, description="Time for one document, and a second more per 10 kB that came"
    )
    max_mb: float = Field(1000.0, gt=0, description="Longer documents are not fetched")
    patience_s: float = Field(
        120.0, ge=0, description="Longest wait for a server that asks to be asked later"
    )
    allow_private: bool = Field(
        False, description="Also fetch from this machine and private networks"
    )


class CopiesSettings(_Section):
    """Which article is shown of those that carry the same text."""

    prefer: Prefer = Field(
        Prefer.EARLIEST, description="The earliest, the longest, or by the ranking of sources"
    )
    sources: tuple[str, ...] = Field((), description="Sources, the most preferred first")


class AlertsSettings(_Section):
    """How alerts are delivered; only used by `polywire alerts`, `polywire serve` and ingests."""

    smtp_host: str | None = Field(None, min_length=1, description="Mail server")
    smtp_port: int = Field(587, ge=1, le=65_535, description="Port of the mail server")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is encrypted"
    )
    smtp_username: str | None = Field(None, description="User at the mail server")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server")
    smtp_ca_file: Path | None = Field(
        None, description="CA certificate file to trust for the mail server (PEM)"
    )
    mail_from: str | None = Field(
        None, min_length=3, description="Address that mail of alerts comes from"
    )
    public_url: str | None = Field(
        None, min_length=8, description="Where others reach the server, for links in notices"
    )
    allow_private: bool = Field(
        False, description="Let alerts made over HTTP, and redirects, lead to private addresses"
    )
    timeout_s: float = Field(
        10.0, gt=0, le=120, description="Longest silence of a mail server or webhook"
    )
    most: int = Field(1000, ge=1, description="Alerts that a key may have")
    in_server: bool = Field(True, description="Let a server that takes articles run alerts, too")


class ApiSettings(_Section):
    """How the HTTP API is served; only used by `polywire serve` and `polywire keys`."""

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on")
    port: int = Field(8080, ge=0, le=65_535, description="Port to listen on; 0 takes a free one")
    keys: Path = Field(Path("polywire-keys"), description="Folder of the API keys (hashed)")
    without_keys: bool = Field(
        False, description="Serve an index without keys that was served with keys before"
    )
    read_only: bool = Field(False, description="Accept no articles over HTTP")
    page: bool = Field(True, description="Serve the page for people, too")
    hosts: tuple[str, ...] = Field((), description="Host names that requests may be sent to")
    cors_origins: tuple[str, ...] = Field(
        (), description="Web origins whose pages may use the API, such as https://desk.example"
    )
    trusted_proxies: tuple[str, ...] = Field(
        (), description="Addresses of proxies whose X-Forwarded-For is trusted"
    )
    workers: int = Field(1, ge=1, le=256, description="Processes that answer side by side")
    rate: float = Field(
        100.0, ge=0, description="Requests a second per key or address; 0 for no limit"
    )
    burst: int = Field(200, ge=1, description="Requests that a client may send at once")
    threads: int = Field(4, ge=1, le=256, description="Answers that are worked on at once")
    waiting: int = Field(128, ge=0, description="Requests that may wait for a thread")
    waiting_writes: int = Field(256, ge=1, description="Writes that may wait for the writer")
    streams: int = Field(4, ge=1, le=64, description="Exports that run at once")
    connections: int = Field(1000, ge=1, description="Connections that are open at once")
    max_body_mb: int = Field(20, ge=1, le=1000, description="Largest body with articles")
    answer_s: float = Field(30.0, gt=0, description="Longest time to the start of an answer")
    client_s: float = Field(20.0, gt=0, description="Longest silence of a client")
    client_pace: float = Field(
        500.0, gt=0, description="Bytes a second that a body has on average, at least"
    )
    shutdown_s: int = Field(30, ge=1, description="Time to finish what was accepted at the end")
    kept_lists: int = Field(64, ge=1, description="Result lists stored for cursors per key")
    list_lifetime_s: float = Field(300.0, gt=0, description="Time that an unused list is stored")
    access_log: bool = Field(True, description="Log a line per request")


class Settings(_Section):
    """Everything that can be set; each field's description is its documentation."""

    index: str = Field(
        "polywire-index", min_length=1, description="A folder, or http(s)://host:port/name"
    )
    model: str = Field(
        "compact",
        min_length=1,
        description="Embedding model: compact, a folder, or a sentence-transformers name",
    )
    device: str | None = Field(None, description="Device of transformer models: cpu, cuda, ...")
    dimension: int | None = Field(
        None, ge=1, description="Shorten the vectors of a Matryoshka model to this many numbers"
    )
    embed_batch: int = Field(32, ge=1, description="Paragraphs a transformer embeds at once")
    batch_size: int = Field(
        256, ge=1, le=10_000, description="Articles that are embedded and committed together"
    )
    max_article_mb: float = Field(20.0, gt=0, description="Larger articles are rejected")
    processes: int = Field(
        0, ge=0, le=256, description="Processes that read web pages; 0: as many as there are cores"
    )
    mode: Mode = Field(Mode.HYBRID, description="Search by words, by meaning, or by both")
    limit: Annotated[int, Field(ge=1, le=1000)] = Field(10, description="Articles per answer")
    # At 0.5, 4 in 5 of what stands above are right: `benchmarks/results/confidence.md`.
    less_certain_below: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Confidence under which hits are listed as less certain; 0 for no such line",
    )
    # Not "even", though with the compact model it finds a little more on two of the collections of
    # benchmarks/results/retrieval_fusion.md (mean nDCG@10 0.760 for 0.753): it takes 0.02 from the
    # query's own language, and its floor is not right for models whose cosines are all high.
    balance: Balance = Field(Balance.RELEVANCE, description="How languages share an answer")
    names: bool = Field(True, description="Also find names in other scripts and spellings")
    timezone: Annotated[str, AfterValidator(zone_name)] = Field(
        UTC_NAME,
        description="Your time zone, as Europe/Berlin: days of queries and counts",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="Least severe message that is logged, on stderr"
    )
    log_format: Literal["text", "json"] = Field("text", description="Shape of log lines")
    fusion: FusionSettings = FusionSettings()  # type: ignore[call-arg]
    history: HistorySettings = HistorySettings()  # type: ignore[call-arg]
    embedded: EmbeddedSettings = EmbeddedSettings()  # type: ignore[call-arg]
    rerank: RerankSettings = RerankSettings()  # type: ignore[call-arg]
    copies: CopiesSettings = CopiesSettings()  # type: ignore[call-arg]
    elasticsearch: ElasticsearchSettings = ElasticsearchSettings()  # type: ignore[call-arg]
    fetch: FetchSettings = FetchSettings()  # type: ignore[call-arg]
    api: ApiSettings = ApiSettings()  # type: ignore[call-arg]
    alerts: AlertsSettings = AlertsSettings()  # type: ignore[call-arg]

    def reading_processes(self) -> int:
        """How many processes read web pages."""
        return self.processes or _cores()


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
        settings = Settings(**nested(merged))
    except ValidationError as error:
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
    model: type[BaseModel] = _SECTIONS[sections[0]] if sections else Settings
    return model.model_fields[leaf].description or ""


def value_of(settings: Settings, key: str) -> object:
    """Return the value behind a dotted key; a secret stays a `SecretStr`."""
    value: object = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


_SECTIONS: Mapping[str, type[BaseModel]] = {
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
    for name in Settings.model_fields:
        if name in _SECTIONS:
            yield from (f"{name}.{leaf}" for leaf in _SECTIONS[name].model_fields)
        else:
            yield name


def _check_known(key: str, origin: str) -> None:
    if key in keys():
        return
    shown = f"{PREFIX}{key.replace('.', DELIMITER).upper()}" if origin == "environment" else key
    near = difflib.get_close_matches(key, keys(), n=1)
    hint = f" Did you mean {near[0]}?" if near else " `polywire config` lists all settings."
    raise SettingsError(f"There is no setting {shown} (from {origin}).{hint}")


def _sentence(error: ValidationError, origins: Mapping[str, str]) -> str:
    problem = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in problem["loc"])
    reason = problem["msg"][:1].lower() + problem["msg"][1:]
    secret = "key" in key or "password" in key
    shown = "the given value" if secret else without_credentials(repr(problem["input"]))
    return f"The setting {key} (from {origins.get(key, 'options')}) cannot be {shown}: {reason}."
