"""Words of a query that may have been meant as something else: a sentence on each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from search.query.fields_elsewhere import MEANT
from search.query.signs import ALIASES, FIELD_NAMES
from search.query.syntax import Group, Node, Restriction, Without, Word, inner_of, printed, walk
from search.values import dataclass

FIELDS = ("title", *FIELD_NAMES)

_FIELD_LIKE = re.compile(r"(_?[^\W\d_][\w-]{1,24})(?:[:=]|(?=[<>≤≥]))(.*)", re.DOTALL)
_SCHEMES = ("mailto", "tel", "urn", "doi", "isbn", "issn", "arxiv", "re", "fwd", "fw", "data")
"""What a colon follows in ordinary texts."""
_ORIGINS = ("from", "to")
"""Fields of other tools that take a date or whoever something is from."""

_SHORT_STEM = re.compile(r"[^\W\d_]\*|\*[^\W\d_]")
_REGEX = re.compile(r"/.*[*+?\\^$\[{|].*/|/[^\W\d_]+/")
_DAY = r"\d{4}(?:[-/.]?\d\d){0,2}"
_RANGE = re.compile(r"[\[{](\S+) TO (\S+)[\]}]")
_NO_VALUE = re.compile(r"//|[\[{](?:\d{4}|\*|now)", re.IGNORECASE)
"""Behind a colon: an address, and a range, of which all that is said is said of the whole."""
_NEAR = re.compile(
    r"NEAR|ONEAR|ADJ|SAME|AROUND|NEXT|(?i:(?:w|pre|near|n|next|before)?/(?:\d{1,3}|s|p|sent|para|seg))"
)
"""What joins words that are close together elsewhere."""

_SINGLE = re.compile(
    r"(?<!\S)(?:'(?=\w)[^']*\s[^']*\w'|‘[^‘’]*\s[^‘’]*\w’|‚[^‚‘]*\s[^‚‘]*\w‘|‹[^‹›]*\s[^‹›]*\w›"
    r"|``[^`']*\s[^`']*\w''|''(?=\w)[^']*\s[^']*\w''|`(?=\w)[^`´]*\s[^`´]*\w[`´]"
    r"|´(?=\w)[^´]*\s[^´]*\w´)(?!\w)"
)
"""Several words between single quotation marks."""

_OPERATORS_ELSEWHERE = {
    word: operator
    for operator, words in {
        "AND": "UND ET OCH OG EN VE DAN AUT JA И ТА І Y E ΚΑΙ 与 與 和 及 且 かつ 그리고",
        "OR": "ODER OU OF ELLER VEYA LUB ATAU TAI ИЛИ АБО O Ή 或 或者 または 또는",
        "NOT": """NICHT OHNE SAUF NON SENZA NIET ZONDER INTE UTAN IKKE UTEN NIE BEZ NÃO NO DEĞİL НЕ
            БЕЗ КРОМЕ ΟΧΙ ΧΩΡΙΣ 非 不含 不包括 排除 除外 除く 제외""",
    }.items()
    for word in words.split()
}
"""Operators in other languages, in capitals where there are any, and what they are here."""

_LETTERS = frozenset("YEO")
"""Operators in Italian, Portuguese and Spanish, but names of vitamins and blood, too."""

_SHOUTED = 5
"""Words in capitals from which on a query is taken for a headline in capitals."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence on what stands at `start:end` of the query."""

    sentence: str
    start: int
    end: int


def notes_on(tree: Node) -> Iterator[Hint]:
    """Say what was searched as words and may have been meant otherwise."""
    shouted = _is_shouted(tree)
    excluded = {id(node.inner) for node in walk(tree) if isinstance(node, Without)}
    for node in walk(tree):
        if isinstance(node, Word) and not node.text.isalnum():
            sentence = _of_word(node.text, excluded=id(node) in excluded)
            if sentence is not None:
                yield Hint(sentence, node.at, node.at + len(node.text))
        elif isinstance(node, Without):
            yield from _of_exclusion(node, shouted)
    if not shouted:
        for node in walk(tree):
            if isinstance(node, Group):
                yield from _foreign_operators(node.items)
    yield from _ranges(tree)
    yield from _single_quotes(tree)
    yield from _fields_of_phrases(tree)


