"""Arguments of commands that take a query, where `-word` excludes a word. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.errors import UsageError

_OPTION = re.compile(r"--.*|-|-\w|-n\d+", re.DOTALL)
"""Options of commands that take a query: long ones, one letter, and the usual `-n5`.

Other short options are separate from their value, so that `-lorry` is not `-l orry`.
"""


def excluded_words_last(arguments: Sequence[str]) -> list[str]:
    """Put terms of a query that begin with a minus after `--`, where they are not options.

    `["search", "flood", "-lorry", "-n5"]` gives `["search", "flood", "-n5", "--", "-lorry"]`.
    Raises `UsageError` for a term where the name of an alert should be.
    """
    if "--" in arguments:
        return list(arguments)
    terms = [word for word in arguments if word.startswith("-") and not _OPTION.fullmatch(word)]
    if [*arguments[:1]] == ["alerts"] and [*arguments[2:3]] == terms[:1] != []:
        raise UsageError(
            f"The name of an alert cannot begin with a minus, as {terms[0]} does; write another, "
            "or the id that polywire alerts list --json shows."
        )
    rest = [word for word in arguments if word not in terms]
    return [*rest, "--", *terms] if terms else rest
