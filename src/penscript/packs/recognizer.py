"""A network with a CTC head behind the recogniser protocol: crops of lines -> readings."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from penscript.document import Reading
from penscript.errors import DamagedInput
from penscript.packs.crew import Crew
from penscript.packs.ctc import Lattice, Numbers, compact
from penscript.packs.glance import Decoder, Glance
from penscript.packs.line_image import padded_width, scale_line, stack_lines
from penscript.packs.metadata import PackCard
from penscript.packs.narrowed import Narrowed
from penscript.packs.protocol import Crop, PackInfo
from penscript.packs.session import Session
from penscript.packs.windows import cut, rejoin


class NetworkRecognizer:
    """Reads lines with one pack. Every line is run by itself on one core, so its reading is the same in any company.

    crew: reads lines at the same time. decoder: what it makes of posteriors; greedy where none is given.
    narrowed: asked instead of the session, where the pack knows very many characters.
    """

    def __init__(
        self,
        card: PackCard,
        session: Session,
        crew: Crew | None = None,
        decoder: Decoder | None = None,
        narrowed: Narrowed | None = None,
    ) -> None:
        self.card = card
        self.decoder = decoder or Decoder(card)
        self._session, self._narrowed = session, narrowed
        self._crew = crew or Crew(1)
        self._allowed: dict[frozenset[str], Numbers] = {}
        self._lock = threading.Lock()

    @property
    def info(self) -> PackInfo:
        """The pack that reads."""
        return self.card.info

    def read(self, crops: Sequence[Crop], allowed: frozenset[str] | None = None) -> list[Reading]:
        """One Reading a crop, in order. `allowed`: characters that may be produced, None for every one of the pack."""
        numbers = None if allowed is None else self._numbers(allowed)
        return self._crew.each(lambda crop: self._read_one(crop, numbers), crops, _length)

    def _read_one(self, crop: Crop, allowed: Numbers | None) -> Reading:
        return Glance(*self.lattice(crop, allowed), self.decoder).reading

    def lattice(self, crop: Crop, allowed: Numbers | None = None) -> tuple[Lattice, int]:
        """The likely part of a line's posteriors, and the width of the line as the network sees it, in pixels."""
        lattices, starts, width = [], [], 0
        for window, start in cut(crop, self.info.height):
            line = scale_line(window, self.info.height)
            lattices.append(self._likely(line, allowed))
            starts.append(start // self.card.stride)
            width = start + line.shape[1]
        return (rejoin(lattices, starts, self.decoder.space) if len(lattices) > 1 else lattices[0]), width

    def _likely(self, line: NDArray[np.uint8], allowed: Numbers | None) -> Lattice:
        """The likely part of the posteriors of one line as `scale_line` gives it."""
        batch = stack_lines([line], padded_width(line.shape[1], self.card.room))
        with self._crew.core:
            if self._narrowed:
                return self._narrowed.lattice(batch, allowed)
            return compact(self._checked(self._session.run(batch)), allowed)

    def _checked(self, posteriors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Those of one line, time steps x classes. Raises DamagedInput where they are none of this pack's."""
        if posteriors.ndim != 3 or 0 in posteriors.shape or posteriors.shape[2] != len(self.card.charset):
            advice = "Get the pack again."
            raise DamagedInput(f"The network of {self.info.id} does not answer with its characters.", advice)
        found: NDArray[np.float32] = posteriors[0]
        return found

    def _numbers(self, allowed: frozenset[str]) -> Numbers:
        """The class numbers of the allowed characters and of the space."""
        with self._lock:
            if allowed not in self._allowed:
                number = self.decoder.number
                known = [number[character] for character in allowed | {" "} if character in number]
                self._allowed[allowed] = np.array(sorted(known), np.intp)
            return self._allowed[allowed]


def _length(crop: Crop) -> float:
    """In heights."""
    return float(crop.shape[1] / crop.shape[0])