def _of_word(text: str, *, excluded: bool) -> str | None:
    if _SHORT_STEM.fullmatch(text):
        return (
            f"{text} was searched as a word; a prefix needs at least two letters before the star."
            if text.endswith("*")
            else f"{text} was searched as a word; a star needs at least two letters beside it."
        )
    if _REGEX.fullmatch(text):
        return f"{text} was searched as words; there are no regular expressions, only * and ?"
    if re.fullmatch(r"(?:--|—|~|¬)[^\W_].*", text) and not text.endswith("—"):
        bare = text.lstrip("-—~¬")
        return f"{text} was searched as words; to exclude a word, write -{bare}"
    if re.search(r"\w(?:&&|\|\|)\w", text):
        return f"{text} was searched as words; operators stand between spaces."
    return _of_span(text) or _of_field(text, excluded=excluded)


_SPAN = re.compile(
    rf"(?:[^\W\d_][\w-]{{1,23}}[:=])?(?P<begin>{_DAY})\.\.\.?(?P<end>{_DAY})"
    rf"|[^\W\d_][\w-]{{1,23}}[:=]?(?:(?P<later>[>≥])|[<≤])[=:]?(?:(?P<bound>{_DAY})|\S+)"
)


def _of_span(text: str) -> str | None:
    """`published>2026-01-01`, and two days with dots between them."""
    span = _SPAN.fullmatch(text)
    if span is None or not (span["bound"] or span["begin"] or _is_of_dates(text)):
        return None
    if span["bound"]:
        meant = f"{'after' if span['later'] else 'before'}:{span['bound']}"
    else:
        meant = f"after:{span['begin'] or '2026-08-01'} before:{span['end'] or '2026-09-01'}"
    return f"{text} was searched as words; a span of time is {meant}"


def _is_of_dates(text: str) -> bool:
    """Tell whether a comparison begins with a field of dates: `published>yesterday`."""
    name = re.split(r"[:=<>≤≥]", text.lower())[0]
    meant = MEANT.get(name, ALIASES.get(name, name))
    return meant.partition(":")[0] in ("on", "after", "before")


def _of_field(text: str, *, excluded: bool) -> str | None:
    match = _FIELD_LIKE.fullmatch(text)
    if match is None or _NO_VALUE.match(match[2]) or match[1].lower() in _SCHEMES:
        return None
    import difflib

    name, value = match[1].lower(), match[2]
    if name in FIELDS or (name in ALIASES and name != "date"):
        own = ALIASES.get(name, name)
        if value:
            return None
        return (
            f"{text} was searched as a word; the value of a field follows it without a "
            f"space, as in {own}:word."
        )
    if not value or ("=" in text.partition(value)[0] and not name.isascii()):
        return None
    sign, done = ("-", "excluded") if excluded else ("", "searched")
    close = difflib.get_close_matches(name, FIELDS, 1, 0.75)
    if close and "lang" not in name:
        return f"{sign}{text} was {done} as words; to filter, write {sign}{close[0]}:{value}"
    meant = MEANT.get(name)
    if name in _ORIGINS and not re.search(r"\d", value):
        meant = "source:NAME" if name == "from" else None
    return f"{sign}{text} was {done} as words: there is no field {name}{_hint(meant, sign)}"


def _hint(meant: str | None, sign: str = "") -> str:
    return f"; you may mean {sign}{meant}" if meant else f"; the fields are {', '.join(FIELDS)}"


def _of_exclusion(node: Without, shouted: bool) -> Iterator[Hint]:
    text = printed(node.inner)
    end = node.at + len(printed(node))
    if isinstance(node.inner, Word) and re.fullmatch(r"[\d.,]+\S?", text):
        sentence = f"-{text} excludes the number {text}; to search for it, leave the minus out."
        yield Hint(sentence, node.at, end)
    elif shouted and isinstance(node.inner, Word):
        sentence = f"NOT excludes {text} here; to search for the word, write not."
        yield Hint(sentence, node.at, end)


