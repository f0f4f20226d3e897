"""Tesseract behind the recogniser protocol: without the program, and with it where it is installed."""

import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from penscript.errors import LimitExceeded, MissingComponent
from penscript.language import Language
from penscript.packs import tesseract
from penscript.packs.catalog import Catalog
from penscript.packs.hocr import parse
from penscript.packs.protocol import Crop
from penscript.packs.tesseract import MODELS, TesseractRecognizer, models

FONTS = {
    Language.RUSSIAN: "DejaVuSans.ttf",
    Language.UKRAINIAN: "DejaVuSans.ttf",
    Language.GREEK: "DejaVuSans.ttf",
    Language.HEBREW: "DejaVuSans.ttf",
    Language.ARABIC: "NotoNaskhArabic-Regular.ttf",
    Language.HINDI: "NotoSansDevanagari-Regular.ttf",
    Language.THAI: "NotoSansThai-Regular.ttf",
    Language.KOREAN: "NotoSansCJK-Regular.ttc",
}
TEXTS = {
    Language.RUSSIAN: [
        "Съешь же ещё этих мягких французских булок",
        "Счёт № 4711 от 12.03.2024",
        "Итого: 1 250,00 руб.",
    ],
    Language.UKRAINIAN: ["Усі люди народжуються вільними і рівними"],
    Language.GREEK: ["Ξεσκεπάζω την ψυχοφθόρα βδελυγμία", "Τιμολόγιο 4711"],
    Language.HEBREW: ["דג סקרן שט בים מאוכזב ולפתע מצא", "חשבונית 4711", "שלום"],
    Language.ARABIC: ["السلام عليكم ورحمة الله وبركاته", "فاتورة رقم 4711", "المجموع"],
    Language.HINDI: ["सभी मनुष्यों को गौरव और अधिकारों"],
    Language.THAI: ["เป็นมนุษย์สุดประเสริฐเลิศคุณค่า", "รวมทั้งสิ้น"],
    Language.KOREAN: ["모든 인간은 태어날 때부터 자유로우며", "합계 12,500원"],
}


def drawn(text: str, language: Language, margin: int = 6) -> Crop:
    """A line in black on white, grey; skips where the font or shaping for it is missing."""
    try:
        font = ImageFont.truetype(FONTS[language], 36, layout_engine=ImageFont.Layout.RAQM)
    except (OSError, ImportError):
        pytest.skip(f"no font {FONTS[language]}")
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin), 255)
    ImageDraw.Draw(picture).text((margin - left, margin - top), text, font=font, fill=0)
    return np.array(picture)


def recognizer(*languages: Language) -> TesseractRecognizer:
    """The recogniser, or a skip that names the package to install."""
    try:
        return TesseractRecognizer(languages, workers=2)
    except MissingComponent as error:
        pytest.skip(str(error))


