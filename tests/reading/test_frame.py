"""Pieces in a frame of their own."""

import numpy as np

from penscript.reading.frame import frame_of


def test_pieces_without_height_have_a_slope() -> None:
    flat = [[[0, y], [40, y], [40, y], [0, y]] for y in (10, 30)]
    assert np.isfinite(frame_of(flat).slope).all()
