import pytest

from config.options import reader_language


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({"LANG": "uk_UA.UTF-8"}, "uk"),
        ({"LC_ALL": "pt_BR", "LANG": "de_DE"}, "pt"),
        ({"LC_ALL": "C", "LC_MESSAGES": "ar", "LANG": "de"}, "ar"),
    ],
)
def test_headlines_are_in_the_language_of_the_locale_else_english(
    environment: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert reader_language() == lang
