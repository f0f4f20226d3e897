"""A network with a CTC head behind the recogniser protocol: crops of lines -> readings."""

import threading
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from penscript.document import Reading
from penscript.packs.beam import BeamSearch
from penscript.packs.ctc import Floats, Lattice, Numbers, Run, compact, decode
from penscript.packs.likelihood import margin, path, surprise
from penscript.packs.line_image import bucket_width, scale_line, stack_lines
from penscript.packs.metadata import PackCard
from penscript.packs.protocol import Crop, PackInfo
from penscript.packs.session import Session
from penscript.packs.windows import cut, rejoin

_PIXELS_BEYOND = 8.0
"""How far a character reaches beyond the steps that name it, in pixels of the scaled line."""

BEYOND_DOUBT = 3.0
"""The margin (nats) from which no language model could tip a reading."""


class NetworkRecognizer:
    """Reads lines with one pack. Every line is run by itself on one core, so its reading is the same in any company.

    workers: how many lines are read at the same time. search: decodes with a language model; greedily without one.
    """

    def __init__(self, card: PackCard, session: Session, workers: int = 1, search: BeamSearch | None = None) -> None:
        self.card = card
        self._search = search
        self._session = session
        self._number = {character: number for number, character in enumerate(card.charset)}
        self._space = self._number.get(" ", -1)
        self._pool = ThreadPoolExecutor(workers, "penscript-recognizer") if workers > 1 else None
        self._allowed: dict[frozenset[str], Numbers] = {}
        self._lock = threading.Lock()

    @property
    def info(self) -> PackInfo:
        """The pack that reads."""
        return self.card.info

    def read(self, crops: Sequence[Crop], allowed: frozenset[str] | None = None) -> list[Reading]:
        """One Reading a crop, in order. `allowed`: characters that may be produced, None for every one of the pack."""
        numbers = None if allowed is None else self._numbers(allowed)
        run = self._pool.map if self._pool and len(crops) > 1 else map
        return list(run(lambda crop: self._read_one(crop, numbers), crops))

    def posteriors(self, line: NDArray[np.uint8]) -> Floats:
        """Steps x classes probabilities of one line as `scale_line` gives it."""
        found: Floats = self._session.run(stack_lines([line], bucket_width(line.shape[1], self.card.room)))[0]
        return found

    def _read_one(self, crop: Crop, allowed: Numbers | None) -> Reading:
        lattice, width = self.lattice(crop, allowed)
        stride = self.card.stride
        near = margin(lattice)
        runs = self._searched(lattice) if near <= BEYOND_DOUBT else None
        characters = decode(lattice, self.card.charset, self._space, width / stride, _PIXELS_BEYOND / stride, runs=runs)
        text = unicodedata.normalize("NFC", "".join(character.text for character in characters)).strip()
        score = float(np.mean([c.probability for c in characters])) if characters else 0.0
        told = np.array([self._number[character.text] for character in characters], np.intp)
        return Reading(
            text,
            score,
            tuple(characters),
            self.info.id,
            surprise(lattice, told),
            near,
            path(lattice),
            0.0 if self._search is None else self._search.surprise(text),
        )

    def _searched(self, lattice: Lattice) -> list[Run] | None:
        """The characters by step as the language model would have them; None without one."""
        if self._search is None:
            return None
        return self._search.runs(lattice.values, [int(number) for number in lattice.classes])

    def lattice(self, crop: Crop, allowed: Numbers | None = None) -> tuple[Lattice, int]:
        """The likely part of a line's posteriors, and the width of the line as the network sees it, in pixels."""
        lattices, starts, width = [], [], 0
        for window, start in cut(crop, self.info.height):
            line = scale_line(window, self.info.height)
            lattices.append(compact(self.posteriors(line), allowed))
            starts.append(start // self.card.stride)
            width = start + line.shape[1]
        return (rejoin(lattices, starts, self._space) if len(lattices) > 1 else lattices[0]), width

    def _numbers(self, allowed: frozenset[str]) -> Numbers:
        """The class numbers of the allowed characters and of the space."""
        with self._lock:
            if allowed not in self._allowed:
                known = [self._number[character] for character in allowed | {" "} if character in self._number]
                self._allowed[allowed] = np.array(sorted(known), np.intp)
            return self._allowed[allowed]
