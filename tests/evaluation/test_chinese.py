"""Drawn lines of Chinese: the same ones from the same seed, worn but not blank."""

from pathlib import Path

import numpy as np
import pytest

from penscript.evaluation.chinese import chinese_lines


@pytest.fixture
def fonts() -> list[Path]:
    found = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"))
    if not found:
        pytest.skip("no font with Chinese is installed")
    return found


def test_lines_are_drawn_from_a_seed(fonts: list[Path]) -> None:
    one, again, other = (list(chinese_lines(fonts, 5, seed)) for seed in (1, 1, 2))
    assert [text for _, text, _ in one] == [text for _, text, _ in again] != [text for _, text, _ in other]
    assert all(np.array_equal(a[2], b[2]) for a, b in zip(one, again, strict=True))
    assert all(line.std() > 2 for _, _, line in one)
    assert all("\u4e00" <= text.strip("0123456789.")[0] <= "\u9fff" for _, text, _ in one)
