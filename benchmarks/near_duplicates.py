r"""How well texts that are the same are told from texts that are not: `search.coverage.duplicates`.

Pairs are made from real articles by a seeded script: the same text, with 10, 30 and 60 % of the
words (or characters) or of the sentences replaced by others of the language, a part of a text with
the whole; and pairs that are no copies: translations (of articles; of paragraphs in eleven
languages, some of them lists of names), other articles in the language, reports of three papers on
the same event, templates filled in anew, and one wall, column or overview after another. What is
the same is told again with two different languages as labels, one of which is wrong.

Templates of many kinds in twelve languages (`benchmarks.templates`) are filled and lightly edited
besides: two fillings are no copies, an edited one is. They count apart.

    python -m benchmarks.near_duplicates     # with ../shared: its news, BASIL and an agency's day
                                             # else from the sample corpus

Thresholds were chosen on the articles of one half (by a hash of the story); figures are of the
other. It writes `results/near_duplicates.json`. With rensa installed, its MinHash is beside it.
"""

from __future__ import annotations

import json
import lzma
import random
import re
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.near_duplicate_templates import templates
from benchmarks.record import record
from benchmarks.templates.filling import edits, filled, frames
from indexer.bundled import SAMPLE
from search.coverage.duplicates.likeness import likeness
from search.coverage.duplicates.sketch import SHORTEST, Sketch, sketch
from search.coverage.facts import shared

SHARED = Path(__file__).parents[2] / "shared"
NEWS = SHARED / "news" / "wmt-news.jsonl.xz"
BASIL = SHARED / "formats" / "stories" / "basil.jsonl.xz"
REUSE = SHARED / "formats" / "stories" / "basil-text-reuse.jsonl"
PARAGRAPHS = SHARED / "eval" / "xquad-r"
DAY = SHARED / "formats" / "wire" / "dpa-2017-06-29"

ARTICLES = 300
"""Articles of each half that pairs are made of."""
UNRELATED = 3000
"""Pairs of articles of one language."""
PART = 250
"""Characters that a part of a text has at least."""
FILLINGS = 16
"""Texts that each frame of a template is filled to."""
UNSPACED = ("ja", "zh")
_SENTENCE = re.compile(r"(?<=[.!?。！？।])\s*")

Pairs = Mapping[str, Sequence[tuple[str, str]]]
"""Two texts each, by kind."""

SAME = ("verbatim", "words 10 %", "words 30 %", "sentences 10 %", "sentences 30 %", "a part")
"""Kinds that should be found; those of 60 % count neither way."""
OTHERS = ("translation", "translated paragraph", "same language", "template", "same event")


@dataclass(frozen=True, slots=True)
class Text:
    """An article of the corpus."""

    id: str
    story: str
    lang: str
    body: str

    @property
    def half(self) -> int:
        """0 for tuning, 1 for reporting."""
        return zlib.crc32(self.story.encode()) % 2


def corpus() -> list[Text]:
    """Read the news, or the sample where there is none."""
    if NEWS.is_file():
        with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
    else:
        with SAMPLE.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
    return [
        Text(
            one["id"],
            str(one.get("story") or one["id"].partition(".")[0]),
            str(one.get("lang") or one["id"].partition(".")[2][:2]),
            "\n".join(one["paragraphs"]),
        )
        for one in records
    ]


class Editor:
    """Replaces words, characters or sentences by others of the same language."""

    def __init__(self, texts: Sequence[Text], draw: random.Random) -> None:
        self._draw = draw
        self._by_lang: defaultdict[str, list[str]] = defaultdict(list)
        for text in texts:
            self._by_lang[text.lang].append(text.body)

    def words(self, text: Text, share: float) -> str:
        """Replace, leave out or add words: three, one and one of five changes."""
        whole = text.lang in UNSPACED
        words = list(text.body) if whole else re.split(r"(?<=\s)", text.body)
        other = self._draw.choice(self._by_lang[text.lang])
        pool = list(other) if whole else re.split(r"(?<=\s)", other)
        edited: list[str] = []
        for word in words:
            if self._draw.random() >= share:
                edited.append(word)
                continue
            kind = self._draw.random()
            if kind < 0.6:
                edited.append(self._draw.choice(pool))
            elif kind < 0.8:
                edited += [word, self._draw.choice(pool)]
        return "".join(edited)

    def sentences(self, text: Text, share: float) -> str:
        """Replace sentences."""
        own = _sentences(text.body)
        pool = _sentences(self._draw.choice(self._by_lang[text.lang]))
        return "\n".join(self._draw.choice(pool) if self._draw.random() < share else s for s in own)


