"""What settings may be, and the sentences for what they may not."""

from __future__ import annotations

import copy
from dataclasses import fields
from pathlib import Path

import pytest

from config.fields import Misfit, Secret, declared, made
from config.settings import Settings, keys, load, value_of
from search.errors import SettingsError


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("POLYWIRE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("key", "given", "stored"),
    [
        ("limit", "11", 11),
        ("limit", 11.0, 11),
        ("max_article_mb", "2.5", 2.5),
        ("max_article_mb", 2, 2.0),
        ("names", "off", False),
        ("names", "True", True),
        ("names", 1, True),
        ("mode", "lexical", "lexical"),
        ("log_level", "debug", "debug"),
        ("timezone", "europe/berlin", "Europe/Berlin"),
        ("api.keys", "here", Path("here")),
        ("api.hosts", ["a", "b"], ("a", "b")),
        ("device", "cpu", "cpu"),
    ],
)
def test_what_is_given_becomes_what_is_declared(key: str, given: object, stored: object) -> None:
    value = value_of(load({key: given}).settings, key)
    assert value == stored
    assert isinstance(value, type(stored))


@pytest.mark.parametrize(
    ("key", "given", "reason"),
    [
        ("limit", 0, "it must be 1 or more"),
        ("limit", 1001, "it must be 1,000 or less"),
        ("limit", "ten", "it must be a whole number"),
        ("limit", 1.5, "it must be a whole number"),
        ("limit", True, "it must be a whole number"),
        ("max_article_mb", 0, "it must be more than 0"),
        ("max_article_mb", "nan", "it must be a number"),
        ("max_article_mb", "inf", "it must be a number"),
        ("names", "perhaps", "it must be true or false"),
        ("names", 2, "it must be true or false"),
        ("mode", "magic", "it must be 'hybrid', 'lexical' or 'vector'"),
        ("log_format", "xml", "it must be 'text' or 'json'"),
        ("index", "", "it must not be empty"),
        ("index", 3, "it must be a text"),
        ("alerts.mail_from", "a", "it must have 3 characters or more"),
        ("fetch.user_agent", "x" * 501, "it must have 500 characters or fewer"),
        ("fetch.user_agent", "-ab", "it must match"),
        ("timezone", "Atlantis", "there is no time zone Atlantis"),
        ("api.keys", 3, "it must be the name of a file or folder"),
        ("api.hosts", "a", "it must be a list of texts"),
        ("api.hosts", ["a", 1], "it must be a list of texts"),
    ],
)
def test_what_cannot_be_is_one_sentence(key: str, given: object, reason: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load({key: given})
    assert f"The setting {key} (from option) cannot be " in str(raised.value)
    assert f": {reason}" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_every_default_may_be_given() -> None:
    defaults = Settings()
    for key in keys():
        value = value_of(defaults, key)
        if value is not None:
            assert value_of(load({key: value}).settings, key) == value, key


def test_a_section_says_which_of_its_settings_it_is() -> None:
    with pytest.raises(Misfit) as raised:
        made(Settings, {"fusion": {"k": 0}})
    assert (raised.value.key, raised.value.value) == ("fusion.k", 0)


def test_a_secret_can_be_copied_and_is_never_shown() -> None:
    secret = copy.deepcopy(Secret("hush"))
    assert secret == Secret("hush")
    assert secret.get_secret_value() == "hush"
    assert "hush" not in f"{secret} {secret!r}"


def test_what_is_declared_is_in_order() -> None:
    assert list(declared(Settings)) == [each.name for each in fields(Settings)]
