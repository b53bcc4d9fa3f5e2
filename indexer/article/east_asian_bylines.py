"""Who a Chinese, Japanese or Korean byline names: without paper, desk, place, title and address.

"한국일보 홍길동 기자 gildong@paper.example" is 홍길동, 新华社记者王小明 is 王小明, and
【ワシントン＝山田太郎】 is 山田太郎. What cannot be told for certain is left as it is. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff"
_KANA = "\u3041-\u309f\u30a1-\u30fa\u30fc"
_HANGUL = "\uac00-\ud7a3"
_SYLLABLE = re.compile(f"[{_HAN}{_KANA}{_HANGUL}]")

_ADDRESS = re.compile(r"[(（<＜\[]?[\w.+-]+[@＠][\w-]+(?:\.[\w-]+)+[)）>＞\]]?")
_BRACKETS = re.compile(
    r"[【\[〔［(（<＜〈《]([^【\[〔［(（<＜〈《】\]〕］)）>＞〉》]*)[】\]〕］)）>＞〉》]"
)

_TITLE = (
    "(?:선임|전문|인턴|수습|객원|시민|사진|영상)?기자|특파원|논설위원|편집위원|칼럼니스트|앵커|에디터|"
    "(?:本[报報]|[实實][习習]|特[约約派]|首席|高[级級]|[见見][习習]|编集|専門|シニア)?(?:[记記]者)|"
    "通[讯訊]员|通訊員|特派[员員]|[评評][论論][员員]|[实實][习習]生|編集委員|論説委員|解説委員|特派員|"
    "コラムニスト|支局長|ライター"
)
_BEFORE = re.compile(
    rf"(?:(?:{_TITLE}|撰?文|作者|撰[稿写寫]|采写|採訪|采访|執筆|取材|聞き手|構成|글)(?:[:：/／・=＝]|\s+)*)+"
)
_BEHIND = re.compile(rf"\s*(?:{_TITLE})\s*=?$")
_TITLE_INSIDE = re.compile(rf".*(?:{_TITLE})(?=[{_HAN}]{{2,4}}$)")
_TITLE_ALONE = re.compile(rf"(?:{_TITLE})=?")

_OTHERS = re.compile(
    r"(?:责任?编辑?|責任?編輯?|[编編][辑輯集]|校[对對]|审核|審核|摄影?|攝影|[图圖]片?|写真|撮影|来源|來源|"
    r"사진|편집|영상|그래픽|監製|监制)(?:[:：/／・=＝]|\s+).*"
)
"""Those who did something else than write, behind who wrote."""

_NO_PERSON = re.compile(
    "(?:.*(?:日[报報]|.{2,}[报報]|[周週]刊|新[闻聞]|[电電][视視]台?|[电電]台|"
    "通[讯訊]社|新華社|新华社|中央社|社|[网網]|テレビ|放送|通信|支局|総局|本社|編集部|[^村本部]部|"
    "일보|신문|뉴스|통신|방송|경제|미디어|닷컴|타임스|저널|부|팀|지국|[报報][道导導]|[电電]|[综綜]合|专稿|"
    "\\d日?))|.*[A-Za-z0-9].*"
)
"""Papers, agencies, desks, and where and when it was written."""

_BETWEEN = re.compile(r"[、，,;；|／/]")
_DOT = re.compile(r"[·・‧∙]")

_CHINESE = (
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧"
    "许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎余潘杜戴钟鍾汪姜范姚谭譚廖邹鄒熊陆陸郝孔崔邱秦顾顧侯"
    "邵孟龙龍万段钱錢汤湯尹黎易乔喬贺賀赖賴龚龔闫庄莊柯施洪翁詹颜顏严嚴游涂"
)
"""Surnames that no Japanese given name begins with."""

_KOREAN = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여"
    "추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용류라나"
)


def people_in(byline: str) -> list[str]:
    """Return the names in a byline in these scripts; none where they cannot be told."""
    if not _SYLLABLE.search(byline):
        return []
    text = _without_brackets(_ADDRESS.sub(" ", byline)).strip(" =＝-–—:：.,")
    text = _OTHERS.sub("", text).strip() or text
    korean = re.search(f"[{_HANGUL}]", text) is not None
    parts = list(_parts(text))
    if not all(map(_SYLLABLE.search, parts)):
        return []
    found = [name for part in parts for name in (_korean if korean else _chinese)(part)]
    return found if found and all(map(is_name, found)) else []


def is_name(text: str) -> bool:
    """Tell what can be a whole name in these scripts."""
    if re.fullmatch(f"[{_HANGUL}]{{2,4}}", text):
        return text[0] in _KOREAN
    plain = text.replace(" ", "").replace("\u3000", "")
    if re.fullmatch(f"[{_HAN}{_KANA}]{{2,7}}", plain) is None or _NO_PERSON.fullmatch(plain):
        return False
    return re.search(f"[{_HAN}]", plain) is not None


def _without_brackets(text: str) -> str:
    """Take what is between brackets where nothing else is there; else leave it out."""
    rest = _BRACKETS.sub(" ", text).strip()
    if _SYLLABLE.search(rest):
        return rest
    inside = _BRACKETS.search(text)
    return inside[1] if inside else text


def _parts(text: str) -> Iterator[str]:
    """Yield what is between commas, slashes and dots, behind the place."""
    place, sign, rest = text.rpartition("=" if "=" in text else "＝")
    for part in _BETWEEN.split(rest if sign and place and rest.strip() else text):
        yield from (one.strip() for one in _at_dots(part) if one.strip())


def _at_dots(part: str) -> list[str]:
    """Part at a dot, which within a foreign name is its own: ジョン・スミス, 阿卜杜拉·艾哈迈德."""
    parts = [one.strip() for one in _DOT.split(part)]
    if len(parts) < 2 or re.search(f"[{_HANGUL}]", part):
        return parts
    sure = any(_NO_PERSON.fullmatch(one) or _BEFORE.fullmatch(f"{one}:") for one in parts)
    two = all(re.fullmatch(f"[{_HAN}]{{2,5}}", one) for one in parts)
    if sure or (two and ("・" in part or all(one[0] in _CHINESE for one in parts))):
        return parts
    return [part]


def _korean(part: str) -> Iterator[str]:
    """Yield a name: what stands right before a title; without one, all words must be names."""
    words = part.split()
    titled = [n for n, word in enumerate(words) if _BEHIND.search(word)]
    if titled:
        for n in titled:
            bare = _BEHIND.sub("", words[n]) or (words[n - 1] if n else "")
            if bare:
                yield bare
        return
    yield from (word for word in words if not _NO_PERSON.fullmatch(word))


def _chinese(part: str) -> Iterator[str]:
    """Yield names in Chinese characters; two words are one name in Japanese, two in Chinese."""
    simplified = "记者" in part
    bare = _BEFORE.sub("", part, count=1) if _BEFORE.match(part) else part
    written = bare.split()
    if len(written) > 1 and not _BEHIND.search(written[-1]):  # 财新记者 王小明
        written = [word for word in written if not _BEHIND.search(word)]
    words = []
    for word in written:
        inner = _TITLE_INSIDE.sub("", word)
        inner = _BEHIND.sub("", inner) if not _TITLE_ALONE.fullmatch(inner) else ""
        if inner and not _NO_PERSON.fullmatch(inner):
            words.append(inner)
    if len(words) == 2 and not simplified and not all(word[0] in _CHINESE for word in words):
        yield " ".join(words)
    else:
        yield from words
