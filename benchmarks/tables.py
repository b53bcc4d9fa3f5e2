"""Writes the tables of the documents from what was measured, between markers.

    python -m benchmarks.tables             # rewrite README.md and the other documents
    python -m benchmarks.tables --check     # change nothing; exit 1 if a table is out of date

A document says where a table goes by `<!-- table NAME -->` and `<!-- end table -->`, each on a
line of its own; `TABLES` holds the names.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers import report
from benchmarks.record import RESULTS

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    *sorted((ROOT / "docs").glob("*.md")),
)
_MARKED = re.compile(r"(<!-- table ([\w-]+) -->\n)(.*?)(<!-- end table -->)", re.DOTALL)
_MODES = ("lexical", "vector", "hybrid")


def main() -> None:
    """Rewrite, or check, every document."""
    check = "--check" in sys.argv[1:]
    stale = []
    made = {path: rewritten(path.read_text(encoding="utf-8")) for path in DOCUMENTS} | pictures()
    for path, new in made.items():
        if not path.exists() or path.read_text(encoding="utf-8") != new:
            stale.append(path.name)
            if not check:
                path.write_text(new, encoding="utf-8")
    if check and stale:
        sys.exit(f"{', '.join(stale)}: tables are out of date; run python -m benchmarks.tables")
    print(f"changed: {', '.join(stale)}" if stale else "all tables are up to date")


def rewritten(text: str) -> str:
    """Return a document with the tables between its markers made anew."""

    def table(found: re.Match[str]) -> str:
        name = found[2]
        if name not in TABLES:
            raise KeyError(f"there is no table {name}; known are {', '.join(TABLES)}")
        return f"{found[1]}\n{TABLES[name]()}\n{found[4]}"

    return _MARKED.sub(table, text)


def pictures() -> dict[Path, str]:
    """Return the pictures that are made of what was measured."""
    found = _peers()
    if not found:
        return {}
    folder = ROOT / "docs" / "pictures"
    return {
        folder / "peers-quality.svg": report.quality_picture(found[0]),
        folder / "peers-size.svg": report.growth_picture(found),
    }


def retrieval() -> str:
    """Return one row per collection and mode."""
    rows = []
    for name, label in _COLLECTIONS.items():
        measured = result(name)
        if measured is None:
            continue
        figures = measured["figures"]
        for mode in _MODES:
            found = figures[mode]
            own = found["same_language"].get("nDCG@10")
            cross = found["cross_language"].get("nDCG@10")
            overall = found["overall"]
            rows.append(
                [
                    label if mode == _MODES[0] else "",
                    mode,
                    _figure(overall["nDCG@10"]),
                    _figure(overall["R@100"]),
                    _figure(overall["RR@10"]),
                    _figure(own),
                    _figure(cross),
                ]
            )
    head = ["collection", "search", "nDCG@10", "recall@100", "MRR@10", "own language", "others"]
    return _table(head, rows, left=2)


def pairs() -> str:
    """Return nDCG@10 x 100 by language pair on news, query in rows, article in columns."""
    measured = result("retrieval_news")
    if measured is None:
        return ""
    found = measured["figures"]["hybrid"]["pairs"]
    own = sorted({pair.partition(">")[0] for pair in found})
    langs = sorted({pair.partition(">")[2] for pair in found})
    rows = [[one, *(_hundredths(found.get(f"{one}>{other}")) for other in langs)] for one in own]
    return _table(["query", *langs], rows, left=1)


def speed() -> str:
    """Return the figures of `benchmarks.speed` in words."""
    measured = result("speed")
    if measured is None:
        return ""
    figures = measured["figures"]
    hybrid, start = figures["latency"]["hybrid"], figures["start_up"]
    times = start["search_over_empty_python"]
    rows = [
        [
            "cold `polywire search`, process start to answer",
            f"{start['search_s']:.2f} s, {times:.0f} times an empty Python",
        ],
        ["`polywire --help`", f"{start['help_s']:.2f} s"],
        ["hybrid query in a warm process, median", f"{hybrid['p50_ms']:.0f} ms"],
        ["hybrid query in a warm process, 95th percentile", f"{hybrid['p95_ms']:.0f} ms"],
        ["first ingest of the articles", f"{figures['ingest']['wall_s']:.1f} s"],
        ["ingest of the same again", f"{figures['ingest']['again_wall_s']:.1f} s"],
        ["index on disk, per passage", f"{figures['index']['bytes_a_passage']:,.0f} bytes"],
    ]
    machine = measured["machine"]
    return _table(
        [f"{machine['processor']}, {machine['cores']} cores", measured["data"]], rows, left=1
    )


def scale() -> str:
    """Return what `benchmarks.scale` measured, sizes side by side."""
    measured = result("scale")
    return "" if measured is None else growth(list(measured["figures"]["sizes"].values()))


def growth(sizes: Sequence[Any]) -> str:
    """Return what searching and ingest cost by size of the index, each above its floor."""
    rows = [[label, *(_among(size, path, form) for size in sizes)] for label, path, form in _GROWTH]
    return _table(["passages", *(f"{size['passages']:,}" for size in sizes)], rows, left=1)


_PROCESSOR = "search.processor_ms"
_GROWTH = (
    ("hybrid query, processor time", f"{_PROCESSOR}.hybrid", "{:.1f} ms"),
    ("- a float32 scan of the same vectors alone", f"{_PROCESSOR}.floor", "{:.1f} ms"),
    ("- in one language", f"{_PROCESSOR}.hybrid_lang", "{:.1f} ms"),
    ("- of one source", f"{_PROCESSOR}.hybrid_source", "{:.1f} ms"),
    ("- of one month of 120", f"{_PROCESSOR}.hybrid_month", "{:.1f} ms"),
    ("its legs by themselves: words", f"{_PROCESSOR}.lexical_leg", "{:.1f} ms"),
    ("- meaning", f"{_PROCESSOR}.vector_leg", "{:.1f} ms"),
    ("- names", f"{_PROCESSOR}.names_leg", "{:.1f} ms"),
    ("peak memory of searching", "search.peak_mb", "{:,.0f} MB"),
    ("- without an index", "search.peak_without_index_mb", "{:,.0f} MB"),
    ("ingest, processor time per 1,000", "ingest.processor_s_per_1000_passages", "{:.2f} s"),
    ("- embedding alone", "ingest.embedding_s_per_1000_passages", "{:.2f} s"),
    ("peak memory of ingest", "ingest.peak_mb", "{:,.0f} MB"),
    ("- of one article", "ingest.peak_of_one_article_mb", "{:,.0f} MB"),
    ("bytes on disk per passage", "disk.bytes_per_passage", "{:,.0f}"),
    ("- texts and vectors alone", "disk.text_and_vector_bytes_per_passage", "{:,.0f}"),
    ("data files", "disk.data_files", "{:,}"),
)
"""Rows: what, where it stands among the figures of a size, and how it is written. What begins with
a dash belongs to the row above."""


def _among(figures: Any, path: str, form: str) -> str:  # noqa: ANN401 -- JSON of any depth
    for key in path.split("."):
        figures = figures[key]
    return form.format(figures)


def balance() -> str:
    """Return nDCG@10 of the ways in which languages may share an answer."""
    measured = result("retrieval_fusion")
    if measured is None:
        return ""
    rows = []
    for name, label in _SHARED.items():
        found = measured["figures"][name]
        whole = [found[collection]["nDCG@10"] for collection in ("news", "xquad", "sample")]
        xquad = found["xquad"]
        figures = [*whole[:2], xquad["same"], xquad["cross"], whole[2], sum(whole) / len(whole)]
        rows.append([label, *map(_figure, figures)])
    collections = ["news headlines", "XQuAD-R", "of these, own language", "others"]
    return _table(["", *collections, "sample corpus", "mean"], rows, left=1)


_SHARED = {
    "as it is by default": "`relevance`, no offsets (default)",
    "even, floor 0.5": "`even`",
    "quota, floor 0.5": "`quota`",
    "offsets of training sentences, share 0.5": "offsets of 1,000 translated sentences",
    "offsets of the sample, share 0.5": "offsets of the sample corpus",
    "offsets of training sentences, share 0.5, even": "offsets of translated sentences, and `even`",
}
"""Variants of `benchmarks.retrieval_fusion`, as the document calls them."""

_COLLECTIONS = {
    "retrieval_news": "news headlines to other languages (WMT)",
    "retrieval_xquad": "questions to paragraphs (XQuAD-R)",
    "retrieval_sample": "sample corpus",
}

_PAGES = {
    "body_f1": "body, F1",
    "body_f1_other_languages": "body, F1, neither English nor German",
    "must": "snippets of the article that are there",
    "must_not": "snippets of the surroundings that are there",
    "title": "title exact",
    "day": "day",
    "time": "time within a minute",
    "authors": "all authors",
    "pages_a_second_a_core": "pages per second of one core",
}


def formats() -> str:
    """Return one row per figure of web pages, beside the library that reads the bodies."""
    measured = result("formats")
    if measured is None:
        return "Not measured yet."
    ours, library = (measured["figures"][key] for key in ("pages", "pages_trafilatura"))
    rows = [[name, str(ours[key]), str(library[key])] for key, name in _PAGES.items()]
    return _table(["", "Polywire", "trafilatura"], rows, 1)


def wire() -> str:
    """Return one row per format of agencies' items."""
    measured = result("formats")
    if measured is None or "wire" not in measured["figures"]:
        return "Not measured yet."
    keys = ("items", "guid", "version", "status", "headline", "language", "first", "last")
    rows = [
        [name, *(str(row[key]) for key in keys)]
        for name, row in measured["figures"]["wire"].items()
    ]
    head = [*keys[:6], "first paragraph", "last paragraph"]
    return _table(["share that is right", *head], rows, 1)


