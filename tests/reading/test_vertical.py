from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from penscript.document import Character, Reading
from penscript.reading.image import Picture
from penscript.reading.vertical import is_vertical, sample, turned

FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
POEM = ("春眠不覺曉處處聞啼鳥", "夜來風雨聲花落知多少", "床前明月光疑是地上霜")


def line(count: int, *, lying: bool) -> np.ndarray:
    """So many letters of 40 x 40 pixels, upright or each turned by a quarter to the left."""
    cell = np.full((40, 40), 240, np.uint8)
    cv2.putText(cell, "F", (8, 33), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 20, 3)
    return np.ascontiguousarray(np.hstack([np.rot90(cell) if lying else cell] * count))


def test_lying_letters_are_turned_upright_one_by_one() -> None:
    upright, lying = (line(1, lying=lying)[6:36, 6:34] for lying in (False, True))
    for cell in np.array_split(turned(line(7, lying=True)), 7, axis=1):
        scaled = cv2.resize(np.ascontiguousarray(cell), (40, 40))
        likeness = [cv2.matchTemplate(scaled, one, cv2.TM_CCOEFF_NORMED).max() for one in (upright, lying)]
        assert likeness[0] > likeness[1] + 0.1


def test_empty_paper_stays_as_it_is() -> None:
    paper = np.full((20, 90, 3), 200, np.uint8)
    assert turned(paper) is paper


def test_a_few_long_pieces_are_tried() -> None:
    views = [np.full((20, 40 * number, 3), 200, np.uint8) for number in range(1, 8)]
    assert [view.shape[1] for view in sample(views)] == [280, 240, 200, 160]


def test_text_is_less_surprising_than_lying_letters() -> None:
    letters = (Character("白", 0, 0.5, 0.9), Character("日", 0.5, 1, 0.9))
    assert is_vertical([Reading("白日", 0.9, letters, path=0.2)])
    assert not is_vertical([Reading("白日", 0.9, letters, path=7.5)])
    assert not is_vertical([Reading("", 0.0)])


@pytest.mark.skipif(not FONT.exists(), reason="fonts-noto-cjk is not installed")
@pytest.mark.parametrize("vertical", [True, False])
def test_columns_are_read_from_the_right_and_a_page_on_its_side_is_turned(vertical: bool) -> None:
    from penscript.options import ReadOptions
    from penscript.packs.catalog import Catalog
    from penscript.reading.reader import Reader

    page = Image.new("RGB", (400, 560), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONT), 36, index=3)
    for row, verse in enumerate(POEM):
        if vertical:
            for place, letter in enumerate(verse):
                draw.text((300 - 80 * row, 40 + 44 * place), letter, "black", font)
        else:
            draw.text((20, 60 + 80 * row), verse, "black", font)
    pixels = np.array(page) if vertical else np.ascontiguousarray(np.rot90(np.array(page), -1))
    read = Reader(Catalog(), threads=1).read_page(Picture(pixels), ReadOptions(barcodes=False))
    assert [found.text for found in read.lines] == list(POEM)
    assert read.rotation == (0 if vertical else 270)
