"""Judged pairs: what a text is found by, and what it must not be found by, spelling by spelling.

Each text has one word that is written in several ways, or that is easily taken for another. A query
in quotation marks is a phrase. Both engines, and the analysis alone, are held to the same table.
"""

from __future__ import annotations

from typing import NamedTuple


class Spelling(NamedTuple):
    """A text in a language, queries that find it, and queries that do not."""

    lang: str
    text: str
    found_by: tuple[str, ...]
    not_found_by: tuple[str, ...] = ()


SPELLINGS: tuple[Spelling, ...] = (
    # --- letters in two, and figures with and without a space or a plural
    Spelling("en", "Chancellor Schroeder flew to Duesseldorf.", ("Schröder", "Düsseldorf")),
    Spelling("da", "Broen ved Aarhus er lukket.", ("Århus", "Aarhus", "ÅRHUS")),
    Spelling("no", "Fergen til Ålesund er innstilt.", ("Aalesund", "Ålesund", "alesund")),
    Spelling("en", "The ferry to Tromsoe is late.", ("Tromsø", "Tromsoe"), ("Tromp",)),
    Spelling("en", "Flight MH370 and the A380 are late.", ("MH 370", "A 380"), ("MH 371",)),
    Spelling("en", "Two F-35s and an old MiG-29 flew.", ("F-35", "F35", "MiG-29s"), ("F-36",)),
    Spelling("el", "Στις αρχές του Μάιου έκλεισε.", ("Μάϊου", "Μαϊου", "μάιου")),
    Spelling(
        "en", "The iPhone 16 sold out.", ("iphone16", "iPhone 16", '"iPhone16"'), ("iphone15",)
    ),
    Spelling("en", "The iPhone16 sold out.", ("iphone 16", '"iPhone 16 sold"'), ("iphone 15",)),
    Spelling("de", "Bei 30 °C im Schatten.", ("30C", "30°C", "30 °C", "30ºC", '"30C"'), ("31C",)),
    Spelling("es", "Llegaron a 36,5ºC ayer.", ("36,5 °C", "36,5C"), ("35,5C",)),
    Spelling("ja", "最高気温は30℃でした。", ("30C", "30℃", "30°C"), ("31℃",)),
    Spelling("ru", "Ночью было 30 °С.", ("30C", "30°C"), ("31C",)),
    Spelling("ru", "Завод в 100 км от города.", ("100км", '"100км"'), ("101км",)),
    Spelling("pl", "Sieć 5 G już działa.", ("5G", '"5G"'), ("6G",)),
    Spelling("fi", "Uusi 5G-verkko avattiin.", ("5 G", '"5 G"')),
    Spelling("hi", "कोविड 19 फिर फैला।", ("कोविड19", '"कोविड19"'), ("कोविड18",)),
    Spelling("es", "Los casos de COVID 19 suben.", ("COVID19", "covid-19")),
    Spelling("en", "A 4-year-old and a 2-hour wait on 5 May.", (), ("A4", "on5")),
    Spelling("fr", "Parmi les 30 d'entre eux.", (), ("30D", "les30")),
    Spelling("fa", "کتاب‌خانه‌ها بسته شد.", ("کتابخانه", "کتاب‌خانه", "کتاب خانه", "کتابخانه‌ها")),
    Spelling("es", "Llegaron a 25ºC en mayo.", ("25°C", "25 °C", "25C")),
    Spelling("ko", "공항에서 100㎞ 떨어진 곳", ("100km", "100 km", "100㎞"), ("101km",)),
    Spelling("en", "An anti-government rally.", ("antigovernment", "anti-government", "rally")),
    Spelling("en", "Antigovernment rallies.", ("anti-government",)),
    Spelling("en", "More cooperation is needed.", ("co-operation", "cooperation")),
    Spelling("ru", "Пост-советские страны.", ("постсоветские",)),
    # --- prepositions that swallow the article, and a dot between two l
    Spelling("he", "הנהג נסע לגשר הישן.", ("הגשר", "גשר", "לגשר"), ("הכשר",)),
    Spelling("he", "הילה נבחרה אתמול.", ("הילה",), ("לילה",)),
    Spelling("he", "הגשר הישן נסגר.", ("לגשר", "בגשר", "גשר"), ("לכשר",)),
    Spelling("ca", "El seu col·lega va dimitir.", ("col·lega", "collega", "col.lega", "col•lega")),
    Spelling("ca", "El seu collega va dimitir.", ("col·lega", "col.lega", '"col·lega"')),
    Spelling("ca", "El seu coŀlega va dimitir.", ("col·lega", "collega")),
    Spelling("ca", "El seu col.lega va dimitir.", ("col·lega", "collega")),
    Spelling("ca", "La intel·ligència artificial.", ("intelligencia", "inteŀligència")),
    # --- names that are told apart by a sign
    Spelling("en", "Her first job was to rewrite it in C++.", ("C++", '"C++"', "c++"), ("C", "C#")),
    Spelling("de", "Der Kurs lehrt C# und F#.", ("C#", "C♯", "f#"), ("C++", "C", "F")),
    Spelling("en", "C++17 compilers are slow.", ("C++", "C++17"), ("C",)),
    Spelling("en", "Oranges have vitamin C.", ("vitamin C", "C"), ("C++", "C#", '"C++"')),
    Spelling("en", "Ported to .NET last year.", (".NET", ".net"), ("C#",)),
    Spelling("en", "The fishermen mended a net.", ("net",), (".NET",)),
    Spelling("en", "A server made of Node.js.", ("Node.js", "node.js", "NodeJS", '"Node.js"')),
    Spelling("en", "Each node of the lymph system.", ("node",), ("Node.js",)),
    Spelling("en", "AT&T raised its prices.", ("AT&T", "at&t", '"AT&T"', "AT & T"), ("T-shirt",)),
    Spelling("en", "They stayed at T junctions.", (), ("AT&T", '"AT&T"')),
    Spelling("fr", "Le budget de R&D augmente.", ("R&D", "R & D", '"R&D augmente"'), ("S&P", "D")),
    Spelling("en", "A long Q&A with the mayor.", ("Q&A", '"a long Q&A"'), ("R&D",)),
    Spelling("en", "The S&P 500 fell.", ("S&P 500", '"S&P 500"', "S&P")),
    Spelling("en", "Leaders of the G7 met.", ("G7", "G-7", '"G-7"'), ("G20", "7 people")),
    Spelling("en", "An F-16 took off.", ("F-16", "F16", '"F-16"', '"F16 took off"'), ("F-17",)),
    Spelling("en", "In all 16 people were hurt.", ("16 people",), ("F-16", "F16", "MiG-16")),
    Spelling("de", "Die Covid-19-Welle ebbt ab.", ("COVID-19", "covid19", "Covid", "Welle")),
    Spelling("en", "A new wave of COVID19.", ("COVID-19", '"COVID-19"', "covid19")),
    Spelling("en", "The COVID–19 years.", ("covid19", "COVID-19")),
    Spelling("en", "On the 19 of May.", (), ("COVID-19",)),
    Spelling("fr", "Notre-Dame rouvre.", ("Notre-Dame", "notre dame", '"Notre Dame"')),
    Spelling("en", "Mrs O’Brien resigned.", ("O'Brien", "OBrien", "brien", '"O\'Brien"')),
    Spelling("en", "Lava flows in Hawaiʻi.", ("Hawaii", "Hawaiʻi")),
    Spelling("fr", "Tout l’été, il a plu.", ("été", "l'été", "ete", '"l\'été"')),
    Spelling("en", "Graded A+ by the agency.", ("A+",), ("A",)),
    Spelling("fr", "Canal+ rachète la chaîne.", ("Canal+", "canal", '"Canal+ rachète"')),
    Spelling("fr", "Le canal est gelé.", ("canal",), ("Canal+", '"Canal+"')),
    Spelling("en", "Rated 18+ only.", ("18+", "18")),
    Spelling("zh", "采用C++语言开发。", ("C++", "语言"), ("C",)),
    Spelling("ja", "Ｃ＋＋とC＃を学ぶ。", ("C++", "C#"), ("C",)),
    Spelling("zh", "公司与AT&T合作。", ("AT&T", "合作")),
    Spelling("en", "Written in C/C++ mostly.", ("C++", "C/C++")),
    Spelling("ru", "Истребитель МиГ-29 упал.", ("МиГ-29", "МиГ29", '"миг-29"'), ("Су-29",)),
    # --- numbers by the language's own separators
    Spelling("en", "It employs 1,000 in Derry.", ("1000", "1,000", "1.000", "1'000", "١٠٠٠")),
    Spelling("de", "Rund 1.000 Menschen kamen.", ("1000", "1,000", "1.000", "1\u202f000")),
    Spelling("de", "Rund 12.500,75 Euro fehlen.", ("12500.75", "12,500.75", "12 500,75")),
    Spelling("fr", "Quelque 24\u202f000 foyers.", ("24000", "24 000", "24,000", '"24000 foyers"')),
    Spelling("pl", "Zebrano 35 000 podpisów.", ("35000", "35 000", "35.000", '"35 000 podpisów"')),
    Spelling("ru", "Собрали 3 400 рублей.", ("3400", "3,400", "3\u00a0400")),
    Spelling("de", "In Bern 4’300 Franken teurer.", ("4300", "4'300", "4.300")),
    Spelling("hi", "कुल १,२५,००० घर बने।", ("125000", "1,25,000", "१२५०००")),
    Spelling("ar", "وصل ٧٬٦٠٠ لاجئ.", ("7600", "7,600", "٧٦٠٠")),
    Spelling("ar", "وصل رجل و٣٬٤٠٠ امرأة.", ("3400", "3,400")),
    Spelling("ja", "観客は８，２００人だった。", ("8200", "8,200")),
    Spelling("und", "Wir sahen 9.300 davon.", ("9300", "9,300", "9.300")),
    Spelling("en", "A wall of 2,600km.", ("2600", "2600 km", "2,600km", "km")),
    Spelling("de", "Es kostet 25.000,00 Euro.", ("25000", "25,000")),
    Spelling("es", "Llegaron 6,700 personas.", ("6700", "6.700", "6,700")),
    Spelling("en", "Growth of 3.14 percent.", ("3.14", "3,14"), ("314", "3", "14")),
    Spelling("de", "Ein Plus von 2,718 Prozent.", ("2,718", "2.718"), ("2718", "718")),
    Spelling("en", "It weighs 9.105 grams.", ("9.105",), ("9105",)),
    Spelling("en", "In 2019 512 people came.", ("2019", "512"), ("2019512",)),
    Spelling("de", "Am 24.12.2031 um 18:45 Uhr.", ("24.12.2031", "18:45"), ("24122031",)),
    Spelling("en", "Published 2033-05-06.", ("2033-05-06", "2033"), ("20330506",)),
    # --- hashtags, handles, addresses, underscores
    Spelling("en", "Posted under #Save_Our_Pier.", ("pier", "#Save_Our_Pier", "#SaveOurPier")),
    Spelling("en", "Posted under #KeepItWild.", ("wild", "keepitwild", "#keep_it_wild")),
    Spelling("en", "Posted under #Euro2036.", ("euro", "2036", "Euro2036")),
    Spelling("tr", "Etiket #İzmirDepremi oldu.", ("izmir", "depremi", "#izmirdepremi")),
    Spelling("ar", "تحت وسم #أنقذوا_المرفأ أمس.", ("المرفأ", "#أنقذوا_المرفأ", "مرفأ")),
    Spelling("ru", "Под тегом #Чистый_Берег.", ("берег", "#ЧистыйБерег", "#чистый_берег")),
    Spelling("en", "Said @harbour_watch today.", ("harbour", "@harbour_watch", "watch")),
    Spelling("en", "The film _Jaws_ returns.", ("Jaws", '"film Jaws"', "_Jaws_")),
    Spelling(
        "en",
        "Write to desk@bote.example.",
        ("desk@bote.example", "desk", "bote.example"),
        ("b@x.example",),
    ),
    Spelling("en", "See news.pier.example.", ("pier.example", "pier"), ("desk@pier.example",)),
    Spelling("en", "Write to desk@kurier.example.", (), ("desk@bote.example",)),
    Spelling("de", "Mehr auf www.hafen.example.", ("hafen.example", "www.hafen.example", "hafen")),
    # --- Arabic
    Spelling("ar", "غمر الزلزال المدينة.", ("زلزال", "الزلزال", "والزلزال", "بالزلزال", "للزلزال")),
    Spelling("ar", "نجا من زلزال قوي.", ("الزلزال", "بزلزال", "وزلزال")),
    Spelling("ar", "اجتمعت بوزرائها أمس.", ("وزراء", "الوزراء")),
    Spelling("ar", "حكومتهم استقالت.", ("حكومة", "الحكومة", "حكومته", "حكومتها")),
    Spelling("ar", "قراراتها نهائية.", ("قرار", "قرارات", "القرارات")),
    Spelling("ar", "أُعلِنَ عن مســـتشفى.", ("مستشفى", "مستشفي", "المستشفى", "اعلن")),
    Spelling("ar", "زارت ألمانيا.", ("ألمانيا", "المانيا", "لألمانيا")),
    Spelling("ar", "قرأت كتابا.", ("كتاب", "الكتاب"), ("تاب",)),
    Spelling("ar", "توفي والد الشاعر.", ("والد", "الوالد"), ("الد", "لد")),
    Spelling("ar", "قال وزير سابق.", ("وزير", "الوزير"), ("زير",)),
    Spelling("ar", "بيت قديم.", ("بيت", "البيت"), ("يت",)),
    # --- Hebrew
    Spelling("he", "התקציב אושר.", ("תקציב", "התקציב", "והתקציב")),
    Spelling("he", "דיון בתקציב.", ("תקציב", "התקציב")),
    Spelling("he", "נסעו לירושלים ומירושלים.", ("ירושלים", "בירושלים")),
    Spelling("he", "הילד שיחק.", ("ילד",)),
    Spelling("he", "גרו בבית ישן.", ("בית", "הבית")),
    Spelling("he", "שָׁלוֹם רב.", ("שלום",), ("לום",)),
    Spelling("he", "בית ישן.", ("בית", "הבית"), ("ית",)),
    Spelling("he", "בשר יקר.", ("בשר",), ("שר",)),
    Spelling("he", "כלב נבח.", ("כלב",), ("לב",)),
    Spelling("he", "מספר קטן.", ("מספר", "המספר"), ("ספר",)),
    # --- Persian, Urdu, Kurdish
    Spelling("fa", "کارگران خانه می‌سازند.", ('"می سازند"', "می‌سازند", "میسازند", "می سازند")),
    Spelling("fa", "کارگران پل می سازند.", ('"می‌سازند"', "میسازند", "می سازند")),
    Spelling("fa", "دیوار نمیسازند.", ('"نمی‌سازند"', "نمی سازند", "نمیسازند")),
    Spelling("fa", "روزنامه‌ها نوشتند.", ("روزنامه", "روزنامه ها", "روزنامهها", '"روزنامه ها"')),
    Spelling("fa", "كشورهاي عربي", ("کشورهای", "عربی")),
    Spelling("ur", "پاكستان كے وزير", ("پاکستان", "وزیر")),
    Spelling("ckb", "ده‌وڵه‌ت بڕیاری دا.", ("دەوڵەت", "دهوڵهت", '"ده‌وڵه‌ت"')),
    # --- Chinese, Japanese, Korean
    Spelling("zh", "國會通過預算。", ("国会", "國會", '"通过预算"', "会")),
    Spelling("zh", "龙舟比赛开始。", ("龍舟", "龙舟", '"龍舟比賽"', "龙")),
    Spelling("ja", "経済対策を発表。", ("経済", "经济", "經濟", "発表")),
    Spelling("yue", "港鐵延誤。", ("港铁", "港鐵")),
    Spelling("ja", "ﾀｸｼｰが値上げ。", ("タクシー", "タ"), ("たくし",)),
    Spelling("ja", "さくらが咲いた。", ("さくら", '"さくら"'), ("サクラ",)),
    # --- scripts of India
    Spelling("hi", "हिंदी दिवस मनाया।", ("हिन्दी", "हिंदी")),
    Spelling("hi", "सम्बन्ध सुधरे।", ("संबंध", "सम्बन्ध", "संबन्ध")),
    Spelling("hi", "ज़मीन बिकी।", ("जमीन", "ज़मीन", "ज\u093cमीन")),
    Spelling("hi", "चाँद निकला।", ("चांद", "चाँद"), ("चाद",)),
    Spelling("bn", "ব্যাঙ্ক বন্ধ।", ("ব্যাংক", "ব্যাঙ্ক")),
    Spelling("bn", "চাঁদ উঠেছে।", ("চাঁদ",)),
    # --- emoji
    Spelling("en", "It is getting hot 🔥🔥", ("🔥", '"hot 🔥"'), ("💧",)),
    Spelling("en", "Well done 👍🏽", ("👍", "👍🏿"), ("👎",)),
    Spelling("de", "Gewonnen 🇫🇮", ("🇫🇮",), ("🇸🇪",)),
)
