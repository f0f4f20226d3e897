"""Pieces in a frame of their own."""

import tracemalloc

import numpy as np

from penscript.reading.frame import frame_of, neighbours


def test_pieces_without_height_have_a_slope() -> None:
    flat = [[[0, y], [40, y], [40, y], [0, y]] for y in (10, 30)]
    assert np.isfinite(frame_of(flat).slope).all()


def test_neighbours_among_very_many_pieces_are_found_in_little_memory() -> None:
    rows, columns = 100, 20
    corners = np.array([[0, 0], [150, 0], [150, 20], [0, 20]], np.float32)
    frame = frame_of([corners + np.array([200 * x, 30 * y]) for y in range(rows) for x in range(columns)])
    tracemalloc.start()
    found = neighbours(frame)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(at, at + 1) for at in range(rows * columns) if (at + 1) % columns]
    assert peak < 40e6  # bytes; one matrix of all pairs takes 32 million
