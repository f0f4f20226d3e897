"""Names, codes and scripts of the languages."""

import re
from pathlib import Path

import pytest

from penscript.errors import UsageError
from penscript.language import Language
from penscript.options import languages_of
from penscript.packs.tesseract import MODELS


def test_codes_names_and_members() -> None:
    assert Language("fr") is Language.FRENCH
    assert Language["SWEDISH"] is Language.SWEDISH
    assert Language.ENGLISH == "en"
    assert str(Language.CHINESE_TRADITIONAL) == "zh-Hant"


@pytest.mark.parametrize("text", ["French", "FRENCH", " fr ", "Fr", "french"])
def test_of_forgives_case_and_spaces(text: str) -> None:
    assert Language.of(text) is Language.FRENCH


@pytest.mark.parametrize(
    "text", ["zh-hant", "zh_Hant", "Chinese Traditional", "chinese_traditional", "CHINESE-TRADITIONAL"]
)
def test_of_forgives_the_separator(text: str) -> None:
    assert Language.of(text) is Language.CHINESE_TRADITIONAL


def test_every_member_is_found_by_its_name_and_its_code() -> None:
    for language in Language:
        assert Language.of(language.name) is language
        assert Language.of(language.value) is language
        assert Language.of(language) is language


def test_an_unknown_language_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="french") as caught:
        Language.of("frensh")
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError):
        Language.of("")


def test_several_languages() -> None:
    assert languages_of("fr") == (Language.FRENCH,)
    assert languages_of(["fr", Language.GERMAN, "English"]) == (Language.FRENCH, Language.GERMAN, Language.ENGLISH)
    with pytest.raises(UsageError):
        languages_of([])


def test_fifty_languages_are_read_by_the_base_weights() -> None:
    base = [language for language in Language if language.engine == "base" and language is not Language.AUTO]
    assert len(base) == 50
    assert {language.script for language in base} == {"Latn", "Hans", "Hant", "Jpan"}


def test_scripts() -> None:
    assert Language.AUTO.script == "Zyyy"
    assert Language.RUSSIAN.script == "Cyrl"
    assert Language.SERBIAN_LATIN.script == "Latn"
    assert [one.name for one in Language if one.right_to_left] == ["ARABIC", "HEBREW", "PERSIAN", "URDU"]
    assert all(one.engine == "tesseract" for one in (Language.RUSSIAN, Language.KOREAN, Language.THAI, Language.URDU))


def test_the_page_of_the_documentation_lists_every_language(root: Path) -> None:
    page = (root / "docs" / "languages.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| [^|]+ \| `(\w+)` \| `([\w-]+)` \|", page, re.M))
    assert rows == {language.name: language.value for language in Language if language is not Language.AUTO}
    packages = dict(re.findall(r"^\|.*\| `([\w-]+)` \| [^|]+ \| `tesseract-ocr-([\w-]+)` \|$", page, re.M))
    assert packages == {one.value: MODELS[one.value] for one in Language if one.engine == "tesseract"}
