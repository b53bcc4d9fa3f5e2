"""Files of parallel pairs: what is read, what is rejected in words, and what belongs together."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest

from indexer.calibration.parallel import LONGEST, MOST, SHOWN, read_pairs, sample
from indexer.errors import InputMissing, InputUnreadable, PairsUnusable
from search.calibration.offsets import enough


def written(folder: Path, *lines: str) -> Path:
    path = folder / "pairs.tsv"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_pairs_with_one_text_of_the_pivot_say_the_same(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "en\tde\tGood morning\tGuten Morgen",
        "fr\ten\tBonjour\tGood morning",
        "en\tde\tGood morning\tMoin",
        "en\tde\tGood morning\tGuten Morgen",
        "en\tja\tThank you\tありがとう",
        "de\tfr\tDanke\tMerci",
        "",
    )
    read = read_pairs(path)
    assert read.sayings == (
        {"en": ["Good morning"], "de": ["Guten Morgen", "Moin"], "fr": ["Bonjour"]},
        {"en": ["Thank you"], "ja": ["ありがとう"]},
    )
    assert (read.source, read.rejected, read.unused) == ("pairs.tsv", 0, 1)


def test_codes_are_those_of_the_index(tmp_path: Path) -> None:
    read = read_pairs(written(tmp_path, "EN-us\tzh-Hant\tRiver\t河", "en\tnb\tRiver\tElv"))
    assert read.sayings == ({"en": ["River"], "zh": ["河"], "no": ["Elv"]},)


@pytest.mark.parametrize(("suffix", "opened"), [("gz", gzip.open), ("xz", lzma.open)])
def test_compressed_or_not(tmp_path: Path, suffix: str, opened: type) -> None:
    plain = written(tmp_path, "en\tde\tRiver\tFluss")
    packed = tmp_path / f"pairs.tsv.{suffix}"
    with opened(packed, "wb") as file:
        file.write(plain.read_bytes())
    assert read_pairs(packed).sayings == read_pairs(plain).sayings


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("en\tde\tRiver", "has 3 columns, 3 of them with text, not four"),
        ("en\tde\tRiver\t ", "has 4 columns, 3 of them with text, not four"),
        ("en\tqqqq\tRiver\tFluss", "has 'qqqq', which is not a language code"),
        ("und\tde\tRiver\tFluss", "has 'und', which is not a language code"),
        ("de\tde-AT\tFluss\tStrom", "has two texts in one language (de)"),
        ("en\tde\tRiver\t" + "x" * LONGEST, f"is longer than {LONGEST:,} bytes"),
    ],
)
def test_a_bad_line_is_told_and_the_rest_goes_on(tmp_path: Path, line: str, why: str) -> None:
    read = read_pairs(written(tmp_path, line, "en\tde\tRiver\tFluss"))
    assert (read.rejected, read.rejects) == (1, ((1, why),))
    assert read.sayings == ({"de": ["Fluss"], "en": ["River"]},)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = written(tmp_path, "en\tde\tRiver\tFluss")
    path.write_bytes(path.read_bytes() + b"\xff\tde\tRiver\tFluss\n" * 20)
    read = read_pairs(path)
    assert read.rejected == 20
    assert read.rejects == tuple((number, "is not UTF-8") for number in range(2, 2 + SHOWN))


def test_so_many_of_every_two_languages(tmp_path: Path) -> None:
    lines = [f"en\tde\tRiver {n}\tFluss {n}" for n in range(MOST + 50)]
    read = read_pairs(written(tmp_path, *lines, "en\tfr\tRiver 0\tFleuve"))
    assert len(read.sayings) == MOST
    assert read.sayings[0] == {"en": ["River 0"], "de": ["Fluss 0"], "fr": ["Fleuve"]}


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match=r"no file .*nothing\.tsv"):
        read_pairs(tmp_path / "nothing.tsv")
    with pytest.raises(InputUnreadable, match="directory"):
        read_pairs(tmp_path)
    with pytest.raises(PairsUnusable, match="has no line with a pair; a line is lang_a TAB"):
        read_pairs(written(tmp_path))
    with pytest.raises(PairsUnusable, match=r"\(line 1 has 1 columns"):
        read_pairs(written(tmp_path, "just text"))
    broken = tmp_path / "broken.xz"
    broken.write_bytes(lzma.compress(b"en\tde\tRiver\tFluss\n" * 100)[:-20])
    with pytest.raises(InputUnreadable, match="damaged or ends too early"):
        read_pairs(broken)


def test_the_sample_has_events_in_many_languages() -> None:
    kept, left_out = enough(sample().sayings)
    assert len(kept) == 16
    assert len({lang for saying in kept for lang in saying}) >= 11
    assert set(left_out) <= {"pl", "tr", "vi"}
