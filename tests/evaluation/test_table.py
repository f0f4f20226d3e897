import numpy as np

from penscript.evaluation.table import CELL, on_a_table, whiteboard


def page(shade: int) -> np.ndarray:
    return np.full((500, 400, 3), shade, np.uint8)


def test_every_sheet_lies_in_its_cell() -> None:
    scene = on_a_table([page(240), page(200), np.full((300, 600), 220, np.uint8)], 3)
    assert scene.shape == (2 * CELL, 2 * CELL, 3)
    middles = [
        scene[CELL // 2 + y, CELL // 2 + x].astype(int).mean() for y, x in ((0, 0), (0, CELL), (CELL, 0), (CELL, CELL))
    ]
    assert np.abs(np.array(middles[:3]) - (240, 200, 220)).max() < 12
    assert middles[3] < 170, "the table"


def test_the_same_seed_gives_the_same_picture() -> None:
    assert (on_a_table([page(240)], 1) == on_a_table([page(240)], 1)).all()
    assert (on_a_table([page(240)], 1) != on_a_table([page(240)], 2)).any()


def test_a_board_carries_its_columns_in_their_inks() -> None:
    line = np.full((64, 400), 230, np.uint8)
    line[20:44, 40:360] = 20
    board = whiteboard([[line, line], [line]], 0)
    assert (board == whiteboard([[line, line], [line]], 0)).all()
    half = board.shape[1] // 2
    left, right = (part.reshape(-1, 3).astype(int) for part in (board[:, :half], board[:, half:]))
    assert (left[:, 2] - left[:, 0] > 25).sum() > 1000, "blue"
    assert (right[:, 0] - right[:, 2] > 25).sum() > 1000, "red"
