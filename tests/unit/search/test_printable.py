"""Nothing that others wrote controls a terminal."""

from __future__ import annotations

import io
import json
import logging
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.logs import JsonFormatter, TextFormatter
from search.printable import on_one_line, printable, printable_json
from search.terminal.printing import Printable


def controls(text: str) -> set[str]:
    return {char for char in text if unicodedata.category(char) == "Cc"} - {"\n", "\t"}


@given(st.text())
def test_no_control_is_left_and_the_length_stays(text: str) -> None:
    assert not controls(printable(text))
    assert len(printable(text)) == len(text)
    assert not {"\n", "\t"} & set(on_one_line(text))


@given(st.text(st.characters(codec="utf-8")))
def test_json_keeps_its_values(text: str) -> None:
    written = printable_json(json.dumps({text: text}, ensure_ascii=False))
    assert json.loads(written) == {text: text}
    assert not controls(written)


@given(st.text(st.sampled_from("a\x1b]0;\x07\x9b31m\r\n\t ü"), max_size=40))
def test_a_console_prints_no_control_of_others(text: str) -> None:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="truecolor", width=60)
    console.push_render_hook(Printable())
    table = Table()
    table.add_column(text)
    table.add_row(text)
    for each in (text, Text(text, style="bold"), table):
        console.print(each, markup=False)
    # What is left are the codes of styles, which rich writes.
    for code in out.getvalue().split("\x1b")[1:]:
        assert code[0] == "["
        assert code[1:].partition("m")[0].replace(";", "").isdigit()
    assert not controls(out.getvalue()) - {"\x1b"}


def test_logs_have_neither_controls_nor_passwords() -> None:
    record = logging.LogRecord(
        "search", 30, "", 0, "at %s: %s", ("http://u:hush@host/x", "\x1b[2J\x9b1m\r"), None
    )
    for formatter in (TextFormatter(), JsonFormatter()):
        line = formatter.format(record)
        assert not controls(line)
        assert "hush" not in line
        assert "http://host/x" in line
