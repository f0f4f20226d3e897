"""What is left of damaged files is read, and nothing but our own errors comes out."""

import io

import numpy as np
import pytest
from PIL import Image

from drawn_pages import encoded, page
from penscript.errors import DamagedInput, PenscriptError
from penscript.reading.load import open_source
from penscript.reading.raster import CUT, RESCUED


@pytest.mark.parametrize(("form", "kept"), [("JPEG", 0.6), ("PNG", 0.6), ("BMP", 0.6), ("GIF", 0.6), ("TIFF", 0.9)])
def test_what_is_left_of_a_cut_file_is_read_with_a_warning(form, kept):
    noise = np.random.default_rng(1).integers(0, 256, (300, 200, 3), np.uint8)
    data = tiff_with_directory_first(noise) if form == "TIFF" else encoded(form, noise)
    with open_source(data[: int(len(data) * kept)]) as opened:
        picture = opened.load(1)
    assert RESCUED in picture.warnings
    assert picture.pixels.shape[:2] == (300, 200)
    assert picture.pixels.std() > 40


def tiff_with_directory_first(pixels: np.ndarray) -> bytes:
    """An uncompressed RGB TIFF of one strip a row, as Pillow does not write it."""
    height, width = pixels.shape[:2]
    names = [
        (256, 4, 1),
        (257, 4, 1),
        (258, 3, 1),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, height),
        (277, 3, 1),
        (278, 4, 1),
        (279, 4, height),
    ]
    table = 8 + 2 + 12 * len(names) + 4
    offsets, counts, start = table, table + 4 * height, table + 8 * height
    values = [width, height, 8, 1, 2, offsets, 3, 1, counts]
    out = b"II*\x00" + (8).to_bytes(4, "little") + len(names).to_bytes(2, "little")
    for (tag, kind, count), value in zip(names, values, strict=True):
        out += (
            tag.to_bytes(2, "little")
            + kind.to_bytes(2, "little")
            + count.to_bytes(4, "little")
            + value.to_bytes(4, "little")
        )
    out += bytes(4)
    out += b"".join((start + row * width * 3).to_bytes(4, "little") for row in range(height))
    out += (width * 3).to_bytes(4, "little") * height
    return out + pixels.tobytes()


def test_a_png_with_wrong_checksums_is_read_with_a_warning():
    data = bytearray(encoded())
    data[29] ^= 0xFF  # of the first chunk, which says how large the picture is
    picture = open_source(bytes(data)).load(1)
    assert RESCUED in picture.warnings
    np.testing.assert_array_equal(picture.pixels, page())


def test_a_tiff_that_is_cut_between_pages_says_that_some_are_lost():
    file = io.BytesIO()
    images = [Image.fromarray(page()) for _ in range(4)]
    images[0].save(file, "TIFF", save_all=True, append_images=images[1:])
    with open_source(file.getvalue()[: len(file.getvalue()) * 2 // 3]) as opened:
        assert 1 <= opened.page_count < 4
        pictures = [opened.load(number) for number in range(1, opened.page_count + 1)]
    assert CUT in pictures[-1].warnings
    assert pictures[0].warnings == ()


def test_one_damaged_page_leaves_the_others():
    noise = np.random.default_rng(2).integers(0, 256, (60, 80), np.uint8)
    file = io.BytesIO()
    images = [Image.fromarray(noise) for _ in range(3)]
    images[0].save(file, "TIFF", save_all=True, append_images=images[1:], compression="tiff_deflate")
    data = bytearray(file.getvalue())
    starts = [at for at in range(len(data) - 4) if data[at : at + 2] == b"\x78\x9c"]
    middle = starts[len(starts) // 2]
    data[middle : middle + 1500] = bytes(1500)
    with open_source(bytes(data)) as opened:
        with pytest.raises(DamagedInput):
            opened.load(2)
        np.testing.assert_array_equal(opened.load(1).pixels, noise)
        np.testing.assert_array_equal(opened.load(3).pixels, noise)


def test_nothing_but_a_header_is_no_page():
    noise = np.random.default_rng(1).integers(0, 256, (300, 200, 3), np.uint8)
    with pytest.raises(DamagedInput), open_source(encoded("PNG", noise)[:60]) as opened:
        opened.load(1)


def test_errors_are_ours_alone():
    """A flipped byte anywhere never brings out anything but a Picture or a PenscriptError."""
    random = np.random.default_rng(5)
    for form in ("PNG", "JPEG", "TIFF", "GIF", "WEBP", "BMP", "JPEG2000", "PDF"):
        data = np.frombuffer(encoded(form), np.uint8)
        for _ in range(25):
            hurt = data.copy()
            hurt[random.integers(0, len(hurt), 4)] = random.integers(0, 256, 4)
            try:
                with open_source(hurt.tobytes()) as opened:
                    opened.load(1)
            except PenscriptError:
                continue
