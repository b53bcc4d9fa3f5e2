"""`polywire config`: the settings in force and where each one came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.options import IndexOption, JsonOption, ModelOption

if TYPE_CHECKING:
    from config.settings import Effective


def report(
    index: IndexOption = None, model: ModelOption = None, as_json: JsonOption = False
) -> None:
    """Show every setting, its value, and its origin.

    Options override POLYWIRE_* variables, which override polywire.toml, which overrides the
    defaults.
    """
    from config.settings import load
    from config.terminal import print_json

    effective = load({"index": index, "model": model})
    if as_json:
        print_json(
            {key: {"value": value, "origin": origin} for key, value, origin, _ in _rows(effective)}
        )
    else:
        _print_table(effective)


def _rows(effective: Effective) -> list[tuple[str, object, str, str]]:
    from config.fields import Secret
    from config.settings import describe, value_of

    rows = []
    for key, origin in effective.origins.items():
        value = value_of(effective.settings, key)
        shown = "(set, not shown)" if isinstance(value, Secret) else value
        rows.append((key, shown, origin, describe(key)))
    return rows


def _print_table(effective: Effective) -> None:
    from rich.table import Table

    from config.terminal import stdout

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("setting", "value", "from", "what it does"):
        table.add_column(column, overflow="fold", no_wrap=column == "setting")
    for key, value, origin, description in _rows(effective):
        shown = "-" if value is None or value == () else str(value)
        table.add_row(
            key, shown, origin, description, style=None if origin == "default" else "green"
        )
    stdout().print(table)
