import cv2
import numpy as np

from penscript.document import Bounds, Line, Reading
from penscript.reading.evidence import beside
from penscript.reading.join import join
from penscript.reading.lines import arranged, without_arrows
from penscript.reading.piece import Piece, outline
from penscript.reading.recognize import text_of

INK = (40, 40, 40)


def piece(text: str, left: float, top: float, width: float = 100.0) -> Piece:
    corners = [[left, top], [left + width, top], [left + width, top + 24], [left, top + 24]]
    return Piece(np.array(corners, np.float32), Reading(text, 0.9))


def read(pixels: np.ndarray, pieces: list[Piece]) -> list[tuple[str, int]]:
    """Text and block of the lines, as the reader makes them."""
    rows = beside(join(without_arrows(pixels, pieces), is_written=True))
    lines = [Line(text_of(row), 90.0, Bounds.around(outline(row).tolist()), ()) for row in rows]
    return [(line.text, line.block) for line in arranged(rows, lines, is_written=True)]


def test_boxes_with_an_arrow_between_them_are_read_one_after_the_other() -> None:
    board = np.full((400, 900, 3), 230, np.uint8)
    for left in (40, 500):
        cv2.rectangle(board, (left, 40), (left + 220, 160), INK, 3)
    cv2.arrowedLine(board, (275, 100), (485, 100), INK, 3, tipLength=0.1)
    texts = [piece("Plan", 60, 60), piece("draw", 60, 110), piece("Build", 530, 60), piece("test", 530, 110)]
    assert read(board, [*texts, piece(">", 455, 88, 34)]) == [("Plan", 0), ("draw", 0), ("Build", 1), ("test", 1)]


def test_a_note_across_the_page_is_read_last() -> None:
    page = np.full((400, 900, 3), 230, np.uint8)
    note = np.array([[20, 300], [20, 60], [44, 60], [44, 300]], np.float32)
    body = [piece("one two three four", 100, 40 + 50 * row, 400) for row in range(5)]
    found = read(page, [*body[:2], Piece(note, Reading("seen by the notary", 0.9)), *body[2:]])
    assert [text for text, _ in found] == ["one two three four"] * 5 + ["seen by the notary"]
