from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from fakes import document, line
from penscript.document import Bounds, LineStatus, Page
from penscript.errors import UsageError
from penscript.export.picture import ACCEPTED, BARCODE, DOUBTFUL, LOST, check_ending, draw_page, save_picture
from penscript.options import AcceptPolicy

WHITE = np.full((480, 640, 3), 255, np.uint8)


def at(confidence, y, **more):
    corners = ((10.0, y), (110.0, y), (110.0, y + 20.0), (10.0, y + 20.0))
    return replace(line("x", confidence, **more), bounds=Bounds(10, int(y), 100, 20), polygon=corners)


def colours(drawn):
    return {colour for _, colour in drawn.getcolors(1 << 24)}


def made(*lines):
    return Page(1, 640, 480, lines)


def test_the_colour_of_a_box_is_its_verdict():
    page = Page(1, 640, 480, (at(90, 50.0), at(60, 150.0), at(2, 250.0, status=LineStatus.UNREADABLE)))
    drawn = draw_page(WHITE, page)
    assert [drawn.getpixel((60, y)) for y in (50, 150, 250)] == [ACCEPTED, DOUBTFUL, LOST]
    assert draw_page(WHITE, page, AcceptPolicy(50)).getpixel((60, 150)) == ACCEPTED


def test_barcodes_have_boxes_too():
    assert BARCODE in colours(draw_page(WHITE, document().pages[0]))


def test_the_page_keeps_its_size_and_its_pixels():
    pixels = WHITE.copy()
    drawn = draw_page(pixels, made(at(90, 0.0)))
    assert drawn.size == (640, 480)
    assert (pixels == 255).all()
    assert drawn.getpixel((600, 400)) == (255, 255, 255)


def test_grey_and_tiny_pages_and_lines_without_an_outline_can_be_drawn():
    drawn = draw_page(np.full((5, 5), 255, np.uint8), made(replace(line("x"), polygon=())))
    assert drawn.mode == "RGB"
    assert draw_page(WHITE, made()).getcolors() == [(640 * 480, (255, 255, 255))]


def test_a_picture_is_written_in_the_kind_of_its_ending(tmp_path):
    drawn = draw_page(WHITE, made(at(90, 50.0)))
    for name, kind in (("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.webp", "WEBP")):
        save_picture(drawn, tmp_path / name)
        with Image.open(tmp_path / name) as again:
            assert (again.format, again.size) == (kind, (640, 480))
    with pytest.raises(UsageError, match=r"\.png"):
        check_ending("boxes.txt")
