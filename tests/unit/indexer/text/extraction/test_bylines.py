"""Bylines as newsrooms write them -> the names in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.extraction.bylines import MOST, names_of


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jana Holl and Li Wei, in Lagos", ["Jana Holl", "Li Wei"]),
        ("BY JANA HOLL AND LI WEI", ["JANA HOLL", "LI WEI"]),
        ("Af Lars Holm /ritzau/", ["Lars Holm"]),
        ("Корр. ТАСС Нина Орлова", ["Нина Орлова"]),
        ("Της Άννας Ρήγα", ["Άννας Ρήγα"]),
        ("By Jana Holl Published 10:15 GMT, 4 March 2026", ["Jana Holl"]),
        ("Von Jana Holl und Otto Rau/dpa", ["Jana Holl", "Otto Rau", "dpa"]),
        ("Por Inés Roca y Juan Vela", ["Inés Roca", "Juan Vela"]),
        ("Нина Орлова и Олег Белов", ["Нина Орлова", "Олег Белов"]),
        ("Текст: Олена Коваль та Іван Мороз", ["Олена Коваль", "Іван Мороз"]),
        ("Elif Ak ve Can Er", ["Elif Ak", "Can Er"]),
        ("Άννα Ρήγα και Νίκος Δήμου", ["Άννα Ρήγα", "Νίκος Δήμου"]),
        ("Jana Holá a Petr Malý", ["Jana Holá", "Petr Malý"]),
        ("Kis Anna és Nagy Pál", ["Kis Anna", "Nagy Pál"]),
        ("Lê An và Trần Bình", ["Lê An", "Trần Bình"]),
        ("نور علي، سارة حسن", ["نور علي", "سارة حسن"]),
        ("وليد سالم و سارة حسن", ["وليد سالم", "سارة حسن"]),
        ("记者 王小明", ["王小明"]),
        ("作者：王小明、李雷", ["王小明", "李雷"]),
        ("記者王小明／台北報導", ["王小明"]),
        ("山田花子 記者", ["山田花子"]),
        # What somebody does is no name, unless there is no other.
        ("Jana Holl, Political Editor", ["Jana Holl"]),
        ("Jana Holl | Korrespondentin", ["Jana Holl"]),
        ("Staff Reporter", ["Staff Reporter"]),
        # Addresses, as feeds have them.
        ("jana@post.example (Jana Holl)", ["Jana Holl"]),
        ("Jana Holl <jana@post.example>", ["Jana Holl"]),
        ("jana@post.example", []),
        # What systems write where nobody is named, and what stands beside a name.
        ("admin", []),
        ("null", []),
        ("N/A", []),
        ("By Jana Holl | 3 March 2026 | Updated 10:00", ["Jana Holl"]),
        ("Foto: Otto Rau", []),
        ("By Jana Holl March 4, 2026", ["Jana Holl"]),
        ("Jana Holl, Dec. 4, 2026", ["Jana Holl"]),
        ("Jana Holl | Last Updated: March 4, 2026", ["Jana Holl"]),
        ("Jana Holl Staff Writer", ["Jana Holl"]),
        ("More stories by Jana Holl", ["Jana Holl"]),
        ("See full bio", []),
        ("Jana Holl, MD", ["Jana Holl"]),
        ("Jana Holl | Illustration by Otto Rau", ["Jana Holl"]),
        ("Jana Holl,Li Wei", ["Jana Holl", "Li Wei"]),
        ("מאת: יוסי כהן", ["יוסי כהן"]),
        ("लेखक: अमित शर्मा", ["अमित शर्मा"]),
        ("Szerző: Kovács János", ["Kovács János"]),
        ("โดย สมชาย ใจดี", ["สมชาย ใจดี"]),
        ("Γράφει ο Γιώργος Ρήγας", ["Γιώργος Ρήγας"]),
        ("Autorius: Jonas Kairys", ["Jonas Kairys"]),
        ("ავტორი: ნინო ბერიძე", ["ნინო ბერიძე"]),
        ("撰稿：王小明", ["王小明"]),
        # Where somebody is, is no name, but for a word that may be one.
        ("Por Ana Silva, São Paulo", ["Ana Silva"]),
        ("Ana Silva, New York", ["Ana Silva"]),
        ("Sydney, Jana Holl", ["Sydney", "Jana Holl"]),
        ("Jean-Paul Roy", ["Jean-Paul Roy"]),
        ("J. K. Holl", ["J. K. Holl"]),
    ],
)  # fmt: skip
def test_names(byline: str, names: list[str]) -> None:
    assert names_of(byline) == names


@given(st.text(max_size=300))
def test_any_text_has_names_of_a_name_s_length_or_none(byline: str) -> None:
    assert all(0 < len(name) <= MOST for name in names_of(byline))
