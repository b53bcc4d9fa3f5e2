"""Kana, Hangul and the Chinese characters that foreign names are written with, as sounds."""

from __future__ import annotations

import unicodedata

from search.names.reading import VOWEL, Alternatives, Reading

# --- Japanese ---------------------------------------------------------------------------

_KANA: dict[str, Alternatives] = {
    "カキケコ": ("k.",), "ク": ("k:",), "ガギゲゴ": ("g.",), "グ": ("g:",),
    "サセソ": ("s.", "Q."), "ス": ("s:", "Q:"), "シ": ("x.", "s."),
    "ザゼゾ": ("s.",), "ズ": ("s:",), "ジ": ("x.", "s.", "D."),
    "タテ": ("t.",), "ト": ("t:",), "チ": ("x.", "T."), "ツ": ("s:",),
    "ダデ": ("d.",), "ド": ("d:",), "ヂ": ("x.", "D."), "ヅ": ("s:",),
    "ナニネノ": ("n.",), "ヌ": ("n:",), "ン": ("n",),
    "ハヒヘホ": ("h.",), "フ": ("f:", "h:"),
    "バビベボ": ("b.", "v."), "ブ": ("b:", "v:"), "パピペポ": ("p.",), "プ": ("p:",),
    "マミメモ": ("m.",), "ム": ("m:",), "ラリレロ": ("l.", "r."), "ル": ("l:", "r:"),
    "ワヰヱヲ": ("w.",), "ヴ": ("v:",), "アイウエオヤユヨァィゥェォャュョ": VOWEL,
}  # fmt: skip
"""The vowel u, and o behind t and d, may be there only because no syllable is without one."""

_SOUND_OF_KANA = {kana: sounds for row, sounds in _KANA.items() for kana in row}
_GLIDE: Alternatives = ("w.",)
_OPEN = frozenset("アカサタナハマヤラワガザダバパァャ")
"""A long a may be what is heard of -er and -ar (ザッカーバーグ)."""


def read_kana(word: str) -> Reading:
    """Read katakana; ウィ and the like are w with a vowel."""
    kana = unicodedata.normalize("NFKC", word)
    sounds: list[Alternatives] = []
    for before, letter, following in zip(["", *kana], kana, [*kana[1:], ""], strict=False):
        if letter == "ウ" and following in tuple("ァィェォ"):
            sounds.append(_GLIDE)
        elif letter == "ー" and before in _OPEN:
            sounds.append(("", "r"))
        elif letter in _SOUND_OF_KANA:
            sounds.append(_SOUND_OF_KANA[letter])
    return tuple(sounds)


# --- Korean -----------------------------------------------------------------------------

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_MEDIALS, _FINALS = 21, 28

_INITIALS: tuple[Alternatives, ...] = (
    ("g", "k"), ("k",), ("n",), ("d",), ("t",), ("l", "r"), ("m",), ("b", "v"), ("p",),
    ("s", "x", "Q"), ("s",), ("",), ("x", "s"), ("x",), ("x", "s"), ("k",), ("t",), ("p", "f"),
    ("h",),
)  # fmt: skip
"""ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"""

_ROUNDED = frozenset({9, 10, 11, 14, 15, 16})
"""Vowels that begin with a w: ㅘㅙㅚㅝㅞㅟ"""

_EPENTHETIC = 18
"""The vowel ㅡ, which stands where Korean must have a vowel and the name has none."""

_FINAL_SOUNDS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "l", "l", "l", "l", "l", "l", "l", "m", "p", "p",
    "t", "t", "n", "t", "t", "k", "t", "p", "",
)  # fmt: skip


def read_hangul(word: str) -> Reading:
    """Read Hangul, syllable by syllable."""
    sounds: list[Alternatives] = []
    for letter in unicodedata.normalize("NFC", word):
        if not _FIRST_SYLLABLE <= ord(letter) <= _LAST_SYLLABLE:
            continue
        block, final = divmod(ord(letter) - _FIRST_SYLLABLE, _FINALS)
        initial, medial = divmod(block, _MEDIALS)
        consonants = _INITIALS[initial]
        if medial in _ROUNDED and consonants == ("",):
            consonants = ("w",)
        vowel = ":" if medial == _EPENTHETIC else "."
        sounds.append(tuple(f"{sound}{vowel}" for sound in consonants))
        if _FINAL_SOUNDS[final] == "l":
            sounds.append(("l", "r"))
        elif _FINAL_SOUNDS[final]:
            sounds.append((_FINAL_SOUNDS[final],))
    return tuple(sounds)