def distance(one: str, other: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(one, other)


@pytest.mark.parametrize("language", TEXTS, ids=lambda language: language.name.lower())
def test_printed_lines_are_read(language: Language) -> None:
    reader = recognizer(language)
    texts = TEXTS[language]
    readings = reader.read([drawn(text, language) for text in texts])
    wrong = sum(distance(reading.text, text) for reading, text in zip(readings, texts, strict=True))
    assert wrong <= 0.05 * sum(map(len, texts))
    assert all(reading.text == unicodedata.normalize("NFC", reading.text) for reading in readings)
    assert all(0.5 < reading.score <= 1 for reading in readings)
    assert {reading.pack for reading in readings} == {reader.info.id}


def test_characters_lie_where_they_are_drawn() -> None:
    reader = recognizer(Language.RUSSIAN)
    crop = np.concatenate([np.full((48, 300), 255, np.uint8), drawn_at_48("Счёт номер")], axis=1)
    (reading,) = reader.read([crop])
    assert "".join(character.text for character in reading.characters) == reading.text == "Счёт номер"
    ink = np.flatnonzero((crop < 128).any(axis=0)) / crop.shape[1]
    assert abs(reading.characters[0].start - ink[0]) < 0.01
    assert abs(reading.characters[-1].end - ink[-1]) < 0.01
    assert all(character.start <= character.end for character in reading.characters)


def drawn_at_48(text: str) -> Crop:
    return np.array(Image.fromarray(drawn(text, Language.RUSSIAN)).resize((360, 48)))


def test_right_to_left_is_in_logical_order_and_starts_at_the_right() -> None:
    reader = recognizer(Language.HEBREW)
    (reading,) = reader.read([drawn("דג סקרן שט", Language.HEBREW)])
    assert reading.text == "דג סקרן שט"
    first, last = reading.characters[0], reading.characters[-1]
    assert first.start > first.end > last.start > last.end
    assert first.start > 0.9
    assert last.end < 0.1


def test_a_line_reads_the_same_alone_and_in_company() -> None:
    reader = recognizer(Language.RUSSIAN)
    crops = [drawn(text, Language.RUSSIAN) for text in TEXTS[Language.RUSSIAN]]
    assert reader.read(crops * 7) == [reader.read([crop])[0] for crop in crops] * 7


def test_margins_and_colours_change_little() -> None:
    reader = recognizer(Language.RUSSIAN)
    text = TEXTS[Language.RUSSIAN][0]
    wide = drawn(text, Language.RUSSIAN, margin=40)
    assert [reading.text for reading in reader.read([wide, np.stack([wide] * 3, axis=2)])] == [text, text]


def test_rivals_are_ranked_and_less_likely() -> None:
    (reading,) = recognizer(Language.RUSSIAN).read([drawn("Съешь же ещё", Language.RUSSIAN)])
    assert any(character.alternatives for character in reading.characters)
    for character in reading.characters:
        rivals = [probability for _, probability in character.alternatives]
        assert rivals == sorted(rivals, reverse=True)
        assert sum(rivals) + character.probability <= 1 + 1e-9
        assert character.text not in dict(character.alternatives)


def test_nothing_to_read_gives_empty_readings() -> None:
    reader = recognizer(Language.RUSSIAN)
    assert reader.read([]) == []
    blank = [np.full((40, 300), 255, np.uint8), np.zeros((1, 1, 3), np.uint8)]
    readings = reader.read([*blank, drawn("да", Language.RUSSIAN)])
    assert [reading.text for reading in readings] == ["", "", "да"]
    assert readings[0].score == 0


def test_no_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = recognizer(Language.RUSSIAN)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    reader.read([drawn("да", Language.RUSSIAN)])
    assert list(tmp_path.iterdir()) == []


def test_the_catalogue_hands_it_out() -> None:
    recognizer(Language.RUSSIAN)
    catalog = Catalog()
    found = catalog.recognizer(None, (Language.RUSSIAN,))
    assert isinstance(found, TesseractRecognizer)
    assert found.info.name == "tesseract"
    assert found.info.script == "Cyrl"
    assert found.info.calibration is None
    assert catalog.recognizer(None, (Language.RUSSIAN,)) is found


def test_without_the_program_the_error_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(tesseract, "_WINDOWS", Path("nowhere"))
    with pytest.raises(MissingComponent, match="not installed") as caught:
        Catalog().recognizer(None, (Language.SERBIAN, Language.SERBIAN_LATIN))
    assert "sudo apt install tesseract-ocr tesseract-ocr-srp tesseract-ocr-srp-latn" in caught.value.advice
    assert "brew install tesseract tesseract-lang" in caught.value.advice
    assert "winget install UB-Mannheim.TesseractOCR" in caught.value.advice
    assert caught.value.exit_code == 5


def test_without_the_model_the_error_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/somewhere/tesseract")
    monkeypatch.setattr(tesseract, "installed_models", lambda program: frozenset({"eng", "osd"}))
    with pytest.raises(MissingComponent, match="no model tam") as caught:
        TesseractRecognizer([Language.TAMIL, Language.ENGLISH])
    assert "tesseract-ocr-tam" in caught.value.advice
    assert "tesseract-ocr-eng" not in caught.value.advice


def faked(monkeypatch: pytest.MonkeyPatch, error: Exception) -> TesseractRecognizer:
    """A recogniser whose program raises `error` when it is run."""
    monkeypatch.setattr(shutil, "which", lambda name: "/somewhere/tesseract")
    monkeypatch.setattr(tesseract, "installed_models", lambda program: frozenset({"rus"}))
    monkeypatch.setattr(tesseract, "_version", lambda program: "5.0")

    def run(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(subprocess, "run", run)
    return TesseractRecognizer([Language.RUSSIAN])


def test_a_run_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = faked(monkeypatch, subprocess.TimeoutExpired("tesseract", 120))
    with pytest.raises(LimitExceeded, match="120 seconds"):
        reader.read([np.tile(np.array([0, 255], np.uint8), (20, 50))])


@pytest.mark.parametrize(
    "error",
    [subprocess.CalledProcessError(1, "tesseract", stderr=b"Error\nno memory"), PermissionError(13, "no memory")],
)
def test_a_program_that_fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    reader = faked(monkeypatch, error)
    with pytest.raises(MissingComponent, match="Tesseract failed: no memory"):
        reader.read([np.tile(np.array([0, 255], np.uint8), (20, 50))])


def test_an_answer_that_is_no_hocr() -> None:
    with pytest.raises(ValueError, match="hOCR"):
        parse("no xml")


def test_every_language_has_a_model() -> None:
    assert set(MODELS) == {language.value for language in Language if language is not Language.AUTO}
    assert models((Language.AUTO,)) == ("eng",)
    assert models((Language.ENGLISH, Language.RUSSIAN)) == ("rus", "eng")
    assert models((Language.ITALIAN, Language.ROMANSH)) == ("ita",)