def sitemaps() -> str:
    """Return how many files, and records in them, are read right."""
    measured = result("formats_sitemaps")
    if measured is None:
        return "Not measured yet."
    of = measured["figures"]
    rows = [[name, str(of[name]), str(of[f"{name}_right"])] for name in ("files", "records")]
    return _table(["", "in all", "right"], rows, 1)


def stories() -> str:
    """Return how well stories are found on each collection, beside a threshold on cosine."""
    measured = result("stories")
    if measured is None:
        return "Not measured yet."
    of = measured["figures"]
    collections = {
        "sample": "sample",
        "wmt-news": "wmt-news, without dates, in random order",
        "basil": "BASIL, written independently",
        "mixed": "wmt-news and BASIL mixed",
    }
    rows = []
    for name, text in collections.items():
        found, cosine = of[name]["stories"]["bcubed"], of[name]["cosine"]["bcubed"]
        across = f"{found['across']['f1']:.3f}" if "across" in found else "one language"
        rows.append(
            [text, f"{found['overall']['f1']:.3f}", across, f"{cosine['overall']['f1']:.3f}"]
        )
    pairs = of["semeval-2022"]
    same = [f"{pairs['stories']['f1']:.3f}", "", f"{pairs['cosine']['f1']:.3f}"]
    rows.append(['SemEval-2022, pairs, F1 of "same story"', *same])
    return _table(["other halves", "stories", "across languages", "cosine threshold"], rows, 1)


