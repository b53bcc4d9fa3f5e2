"""The container files: pinned, on loopback, no default password, settings that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from config import layers, settings
from config.cli import COMMANDS
from tests.support.places import ROOT

FILES = ("docker-compose.yml", "docker-compose.three-nodes.yml")
DIGEST = "sha256:[0-9a-f]{64}"
TOP = {"name", "services", "volumes"}
"""Elements of the Compose Specification that we use, besides extensions (`x-...`)."""

SERVICE = {
    *("build", "cap_drop", "command", "depends_on", "entrypoint", "environment", "healthcheck"),
    *(
        "image",
        "mem_limit",
        "pids_limit",
        "ports",
        "read_only",
        "restart",
        "security_opt",
        "stop_grace_period",
        "tmpfs",
    ),
    *("ulimits", "user", "volumes"),
}


def document(file: str) -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / file).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def services() -> list[Any]:
    return [
        pytest.param(file, name, service, id=f"{file}:{name}")
        for file in FILES
        for name, service in document(file)["services"].items()
    ]


def merged() -> dict[str, Any]:
    """Both files, service by service, the second on top (enough of Compose's rules for us)."""
    base, above = map(document, FILES)
    names = {**base["services"], **above["services"]}
    return {
        name: {**base["services"].get(name, {}), **above["services"].get(name, {})}
        for name in names
    }


@pytest.mark.parametrize("file", FILES)
def test_only_elements_of_the_specification(file: str) -> None:
    found = document(file)
    assert {name for name in found if not name.startswith("x-")} <= TOP
    for name, service in found["services"].items():
        assert set(service) <= SERVICE, name


@pytest.mark.parametrize(("file", "name", "service"), services())
def test_images_are_pinned_and_ports_are_on_loopback(
    file: str, name: str, service: dict[str, Any]
) -> None:
    if "image" in service:
        assert re.fullmatch(
            rf"elasticsearch:9\.4\.3@{DIGEST}|polywire:\d+\.\d+\.\d+", service["image"]
        )
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:"), (file, name, port)


def once(service: dict[str, Any]) -> bool:
    """Tell whether a service does something once and ends."""
    return service.get("restart") == "no"


@pytest.mark.parametrize("name", [n for n, each in merged().items() if not once(each)])
def test_a_service_is_watched_restarted_and_confined(name: str) -> None:
    service = merged()[name]
    check = service["healthcheck"]
    assert {"test", "interval", "timeout", "retries", "start_period"} == set(check)
    assert service["restart"] == "unless-stopped"
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"]
    assert service["mem_limit"]
    assert service["pids_limit"] > 0


@pytest.mark.parametrize("file", FILES)
def test_every_volume_is_declared(file: str) -> None:
    declared = set(document("docker-compose.yml")["volumes"]) | set(document(file)["volumes"])
    for service in document(file)["services"].values():
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in declared


@pytest.mark.parametrize("name", ["elasticsearch", "elasticsearch-2", "elasticsearch-3"])
def test_elasticsearch_has_security_on_and_its_heap_set(name: str) -> None:
    environment = merged()[name]["environment"]
    assert environment["xpack.security.enabled"] == "true"
    assert re.fullmatch(r"-Xms(\S+) -Xmx\1", environment["ES_JAVA_OPTS"])
    assert environment["ELASTIC_PASSWORD"].startswith("${ELASTIC_PASSWORD:?")


def test_the_single_node_is_single_and_three_know_each_other() -> None:
    single = document(FILES[0])["services"]["elasticsearch"]["environment"]
    assert single["discovery.type"] == "single-node"
    above = document(FILES[1])["services"]
    nodes = {name for name in above if name.startswith("elasticsearch")}
    assert len(nodes) == 3
    for name in nodes:
        environment = above[name]["environment"]
        assert environment["discovery.type"] == "multi-node"
        assert set(environment["cluster.initial_master_nodes"].split(",")) == nodes
        assert environment["node.name"] == name
        assert environment["xpack.security.transport.ssl.enabled"] == "true"


def test_variables_are_those_of_the_example_and_no_secret_has_a_value() -> None:
    text = "".join((ROOT / file).read_text(encoding="utf-8") for file in FILES)
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    example = dict(
        re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE)
    )
    assert used == set(example)
    assert example["ELASTIC_PASSWORD"] == example["POLYWIRE_PASSWORD"] == ""
    for name, default in re.findall(r"(?<!\$)\$\{(\w+):-([^}]*)\}", text):
        assert example[name] == default
    assert "PASSWORD:-" not in text


def test_polywire_is_given_settings_that_exist_and_waits_for_health() -> None:
    service = document(FILES[0])["services"]["polywire"]
    environment = {
        **service["environment"],
        **document(FILES[1])["services"]["polywire"]["environment"],
    }
    known = set(settings.keys())
    for name in environment:
        if name.startswith(layers.PREFIX):
            key = name.removeprefix(layers.PREFIX).lower().replace(layers.DELIMITER, ".")
            assert key in known, name
    assert service["depends_on"]["elasticsearch"] == {"condition": "service_healthy"}
    assert service["depends_on"]["accounts"] == {"condition": "service_completed_successfully"}
    assert environment["POLYWIRE_ELASTICSEARCH__USERNAME"] != "elastic"
    assert service["read_only"] is True
    assert service["command"] == ["serve", "--host", "0.0.0.0", "--port", "8080"]  # noqa: S104
    assert service["command"][0] in COMMANDS


def test_the_image_is_slim_pinned_and_not_root() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert len(set(bases)) == 1
    assert re.fullmatch(rf"python:3\.\d+\.\d+-slim-[a-z]+@{DIGEST}", bases[0])
    last = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM ")) :]
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    assert users
    assert users[-1] not in {"root", "0"}
    assert 'ENTRYPOINT ["polywire"]' in last
    wanted = {
        name
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    }
    allowed = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    assert wanted == allowed
    assert {name for name in wanted if not (ROOT / name).exists()} <= {"constraints.txt"}


def compose() -> list[str] | None:
    """The words that run Compose 2 or later here, as a plugin of docker or by itself."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) is None:
            continue
        asked = [*command, "version", "--short"]
        version = subprocess.run(asked, check=False, capture_output=True, text=True)
        if version.returncode == 0 and int(version.stdout.strip().lstrip("v").split(".")[0]) >= 2:
            return command
    return None


@pytest.mark.parametrize("files", [FILES[:1], FILES], ids=["one", "three"])
def test_docker_compose_accepts_it(files: tuple[str, ...], tmp_path: Path) -> None:
    command = compose()
    if command is None:
        pytest.skip("neither `docker compose` nor `docker-compose` 2 or later is installed")
    (tmp_path / "env").write_text("ELASTIC_PASSWORD=for-this\nPOLYWIRE_PASSWORD=test\n")
    command += ["--env-file", str(tmp_path / "env")]
    for file in files:
        command += ["-f", str(ROOT / file)]
    found = subprocess.run(
        [*command, "config", "--quiet"], check=False, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
