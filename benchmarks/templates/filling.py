"""Texts that are published again and again with other names and numbers, and light edits of one.

Frames in twelve languages (`frames.toml`) are filled from pools of invented names (`pools.toml`).
Two fillings of one frame are no copies of each other, and tell of different events; an edited
filling is a copy. Each frame belongs to one half by its kind, so that what is tuned on weather is
reported on football.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent

TUNING_KINDS = frozenset({"weather", "shares", "lottery", "horoscope", "police", "television"})
"""Kinds of the tuning half: with names and numbers, with many numbers, with few of either."""

_SLOT = re.compile(r"\{(?:(\w+)=)?([^{}]+)\}")
_RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.(\d))?")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_UNSPACED = frozenset({"zh", "ja"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same each time. See `frames.toml`."""

    kind: str
    lang: str
    title: str
    head: str
    tail: str
    line: str = ""
    times: int = 0

    @property
    def half(self) -> int:
        """0 for tuning, 1 for reporting."""
        return int(self.kind not in TUNING_KINDS)


@dataclass(frozen=True, slots=True)
class Filled:
    """One filling of a frame: a headline and paragraphs."""

    frame: Frame
    title: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """The paragraphs as one text."""
        return "\n".join(self.paragraphs)


@cache
def frames() -> tuple[Frame, ...]:
    """Read all frames."""
    read = tomllib.loads((HERE / "frames.toml").read_text(encoding="utf-8"))
    return tuple(Frame(**one) for one in read["frame"])


@cache
def pools() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Read the names of each language."""
    read: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
        (HERE / "pools.toml").read_text(encoding="utf-8")
    )
    return read


def filled(frame: Frame, draw: random.Random) -> Filled:
    """Fill a frame; what a text names twice is bound once for headline and body."""
    bound: dict[str, str] = {}
    used: set[str] = set()

    def slot(match: re.Match[str]) -> str:
        name, what = match[1], match[2]
        if what in bound:
            return bound[what]
        if name in bound:
            return bound[name]
        value = _value(frame.lang, what, draw, used)
        if name:
            bound[name] = value
        return value

    parts = [frame.head, *[frame.line] * frame.times, frame.tail]
    title = _SLOT.sub(slot, frame.title)
    return Filled(frame, title, tuple(_SLOT.sub(slot, part) for part in parts))


def _value(lang: str, what: str, draw: random.Random, used: set[str]) -> str:
    span = _RANGE.fullmatch(what)
    if span is not None:
        low, high = int(span[1]), int(span[2])
        if span[3]:
            return f"{draw.uniform(low, high):.{span[3]}f}"
        return str(draw.randint(low, high))
    left = [one for one in pools()[lang][what] if one not in used]
    chosen = draw.choice(left)
    used.add(chosen)
    return chosen


_NEWER = {
    "en": "The agency corrected an earlier version of this report.",
    "de": "Die Agentur hat eine frühere Fassung dieser Meldung berichtigt.",
    "fr": "L'agence a corrigé une version antérieure de cette dépêche.",
    "es": "La agencia corrigió una versión anterior de esta nota.",
    "it": "L'agenzia ha corretto una versione precedente della notizia.",
    "pl": "Agencja poprawiła wcześniejszą wersję tej depeszy.",
    "ru": "Агентство исправило прежнюю версию этого сообщения.",
    "tr": "Ajans bu haberin önceki bir sürümünü düzeltti.",
    "ar": "صححت الوكالة نسخة سابقة من هذا الخبر.",
    "zh": "本社更正了此前发布的版本。",
    "ja": "本社は以前の配信内容を訂正しました。",
    "hi": "एजेंसी ने इस खबर के पिछले संस्करण को सुधारा है।",
}


def edits(text: Filled, draw: random.Random) -> Iterator[tuple[str, Filled]]:
    """Yield light edits of a text: what an editor or an agency does to it, each by its name."""
    body, lang = text.body, text.frame.lang
    yield "corrected number", _with(text, _number_changed(body, draw, 1))
    yield "updated numbers", _with(text, _number_changed(body, draw, 2))
    yield "tail added", _with(text, f"{body}\n{_NEWER[lang]}")
    person, town = draw.choice(pools()[lang]["person"]), draw.choice(pools()[lang]["town"])
    byline = f"{town}. {person}\n{body}" if lang not in _UNSPACED else f"{town}　{person}\n{body}"
    yield "byline added", _with(text, byline)
    yield "name corrected", _with(text, _name_changed(body, lang, draw))
    changed = f"{_number_changed(body, draw, 1)}\n{_NEWER[lang]}"
    yield "corrected with a note", _with(text, changed)


def _with(text: Filled, body: str) -> Filled:
    return Filled(text.frame, text.title, tuple(body.split("\n")))


def _number_changed(body: str, draw: random.Random, often: int) -> str:
    places = list(_NUMBER.finditer(body))
    for match in sorted(draw.sample(places, min(often, len(places))), key=lambda one: -one.start()):
        other = str(int(re.sub(r"\D", "", match[0])[:6]) + draw.randint(1, 9))
        body = body[: match.start()] + other + body[match.end() :]
    return body


def _name_changed(body: str, lang: str, draw: random.Random) -> str:
    """Put one name instead of another, everywhere."""
    names = [
        (kind, one)
        for kind, pool in pools()[lang].items()
        if kind in ("town", "person", "club", "firm")
        for one in pool
        if one in body
    ]
    if not names:
        return body
    kind, name = draw.choice(names)
    other = draw.choice([one for one in pools()[lang][kind] if one not in body])
    return body.replace(name, other)
