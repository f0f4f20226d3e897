"""Where pages may come from, what is refused and how, and the limits."""

import io
import os
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from drawn_pages import encoded, page
from penscript.errors import (
    DamagedInput,
    EmptyInput,
    InputError,
    LimitExceeded,
    MissingInput,
    PasswordNeeded,
    PasswordWrong,
    UnsupportedInput,
    UsageError,
)
from penscript.options import Limits
from penscript.reading.load import open_source


def open_files() -> set[str]:
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        pytest.skip("open files can only be listed on Linux")
    return {os.readlink(one) for one in folder.iterdir() if one.exists()}


def test_every_kind_of_source_gives_the_same_page(tmp_path):
    path = tmp_path / "page.png"
    path.write_bytes(encoded())
    with path.open("rb") as file, Image.open(path) as image:
        for source in (path, str(path), path.read_bytes(), bytearray(path.read_bytes()), file, page(), image):
            with open_source(source) as opened:
                picture = opened.load(1)
            assert opened.page_count == 1
            np.testing.assert_array_equal(picture.pixels, page())
        assert not file.closed


def test_names_are_what_the_caller_knows(tmp_path):
    path = tmp_path / "Rechnung März.png"
    path.write_bytes(encoded())
    with open_source(path) as opened:
        assert opened.name == str(path)
    with path.open("rb") as file, open_source(file) as opened:
        assert opened.name == str(path)
    with open_source(path.read_bytes()) as opened:
        assert opened.name == "the given data"


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_a_name_of_undecodable_bytes_can_be_printed(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.png"
    try:
        Path(os.fsdecode(path)).write_bytes(encoded())
    except OSError:
        pytest.skip("the file system wants UTF-8")
    with open_source(os.fsdecode(path)) as opened:
        opened.name.encode("utf-8")
        assert opened.load(1).width == 160


def test_grey_and_odd_arrays():
    grey = page()[..., 0]
    np.testing.assert_array_equal(open_source(grey).load(1).pixels, grey)
    np.testing.assert_array_equal(open_source(grey[..., None]).load(1).pixels, grey)
    np.testing.assert_array_equal(open_source(grey > 99).load(1).pixels, np.where(grey > 99, 255, 0))
    np.testing.assert_allclose(open_source(page() / 255.0).load(1).pixels, page(), atol=1)
    np.testing.assert_array_equal(open_source(page().astype(np.uint16) * 257).load(1).pixels, page())
    clear = np.dstack([page(), np.zeros((120, 160), np.uint8)])
    assert open_source(clear).load(1).pixels.min() == 255


@pytest.mark.parametrize("shape", [(4,), (4, 4, 5), (2, 4, 4, 3)])
def test_an_array_of_another_shape_is_the_callers_mistake(shape):
    with pytest.raises(UsageError, match="no picture"):
        open_source(np.zeros(shape, np.uint8))


def test_what_cannot_be_a_source():
    for source in (None, 7, ["a.png"]):
        with pytest.raises(UsageError, match="nothing that pages can be read from"):
            open_source(source)
    with pytest.raises(UsageError, match="open as text"):
        open_source(io.StringIO("text"))
    with pytest.raises(EmptyInput):
        open_source(np.zeros((0, 4), np.uint8))


def test_a_pil_image_is_turned_as_its_exif_says_and_left_alone(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(page()).save(tmp_path / "a.jpg", exif=exif, quality=95)
    with Image.open(tmp_path / "a.jpg") as image:
        picture = open_source(image).load(1)
        assert (picture.width, picture.height) == (120, 160)
        assert image.size == (160, 120)


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", EmptyInput, "is empty"),
        (b"Dear Sir,\nplease find", UnsupportedInput, "a text file"),
        (b"PK\x03\x04word/document.xml\x00\x01", UnsupportedInput, "Office"),
        (b'<?xml version="1.0"?><svg xmlns="x"></svg>', UnsupportedInput, "SVG"),
        (b"<!DOCTYPE html><html>", UnsupportedInput, "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", UnsupportedInput, "Git LFS"),
        (bytes(range(200, 256)) * 9, UnsupportedInput, "neither a picture nor a PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, DamagedInput, "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", DamagedInput, "damaged"),
        (b"%PDF-1.7\n%%EOF", DamagedInput, "damaged or has no pages"),
        (b"II*\x00\x08\x00\x00\x00", DamagedInput, "damaged"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", DamagedInput, "damaged"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", DamagedInput, "damaged"),
    ],
)
def test_what_cannot_be_read_is_named_in_one_sentence(tmp_path, content, error, says):
    path = tmp_path / "letter.jpg"
    path.write_bytes(content)
    before = open_files() if sys.platform == "linux" else set()
    with pytest.raises(error, match=says) as caught, open_source(path) as opened:
        opened.load(1)
    assert str(path) in caught.value.message
    assert caught.value.advice
    assert "\n" not in str(caught.value)
    assert not before or open_files() == before


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(MissingInput, match=r"There is no file .*nothing\.png"):
        open_source(tmp_path / "nothing.png")
    with pytest.raises(MissingInput):
        open_source("a\x00b.png")
    with pytest.raises(UnsupportedInput, match="is a folder"):
        open_source(tmp_path)
    if Path("/dev/zero").exists():
        with pytest.raises(UnsupportedInput, match="device"):
            open_source("/dev/zero")


@pytest.mark.skipif(os.name == "nt" or getattr(os, "geteuid", lambda: 0)() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "secret.png"
    path.write_bytes(encoded())
    path.chmod(0)
    with pytest.raises(InputError, match="may not be read"):
        open_source(path)


def test_limits_name_themselves_and_the_remedy(tmp_path):
    path = tmp_path / "big.png"
    path.write_bytes(encoded())
    with pytest.raises(LimitExceeded, match=r"the limit for one file\. .*Limits\(file_bytes=.*--max-bytes"):
        open_source(path, limits=Limits(file_bytes=100))
    with pytest.raises(LimitExceeded, match="Limits"):
        open_source(io.BytesIO(encoded()), limits=Limits(file_bytes=100))
    with (
        open_source(path, limits=Limits(pixels=1000)) as opened,
        pytest.raises(
            LimitExceeded,
            match=r"160 x 120 = 19,200 pixels; the limit is 1,000\. .*Limits\(pixels=20000\).*--max-pixels",
        ),
    ):
        opened.load(1)
    with pytest.raises(LimitExceeded, match="pixels"):
        open_source(page(), limits=Limits(pixels=1000))


@pytest.mark.parametrize(("form", "title", "most"), [("WEBP", "WebP", "10,000"), ("JPEG2000", "JPEG 2000", "6,666")])
def test_what_takes_much_memory_to_open_may_be_less_large(form, title, most):
    opened = open_source(encoded(form), limits=Limits(pixels=20_000))
    with pytest.raises(
        LimitExceeded, match=rf"a {title} file takes much memory to open, .* limit is {most}\. Save it as JPEG"
    ):
        opened.load(1)
    assert open_source(encoded(form), limits=Limits(pixels=60_000)).load(1).width == 160


def test_a_limit_may_be_lifted(tmp_path):
    path = tmp_path / "big.png"
    path.write_bytes(encoded())
    assert open_source(path, limits=Limits(None, None, None)).load(1).width == 160


def test_the_advice_of_a_limit_is_enough(tmp_path):
    with pytest.raises(LimitExceeded) as caught, open_source(encoded(), limits=Limits(pixels=19_199)) as opened:
        opened.load(1)
    enough = int(caught.value.advice.split("pixels=")[1].split(")")[0])
    assert open_source(encoded(), limits=Limits(pixels=enough)).load(1).width == 160


def test_a_bomb_is_refused_from_its_header():
    bomb = io.BytesIO()
    Image.new("1", (60_000, 8)).save(bomb, "PNG")
    data = bytearray(bomb.getvalue())
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    with open_source(bytes(data)) as opened, pytest.raises(LimitExceeded, match="60000 x 60000"):
        opened.load(1)


def test_page_numbers():
    with open_source(page()) as opened:
        for number in (0, 2, -1):
            with pytest.raises(UsageError, match="Its pages are 1 to 1"):
                opened.load(number)
    with pytest.raises(UsageError, match="closed"):
        opened.load(1)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP", "PDF"])
def test_nothing_stays_open(tmp_path, form):
    path = tmp_path / "page"
    path.write_bytes(encoded(form))
    before = open_files()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        with open_source(path) as opened:
            opened.load(1)
            opened.load(1)
        assert open_files() == before
        path.unlink()


def test_passwords(tmp_path):
    import pikepdf

    path = tmp_path / "locked.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 100))
        pdf.save(path, encryption=pikepdf.Encryption(user="Schlüssel", owner="o", R=6))
    with pytest.raises(PasswordNeeded, match="encrypted") as needed:
        open_source(path)
    with pytest.raises(PasswordWrong, match="does not open") as wrong:
        open_source(path, password="schlüssel")
    assert (needed.value.http_status, wrong.value.http_status) == (401, 403)
    with open_source(path, password="Schlüssel") as opened:
        assert opened.load(1).pixels.min() == 255


def test_threads_may_share_a_source_and_open_their_own(tmp_path):
    pages = [Image.fromarray(np.full((40, 50, 3), 20 * number, np.uint8)) for number in range(8)]
    tiff, pdf = tmp_path / "a.tif", tmp_path / "a.pdf"
    pages[0].save(tiff, save_all=True, append_images=pages[1:])
    pages[0].save(pdf, save_all=True, append_images=pages[1:], quality=95)
    for path in (tiff, pdf):
        with open_source(path) as opened, ThreadPoolExecutor(8) as pool:
            shared = list(pool.map(opened.load, [number % 8 + 1 for number in range(32)]))
        assert [round(float(one.pixels.mean()) / 20) for one in shared] == [number % 8 for number in range(32)]
