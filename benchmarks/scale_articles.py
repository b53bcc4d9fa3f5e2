"""Synthetic news of any size, made of real articles: for measuring how costs grow.

    python -m benchmarks.scale_articles 100000 > articles.jsonl      # passages, headlines included

The real articles come first, word for word; then articles that are made of them, without end. Each
follows one real article, its theme, and takes some of its text from two others of the same
language: whole sentences, and sentences that end like another one. Rare words, most of them names,
are spliced with others and numbers changed, so that few paragraphs stand twice and the vocabulary
goes on growing. An article depends on the seed and on its place alone: a smaller corpus is the
beginning of a larger one.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from indexer.sources.compression import plain
from search.analysis.sentences import sentences

ROOT = Path(__file__).parents[1]
NEWS = ROOT.parent / "shared" / "news" / "wmt-news.jsonl.xz"
SAMPLE = ROOT / "indexer" / "sample" / "articles.jsonl"

FIRST, YEARS = datetime(2016, 1, 1, tzinfo=UTC), 10
"""Articles are spread evenly over these years."""

SOURCES = 40
"""Sources per language. They, sections and tags follow Zipf's law: the nth has 1/n of the first."""

SECTIONS = (
    *("politics", "world", "business", "sports", "culture", "science"),
    *("health", "technology", "travel", "opinion", "weather", "obituaries"),
)
TAGS, MOST_TAGS = 2000, 3
"""Different tags, and how many of them an article has at most."""

THEME = (6, 2, 2)
"""How often a paragraph comes from the theme of an article and from the two others."""

SWAPPED, CROSSED, RENUMBERED = 0.4, 0.8, 0.5
"""Shares of sentences that another one replaces, of sentences that end like another one, and of
numbers that are changed."""

RARE, SPLICED = 3, 0.3
"""A word is rare if so few real articles have it; this share of the rare words of an article become
others. With it the vocabulary of articles made of wmt-news grows with the 0.60th power of the
length of the text up to 330,000 passages, and with the 0.69th up to a million; that of the real
ones does with the 0.69th, from half of them to all (Heaps 1978, "Information Retrieval", section
7.5)."""

UNSPACED = frozenset({"ja", "zh", "th", "lo", "km", "my"})
"""Languages that write no space between sentences."""

_CLAUSE_END = re.compile(r"[,;:،，、；：]\s*")
_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\d{2,}")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Real:
    """A real article; a paragraph is its sentences."""

    id: str
    title: str
    lang: str
    source: str
    paragraphs: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """What articles of one language are made of: sources, the largest first, and rare words."""

    lang: str
    articles: tuple[Real, ...]
    sources: tuple[str, ...]
    rare: tuple[str, ...]
    replaceable: frozenset[str]

    @classmethod
    def of(cls, lang: str, articles: Sequence[Real]) -> Pool:
        """Count the sources and words of all articles of a language."""
        times = Counter(word for article in articles for word in _words(article))
        rare = sorted(word for word, count in times.items() if count <= RARE)
        real = Counter(article.source for article in articles if article.source)
        invented = (f"{lang}-source-{number:02}" for number in range(SOURCES))
        sources = (*(name for name, _ in real.most_common()), *invented)
        return cls(lang, tuple(articles), sources[:SOURCES], tuple(rare), frozenset(rare))


def read(path: Path) -> list[Real]:
    """Read articles of JSON Lines, compressed or not; those without a text are left out.

    `lang` tells which are mixed with one another; those without it are taken for one language.
    """
    found: dict[str, Real] = {}
    with path.open("rb") as file, io.TextIOWrapper(plain(file), encoding="utf-8") as lines:
        for line in lines:
            article: Document = json.loads(line)
            body = article.get("paragraphs") or article.get("text", "").splitlines()
            paragraphs = tuple(cut for cut in map(_sentences, body) if cut)
            identifier = str(article.get("id", f"real-{len(found)}"))
            if paragraphs and identifier not in found:
                title, lang, source = (
                    article.get(key) or missing
                    for key, missing in (("title", ""), ("lang", "und"), ("source", ""))
                )
                found[identifier] = Real(identifier, title, lang, source, paragraphs)
    return list(found.values())


