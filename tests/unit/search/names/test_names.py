"""Keys of names: what must meet across scripts, what must not, and what always holds."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.names.keys import IN_INDEX, PER_SYSTEM, index_keys, query_keys, script_of
from search.names.query_names import MOST_KEYS, query_names
from search.names.systems import SHORTEST, SYSTEMS
from search.names.tokens import name_keys, names
from tests.support.places import ROOT

VARIANTS = """
Zelensky Selenskyj Zelenskyy Zelenski Зеленський Зеленский زيلينسكي ゼレンスキー זלנסקי Ζελένσκι ज़ेलेंस्की 젤렌스키 泽连斯基 澤連斯基
Putin Poutine Путин بوتين プーチン פוטין Πούτιν पुतिन 푸틴 普京
Trump Трамп ترامب トランプ טראמפ Τραμπ ट्रंप ट्रम्प 트럼프 特朗普
Biden Байден بايدن バイデン ביידן Μπάιντεν बाइडेन 바이든 拜登
Merkel Меркель ميركل メルケル מרקל Μέρκελ मर्केल 메르켈
Macron Макрон ماكرون マクロン מקרון Μακρόν मैक्रों 마크롱 马克龙
Clinton Клинтон كلينتون クリントン קלינטון Κλίντον क्लिंटन 클린턴 克林顿
Obama Обама أوباما オバマ אובמה Ομπάμα ओबामा 오바마 奥巴马
Netanyahu Netanjahu Нетаньяху نتنياهو ネタニヤフ נתניהו Νετανιάχου नेतन्याहू 네타냐후 内塔尼亚胡
Erdogan Erdoğan Эрдоган أردوغان Ερντογάν एर्दोगन
Gorbachev Gorbatschow Gorbatchev Горбачёв غورباتشوف ゴルバチョフ גורבצ'וב Γκορμπατσόφ गोर्बाचेव 戈尔巴乔夫
Shevchenko Schewtschenko Chevtchenko Шевченко شيفتشينكو シェフチェンコ Σεβτσένκο शेवचेंको
Tymoshenko Timoschenko Тимошенко تيموشينكو ティモシェンコ 季莫申科
Lukashenko Lukaschenko Łukaszenko Лукашенко لوكاشينكو ルカシェンコ לוקשנקו Λουκασένκο लुकाशेंको 루카셴코 卢卡申科
Navalny Nawalny Nawalnyj Навальный نافالني ナワリヌイ נבלני Ναβάλνι नवलनी 나발니
Orban Orbán Орбан أوربان オルバン אורבן Όρμπαν ओरबान 오르반 欧尔班
Johnson Джонсон جونسون ジョンソン ג'ונסון Τζόνσον जॉनसन 존슨
Thatcher Тэтчер تاتشر Θάτσερ थैचर
Scholz Шольц شولتس ショルツ שולץ Σολτς शोल्ज़ 숄츠 朔尔茨
Kharkiv Charkiw Харків Kharkov خاركيف חרקוב खार्किव 哈尔科夫
Washington Вашингтон واشنطن ワシントン वाशिंगटन 워싱턴
Donetsk Donezk Донецк Донецьк دونيتسك ドネツク דונצק Ντονέτσκ दोनेत्स्क 도네츠크 顿涅茨克
Lavrov Lawrow Лавров لافروف ラブロフ Λαβρόφ लावरोव 拉夫罗夫
Medvedev Medwedew Медведев ميدفيديف Μεντβέντεφ मेदवेदेव
Berlusconi Берлускони برلسكوني ベルルスコーニ ברלוסקוני Μπερλουσκόνι बर्लुस्कोनी 베를루스코니
Sarkozy Саркози ساركوزي サルコジ סרקוזי Σαρκοζί सारकोज़ी 사르코지
Snowden Сноуден سنودن スノーデン סנודן Σνόουντεν स्नोडेन 스노든 斯诺登
Stoltenberg Столтенберг ستولتنبرغ ストルテンベルグ סטולטנברג Στόλτενμπεργκ स्टोल्टेनबर्ग
Afghanistan Афганистан أفغانستان アフガニスタン אפגניסטן Αφγανιστάν अफगानिस्तान 아프가니스탄
Khashoggi Хашогги خاشقجي
Tchaikovsky Tschaikowski Tchaïkovski Чайковский تشايكوفسكي チャイコフスキー צ'ייקובסקי Τσαϊκόφσκι
Djokovic Đoković Djoković Ђоковић Джокович ジョコビッチ जोकोविच
Muhammad Mohammed Мухаммад محمد ムハンマド מוחמד मोहम्मद 무함마드 穆罕默德
Khamenei Chamenei Хаменеи خامنئي ハメネイ חמינאי Χαμενεΐ खामेनेई 하메네이 哈梅内伊
Ahmadinejad Ахмадинежад
Yeltsin Jelzin Eltsine Ельцин يلتسين エリツィン ילצין Γέλτσιν येल्तसिन 옐친
Yanukovych Janukowitsch Янукович يانوكوفيتش ヤヌコーヴィチ ינוקוביץ' यानुकोविच 야누코비치 亚努科维奇
Chernobyl Tschernobyl Чернобыль Чорнобиль تشيرنوبيل チェルノブイリ צ'רנוביל Τσερνόμπιλ चेर्नोबिल 체르노빌 切尔诺贝利
Bolsonaro Болсонару بولسونارو ボルソナロ בולסונרו Μπολσονάρο बोल्सोनारो
Maduro Мадуро مادورو マドゥロ מדורו Μαδούρο मादुरो 마두로 马杜罗
Schwarzenegger Шварценеггер שוורצנגר श्वार्ज़नेगर
Kennedy Кеннеди كينيدي ケネディ קנדי Κένεντι केनेडी 케네디 肯尼迪
Zuckerberg Цукерберг زوكربيرغ ザッカーバーグ צוקרברג Ζάκερμπεργκ ज़करबर्ग
Beckham Бекхэм بيكهام ベッカム בקהאם Μπέκαμ बेकहम 베컴 贝克汉姆
"""  # noqa: E501  one name a line
"""One name per line, by its English spelling; as newspapers spell it elsewhere."""

LINES = [line.split() for line in VARIANTS.strip().splitlines()]

APART = """
Biden/Putin Merkel/Macron Trump/Tramp's Zelensky/Jaresko Obama/Osama Scholz/Schmidt Paris/Berlin
Moscow/Minsk Kyiv/Kharkiv Lavrov/Larijani Clinton/Clooney Washington/Wellington Navalny/Nadal
Путин/Байден Меркель/Макрон Москва/Минск プーチン/バイデン メルケル/マクロン بوتين/بايدن
Merkel/Мадуро Johnson/Янукович Orban/Обама Erdogan/エリツィン Putin/拜登 Biden/普京 Trump/克林顿
Netanyahu/נבלני Gorbachev/Γκουτέρες Kennedy/Клинтон Lukashenko/Шевченко Maduro/मर्केल Obama/바이든
"""


def meet(query: str, indexed: str) -> bool:
    return not set(query_keys(query)).isdisjoint(index_keys(indexed))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
def test_spellings_of_one_name_meet(line: list[str]) -> None:
    english = line[0]
    missed = [spelling for spelling in line if not meet(english, spelling)]
    assert not missed


def test_most_pairs_of_spellings_meet_whichever_is_the_query() -> None:
    pairs = [pair for line in LINES for pair in itertools.permutations(line, 2)]
    assert sum(meet(*pair) for pair in pairs) / len(pairs) > 0.93
    assert len(LINES) >= 40


@pytest.mark.parametrize("pair", APART.split())
def test_names_that_are_not_the_same_do_not_meet(pair: str) -> None:
    one, other = pair.split("/")
    assert not meet(one, other)
    assert not meet(other, one)


def test_the_table_of_names_has_few_keys_in_common() -> None:
    """Of all pairs of names in the table, whatever the spelling, fewer than one in 200 meets."""
    chance = total = 0
    for one, other in itertools.combinations(LINES, 2):
        total += len(one) * len(other)
        chance += sum(meet(a, b) for a in one for b in other)
    assert chance / total < 0.005


# --- words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MERKEL", "Merkel"),
        ("Müller", "Muller"),
        ("Wałęsa", "Walesa"),
        ("ｍａｃｒｏｎ", "macron"),
        ("ﾌﾟｰﾁﾝ", "プーチン"),
        ("Горбачёв", "Горбачев"),
        ("مُحَمَّد", "محمد"),
    ],
)
def test_case_marks_and_widths_do_not_matter(one: str, other: str) -> None:
    assert set(index_keys(one)) & set(index_keys(other))


@pytest.mark.parametrize("word", ["", "a", "Xi", "Li", "1917", "กรุงเทพ", "…", "😀", "的"])
def test_what_is_too_short_or_not_read_has_no_key(word: str) -> None:
    assert index_keys(word) == ()


words = st.text(st.characters(codec="utf-8"), max_size=20)


@given(words)
def test_keys_are_few_and_fit_for_an_index(word: str) -> None:
    indexed, looked_up = index_keys(word), query_keys(word)
    assert len(indexed) <= IN_INDEX
    assert len(looked_up) <= IN_INDEX + PER_SYSTEM * len(SYSTEMS)
    for key in (*indexed, *looked_up):
        assert key.isascii()
        assert key.isalpha()
        assert len(key) >= SHORTEST
    assert len(set(indexed)) == len(indexed)


@given(words)
def test_a_word_meets_itself(word: str) -> None:
    assert set(index_keys(word)) <= set(query_keys(word))


@given(st.sampled_from([word for line in LINES for word in line]))
def test_case_folding_keeps_the_keys(word: str) -> None:
    assert index_keys(word.upper()) == index_keys(word.lower()) or "ß" in word


def test_every_letter_of_the_table_has_a_script() -> None:
    assert all(script_of(word[0]) for line in LINES for word in line)


# --- texts ----------------------------------------------------------------------------------


def marked(text: str, lang: str) -> list[str]:
    return [text[name.start : name.end] for name in names(text, lang)]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "The president met Angela Merkel in Berlin.", ["Angela", "Merkel", "Berlin"]),
        ("en", "Putin's aide said nothing new.", ["Putin"]),
        ("ru", "Вчера Трампа встретил в Москве Путин.", ["Вчера", "Трампа", "Москве", "Путин"]),
        (
            "ja",
            "ゼレンスキー大統領とボリス・ジョンソン氏",
            ["ゼレンスキー", "ボリス", "ジョンソン"],
        ),
        ("zh", "乌克兰总统泽连斯基和特朗普通电话。", ["乌克兰", "泽连斯基", "特朗普"]),
        ("ko", "젤렌스키는 트럼프에게", ["젤렌스키는", "트럼프에게"]),
        ("en", "nothing here has a capital", []),
    ],
)
def test_names_of_a_text(lang: str, text: str, expected: list[str]) -> None:
    assert marked(text, lang) == expected


@pytest.mark.parametrize(
    ("lang", "text", "name"),
    [
        ("ru", "о Трампом", "Trump"),
        ("cs", "Setkal se s Trumpem.", "Trump"),
        ("pl", "Rozmawiał z Zełenskim i Putinem.", "Putin"),
        ("ko", "젤렌스키는", "Zelensky"),
        ("ar", "وزيلينسكي", "Zelensky"),
        ("he", "וזלנסקי", "Zelensky"),
        ("hi", "राष्ट्रपति ज़ेलेंस्की ने कहा", "Zelensky"),
        ("tr", "Zelenskiy'nin Erdoğan'la", "Erdogan"),
    ],
)
def test_endings_and_particles_do_not_hide_a_name(lang: str, text: str, name: str) -> None:
    assert not set(query_names(name).keys).isdisjoint(name_keys(text, lang))


@given(st.text(max_size=60), st.sampled_from(["en", "ru", "ja", "zh", "ko", "ar", "he", "und"]))
def test_names_stand_in_their_text_in_order(text: str, lang: str) -> None:
    found = list(names(text, lang))
    assert all(0 <= name.start < name.end <= len(text) for name in found)
    assert [name.start for name in found] == sorted(name.start for name in found)
    assert name_keys(text, lang) == [key for name in found for key in name.keys]


# --- queries --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "alone"),
    [
        ("Zelensky", True),
        ("Boris Johnson", True),
        ("ボリス・ジョンソン", True),
        ("泽连斯基", True),
        ("the Merkel", True),
        ("Zelensky visits London", False),
        ("zelensky", False),
        ("زيلينسكي", False),
        ("flood damage", False),
        ("", False),
    ],
)
def test_whether_a_query_is_names_alone(query: str, alone: bool) -> None:
    """Where no capital shows a name, there is no telling that it is one."""
    assert query_names(query).alone is alone


@pytest.mark.parametrize(
    ("query", "short"),
    [
        ("Zelensky", False),  # it is one
        ("zelensky", False),  # most words in small letters are none
        ("زيلينسكي", True),
        ("레르나", True),
        ("लेरना", True),
        ("बोरिस जॉनसन", True),
        ("बोरिस जॉनसन ने इस्तीफ़ा दिया", False),
        ("레르나 강의 홍수 피해 규모", False),
    ],
)
def test_whether_a_query_may_be_names_alone(query: str, short: bool) -> None:
    assert query_names(query).may_be_alone is short


def test_capitals_tell_which_words_are_names() -> None:
    with_capitals = set(query_names("Johnson resigns after a party").keys)
    assert set(index_keys("Johnson")) <= with_capitals
    assert with_capitals.isdisjoint(index_keys("resigns"))
    without = set(query_names("johnson resigns after a party").keys)
    assert set(index_keys("Johnson")) <= without


def test_a_name_within_a_sentence_loses_its_ending() -> None:
    assert "slnsk" in query_names("Setkání se Zelenským v Londýně skončilo").keys
    assert "trnp" in query_names("встреча с Трампом в Лондоне").keys


@given(st.text(max_size=400))
def test_a_query_has_a_bounded_number_of_keys(query: str) -> None:
    assert len(query_names(query).keys) <= MOST_KEYS


# --- the guide ------------------------------------------------------------------------------


def test_what_the_guide_says_of_keys_is_true() -> None:
    guide = (ROOT / "docs" / "names.md").read_text(encoding="utf-8")
    for word in ("Zelensky", "Selenskyj", "Зеленський"):
        assert word in guide
        assert index_keys(word) == ("slnsk",)
    assert "`Jslnsk`" in guide
    assert index_keys("ゼレンスキー") == ("Jslnsk",)
    for word in ("Xi", "Modi", "Kiev"):
        assert word in guide
        assert not index_keys(word)
    for one, other in (("Biden", "Boden"), ("Meloni", "Milan")):
        assert f"{one} and {other}" in guide
        assert meet(one, other)
