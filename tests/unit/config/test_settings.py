"""Layers of settings, their origins, and the sentences for what is wrong."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from config.settings import describe, keys, load, value_of
from search.errors import SettingsError


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    import os

    for name in list(os.environ):
        if name.startswith("POLYWIRE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_come_from_nowhere_else() -> None:
    effective = load()
    assert effective.settings.index == "polywire-index"
    assert set(effective.origins.values()) == {"default"}


def test_each_layer_beats_the_one_below(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "polywire.toml").write_text(
        'limit = 3\nmode = "vector"\nindex = "from-file"\n[fusion]\nk = 7\n', encoding="utf-8"
    )
    monkeypatch.setenv("POLYWIRE_MODE", "lexical")
    monkeypatch.setenv("POLYWIRE_INDEX", "from-environment")
    effective = load({"index": "from-option", "model": None})
    settings, origins = effective.settings, effective.origins
    assert (settings.limit, settings.mode, settings.index) == (3, "lexical", "from-option")
    assert settings.fusion.k == 7
    assert origins["limit"] == "polywire.toml"
    assert origins["mode"] == "POLYWIRE_MODE"
    assert origins["index"] == "option"
    assert origins["fusion.k"] == "polywire.toml"
    assert origins["model"] == "default"


def test_nested_values_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYWIRE_FUSION__K", "11")
    monkeypatch.setenv("POLYWIRE_ELASTICSEARCH__HOSTS", "http://a:9200,http://b:9200")
    settings = load().settings
    assert settings.fusion.k == 11
    assert settings.elasticsearch.hosts == ("http://a:9200", "http://b:9200")


def test_settings_are_frozen() -> None:
    settings = load().settings
    with pytest.raises(FrozenInstanceError):
        settings.limit = 5  # type: ignore[misc]


def test_the_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "polywire.toml").write_bytes(b"\xef\xbb\xbflimit = 3\r\n")
    assert load().settings.limit == 3


def test_a_file_that_is_not_utf_8_names_the_line(tmp_path: Path) -> None:
    (tmp_path / "polywire.toml").write_bytes(b"limit = 3\n# f\xfcr alle\n")
    with pytest.raises(SettingsError, match="line 2 is not UTF-8; save the file in UTF-8"):
        load()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("limt = 3", "There is no setting limt (from polywire.toml). Did you mean limit?"),
        ("[fusion]\nq = 1", "There is no setting fusion.q"),
        ("limit = 0", "The setting limit (from polywire.toml) cannot be 0"),
        ('mode = "magic"', "The setting mode (from polywire.toml) cannot be 'magic'"),
        ("limit = ", "polywire.toml is not valid TOML"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_sentence(
    tmp_path: Path, content: str, sentence: str
) -> None:
    (tmp_path / "polywire.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load()
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYWIRE_LIMTI", "3")
    with pytest.raises(SettingsError, match=r"POLYWIRE_LIMTI.*Did you mean limit"):
        load()


def test_variables_of_tests_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYWIRE_TEST_ELASTICSEARCH", "http://127.0.0.1:1")
    assert load().settings.limit == 10


def test_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYWIRE_CONFIG", "missing.toml")
    with pytest.raises(SettingsError, match=r"missing\.toml cannot be read"):
        load()


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYWIRE_ELASTICSEARCH__API_KEY", "hush-hush")
    settings = load().settings
    assert "hush-hush" not in repr(settings)
    assert "hush-hush" not in str(value_of(settings, "elasticsearch.api_key"))


def test_every_setting_is_described() -> None:
    assert all(describe(key) for key in keys())


@pytest.mark.parametrize("kind", ["a folder", "a link to nothing", "not UTF-8"])
def test_a_file_that_is_there_and_cannot_be_read_is_never_no_settings(
    tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "polywire.toml"
    if kind == "a folder":
        file.mkdir()
    elif kind == "a link to nothing":
        file.symlink_to(tmp_path / "unmounted.toml")
    else:
        file.write_bytes(b"[api]\nread_only = true\n\xff")
    with pytest.raises(SettingsError, match=r"polywire\.toml"):
        load()