def _foreign_operators(items: Sequence[Node]) -> Iterator[Hint]:
    """Operators of other languages between two terms."""
    for before, node, after in zip(items, items[1:], items[2:], strict=False):
        if not isinstance(node, Word) or isinstance(before, Restriction):
            continue
        meant = _OPERATORS_ELSEWHERE.get(node.text)
        if meant is not None and (node.text not in _LETTERS or _is_accented((before, after))):
            sentence = f"{node.text} was searched as a word; the operator is {meant}."
            yield Hint(sentence, node.at, node.at + len(node.text))
        elif _NEAR.fullmatch(node.text):
            sentence = (
                f"{node.text} was searched as a word; words close together are flood NEAR/5 dam."
            )
            yield Hint(sentence, node.at, node.at + len(node.text))
        elif node.text == "not" and not isinstance(after, Without):
            yield from _small_not(before, node, after, len(items))


def _is_accented(around: Sequence[Node]) -> bool:
    """Tell whether a phrase or a group is beside it, or a word that is not in English."""
    return any(not isinstance(node, Word) or not node.text.isascii() for node in around)


def _small_not(before: Node, node: Word, after: Node, length: int) -> Iterator[Hint]:
    """`and not` in small letters, and `not` between two words that say something."""
    if isinstance(before, Word) and before.text in ("and", "but"):
        written = f"{before.text} not {printed(after)}"
    elif length == 3 and not {before, after} & _small_words():
        written = f"not {printed(after)}"
    else:
        return
    sentence = f"{written} was searched as words; to exclude a word, write -{printed(after)}"
    yield Hint(sentence, node.at, node.at + len(node.text))


def _fields_of_phrases(tree: Node) -> Iterator[Hint]:
    """Fields that there are not, before a phrase or a group."""
    for node in walk(tree):
        items = inner_of(node)
        for field, value in itertools.pairwise(items):
            if (
                isinstance(field, Word)
                and not isinstance(value, Word)
                and re.fullmatch(r"[^\W\d_][\w-]{1,24}[:=]", field.text)
                and value.at == field.at + len(field.text)
            ):
                name = field.text[:-1].lower()
                sentence = (
                    f"{field.text}{printed(value)} was searched as words: there is no field {name}"
                    f"{_hint(MEANT.get(name))}"
                )
                yield Hint(sentence, field.at, value.at)


def _ranges(tree: Node) -> Iterator[Hint]:
    for node in walk(tree):
        texts = [item.text if isinstance(item, Word) else "" for item in inner_of(node)]
        found = _RANGE.search(" ".join(texts))
        if found:
            ends = zip(("after", "before"), found.groups(), strict=True)
            days = [f"{field}:{day}" for field, day in ends if re.fullmatch(_DAY, day)]
            meant = " ".join(days) or "after:2026-08-01 before:2026-09-01"
            sentence = f"{found[0]} was searched as words; a span of time is {meant}"
            yield Hint(sentence, node.at, node.at + 1)


def _single_quotes(tree: Node) -> Iterator[Hint]:
    """Words between single quotation marks, which are no phrase: they are apostrophes, too."""
    for node in walk(tree):
        texts = [item.text if isinstance(item, Word) else "" for item in inner_of(node)]
        found = _SINGLE.search(" ".join(texts))
        if found:
            inner = found[0].strip("'‘’‚‹›`´")
            sentence = f'{found[0]} was searched as words; a phrase is "{inner}".'
            yield Hint(sentence, node.at, node.at + 1)


def _small_words() -> frozenset[Word]:
    """Function words of English, which `not` stands beside in sentences."""
    from search.analysis.languages import language

    return frozenset(map(Word, language("en").stopwords))


def _is_shouted(tree: Node) -> bool:
    """Tell whether it is a headline in capitals."""
    words = [node.text for node in walk(tree) if isinstance(node, Word)]
    cased = [text for text in words if text.lower() != text.upper()]
    return len(cased) >= _SHOUTED and all(text == text.upper() for text in cased)
