"""A catalogue whose networks remember every answer on disk, so that what was read once costs no network again.

An answer is found by the weights (whatever else their file says) and by the pixels. Classes that no step holds for
possible are dropped, as decoding drops them, so a remembered reading is the same to the bit.
"""

import hashlib
import pickle
import sqlite3
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from penscript.packs.catalog import Catalog
from penscript.packs.ctc import FLOOR
from penscript.packs.eight import in_eight
from penscript.packs.metadata import PackCard
from penscript.packs.session import Session

Floats = NDArray[np.float32]


class RememberedCatalog(Catalog):
    """`folder` holds the answers, one database a network; processes may share it."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        super().__init__(threads=threads)
        self._memory = folder

    def session(self, file: Path, threads: int = 1) -> Session:
        return RememberedSession(file, threads, self._memory)

    def narrowed(self, file: Path, card: PackCard) -> None:
        """Whole answers are remembered."""


class RememberedSession(Session):
    def __init__(self, file: Path, threads: int, folder: Path) -> None:
        super().__init__(file, threads)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{file.stem}-{_weights(file)}.sqlite"
        self._answers = sqlite3.connect(file, timeout=120, isolation_level=None, check_same_thread=False)
        self._answers.execute("pragma journal_mode = wal")
        self._answers.execute("pragma synchronous = off")
        self._answers.execute("create table if not exists answers (question blob primary key, answer blob)")

    def run(self, batch: Floats, output: int = 0) -> Floats:
        asked = hashlib.sha256(f"{output} {batch.shape}".encode() + batch.tobytes()).digest()
        with self._lock:
            found = self._answers.execute("select answer from answers where question = ?", (asked,)).fetchone()
        if found:
            return _unpacked(found[0])
        answer = super().run(batch, output)
        with self._lock:
            self._answers.execute("insert or ignore into answers values (?, ?)", (asked, _packed(answer)))
        return answer


@lru_cache
def _weights(file: Path) -> str:
    """The digest of a network without its metadata, which a calibration changes."""
    return hashlib.sha256(in_eight(file)).hexdigest()[:12]


def _packed(answer: Floats) -> bytes:
    """Posteriors (lines x steps x classes) without hopeless classes; anything else whole."""
    kept = np.flatnonzero(answer.max(axis=(0, 1)) > FLOOR) if answer.ndim == 3 else None
    values = answer if kept is None else np.ascontiguousarray(answer[:, :, np.union1d([0], kept)])
    columns = None if kept is None else np.union1d([0], kept)
    return zlib.compress(pickle.dumps((answer.shape, columns, values)), 1)


def _unpacked(data: bytes) -> Floats:
    shape, columns, values = pickle.loads(zlib.decompress(data))
    if columns is None:
        return values
    answer = np.zeros(shape, np.float32)
    answer[:, :, columns] = values
    return answer
