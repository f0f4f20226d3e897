"""The characters that a language may produce."""

import importlib.util
import unicodedata
from pathlib import Path

import pytest

from penscript.alphabets import allowed, letters
from penscript.language import Language

# Letters of CLDR that the base weights have no class for, capitals and combining marks left aside.
NOT_IN_BASE = {
    Language.IRISH: "ḃḋḟṁṗṡṫ",
    Language.LITHUANIAN: "ẽ",
    Language.QUECHUA: "ʼ",
    Language.UZBEK: "ʻʼ",
    Language.VIETNAMESE: "ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốổỗộớờởỡợụủứừửữựỳỵỷỹ",
    Language.WELSH: "ẁẃẅỳ",
}


def test_french() -> None:
    french = letters(Language.FRENCH)
    assert set("abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿ") <= french
    assert set("ABCXYZÀÉÊŒÆÇŸ") <= french
    assert not french & set("łşđőжα中")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.GERMAN, "äöüßẞÄÖÜ"),
        (Language.TURKISH, "ıIiİğşçöü"),
        (Language.AZERBAIJANI, "əƏıİ"),
        (Language.SPANISH, "ñÑáéíóúü"),
        (Language.ICELANDIC, "þÞðÐæö"),
        (Language.MALTESE, "ħĦġċż"),
        (Language.CATALAN, "·çŀ"),
        (Language.MAORI, "āēīōūbcd"),
        (Language.LATIN, "abcxyzæœāē"),
        (Language.OCCITAN, "òçí"),
        (Language.FILIPINO, "ñ"),
        (Language.POLISH, "ąćęłńóśźż"),
        (Language.ROMANIAN, "șțăâîŞŢ"),
        (Language.GREEK, "ςσΣάΆ"),
        (Language.RUSSIAN, "ёЁжЖъ"),
        (Language.UKRAINIAN, "ґєїі"),
        (Language.HEBREW, "אםת"),
        (Language.ARABIC, "ءابة"),
        (Language.JAPANESE, "あアー々漢Aa"),
        (Language.CHINESE, "一龥𠀀Aa"),
        (Language.CHINESE_TRADITIONAL, "臺灣ㄅ"),
        (Language.KOREAN, "가힣漢"),
    ],
)
def test_letters(language: Language, expected: str) -> None:
    assert not set(expected) - letters(language)


def test_every_language_has_letters_in_both_cases() -> None:
    for language in Language:
        have = letters(language)
        assert bool(have) is (language is not Language.AUTO)
        missing = {one.upper() for one in have if len(one.upper()) == 1 and unicodedata.category(one) == "Ll"} - have
        assert not missing, language
        assert all(len(one) == 1 for one in have)


def test_every_latin_language_has_the_letters_of_ascii() -> None:
    ascii_letters = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert all(ascii_letters <= letters(one) for one in Language if one.script == "Latn")
    assert not ascii_letters & letters(Language.RUSSIAN)


@pytest.mark.parametrize(
    "language", [Language.ENGLISH, Language.FRENCH, Language.RUSSIAN, Language.CHINESE, Language.THAI]
)
def test_signs_are_always_allowed(language: Language) -> None:
    signs = set(" 0123456789.,;:!?'\"()[]{}/\\@#%&*+-=_<>|~^$€£¥¢₹₽₺«»“”„‘’–—…§°±×÷½²³≤≥√∞☐☑☒✓✗•→←©®™‰")
    assert not signs - (allowed((language,)) or frozenset())


def test_signs_of_their_own() -> None:
    assert set("¿¡") <= (allowed((Language.SPANISH,)) or frozenset())
    assert set("،؛؟٠٩") <= (allowed((Language.ARABIC,)) or frozenset())
    assert set("।१") <= (allowed((Language.HINDI,)) or frozenset())
    assert set("、。「」（）") <= (allowed((Language.JAPANESE,)) or frozenset())
    assert not set("、。（）") & (allowed((Language.FRENCH,)) or frozenset())


def test_auto_has_no_limit_and_several_languages_join() -> None:
    assert allowed((Language.AUTO,)) is None
    assert allowed((Language.FRENCH, Language.AUTO)) is None
    both = allowed((Language.FRENCH, Language.POLISH))
    assert both == (allowed((Language.FRENCH,)) or frozenset()) | (allowed((Language.POLISH,)) or frozenset())
    assert allowed((Language.FRENCH,)) is allowed((Language.FRENCH,))


def test_the_base_weights_know_the_letters() -> None:
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        pytest.skip("rapidocr is not installed")
    runtime = pytest.importorskip("onnxruntime")
    model = Path(found.origin).parent / "models" / "PP-OCRv6_rec_small.onnx"
    charset = set(runtime.InferenceSession(model).get_modelmeta().custom_metadata_map["character"].split("\n"))
    for language in (one for one in Language if one.script == "Latn"):
        small = {one for one in letters(language) if one == one.lower() and not unicodedata.combining(one)}
        assert "".join(sorted(small - charset - {"ɑ"})) == NOT_IN_BASE.get(language, ""), language
