"""What other programs write in a query -> the same in ours, with a note. Pure.

HTML entities, percent-encoding, doubled quotation marks, fields for the text, functions such as
`headline(...)` and `atleast5(...)`, GDELT's `near20:"..."`, square brackets as parentheses, and
parentheses right beside a word, which are those of a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from search.query.errors import QueryError, Repair
from search.query.signs import (
    ADDRESS,
    ALIASES,
    ANYWHERE,
    AT_TERM,
    DASHES,
    FIELD_NAMES,
    GERSHAYIM,
    NEARNESS,
    OPERATORS,
    QUOTES,
    STOPS,
)
from search.values import dataclass

_QUOTED = (
    rf'(?!{GERSHAYIM}|(?<=[0-9])"(?!\w))"(?:[^"]|{GERSHAYIM})*"'  # nor is one of inches
    r"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|『[^』]*』"
)
_JOINS = rf"(?:{'|'.join(map(re.escape, OPERATORS))})"
_DATED = {"after", "before", "on"}
"""Fields of days, whose minus is one of an age: after:-7d."""
_FIELDS = "|".join(("title", *FIELD_NAMES, *(name for name in ALIASES if name != "date")))
_VALUED = "|".join(
    ("title", *(name for name, own in (FIELD_NAMES | ALIASES).items() if own not in _DATED))
)
_NAMED = "|".join(
    name for name, own in (FIELD_NAMES | ALIASES).items() if own in ("source", "section", "tag")
)
_HAS_ONE_JOINS = rf"[^()（）]*(?:^|[\s(（])(?i:{'|'.join(map(re.escape, OPERATORS))})\s"
# What the grammar leaves out behind a phrase or a parenthesis: "Red Cross"-led.
_BEHIND = rf"(?:{AT_TERM}|(?<=[{QUOTES})）])[{DASHES}!+＋]+)"
_TITLE = "|".join(("title", *(name for name, own in ALIASES.items() if own == "title")))
_ADDRESS_TERM = rf"{AT_TERM}[{DASHES}!+＋]?(?:(?i:{_TITLE})[:：=])?{ADDRESS}"
_BEGINS, _ENDS = r"(?<![^\s(（])", r"(?![^\s)）])"
_NO_OPERATOR = "".join(
    rf"(?<!\b{word})" for word in ("OR", "AND", "NOT", "(?i:NEAR)", "(?i:AROUND)")
)


_PART = r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\U0003ffff]{1,6}"
"""A part of a word, in a script that puts spaces between words."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """A way of writing (group `found` of an expression), and what stands in its place.

    `refused` is the sentence of a strict reading; `note` has places for what `{was}` written, and
    what it is `{now}`.
    """

    found: str
    instead: Callable[[re.Match[str]], str]
    refused: str
    note: str


def _own(name: str) -> str:
    return ALIASES.get(name.lower(), name.lower())


def _nothing(_: re.Match[str]) -> str:
    return ""


def _joined(found: re.Match[str]) -> str:
    """Join a part of a word, `minister(s)`, to it; anything else is parted from it by spaces."""
    inside = found["inside"]
    before = re.search(r"\w*$", found.string[: found.start()])
    word = before[0] if before else ""
    # BYLINE(Silva) and Union(Bote) are no words in two parts, ENGINEER(S) is.
    is_function = bool(word) and (word.isupper() != inside.isupper() or inside.istitle())
    return inside if re.fullmatch(_PART, inside) and not is_function else f" {inside} "


_HABITS = (
    _Habit(
        rf"{_BEHIND}(?P<found>(?P<name>(?i:{_VALUED}))[:：=](?:[{DASHES}]|!)"
        rf'(?P<inside>[^{STOPS}{DASHES}!]+|(?=["“„«「『(（])))',
        lambda found: f" -{_own(found['name'])}:{found['inside']}",
        "What is excluded has its minus before the field, as in -title:storm.",
        "{was} was read as {now}",
    ),
    _Habit(
        rf'{_BEGINS}(?P<found>""(?P<inside>[^"\s](?:[^"]*[^"\s])?)""){_ENDS}',
        lambda found: f'"{found["inside"]}"',
        "These quotation marks are doubled; write them once.",
        "{was} was read as {now}",
    ),
    _Habit(
        rf'{_BEGINS}(?P<found>(?i:near)(?P<gaps>[0-9]{{1,3}})[:=](?P<inside>"[^"]+"))',
        lambda found: f"{found['inside']}~{found['gaps']}",
        'Words close together are written "flood dam"~5.',
        "{was} was read as {now}",
    ),
    _Habit(
        r"(?<!\w)(?P<found>(?i:(?:at_?least|repeat)[0-9]+[:=]?|(?:all|no)?caps|plural|singular))"
        r'(?=[(（"])',
        _nothing,
        "How often a word occurs, or in which form, cannot be asked; leave this out.",
        "{was} was left out: how often a word occurs, or in which form, cannot be asked.",
    ),
    _Habit(
        rf"(?<![\w.])(?P<found>(?P<name>(?i:{_NAMED}))[(（]"
        rf"(?P<inside>(?!{_HAS_ONE_JOINS})[^()（）,，{QUOTES}]*\w\s+\w[^()（）,，{QUOTES}]*)[)）])",
        lambda found: f'{_own(found["name"])}:"{found["inside"].strip()}"',
        'A name of several words stands between quotation marks, as in source:"BBC News".',
        "{was} was read as {now}",
    ),
    _Habit(
        rf"(?<![\w.])(?P<found>(?P<name>(?i:{_FIELDS}))(?P<opens>[(（]))",
        lambda found: f"{_own(found['name'])}:{found['opens']}",
        "The value of a field stands behind a colon, as in title:(storm flood).",
        "{was} was read as {now}",
    ),
    _Habit(
        rf"{AT_TERM}(?P<sign>[{DASHES}!+＋]*)(?P<found>(?i:(?:{'|'.join(ANYWHERE)})[:=])+)"
        r'(?=[\w(（"“„«「『])',
        lambda found: found["sign"],
        "Words are looked for in headlines and texts alike; leave this out.",
        "{was} was left out: words are looked for in headlines and texts alike.",
    ),
    _Habit(
        rf"{_BEGINS}(?P<found>[\[{{](?P<inside>(?:[^\[\]{{}}]*\s)?(?:{_JOINS}|{NEARNESS})\s"
        rf"[^\[\]{{}}]*)[\]}}]){_ENDS}",
        lambda found: f"({found['inside']})",
        "Terms that belong together stand between parentheses, as in (storm OR flood).",
        "{was} was read as {now}",
    ),
    _Habit(
        r"(?<!\S)(?P<found>(?i:NOT\s+(?:NEAR|ONEAR|PRE|WITHIN|ADJ|W|N|P)/?[0-9]{1,3}))(?!\S)",
        _nothing,
        "Words can be asked for close together, not apart.",
        "{was} was left out: words can be asked for close together, not apart.",
    ),
    _Habit(
        rf"(?<=\w){_NO_OPERATOR}(?P<found>[(（](?P<inside>[^()（）\"]*)[)）])",
        _joined,
        "A parenthesis right behind a word is one of a text; put a space before it.",
        "{was} was read as text: a parenthesis right beside a word makes no group.",
    ),
    _Habit(
        rf"{_BEGINS}(?P<found>[(（](?P<inside>[^\s()（）\"]+)[)）])(?=\w)(?!{_JOINS}(?!\w))",
        _joined,
        "A parenthesis right before a word is one of a text; put a space behind it.",
        "{was} was read as text: a parenthesis right beside a word makes no group.",
    ),
)

_HAS_JOINS = rf"(?:^|\s){_JOINS}\s"


_LEAST_BESIDE = 4
"""Words beside parentheses from which on these are of a headline that was pasted."""

_OPERATES = re.compile(
    rf"(?:^|[\s(（])(?:{_JOINS}|{NEARNESS})(?=[\s)）]|$)|[{QUOTES}]|\w\*|[*?]\w|(?<!\w)(?i:{_FIELDS})[:：=]|[&|]{{2}}"
    rf"|(?<![^\s(（])[{DASHES}!+＋](?=[\w(（])"
)
"""What shows that a query is one, and no text: only what is also in the query as it is printed."""


def _of_headline(query: str) -> QueryError | None:
    """Return the error, with its repair, of parentheses in a headline: "... (AP)"; else None."""
    first = re.search(r"[(（][^()（）]*[)）]", query)
    if first is None or _OPERATES.search(query):
        return None
    outside = re.sub(r"[(（][^()（）]*[)）]", " ", query)
    if len(outside.split()) < _LEAST_BESIDE or re.search("[()（）]", outside):
        return None
    return QueryError(
        "There is no operator beside these parentheses; leave them out.",
        query,
        *first.span(),
        Repair(
            re.sub("[()（）]", " ", query),
            f"{first[0]} was read as text: there is no operator beside the parentheses.",
        ),
    )


def written_elsewhere(query: str) -> QueryError | None:
    """Return the error of the first thing that is another program's, with its repair; else None.

    One repair mends all places of a kind.
    """
    if "&" in query and (error := _entities(query)) is not None:
        return error
    if "%" in query and (error := _percent_encoded(query)) is not None:
        return error
    found = next((error for habit in _HABITS if (error := _error(habit, query))), None)
    return found or _of_headline(query)


def _entities(query: str) -> QueryError | None:
    import html

    pattern = r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"
    known = [found for found in re.finditer(pattern, query) if html.unescape(found[0]) != found[0]]
    if not known:
        return None
    first = known[0]
    plain = re.sub(pattern, lambda found: html.unescape(found[0]), query)
    character = html.unescape(first[0])
    shown = "a space" if character.isspace() else "nothing" if not character.isprintable() else ""
    return QueryError(
        "This is HTML; write the character itself.",
        query,
        *first.span(),
        Repair(plain, f"{first[0]} was read as {shown or character}"),
    )


_ENCODED = r"%(?:2[02]|[C-Fc-f][0-9A-Fa-f]%[89ABab][0-9A-Fa-f])"
"""A space, a quotation mark or the beginning of a letter, as addresses have them."""


def _percent_encoded(query: str) -> QueryError | None:
    """A query that was copied from the address of a page; what is in an address stays as it is."""
    from urllib.parse import unquote

    word = rf"(?<![^{STOPS}])(?P<word>[^{STOPS}]*?{_ENCODED}[^{STOPS}]*)"
    pattern = f"{_ADDRESS_TERM}|{word}"

    def plain(found: re.Match[str]) -> str:
        decoded = unquote(found[0]) if found["word"] else found[0]
        return found[0] if "\ufffd" in decoded else decoded

    first = next((one for one in re.finditer(pattern, query) if plain(one) != one[0]), None)
    if first is None:
        return None
    return QueryError(
        "This is encoded as in an address; write the characters themselves.",
        query,
        *first.span(),
        Repair(
            re.sub(pattern, plain, query),
            f"{first[0]} was read as {' '.join(plain(first).split()) or 'a space'}",
        ),
    )


def _error(habit: _Habit, query: str) -> QueryError | None:
    pattern = _pattern(habit)
    first = next((found for found in pattern.finditer(query) if _counts(found)), None)
    if first is None:
        return None
    note = habit.note.format(was=first["found"], now=habit.instead(first).strip())
    plain, before = query, ""
    while plain != before:
        before = plain
        plain = pattern.sub(lambda one: habit.instead(one) if _counts(one) else one[0], plain)
    return QueryError(habit.refused, query, *first.span("found"), Repair(plain, note))


def _counts(found: re.Match[str]) -> bool:
    """Tell whether it is more than a phrase or an address; a group with operators is one."""
    if found["found"] is None:
        return False
    glued = found["found"][0] in "(（"
    return not (glued and re.search(_HAS_JOINS, found["inside"]))


@cache
def _pattern(habit: _Habit) -> re.Pattern[str]:
    # Behind it, what it must not be looked for in.
    return re.compile(f"{habit.found}|{_ADDRESS_TERM}|{_QUOTED}")
