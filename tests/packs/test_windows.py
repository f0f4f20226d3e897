import numpy as np

from penscript.packs.ctc import Lattice, decode
from penscript.packs.windows import OVERLAP, WIDEST, cut, rejoin

CHARSET = ("", "a", "b", " ")


def lattice(numbers: list[int]) -> Lattice:
    values = np.full((len(numbers), 4), 0.01, np.float32)
    values[np.arange(len(numbers)), numbers] = 0.97
    return Lattice(np.arange(4), values)


def test_a_narrow_line_is_one_window() -> None:
    crop = np.zeros((24, WIDEST // 2, 3), np.uint8)
    ((window, start),) = cut(crop, 48)
    assert window is crop
    assert start == 0


def test_windows_cover_a_wide_line_and_overlap() -> None:
    crop = np.zeros((48, 3 * WIDEST, 3), np.uint8)
    windows = cut(crop, 48)
    starts = [start for _, start in windows]
    assert starts == [index * (WIDEST - OVERLAP) for index in range(len(windows))]
    assert starts[-1] + windows[-1][0].shape[1] == 3 * WIDEST
    assert max(window.shape[1] for window, _ in windows) == WIDEST


def test_rejoined_windows_read_as_one_line() -> None:
    line = [1, 0, 2, 0, 0, 3, 0, 1, 0, 2, 0, 1, 0]
    whole = rejoin([lattice(line[:9]), lattice(line[4:])], [0, 4], 3)
    assert len(whole.values) == len(line)
    assert "".join(c.text for c in decode(whole, CHARSET, 3, len(line))) == "ab aba"


def test_windows_with_different_classes_are_joined() -> None:
    left = Lattice(np.array([0, 1]), np.array([[0.1, 0.9], [0.9, 0.1], [0.9, 0.1]], np.float32))
    right = Lattice(np.array([0, 2]), np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9]], np.float32))
    whole = rejoin([left, right], [0, 1], 3)
    assert whole.classes.tolist() == [0, 1, 2]
    assert "".join(c.text for c in decode(whole, CHARSET, 3, 4)) == "ab"
