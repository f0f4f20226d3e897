"""Pictures of lines -> what the end of the recogniser sees of them, the picture itself first, then changed ones."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from penscript.learning.fitting import Halves
from penscript.learning.layers import Floats
from penscript.packs.eight import in_eight
from penscript.packs.line_image import bucket_width, scale_line, stack_lines
from penscript.packs.onnx_file import with_outputs
from penscript.packs.session import Session
from penscript.packs.two_ends import LOOKED_AT, shown
from penscript.packs.windows import WIDEST
from penscript.training.augment import Picture, augment, colour

STORED = 64
"""Pixels that a picture is high at most before it is changed, as in training."""


class Front:
    """Runs a pack up to the rows, or the planes, that its end begins with. Safe to share between threads.

    file: the pack. entry: the name of that value. height: of its lines, in pixels.
    """

    def __init__(self, file: Path, entry: str, height: int) -> None:
        further = (entry,) if entry == LOOKED_AT else (entry, LOOKED_AT)
        self._session = Session(file, made=lambda pack: with_outputs(in_eight(pack), further))
        self.height, self._deep = height, entry == LOOKED_AT

    def of(self, picture: Picture) -> tuple[Halves, Floats]:
        """Steps x channels of one line, grey or RGB uint8, or height x steps x channels, and what is shown of it to the
        switch; a line wider than the network likes is squeezed.
        """
        line = scale_line(picture, self.height)
        if line.shape[1] > WIDEST:
            line = np.asarray(cv2.resize(line, (WIDEST, self.height), interpolation=cv2.INTER_AREA), np.uint8)
        batch = stack_lines([line], bucket_width(line.shape[1]))
        if self._deep:
            (planes,) = self._session.run_all(batch, (-1,))
            return np.ascontiguousarray(planes[0].transpose(1, 2, 0), np.float16), shown(planes[0])
        row, planes = self._session.run_all(batch, (-2, -1))
        return np.ascontiguousarray(row[0, :, 0, :].T.astype(np.float16)), shown(planes[0])

    def views(
        self, picture: Picture, copies: int, others: Sequence[Picture], seed: int
    ) -> tuple[tuple[Halves, ...], Floats]:
        """The rows or planes of a grey line and of `copies` changed ones, and what is shown of the line itself; strokes
        of `others` may reach into the changed ones.
        """
        random = np.random.default_rng((seed, 9))
        small, (row, told) = stored(picture), self.of(picture)
        changed = (self.of(self._changed(small, others, random))[0] for _ in range(copies))
        return (row, *changed), told

    def _changed(self, picture: Picture, others: Sequence[Picture], random: np.random.Generator) -> Picture:
        other = stored(others[int(random.integers(len(others)))]) if others else None
        changed = picture
        while changed is picture:
            changed = augment(picture, random, other)
        return colour(scale_line(changed, self.height)[:, :, 0].copy(), random)


def stored(picture: Picture) -> Picture:
    """Grey, at most `STORED` pixels high."""
    grey = picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if grey.shape[0] <= STORED:
        return grey
    width = max(1, round(grey.shape[1] * STORED / grey.shape[0]))
    return np.asarray(cv2.resize(grey, (width, STORED), interpolation=cv2.INTER_AREA), np.uint8)


Progress = Callable[[int, int], None]