def stories_speed() -> str:
    """Return how fast articles are assigned, and what copies and stories add to an ingest."""
    measured = result("stories_speed")
    if measured is None:
        return "Not measured yet."
    of = measured["figures"]
    rows = [
        ["articles per second that are assigned", f"{of['articles_per_second']:,}"],
        ["- per second of processor", f"{of['articles_per_processor_second']:,}"],
        ["ingest, times that without copies and stories", f"{of['ingest_times']:.2f}"],
    ]
    return _table([f"among {of['index_articles']:,} articles", ""], rows, 1)


def lifecycle() -> str:
    """Return in how many orders of arrival agencies' items end as they have to."""
    measured = result("formats_lifecycle")
    if measured is None:
        return "Not measured yet."
    of = measured["figures"]
    named = {"cases": "cases", "orders": "orders of arrival of their messages"}
    rows = [[text, str(of[name]), str(of[f"{name}_right"])] for name, text in named.items()]
    return _table(["", "in all", "right"], rows, 1)


def peers() -> str:
    """Return what `benchmarks.peers.run` measured, a table per size."""
    tables = []
    for figures in _peers():
        head, rows = report.rows(figures)
        beside = f"{report.told(figures)}\n\n"
        tables.append(beside + _table(head, rows, left=1))
    return "\n".join(tables) or "Not measured yet.\n"


