r"""How often the encoding of a text is told rightly: `indexer.text.charsets`.

Real articles are written in every encoding that their language was written in, whole and cut to
150 characters, and decoded again. Right is a text that is the same; "no" counts those that were
not decided and would be refused; wrong ones would be stored as nobody wrote them.

    python -m benchmarks.encodings         # needs ../shared/news

It writes `results/encodings.json`, with charset-normalizer (over the same encodings) beside it.
"""

from __future__ import annotations

import json
import lzma
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.record import record
from indexer.text.charsets import ENCODINGS, detected

NEWS = Path(__file__).parents[2] / "shared" / "news" / "wmt-news.jsonl.xz"
SHORT = 150
"""Characters of a short text."""
ARTICLES = 40
"""Articles per language."""
ESCAPED = {"ja": ("iso2022_jp",), "ko": ("iso2022_kr",), "zh": ("hz",)}

Detector = Callable[[bytes], str | None]


def normalizer(data: bytes) -> str | None:
    """What charset-normalizer says."""
    from charset_normalizer import from_bytes

    known = sorted({name for names in ENCODINGS.values() for name in names})
    best = from_bytes(data, cp_isolation=known).best()
    return best.encoding if best else None


def articles() -> dict[str, list[str]]:
    """Texts by language, the first ones of the file."""
    found: dict[str, list[str]] = defaultdict(list)
    with lzma.open(NEWS, "rt", encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            if len(found[one["lang"]]) < ARTICLES:
                found[one["lang"]].append("\n".join([one["title"], *one["paragraphs"]]))
    return found


def samples(short: bool) -> Iterator[tuple[str, bytes]]:
    """Encoding and bytes of every text in every encoding of its language, but for ASCII."""
    for lang, texts in articles().items():
        for encoding in (*ENCODINGS.get(lang, ()), *ESCAPED.get(lang, ())):
            for text in texts:
                cut = text[300 : 300 + SHORT] if short and len(text) > 500 else text
                data = (cut[:SHORT] if short else cut).encode(encoding, "ignore")
                if not data.isascii() or encoding in ESCAPED.get(lang, ()):
                    yield encoding, data


def counted(detector: Detector, short: bool) -> dict[str, float]:
    """Shares of right, undecided and wrong answers, and milliseconds per text."""
    counts: Counter[str] = Counter()
    start = time.process_time()
    for encoding, data in samples(short):
        said = detector(data)
        if said is None:
            counts["undecided"] += 1
        else:
            same = data.decode(said, "replace") == data.decode(encoding)
            counts["right" if same else "wrong"] += 1
    took = time.process_time() - start
    total = counts.total()
    shares = {name: round(counts[name] / total, 4) for name in ("right", "undecided", "wrong")}
    return {**shares, "texts": total, "ms": round(1000 * took / total, 1)}


def main() -> None:
    """Measure both detectors on both lengths."""
    figures = {
        name: {length: counted(detector, length == "short") for length in ("whole", "short")}
        for name, detector in (("ours", detected), ("charset-normalizer", normalizer))
    }
    print(json.dumps(figures, indent=2))
    record("encodings", "../shared/news/wmt-news.jsonl.xz", figures)


if __name__ == "__main__":
    main()
