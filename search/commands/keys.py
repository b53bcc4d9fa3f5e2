"""`polywire keys`: create, list and revoke the keys of the HTTP API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from config import options, terminal
from config.options import IndexOption, JsonOption, ModelOption
from search.errors import UsageError

if TYPE_CHECKING:
    from search.api.access.keys import ApiKey, KeyFolder


def keys(
    action: Annotated[
        Literal["create", "list", "revoke"], typer.Argument(help="create, list or revoke.")
    ],
    name: Annotated[
        str | None,
        typer.Argument(help="create: whose key it is; revoke: its id or name.", metavar="[NAME]"),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            "-s",
            metavar="SCOPES",
            help="What the key allows: read, write, alerts, admin.",
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option("--days", min=1, max=36_500, help="Days until the key expires.")
    ] = None,
    index: IndexOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create, list and revoke the keys of the HTTP API.

    A key is shown once, when it is created; only its hash is stored. A running server sees
    changes within a second. The keys are in the folder that the setting api.keys names, else
    beside the index.
    """
    settings = options.settings(index, model)
    from search.api.access.keys import KeyFolder, folder_of_keys

    folder = KeyFolder(folder_of_keys(settings.api.keys, settings.index))
    if action == "create":
        _create(folder, name or "", scope or ["read"], days, as_json)
    elif action == "revoke":
        _revoke(folder, name or "", as_json)
    else:
        _list(folder, as_json)


def _create(
    folder: KeyFolder, name: str, scopes: list[str], days: int | None, as_json: bool
) -> None:
    from search.api.access.keys import KeyScope

    named = [each.strip() for scope in scopes for each in scope.split(",")]
    unknown = [each for each in named if each not in set(KeyScope)]
    if unknown:
        raise UsageError(
            f"{unknown[0]!r} is not a scope; the scopes are read, write, alerts and admin."
        )
    wanted = [KeyScope(each) for each in named]
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    key, token = folder.create(name, wanted, expires)
    if as_json:
        terminal.print_json({**_document(key), "key": token})
    else:
        terminal.note(
            f"Key {key.id} for {key.name}: {', '.join(key.scopes)}, in {folder.path}. Shown only "
            "now:"
        )
        typer.echo(token)


def _revoke(folder: KeyFolder, name: str, as_json: bool) -> None:
    known = folder.all()
    named = [key.id for key in known.values() if name in (key.id, key.name) and not key.revoked]
    if len(named) > 1 and name not in known:
        raise UsageError(f"There are {len(named)} keys named {name}; revoke one by its id.")
    key = folder.revoke(named[0] if named else name)
    if as_json:
        terminal.print_json(_document(key))
    else:
        terminal.note(f"Key {key.id} for {key.name} is revoked.")


def _list(folder: KeyFolder, as_json: bool) -> None:
    found, damaged = list(folder.all().values()), folder.damaged()
    for file in damaged:
        terminal.note(file.sentence)
    if as_json:
        terminal.print_json([_document(key) for key in found])
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("id", "name", "scopes", "created", "state"):
        table.add_column(column, overflow="fold")
    for key in found:
        table.add_row(key.id, key.name, ", ".join(key.scopes), key.created[:10], _state(key))
    terminal.stdout().print(table)
    terminal.note(f"{'These' if found else 'No'} keys are in {folder.path}.")


def _state(key: ApiKey) -> str:
    if key.revoked is not None:
        return f"revoked {key.revoked[:10]}"
    if key.expires is None:
        return "valid"
    return f"{'valid to' if key.valid(datetime.now(UTC)) else 'expired'} {key.expires[:10]}"


def _document(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
    }
