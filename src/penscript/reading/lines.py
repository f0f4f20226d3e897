"""Rows and what was read of them -> the lines of a page in reading order, with their blocks and kinds."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from penscript.document import Line
from penscript.reading.enclosures import enclosed
from penscript.reading.frame import frame_of
from penscript.reading.image import Pixels
from penscript.reading.join import cells
from penscript.reading.kinds import kinds
from penscript.reading.layout import arrange
from penscript.reading.piece import Piece, Row, outline

ASIDE = 0.8
"""Radians by which a line runs across the page that is read after the others."""


def arranged(rows: Sequence[Row], lines: Sequence[Line], is_written: bool = False) -> tuple[Line, ...]:
    """The lines of rows in reading order. is_written: the page is in a hand."""
    if not rows:
        return ()
    frame = frame_of([outline(row) for row in rows])
    prose = np.array([any(piece.is_prose or (is_written and piece.is_wordy) for piece in row) for row in rows])
    around = [row[0].shape for row in rows]
    layout = arrange(frame.boxes, prose, around, np.abs(frame.turned) > ASIDE)
    order = list(layout.order)
    told = kinds([lines[index].text for index in order], frame.boxes[order], [cells(rows[index]) for index in order])
    return tuple(
        replace(lines[index], block=layout.block[index], kind=kind) for index, kind in zip(order, told, strict=True)
    )


def without_arrows(pixels: Pixels, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces with the shapes around them, without the signs that were read of what is drawn between shapes."""
    shapes, drawn = enclosed(pixels, [piece.quad for piece in pieces])
    return [
        replace(piece, shape=shape)
        for piece, shape, is_drawn in zip(pieces, shapes, drawn, strict=True)
        if not is_drawn or any(map(str.isalnum, piece.reading.text))
    ]