PARTICLES = (
    "에서는", "에게는", "으로는", "이라고", "에서", "에게", "한테", "으로", "부터", "까지", "께서",
    "라고", "이나", "이며", "은", "는", "이", "가", "을", "를", "의", "에", "와", "과", "도", "로",
    "만", "씨",
)  # fmt: skip
"""Particles that cling to Korean nouns, the longest first."""


def without_particle(word: str) -> str:
    """Take the longest particle off that leaves two syllables."""
    for particle in PARTICLES:
        if word.endswith(particle) and len(word) >= len(particle) + 2:
            return word.removesuffix(particle)
    return word


# --- Chinese ----------------------------------------------------------------------------

_HAN: dict[str, Alternatives] = {
    "巴芭贝貝比波伯博布拜鲍鮑柏毕畢佰": ("b.",), "班本宾賓邦彬": ("b.n",),
    "帕佩皮珀普派坡蒲": ("p.",), "潘庞龐彭蓬": ("p.n",), "保": ("p.", "b."),
    "达達戴代德迪多杜道朵狄": ("d.",), "丹登邓鄧丁当當东東敦": ("d.n",), "顿頓": ("t.n", "d.n"),
    "塔泰特提托图圖陶铁鐵": ("t.",), "蒂": ("T.",), "坦滕廷汤湯唐腾騰": ("t.n",),
    "加盖蓋格戈古高果哥葛噶圭瓜": ("g.", "k."), "甘根冈岡贡貢": ("g.n",),
    "卡凯凱克科库庫考喀奎夸": ("k.",), "坎肯康孔昆": ("k.n",), "基": ("k.", "x.", "g."),
    "吉": ("x.", "g."), "金": ("k.n", "x.n"),
    "瓦维維韦韋沃武魏娃伍": ("v.",), "威": ("w.",), "弗夫伏": ("v.",), "万萬文温溫旺": ("v.n",),
    "法菲费費福芙佛": ("f.",), "方芬丰豐凡冯馮": ("f.n",),
    "萨薩塞赛賽索苏蘇斯思丝絲泽澤扎紮佐祖齐齊兹茲茨策采措色史": ("s.",),
    "撒": ("s.", "Q."), "朔西": ("s.", "x."),
    "桑森松孙孫曾赞贊宗逊遜津": ("s.n",), "辛": ("s.n", "x.n"),
    "沙莎谢謝肖舒什施查切奇乔喬杰傑贾賈焦朱哲夏绍紹丘恰楚舍柴": ("x.",), "希": ("x.", "h."),
    "尚申顺順昌钱錢琴詹真琼瓊珍江钦欽盛": ("x.n",), "京": ("T.n", "x.n"), "季": ("T.", "x."),
    "赫哈海霍胡豪黑休侯": ("h.",), "惠华華": ("h.", "w."), "汉漢亨洪翰罕恒": ("h.n",),
    "拉莱萊劳勞勒利里丽麗莉列洛卢盧路罗羅鲁魯雷蕾露萝蘿黎留柳娄吕": ("l.", "r."),
    "尔爾": ("l", "r"),
    "兰蘭朗林琳伦倫龙龍隆连連莲蓮良蓝藍凌仑": ("l.n", "r.n"),
    "马馬玛瑪迈邁麦麥毛梅米莫穆密默摩缪慕墨": ("m.",), "姆": ("m",), "曼门門蒙明芒敏": ("m.n",),
    "纳納娜奈内內尼妮诺諾努瑙涅纽紐": ("n.",), "南嫩宁寧农農": ("n.n",),
    "阿埃艾爱愛奥奧乌烏伊亚亞欧歐厄尤约約叶葉耶雅娅婭": VOWEL,
    "安昂因英延扬揚永云雲恩": (".n",),
}  # fmt: skip
"""Characters that Chinese writes foreign names with, after the tables of Xinhua (Names of the
World's Peoples), simplified and traditional; those that are ordinary words far more often are
left out."""

_SOUND_OF_HAN = {character: sounds for row, sounds in _HAN.items() for character in row}

FOREIGN_NAME = f"[{''.join(_SOUND_OF_HAN)}]{{2,}}"
"""A run of such characters, as a regular expression: what it finds is taken for a name, since
ordinary words seldom have several of them in a row."""


def read_han(word: str) -> Reading:
    """Read a Chinese transcription, character by character."""
    return tuple(_SOUND_OF_HAN[letter] for letter in word if letter in _SOUND_OF_HAN)
