"""The network that finds text: a page -> how likely every pixel belongs to a line of text."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from penscript.packs.session import Session

Heat = NDArray[np.float32]


class Detector(Protocol):
    """Tells text from background. Safe to share between threads."""

    def heat(self, pixels: NDArray[np.uint8]) -> Heat:
        """The probability of text for every pixel of an RGB picture whose sides are multiples of 32."""
        ...


class NetworkDetector:
    """The base weights' detector: differentiable binarization (Liao et al. 2020)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def heat(self, pixels: NDArray[np.uint8]) -> Heat:
        """The probability of text for every pixel of an RGB picture whose sides are multiples of 32."""
        planes = pixels[:, :, ::-1].transpose(2, 0, 1).astype(np.float32)
        planes *= np.float32(2 / 255)
        planes -= np.float32(1)
        heat: Heat = self._session.run(planes[None])[0, 0]
        return heat
