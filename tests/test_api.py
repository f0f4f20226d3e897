import io
import itertools
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import penscript as ocr
from fakes import BLUE, RED, FakeReader, picture, save_pages
from penscript.api import EngineSpec
from penscript.errors import (
    DamagedInput,
    InputError,
    LimitExceeded,
    MissingInput,
    PenscriptError,
    UsageError,
)

WHITE = (255, 255, 255)


@pytest.fixture
def engine(monkeypatch):
    import penscript.reading.reader

    monkeypatch.setattr(penscript.reading.reader, "Reader", FakeReader)
    return ocr.OcrEngine()


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.png"
    picture().save(path)
    return path


@pytest.fixture
def pages(tmp_path):
    path = tmp_path / "pages.tif"
    save_pages(path, [WHITE, RED, WHITE])
    return path


def encoded(image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_the_lines_of_a_page_come_with_text_confidence_and_place(engine, note):
    result = engine.process(ocr.Image.load(note))
    assert [(line.text, line.confidence) for line in result.lines] == [("page 1", 90.0), ("60 x 40", 60.0)]
    assert result.lines[0].bounds == ocr.Bounds(10, 10, 100, 20)
    assert result.source == str(note)
    assert result.text == "page 1\n60 x 40"
    assert repr(result) == f"OcrResult({str(note)!r}, pages=1, lines=2)"
    assert result.lines[1].confidence < 75 <= result.lines[0].confidence


@pytest.mark.parametrize(
    "source",
    [
        lambda path: path,
        str,
        lambda path: path.read_bytes(),
        lambda path: io.BytesIO(path.read_bytes()),
        lambda path: np.zeros((40, 60, 3), np.uint8),
        lambda path: np.zeros((40, 60), np.uint8),
        lambda path: picture(),
    ],
    ids=["Path", "str", "bytes", "file", "rgb", "grey", "PIL"],
)
def test_an_image_and_the_engine_take_every_kind_of_source(engine, note, source):
    made = source(note)
    image = ocr.Image.load(made)
    assert image.page_count == 1
    assert engine.process(image).lines[1].text == "60 x 40"
    assert engine.process(image).lines[1].text == "60 x 40"
    assert engine.process(source(note)).lines[1].text == "60 x 40"


def test_a_file_object_keeps_its_name_and_stays_open(engine, note):
    with note.open("rb") as file:
        image = ocr.Image.load(file)
        assert not file.closed
    assert image.name == str(note)
    assert engine.process(image).source == str(note)


def test_loading_says_at_once_what_is_wrong(tmp_path):
    with pytest.raises(MissingInput, match=r"nothing\.jpg"):
        ocr.Image.load(tmp_path / "nothing.jpg")
    with pytest.raises(UsageError, match="text"):
        ocr.Image.load(io.StringIO("no bytes"))
    closed = io.BytesIO(b"x")
    closed.close()
    with pytest.raises(InputError):
        ocr.Image.load(closed)
    with pytest.raises(LimitExceeded):
        ocr.Image.load(io.BytesIO(encoded(picture())), limits=ocr.Limits(file_bytes=10))


def test_an_image_travels_to_other_processes(note):
    for source in (note, note.read_bytes(), io.BytesIO(note.read_bytes())):
        copy = pickle.loads(pickle.dumps(ocr.Image.load(source)))
        with copy.open() as opened:
            assert opened.load(1).width == 60


def test_the_result_opens_again_from_its_json(engine, note):
    result = engine.process(note)
    again = ocr.OcrResult.from_json(result.to_json())
    assert again.document == result.document
    assert again.to_json() == result.to_json()


def test_accepted_and_doubtful_together_are_all_lines(engine, note):
    result = engine.process(note, policy=ocr.AcceptPolicy(threshold=50))
    assert len(result.accepted()) == 2
    for threshold in (None, 0, 60, 60.1, 90, 100):
        both = result.accepted(threshold) + result.doubtful(threshold)
        assert sorted(both, key=result.lines.index) == list(result.lines)
    assert [line.confidence for line in result.accepted(90)] == [90.0]
    with pytest.raises(UsageError):
        result.accepted(101)


def test_a_pack_may_have_a_threshold_of_its_own(engine, note):
    result = engine.process(note)
    (pack,) = {line.pack for line in result.lines}
    strict, loose = (replace(result, policy=ocr.AcceptPolicy(60, packs=((pack, told),))) for told in (100.0, 0.0))
    assert (len(strict.accepted()), len(loose.doubtful())) == (0, 0)
    assert len(strict.accepted(60)) == len(loose.accepted(60)) == 2
    with pytest.raises(UsageError):
        ocr.AcceptPolicy(packs=((pack, 101),))


def test_language_policy_and_pack_can_be_set(engine):
    assert engine.language is ocr.Language.AUTO
    engine.language = ocr.Language.ENGLISH
    assert engine.language is ocr.Language.ENGLISH
    engine.language = ["fr", ocr.Language.GERMAN]
    assert engine.language == (ocr.Language.FRENCH, ocr.Language.GERMAN)
    engine.policy = ocr.AcceptPolicy(threshold=80)
    engine.pack = "my-hand"
    assert (engine.options.policy.threshold, engine.options.pack) == (80, "my-hand")
    with pytest.raises(UsageError, match="klingon"):
        engine.language = "klingon"


def test_a_call_never_changes_the_engine(engine, note):
    before = engine.options
    engine.process(note, policy=ocr.AcceptPolicy(threshold=10), pages=[1])
    list(engine.pages(note, policy=ocr.AcceptPolicy(threshold=10)))
    list(engine.process_many([note], policy=ocr.AcceptPolicy(threshold=10)))
    assert engine.options is before


def test_a_call_keeps_the_options_that_it_began_with(engine, pages):
    engine.language = "en"
    read, items = engine.pages(pages), engine.process_many([pages])
    engine.language = "fr"
    list(read)
    list(items)
    assert {option.languages for option in engine._reader.asked} == {(ocr.Language.ENGLISH,)}


def test_a_broken_page_among_others_keeps_its_number_and_says_why(engine, pages):
    result = engine.process(pages)
    assert [page.number for page in result.pages] == [1, 2, 3]
    assert [page.status for page in result.pages] == ["read", "failed", "read"]
    assert result.pages[1].error == "The page is red. Use another one."
    assert result.pages[1].lines == ()


def test_a_mistake_of_the_program_costs_one_page(engine, tmp_path):
    save_pages(tmp_path / "b.tif", [WHITE, BLUE])
    broken = engine.process(tmp_path / "b.tif").pages[1]
    assert broken.status == "failed"
    assert "blue" in broken.error


def test_a_source_raises_when_nothing_of_it_can_be_read(engine, pages, tmp_path):
    with pytest.raises(DamagedInput, match="red"):
        engine.process(pages, pages=[2])
    with pytest.raises(DamagedInput, match="red"):
        engine.process(picture(RED))
    save_pages(tmp_path / "red.tif", [RED, RED])
    with pytest.raises(DamagedInput, match="None of the 2 pages"):
        engine.process(tmp_path / "red.tif")


def test_pages_come_one_at_a_time(engine, pages):
    read = engine.pages(pages)
    assert next(read).text == "page 1\n60 x 40"
    assert len(engine._reader.asked) == 1
    assert [page.status for page in read] == ["failed", "read"]
    read.close()


def test_only_the_pages_asked_for_are_read(engine, pages):
    assert [page.number for page in engine.process(pages, pages=[3, 1, 3]).pages] == [3, 1]
    with pytest.raises(UsageError, match="3 pages, and page 9"):
        engine.process(pages, pages=[9])


def test_time_runs_out_between_pages(engine, pages):
    limited = ocr.OcrEngine(limits=ocr.Limits(seconds=1e-9))
    limited._reader = FakeReader()
    with pytest.raises(LimitExceeded, match=r"pages\.tif took longer"):
        limited.process(pages)


def test_time_runs_out_within_the_last_page(engine, monkeypatch):
    ticks = itertools.chain([0.0, 0.5], itertools.repeat(2.0))
    monkeypatch.setattr("penscript.paging.time.monotonic", lambda: next(ticks))
    limited = ocr.OcrEngine(limits=ocr.Limits(seconds=1))
    limited._reader = FakeReader()
    with pytest.raises(LimitExceeded, match="given array took longer than the limit of 1 seconds"):
        limited.process(np.zeros((20, 33, 3), np.uint8))
    assert len(limited._reader.asked) == 1


def test_progress_and_timings_are_told(engine, pages):
    told, timings = [], {}
    engine.process(pages, progress=lambda done, total: told.append((done, total)), timings=timings)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert timings["read"] == 2.0
    assert timings["load"] > 0


def test_a_line_is_read_by_itself(engine, note):
    assert engine.process_line(np.zeros((20, 33, 3), np.uint8)).text == "33 wide"
    assert engine.process_line(note).text == "60 wide"


def test_many_sources_come_in_order_and_a_bad_one_is_an_item(engine, note, pages):
    told = []
    sources = [pages, "missing.jpg", note, picture(BLUE)]
    items = list(engine.process_many(sources, progress=lambda done, total: told.append((done, total))))
    assert [item.source for item in items][:3] == [str(pages), "missing.jpg", str(note)]
    assert [item.error is None for item in items] == [True, False, True, False]
    assert [item.result is None for item in items] == [False, True, False, True]
    assert isinstance(items[1].error, MissingInput)
    assert type(items[3].error) is PenscriptError
    assert "KeyError" in str(items[3].error)
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_many_sources_may_come_from_a_generator(engine, note):
    told = []
    items = engine.process_many((note for _ in range(2)), progress=lambda done, total: told.append((done, total)))
    assert next(items).result is not None
    assert told == [(1, None)]
    with pytest.raises(UsageError):
        engine.process_many([note], workers=0)
    with pytest.raises(UsageError, match="one source"):
        engine.process_many(str(note))


def test_an_error_is_handed_back_when_it_is_only_tried(engine):
    assert isinstance(engine.attempt("missing.jpg").error, MissingInput)


def test_one_engine_serves_many_threads(engine):
    sizes = [(60 + n, 40) for n in range(40)]
    opened = threading.Barrier(8)

    def read(size):
        if size[0] < 68:
            opened.wait(timeout=20)
        return engine.process(picture(size=size)).lines[1].text

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, sizes)) == [f"{width} x 40" for width, _ in sizes]


def test_the_spec_of_an_engine_travels_and_makes_the_same_engine(engine, note, tmp_path):
    spec = EngineSpec(engine.options, (tmp_path,), 1)
    attempt = pickle.loads(pickle.dumps(spec))()
    assert attempt(note).result == engine.process(note)


def test_barcodes_are_found_without_reading(engine, tmp_path):
    zxingcpp = pytest.importorskip("zxingcpp")
    code = zxingcpp.create_barcode("penscript", zxingcpp.BarcodeFormat.QRCode)
    array = np.pad(np.array(code.to_image(scale=5)), 40, constant_values=255)
    found = engine.recognize_barcode(array)
    assert [(one.text, one.page) for one in found] == [("penscript", 1)]
    assert engine._reader is None