def headlines(real: Iterable[Real], count: int) -> list[str]:
    """Return headlines spread evenly over the ids of the articles: the queries of a benchmark."""
    titles = [article.title for article in sorted(real, key=lambda one: one.id) if article.title]
    return titles[:: max(1, len(titles) // count)][:count]


def documents(real: Sequence[Real], passages: int, seed: int = 0) -> Iterator[Document]:
    """Yield articles, as they are ingested, until they have so many passages in all."""
    by_lang: defaultdict[str, list[Real]] = defaultdict(list)
    for article in real:
        by_lang[article.lang].append(article)
    pools = {lang: Pool.of(lang, articles) for lang, articles in by_lang.items()}
    sizes = [len(pool.articles) for pool in pools.values()]
    number = written = 0
    while written < passages:
        rng = random.Random(f"{seed}/{number}")  # noqa: S311 -- nothing is secret here
        if number < len(real):
            pool = pools[real[number].lang]
            document = _metadata(pool, rng) | _as_it_is(real[number])
        else:
            (pool,) = rng.choices(list(pools.values()), sizes)
            document = _metadata(pool, rng) | _made(pool, f"made-{seed}-{number}", rng)
        yield document
        written += len(document["paragraphs"]) + bool(document["title"])
        number += 1


def _as_it_is(article: Real) -> Document:
    return {
        "id": article.id,
        "title": article.title,
        "paragraphs": [_joined(paragraph, article.lang) for paragraph in article.paragraphs],
        **({"source": article.source} if article.source else {}),
    }


def _metadata(pool: Pool, rng: random.Random) -> Document:
    moment = FIRST + timedelta(seconds=rng.randrange(YEARS * 365 * 24 * 3600))
    tags = {f"tag-{_zipf(TAGS, rng):04}" for _ in range(rng.randrange(MOST_TAGS + 1))}
    return {
        "lang": pool.lang,
        "source": pool.sources[_zipf(len(pool.sources), rng)],
        "section": SECTIONS[_zipf(len(SECTIONS), rng)],
        "published": moment.isoformat(),
        "tags": sorted(tags),
    }


def _zipf(count: int, rng: random.Random) -> int:
    """Draw a number below `count`: n comes 1/(n + 1) as often as 0."""
    # The sum of 1/k up to n is close to ln(n): its inverse, of an even number, by one power.
    return int((count + 1) ** rng.random()) - 1


def _made(pool: Pool, identifier: str, rng: random.Random) -> Document:
    stories = rng.sample(pool.articles, min(len(THEME), len(pool.articles)))
    others = _Others(pool, rng)
    length = len(rng.choice(pool.articles).paragraphs)
    shuffled = [cycle(rng.sample(each.paragraphs, len(each.paragraphs))) for each in stories]
    followed = rng.choices(shuffled, THEME[: len(stories)], k=length)
    paragraphs = [_paragraph(next(each), stories, rng) for each in followed]
    return {
        "id": identifier,
        "title": others.reworded(_crossed(stories[0].title, stories[-1].title, rng)),
        "paragraphs": [others.reworded(_joined(each, pool.lang)) for each in paragraphs],
    }


def _paragraph(real: Sequence[str], stories: Sequence[Real], rng: random.Random) -> list[str]:
    def sentence() -> str:
        return rng.choice(rng.choice(rng.choice(stories).paragraphs))

    swapped = [sentence() if rng.random() < SWAPPED else one for one in real]
    return [_crossed(one, sentence(), rng) if rng.random() < CROSSED else one for one in swapped]


def _crossed(one: str, other: str, rng: random.Random) -> str:
    """Return the beginning of one sentence and the end of another."""
    begins, ends = _cuts(one), _cuts(other)
    if not begins or not ends:
        return one
    return one[: rng.choice(begins)] + other[rng.choice(ends) :]


def _cuts(sentence: str) -> list[int]:
    """Return where a sentence can be cut: behind its clauses, else behind its words."""
    cuts = [found.end() for found in _CLAUSE_END.finditer(sentence)]
    return cuts or [place + 1 for place, char in enumerate(sentence) if char == " "]


class _Others:
    """Other words for the rare ones, the same throughout an article, and other numbers."""

    def __init__(self, pool: Pool, rng: random.Random) -> None:
        self._pool = pool
        self._rng = rng
        self._words: dict[str, str] = {}

    def reworded(self, text: str) -> str:
        return _NUMBER.sub(self._number, _WORD.sub(self._word, text))

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        if word not in self._pool.replaceable:
            return word
        if word not in self._words:
            other = self._rng.choice(self._pool.rare)
            spliced = word[: len(word) // 2] + other[len(other) // 2 :]
            self._words[word] = spliced if self._rng.random() < SPLICED else word
        return self._words[word]

    def _number(self, found: re.Match[str]) -> str:
        digits = len(found[0])
        if self._rng.random() >= RENUMBERED:
            return found[0]
        return str(self._rng.randrange(10 ** (digits - 1), 10**digits))


def _words(article: Real) -> set[str]:
    text = " ".join(sentence for paragraph in article.paragraphs for sentence in paragraph)
    return set(_WORD.findall(text))


def _sentences(paragraph: str) -> tuple[str, ...]:
    return tuple(paragraph[start:end] for start, end in sentences(paragraph))


def _joined(paragraph: Sequence[str], lang: str) -> str:
    return ("" if lang in UNSPACED else " ").join(paragraph)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print articles, one per line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("passages", type=int, help="of all articles together")
    parser.add_argument("--articles", type=Path, default=NEWS if NEWS.exists() else SAMPLE)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    for document in documents(read(given.articles), given.passages, given.seed):
        print(json.dumps(document, ensure_ascii=False))


if __name__ == "__main__":
    main()
