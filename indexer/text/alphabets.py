"""The letters of languages, and the encodings that they were written in: data."""

from __future__ import annotations

_WEST = "cp1252 iso8859_15 cp850 mac_roman"
_CENTRAL = "cp1250 iso8859_2 cp852 mac_latin2"
_BALTIC = "cp1257 iso8859_13 cp775"
_TURKISH = "cp1254 cp857 mac_turkish"
_SLAVIC = "cp1251 koi8_r iso8859_5 cp866 mac_cyrillic"
_UKRAINIAN = "cp1251 koi8_u iso8859_5 cp1125 mac_cyrillic"

_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْـ،؛؟٪"

ALPHABETS: dict[str, tuple[str, str]] = {
    "en": ("éèêëçñöüïáóôàâäåæøœ", _WEST),
    "af": ("êëïôûéèáó", _WEST),
    "ca": ("àèéíïòóúüç", _WEST),
    "de": ("äöüßéèàçñ", _WEST),
    "es": ("áéíóúüñçàè", _WEST),
    "eu": ("ñüç", _WEST),
    "fi": ("äöåéšžü", _WEST),
    "fo": ("áðíóúýæø", _WEST),
    "fr": ("àâæçéèêëîïôœùûüÿñöä", _WEST),
    "ga": ("áéíóú", _WEST),
    "id": ("éèüöñ", _WEST),
    "is": ("áðéíóúýþæö", _WEST),
    "it": ("àèéìíòóùúîçöü", _WEST),
    "lb": ("äëéöüèêâ", _WEST),
    "nl": ("éëïóèöüáêàç", _WEST),
    "no": ("æøåéòôèêäöü", _WEST),
    "pt": ("áâãàçéêíóôõúüñ", _WEST),
    "sv": ("åäöéüàèøæ", _WEST),
    "sw": ("éñ", _WEST),
    "tl": ("ñéáí", _WEST),
    "sq": ("ëçéö", f"{_WEST} {_CENTRAL}"),
    "cs": ("áčďéěíňóřšťúůýžöüä", _CENTRAL),
    "hr": ("čćđšž", _CENTRAL),
    "hu": ("áéíóöőúüűä", _CENTRAL),
    "pl": ("ąćęłńóśźżéöü", _CENTRAL),
    "ro": ("ăâîșțşţéöü", f"{_CENTRAL} iso8859_16"),
    "sk": ("áäčďéíĺľňóôŕšťúýžöüě", _CENTRAL),
    "sl": ("čšžćđöü", _CENTRAL),
    "et": ("äõöüšž", f"{_BALTIC} {_WEST}"),
    "lt": ("ąčęėįšųūž", _BALTIC),
    "lv": ("āčēģīķļņšūžōŗ", _BALTIC),
    "az": ("çğıöşüi̇", _TURKISH),
    "tr": ("çğıöşüâîûi̇", _TURKISH),
    "mt": ("ċġħżàèìòù", "iso8859_3"),
    "eo": ("ĉĝĥĵŝŭ", "iso8859_3"),
    "vi": ("àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "cp1258"),
    "be": (_CYRILLIC + "ўі", _UKRAINIAN),
    "bg": (_CYRILLIC, _SLAVIC),
    "mk": (_CYRILLIC + "ѓѕјљњќџѐѝ", _SLAVIC),
    "ru": (_CYRILLIC + "ё", _SLAVIC),
    "sr": (_CYRILLIC + "ђјљњћџ", _SLAVIC),
    "uk": (_CYRILLIC + "ґєії", _UKRAINIAN),
    "el": ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "cp1253 iso8859_7 cp737 mac_greek"),
    "he": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת׳״־ְִֵֶַָֹֻּׁׂ", "cp1255 iso8859_8 cp862"),
    "ar": (_ARABIC, "cp1256 iso8859_6 mac_arabic"),
    "fa": (_ARABIC + "پچژگک\u200cی", "cp1256"),
    "ur": (_ARABIC + "پچژگٹڈڑںہےھک\u200cی", "cp1256"),
    "th": ("", "cp874"),
    "ja": ("", "cp932 euc_jp"),
    "ko": ("", "cp949"),
    "zh": ("", "gb18030 big5hkscs"),
}
"""The letters beyond ASCII of each language, small ones, and the encodings it was written in."""

COMMON = {
    # Letters (sorted by how common they are) that make up at least the given share of the letters
    # beyond ASCII of any text of the script.
    "CYRILLIC": ("оаеинтсрвлкмдпу", 0.66),
    "GREEK": ("αοιετσνηρπκμλυςίόάέ", 0.7),
    "HEBREW": ("יולהאמתרשבנ", 0.6),
    "ARABIC": ("اليمونرتبةعدسفهكأ", 0.65),
    "THAI": ("านรกเงมยลวดทส่้ปตคหบอแขั", 0.65),
    "HANGUL": ("이다는의에을가한고지기로서도를은사대인해과하자정일어시리나부장", 0.15),
    "HAN": (
        "的一是不了在人有我他这中大来上国个到说们为子和地出也时年得就要下以生会自发成公同日月市長长"  # noqa: ISC004
        "政府警方表示這個們為時說國來對对与與後后天今報报新全部",
        0.06,
    ),
}
MERGED = {"bs": "hr", "da": "no", "nb": "no", "nn": "no", "ms": "id", "gl": "pt"}
"""Languages that short texts do not show apart, and that share their letters."""

SCRIPT = {
    "el": "GREEK", "he": "HEBREW", "ar": "ARABIC", "fa": "ARABIC", "ur": "ARABIC", "th": "THAI",
    "ko": "HANGUL", "zh": "HAN", **dict.fromkeys(("be", "bg", "mk", "ru", "sr", "uk"), "CYRILLIC"),
}  # fmt: skip
"""Scripts of which nearly every byte, or pair of bytes, of the encoding makes a letter."""