def _sentences(body: str) -> list[str]:
    return [one for line in body.split("\n") for one in _SENTENCE.split(line) if one]


def pairs(texts: Sequence[Text], half: int) -> Pairs:
    """Make the pairs of one half."""
    draw = random.Random(half + 1)  # noqa: S311 - no secret
    own = [text for text in texts if text.half == half and len(text.body) > 2 * PART]
    draw.shuffle(own)
    own = own[:ARTICLES]
    editor = Editor(texts, draw)
    made: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for text in own:
        made["verbatim"].append((text.body, re.sub(r"\s+", " ", text.body)))
        for share in (10, 30, 60):
            made[f"words {share} %"].append((text.body, editor.words(text, share / 100)))
            made[f"sentences {share} %"].append((text.body, editor.sentences(text, share / 100)))
        lines = text.body.split("\n")
        part = "\n".join(lines[: max(1, len(lines) // 3)])
        if len(part) >= PART:
            made["a part"].append((text.body, part))
    for one, other in combinations(own, 2):
        if one.story == other.story and one.lang != other.lang:
            made["translation"].append((one.body, other.body))
        elif one.story != other.story and one.lang == other.lang:
            made["same language"].append((one.body, other.body))
    draw.shuffle(made["same language"])
    del made["same language"][UNRELATED:]
    made["translated paragraph"] = list(_paragraphs(half))
    made["template"] = list(templates(draw))
    made["same event"] = [
        pair for pair in _same_event() if zlib.crc32(pair[0].encode()) % 2 == half
    ]
    return made


def _paragraphs(half: int) -> Iterator[tuple[str, str]]:
    """Every other paragraph of XQuAD-R in all its languages."""
    languages = []
    for path in sorted(PARAGRAPHS.glob("*.json.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            entries = json.load(file)["data"]
        languages.append([p["context"] for entry in entries for p in entry["paragraphs"]])
    for one, other in combinations(languages, 2):
        yield from zip(one[half::2], other[half::2], strict=True)


def _basil() -> dict[str, dict[str, Any]]:
    if not BASIL.is_file():
        return {}
    with lzma.open(BASIL, "rt", encoding="utf-8") as lines:
        return {one["id"]: one for one in map(json.loads, lines)}


def _reuse() -> list[dict[str, Any]]:
    if not REUSE.is_file():
        return []
    return [json.loads(line) for line in REUSE.read_text(encoding="utf-8").splitlines()]


def _same_event() -> Iterator[tuple[str, str]]:
    """Reports on one event, but for those that share wording: they are reported apart."""
    sharing = {frozenset((one["a"], one["b"])) for one in _reuse()}
    for one, other in combinations(_basil().values(), 2):
        if one["story"] == other["story"] and {one["id"], other["id"]} not in sharing:
            yield "\n".join(one["paragraphs"]), "\n".join(other["paragraphs"])


Told = Callable[[str, str], bool]


_sketch = lru_cache(maxsize=20_000)(sketch)


def told(one: str, other: str) -> bool:
    """Tell whether two texts are the same, as the index does."""
    return likeness(_sketch(one), _sketch(other)) is not None


def told_mislabelled(one: str, other: str) -> bool:
    """Tell the same of articles that say they are in different languages."""
    return likeness(_sketch(one, "en"), _sketch(other, "nl")) is not None


def measured(made: Pairs, same: Told) -> dict[str, Any]:
    """Return the share found of each kind, and precision and recall over those that count."""
    shares: dict[str, Any] = {}
    hits, wanted, wrong = 0, 0, 0
    for kind, some in sorted(made.items()):
        found = sum(same(one, other) for one, other in some)
        shares[kind] = {"pairs": len(some), "found": found}
        if kind in SAME:
            hits, wanted = hits + found, wanted + len(some)
        elif kind in OTHERS:
            wrong += found
    shares["precision"] = round(hits / (hits + wrong), 4) if hits else 0.0
    shares["recall"] = round(hits / wanted, 4) if wanted else 0.0
    return shares


def fillings(half: int) -> dict[str, Any]:
    """Measure the templates of one half: pairs of fillings of one frame, and light edits."""
    draw = random.Random(half + 3)  # noqa: S311 - no secret
    figures: defaultdict[str, dict[str, int]] = defaultdict(lambda: {"pairs": 0, "found": 0})
    for frame in (one for one in frames() if one.half == half):
        texts = [filled(frame, draw) for _ in range(FILLINGS)]
        tried = [("filled anew", one.body, other.body) for one, other in combinations(texts, 2)]
        tried += [(kind, one.body, new.body) for one in texts for kind, new in edits(one, draw)]
        for kind, one, other in tried:
            like = likeness(_sketch(one, frame.lang), _sketch(other, frame.lang))
            figures[kind]["pairs"] += 1
            figures[kind]["found"] += like is not None
    return dict(figures)


def by_resemblance(made: Pairs, threshold: float) -> dict[str, float]:
    """Measure a threshold on resemblance or containment alone, without the other rules."""

    def same(one: str, other: str) -> bool:
        first, second = _sketch(one), _sketch(other)
        return _resemblance(first, second) >= threshold

    figures = measured(made, same)
    return {"precision": figures["precision"], "recall": figures["recall"]}


def _resemblance(one: Sketch, other: Sketch) -> float:
    if min(one.shingles, other.shingles) < SHORTEST:
        return 0.0
    sizes = len(one.taken) + len(other.taken)
    return 2 * shared(one.taken, other.taken) / sizes if sizes else 0.0


def rensa_told(threshold: float) -> Told | None:
    """Return MinHash of rensa (128 permutations of word threes); None where it is not installed."""
    try:
        from rensa import RMinHash
    except ImportError:
        return None

    @lru_cache(maxsize=20_000)
    def signature(text: str) -> Any:  # noqa: ANN401 - it has no types
        words = re.findall(r"\w+", text.casefold())
        if len(words) < len(text) / 12:
            words = re.findall(r"\w", text)
        minhash = RMinHash(num_perm=128, seed=1)
        minhash.update([" ".join(words[n : n + 3]) for n in range(max(1, len(words) - 2))])
        return minhash

    return lambda one, other: signature(one).jaccard(signature(other)) >= threshold


def agency_day() -> dict[str, Any]:
    """Return what is found in one day of an agency: overviews and tables are no copies."""
    if not DAY.is_dir():
        return {}
    from indexer.article.composition import article_of
    from indexer.article.draft import RawArticle
    from indexer.errors import BadArticle
    from indexer.sources.reader import Reader

    articles = []
    for item in Reader([str(DAY)]):
        if isinstance(item, RawArticle):
            try:
                articles.append(article_of(item, None))
            except BadArticle:
                continue
    sketches = [sketch("\n".join(p.text for p in one.passages if p.position)) for one in articles]
    found = [
        {"kind": str(like.kind), "headlines": [articles[n].title, articles[m].title]}
        for n, m in combinations(range(len(articles)), 2)
        if (like := likeness(sketches[n], sketches[m])) is not None
    ]
    return {"articles": len(articles), "found": found}


def text_reuse() -> list[dict[str, Any]]:
    """What is found of the pairs of BASIL that share wording, with how much they share."""
    texts = {name: "\n".join(one["paragraphs"]) for name, one in _basil().items()}
    return [
        {
            "containment_5gram": one["containment_5gram"],
            "found": told(texts[one["a"]], texts[one["b"]]),
        }
        for one in _reuse()
    ]


def main() -> None:
    """Measure and record."""
    texts = corpus()
    tuning, reported = pairs(texts, 0), pairs(texts, 1)
    began = time.process_time()
    for text in texts:
        sketch(text.body)
    pace = (time.process_time() - began) / len(texts) * 1000
    figures: dict[str, Any] = {
        "reported": measured(reported, told),
        "reported_mislabelled": measured({kind: reported[kind] for kind in SAME}, told_mislabelled),
        "tuning": measured(tuning, told),
        "templates_reported": fillings(1),
        "templates_tuning": fillings(0),
        "resemblance_alone_tuning": {
            str(at): by_resemblance(tuning, at) for at in (0.15, 0.2, 0.25, 0.3, 0.35)
        },
        "sketch_ms_per_article": round(pace, 3),
        "basil_text_reuse": text_reuse(),
        "agency_day": agency_day(),
    }
    for threshold in (0.1, 0.15, 0.2):
        other = rensa_told(threshold)
        if other is not None:
            figures[f"rensa_minhash_{threshold}"] = measured(reported, other)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    data = "wmt-news, BASIL, a day of dpa" if NEWS.is_file() else "the sample corpus"
    record("near_duplicates", data, figures)


if __name__ == "__main__":
    main()
