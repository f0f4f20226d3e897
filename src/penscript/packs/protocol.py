"""What stands behind every pack: something that maps crops to readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from penscript.document import Reading

Crop = NDArray[np.uint8]
"""One line of text, RGB or grey, uint8, height x width (x 3), upright, any size."""


@dataclass(frozen=True, slots=True)
class PackInfo:
    """What a pack says of itself.

    script: ISO 15924 code, "Latn", "Hans" or "Zyyy" for several. height: pixels that a line is scaled to. calibration:
    the fitted parameters or None. error: per set, lines, CER and share of exact lines. sha256: of the file.
    """

    name: str
    version: str
    script: str
    languages: tuple[str, ...]
    licence: str
    height: int
    calibration: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    data: tuple[dict[str, Any], ...] = ()
    file: str = ""
    sha256: str = ""

    @property
    def id(self) -> str:
        """name@version, as every line carries it."""
        return f"{self.name}@{self.version}"


class Recognizer(Protocol):
    """Maps crops to readings. A reading never depends on the other crops of the call. Safe to share between threads."""

    @property
    def info(self) -> PackInfo:
        """The pack that reads."""
        ...

    def read(self, crops: Sequence[Crop], allowed: frozenset[str] | None = None) -> list[Reading]:
        """One Reading a crop, in order. `allowed`: characters that may be produced, None for every one of the pack."""
        ...
