"""What is installed: the lock file and the constraints agree, and licences bind nobody."""

from __future__ import annotations

import re

from benchmarks.licences import binds, installed, licence
from tests.support.places import ROOT

PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(file: str) -> dict[str, str]:
    found = PIN.findall((ROOT / file).read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_the_lock_file_has_the_versions_of_the_constraints() -> None:
    locked, constraints = pins("requirements.lock"), pins("constraints.txt")
    both = locked.keys() & constraints.keys()
    assert {name: locked[name] for name in both} == {name: constraints[name] for name in both}
    assert len(both) > 100


def test_every_package_of_the_lock_file_has_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for entry in re.split(r"(?m)^(?=[A-Za-z0-9])", text):
        if PIN.match(entry):
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]


def test_licences_are_known_and_bind_nobody() -> None:
    said = {name: licence(package) for name, package in installed("polywire").items()}
    assert len(said) > 30
    assert {name for name, text in said.items() if text == "unknown" or binds(text)} == set()


def test_what_binds_is_told_apart() -> None:
    for text in ("GPL-3.0-or-later", "GNU General Public License v2", "AGPL-3.0", "SSPL-1.0"):
        assert binds(text)
    for text in ("LGPL-2.1", "GNU Lesser General Public License v3", "MPL-2.0", "MIT", "ISC"):
        assert not binds(text)
    assert not binds("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later")
    assert binds("GPL-2.0-only OR GPL-3.0-only")
    assert binds("MIT AND GPL-3.0-only")


def test_keys_stay_out_of_version_control() -> None:
    assert "polywire-keys/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
