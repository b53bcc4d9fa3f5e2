"""Bylines in Chinese, Japanese and Korean, as papers print them."""

from __future__ import annotations

import pytest

from indexer.article.bylines import people_in
from indexer.text.extraction.bylines import names_of


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("강한별 기자", ["강한별"]),
        ("강한별기자", ["강한별"]),
        ("푸른일보 강한별 기자 hb@paper.example", ["강한별"]),
        ("[푸른일보] 강한별 선임기자", ["강한별"]),
        ("(부산=푸른통신) 강한별 기자 =", ["강한별"]),
        ("부산=강한별 특파원", ["강한별"]),
        ("문화부 강한별 기자", ["강한별"]),
        ("강한별·서누리 기자", ["강한별", "서누리"]),
        ("강한별, 서누리", ["강한별", "서누리"]),
        ("みなと新聞 森田はな", ["森田はな"]),
        ("森田 花子", ["森田 花子"]),
        ("編集委員　森田花子", ["森田花子"]),
        ("【ロンドン＝森田花子】", ["森田花子"]),
        ("（森田花子）", ["森田花子"]),
        ("森田花子記者、大沢次郎記者", ["森田花子", "大沢次郎"]),
        ("ロンドン支局・森田花子", ["森田花子"]),
        ("文・森田花子", ["森田花子"]),
        ("岡部花子", ["岡部花子"]),
        ("本报记者 马晓晨 钱一帆", ["马晓晨", "钱一帆"]),
        ("港湾社记者马晓晨", ["马晓晨"]),
        ("港湾记者 马晓晨", ["马晓晨"]),
        ("记者马晓晨 实习生钱一帆", ["马晓晨", "钱一帆"]),
        ("马晓晨/青岛报道", ["马晓晨"]),
        ("作者：马晓晨 来源：港湾网", ["马晓晨"]),
        ("记者 马晓晨 编辑 钱一帆 校对 高然", ["马晓晨"]),
        ("港湾晚报 马晓晨 mxc@paper.example", ["马晓晨"]),
        ("〔記者馬曉晨／台南報導〕", ["馬曉晨"]),
        ("文／馬曉晨", ["馬曉晨"]),
        ("港灣報 記者馬曉晨", ["馬曉晨"]),
        ("马晨 钱帆", ["马晨", "钱帆"]),
    ],
)
def test_who_is_named(byline: str, people: list[str]) -> None:
    assert people_in(byline) == people
    assert names_of(byline) == people


@pytest.mark.parametrize(
    "byline",
    [
        "ジョン・スミス",
        "阿卜杜拉·艾哈迈德",
        "푸른통신",
        "港湾通讯社",
        "港湾新聞デジタル編集部",
        "Ana Silva",
    ],
)
def test_what_is_no_list_of_names_stays(byline: str) -> None:
    assert people_in(byline) == [byline]


def test_an_author_in_other_letters_is_not_lost() -> None:
    assert "Ana Silva" in people_in("马晓晨, Ana Silva")
    assert "Ana Silva" in names_of("马晓晨, Ana Silva")
