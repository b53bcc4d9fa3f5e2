"""The metadata above a text in Markdown: YAML between "---" or TOML between "+++"."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml  # type: ignore[import-untyped]

_FRONT_MATTER = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*\n(?P<head>.*?)\n(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL
)

LONGEST = 50_000
"""Characters."""

MOST_VALUES = 10_000
"""Each as often as it is referred to."""

MOST_STOPS = 5_000
"""Full stops of a front matter in TOML. A key of as many parts takes memory with their square: of
24,000 it took 2.5 GB."""

LONGEST_NUMBER = 4000
"""Digits of a whole number that is read as one; Python writes none of more than 4300."""

_NUMBERS_AND_DATES = ("int", "float", "timestamp")


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the metadata, and the text below. Raises `ValueError` with a sentence.

    What is written as a number or a date, but is none (2026-13-45), becomes its text.
    """
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    if len(found["head"]) > LONGEST:
        raise ValueError(f"The front matter is longer than {LONGEST:,} characters, the limit.")
    values = _yaml(found["head"]) if found["fence"] == "---" else _toml(found["head"])
    # Dates and the like become text, as they are in JSON.
    record: dict[str, Any] = json.loads(json.dumps(values, default=_as_text))
    return record, text[found.end() :]


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _yaml(text: str) -> Mapping[str, Any]:
    import yaml

    loader = yaml.SafeLoader(text)
    for name in _NUMBERS_AND_DATES:
        loader.yaml_constructors = {
            **loader.yaml_constructors,
            f"tag:yaml.org,2002:{name}": _scalar(getattr(loader, f"construct_yaml_{name}")),
        }
    try:
        node = loader.get_single_node()
        # Before anything is made of it: "<<" copies all that it refers to, and that of what that
        # refers to, so that a few lines would fill the memory.
        if node is not None and _unfolded(node, {}) > MOST_VALUES:
            raise ValueError("The front matter refers to its own parts too often.")
        values = loader.construct_document(node) if node is not None else {}
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" in line {where.line + 2}" if where else ""
        raise ValueError(f"The front matter is not valid YAML{line}.") from None
    finally:
        loader.dispose()
    if not values:
        return {}
    if isinstance(values, dict):
        return {str(key): value for key, value in values.items()}
    raise ValueError("The front matter is not a list of keys and values.")


def _scalar(construct: Any) -> Any:  # noqa: ANN401 - the library has no types
    """Return what makes a number or a date of a node, and leaves its text where it is none."""

    def made(loader: yaml.SafeLoader, node: yaml.Node) -> object:
        written = loader.construct_scalar(node)
        if len(written) > LONGEST_NUMBER:
            return written
        try:
            value = construct(node)
        except (ValueError, OverflowError):
            return written
        return written if isinstance(value, float) and not math.isfinite(value) else value

    return made


def _unfolded(node: yaml.Node, known: dict[int, int]) -> int:
    """Count the values in a node, each as often as it is referred to.

    A part that holds itself counts as too many.
    """
    if isinstance(node.value, str):
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_VALUES + 1  # while it is counted
        inner = [one for item in node.value for one in _values(item)]
        known[id(node)] = 1 + sum(_unfolded(one, known) for one in inner)
    return known[id(node)]


def _values(item: yaml.Node | tuple[yaml.Node, yaml.Node]) -> tuple[yaml.Node, ...]:
    """Return an item of a list, or of an object its value, with its key where that has parts."""
    if not isinstance(item, tuple):
        return (item,)
    key, value = item
    return (value,) if isinstance(key.value, str) else (key, value)


def _toml(text: str) -> Mapping[str, Any]:
    if text.count(".") > MOST_STOPS:
        raise ValueError(f"The front matter has more than {MOST_STOPS:,} full stops, the limit.")
    try:
        return {key: _written(value) for key, value in tomllib.loads(text).items()}
    except ValueError:  # also of what the library hands on from Python: a number of 5,000 digits
        raise ValueError("The front matter is not valid TOML.") from None


def _written(value: Any) -> Any:  # noqa: ANN401 - any value
    """Return a value of TOML with those numbers as text that JSON does not have."""
    if isinstance(value, dict):
        return {key: _written(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_written(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    # A digit has more than three bits.
    is_long = isinstance(value, int) and value.bit_length() > 3 * LONGEST_NUMBER
    return hex(value) if is_long else value