def peers_pairs() -> str:
    """Return nDCG@10 by language pair, of the smallest size."""
    found = _peers()
    return _table(*report.pair_rows(found[0]), left=1) if found else "Not measured yet.\n"


def alerts() -> str:
    """Return one row per precision that was asked for, and what the sample's topics were told."""
    measured = result("alerts")
    if measured is None:
        return "Not measured yet.\n"
    of = measured["figures"]
    rows = [
        [
            str(row["asked"]),
            _hundredth(row["precision"]),
            " and ".join(map(_hundredth, row["precision_of_halves"])),
            _hundredth(row["recall"]),
            *(_hundredth(again[key]) for key in ("precision", "recall")),
            _hundredth(row["cosine_precision"]),
            _hundredth(row["cosine_recall"]),
        ]
        for row, again in zip(of["asked"], of["second_look"]["asked"], strict=True)
    ]
    head = ["`--precision`", "at first: right", "in each half", "found"]
    beside = ["with the second look: right", "found", "one cosine threshold: right", "found"]
    sample = of["sample"]
    ways = {
        "by_first_look": "by meaning, at first",
        "by_meaning": "by meaning, with the second look at all",
        "by_words": "by words and names",
        "by_either": "by either",
    }
    rows_of = [
        [name, *(_hundredth(sample[how][key]) for key in ("precision", "recall"))]
        for how, name in ways.items()
    ]
    rows_of[2:2] = [
        [
            f"- as alerts do, {batch['at_once']} arriving at once",
            *(_hundredth(batch[key]) for key in ("precision", "recall")),
        ]
        for batch in sample["in_batches"]
    ]
    told = (
        "The topics of the sample, which are of another kind, with "
        f"`--precision {sample['precision']}`. Of {sample['languages_of_alerts']} times that an "
        f"alert had something in a language, {sample['languages_told']} were told, the first "
        f"{sample['delay_hours_mean']:.0f} hours after the first that would have been right, in "
        "the mean:"
    )
    first = _table([*head, *beside], rows, left=1)
    return f"{first}\n{told}\n\n{_table(['sample', 'was right', 'found'], rows_of, left=1)}"


def page_journey() -> str:
    """Return how long a first-time reader waits per step, and all in all."""
    measured = result("page_journey")
    if measured is None:
        return "Not measured yet.\n"
    of = measured["figures"]
    rows = [[name, f"{seconds:.2f} s"] for name, seconds in of["steps_s"].items()]
    rows += [["waiting, all in all", f"{of['waiting_s']:.1f} s"]]
    rows += [["getting ready, typing and pointing", f"{of['person_s']:.0f} s"]]
    first = of["first_byte"]
    rows += [
        [
            "first byte of a search, in times of the API's answer",
            f"{first['page_in_times_of_api']:.2f} ({first['page_ms']:.0f} ms)",
        ]
    ]
    return _table(["step", "waiting"], rows, left=1)


def _peers() -> list[Any]:
    """Return the figures of all sizes, the smallest first."""
    names = [path.stem for path in RESULTS.glob("peers*.json")]
    found = [measured["figures"] for name in names if (measured := result(name))]
    return sorted(found, key=lambda figures: figures["passages"])


TABLES: dict[str, Callable[[], str]] = {
    "retrieval": retrieval,
    "pairs": pairs,
    "speed": speed,
    "scale": scale,
    "balance": balance,
    "formats": formats,
    "wire": wire,
    "lifecycle": lifecycle,
    "sitemaps": sitemaps,
    "alerts": alerts,
    "page-journey": page_journey,
    "stories": stories,
    "stories-speed": stories_speed,
    "peers": peers,
    "peers-pairs": peers_pairs,
}


def result(name: str) -> dict[str, Any] | None:
    """Return what `record` stored under the name, or None where it was never measured."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return None
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], left: int) -> str:
    """Return a Markdown table, numbers to the right of the first `left` columns."""
    rule = ["---" if n < left else "---:" for n in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *rows]) + "\n"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _hundredth(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _hundredths(values: dict[str, float] | None) -> str:
    return f"{100 * values['nDCG@10']:.0f}" if values else ""


if __name__ == "__main__":
    main()
