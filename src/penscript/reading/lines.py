"""Rows and what was read of them -> the lines of a page in reading order, with their blocks and kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from penscript.document import Line
from penscript.reading.enclosures import NONE, enclosed
from penscript.reading.frame import frame_of
from penscript.reading.image import Pixels
from penscript.reading.join import cells
from penscript.reading.kinds import kinds
from penscript.reading.layout import arrange
from penscript.reading.piece import Piece, Row, outline

ASIDE = 0.8
"""Radians by which a line runs across the page that is read after the others."""


def arranged(
    rows: Sequence[Row], lines: Sequence[Line], shapes: Mapping[int, int] | None = None, is_written: bool = False
) -> tuple[Line, ...]:
    """The lines of rows in reading order.

    shapes: by the id of a piece, the shape around it. is_written: the page is in a hand.
    """
    if not rows:
        return ()
    frame = frame_of([outline(row) for row in rows])
    prose = np.array([any(piece.is_prose or (is_written and piece.is_wordy) for piece in row) for row in rows])
    around = [(shapes or {}).get(id(row[0]), NONE) for row in rows]
    layout = arrange(frame.boxes, prose, around, np.abs(frame.turned) > ASIDE)
    order = list(layout.order)
    told = kinds([lines[index].text for index in order], frame.boxes[order], [cells(rows[index]) for index in order])
    return tuple(
        replace(lines[index], block=layout.block[index], kind=kind) for index, kind in zip(order, told, strict=True)
    )


def without_arrows(pixels: Pixels, pieces: Sequence[Piece]) -> tuple[list[Piece], list[int]]:
    """The pieces without the signs read of what is drawn between shapes; the shape around each, -1 for none."""
    shapes, drawn = enclosed(pixels, [piece.quad for piece in pieces])
    kept = [i for i, piece in enumerate(pieces) if not drawn[i] or any(map(str.isalnum, piece.reading.text))]
    return [pieces[i] for i in kept], [shapes[i] for i in kept]
