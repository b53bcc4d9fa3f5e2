"""The help of alerts says what holds without an option: rich takes words in brackets for markup."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from config.cli import application


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("add", ("a new alert has 0.9", "A new alert has stdout", "every run, as a new alert")),
        ("edit", ("a new alert has 0.9", "A new alert has stdout")),
        ("follow", ("follow ID",)),
    ],
)
def test_help_says_what_holds_without_an_option(action: str, said: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(
        application("alerts"), ["alerts", action, "--help"], env={"COLUMNS": "250"}
    )
    text = " ".join(shown.output.replace("│", " ").split())
    assert not [words for words in said if words not in text]
