"""A small language model over characters: how likely a character is after those before it.

An interpolated n-gram model (Witten and Bell 1991), stored like a back-off model: a table an order, of ascending 32-bit
keys, log probabilities and back-off weights in sixteenths of a nat. It is a hint to the decoder and nothing more: a key
that collides does no harm. All digits are one to it: it may expect a digit, never which.
"""

import base64
import math
import struct
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

STEP = 16.0
"""Stored values a nat."""
START = "\n"
LANGUAGE_KEY = "penscript.language"
"""Where the metadata of a pack hold its model, as `pack_model` writes it."""
OWN_KEY = "penscript.language.own"
"""Where a personal pack holds the model of its writer's own texts."""
KNOWN = 4
"""Characters that must agree before a writer's own texts count."""
SHIFT = 16
"""Keys that agree but for so many bits are one bucket."""
REMEMBERED = 100_000
"""Answers kept at the most; then they are forgotten and looked up again."""
_MOST_RUNS = 2**25
_HEAD = struct.Struct("<4sBI")
_MAGIC = b"PNG2"
_FIRST = base64.b85encode(b"PNG1").decode("ascii")
"""How models of packs before 0.2 begin."""
_DIGITS = str.maketrans("123456789", "000000000")
_ONE_OF_TEN = math.log(10)
_CODE = "utf-32-le"

Table = tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]
End = tuple[float, int, int]
"""A stored end of a context: the log weight that a run behind it gets, how many characters it has, and its key."""


class LanguageModel(Protocol):
    """How likely a character is after those before it."""

    @property
    def reach(self) -> int:
        """How many characters before it a character depends on."""
        ...

    def after(self, tail: str, character: str) -> float:
        """As `score`, after the last `reach` characters of the line so far, START before its first one."""
        ...

    def score(self, before: str, character: str) -> float:
        """Natural log probability of `character` after `before`, the line so far."""
        ...


def key(text: str) -> int:
    """The 32-bit key of a run of characters; it begins with the key of those before the last."""
    return zlib.crc32(text.encode(_CODE))


def masked(text: str) -> str:
    """The text as the model sees it: every digit a zero."""
    return text.translate(_DIGITS)


class NgramModel:
    """`tables[n]` are the runs of n + 1 characters, one table at least. Safe to share between threads; some answers
    are remembered.
    """

    def __init__(self, tables: Sequence[Table], unknown: float) -> None:
        if not tables:
            raise ValueError("a language model of no table")
        self.unknown = unknown
        self._keys = [array("I", table[0].astype(np.uint32).tobytes()) for table in tables]
        self._chances, self._weights = ([table[column].tobytes() for table in tables] for column in (1, 2))
        self.tables: list[Table] = [
            (np.frombuffer(keys, np.uint32), np.frombuffer(chances, np.uint8), np.frombuffer(weights, np.uint8))
            for keys, chances, weights in zip(self._keys, self._chances, self._weights, strict=True)
        ]
        self._begins = [_begins(table[0]) for table in self.tables]
        self._scores: dict[str, float] = {}
        self._ways: dict[str, tuple[End, ...]] = {}

    @property
    def reach(self) -> int:
        """How many characters before it a character depends on."""
        return len(self.tables) - 1

    def score(self, before: str, character: str) -> float:
        """Natural log probability of `character` after `before`, the line so far."""
        return self.after((START + before)[-self.reach :], character)

    def after(self, tail: str, character: str) -> float:
        """The same after the last `reach` characters of the line so far, START before its first one."""
        run = tail + character
        found = self._scores.get(run)
        if found is None:
            if len(self._scores) > REMEMBERED:
                self._scores.clear()
            seen = masked(run)
            price = _ONE_OF_TEN if seen[-1] == "0" else 0.0
            found = self._scores[run] = self._score(seen[:-1], seen[-1]) - price
        return found

    def _score(self, context: str, character: str) -> float:
        """The longest stored run counts, at the price of the contexts left behind."""
        price, last = 0.0, character.encode(_CODE)
        for price, order, begun in self._known(context):
            place = self._place(order, zlib.crc32(last, begun))
            if place is not None:
                return price - self._chances[order][place] / STEP
        return price + self.unknown

    def _known(self, context: str) -> tuple[End, ...]:
        """The stored ends of a context, the longest first and the empty one last."""
        found = self._ways.get(context)
        if found is None:
            if len(self._ways) > REMEMBERED:
                self._ways.clear()
            found = self._ways[context] = self._ends(context)
        return found

    def _ends(self, context: str) -> tuple[End, ...]:
        if not context:
            return ((0.0, 0, key(context)),)
        order, own, shorter = len(context), key(context), self._known(context[1:])
        place = self._place(order - 1, own)
        if place is None:
            return shorter
        left = -self._weights[order - 1][place] / STEP
        return ((0.0, order, own), *[(left + price, known, begun) for price, known, begun in shorter])

    def knows(self, run: str) -> bool:
        """Whether the texts that the model was made of hold this run, of at most `reach` + 1 characters."""
        return self._place(len(run) - 1, key(masked(run))) is not None

    def _place(self, order: int, wanted: int) -> int | None:
        """Where a table holds a key."""
        keys, begins, bucket = self._keys[order], self._begins[order], wanted >> SHIFT
        end = begins[bucket + 1]
        place = bisect_left(keys, wanted, begins[bucket], end)
        return place if place < end and keys[place] == wanted else None


def _begins(keys: NDArray[np.uint32]) -> "array[int]":
    """Where the keys of each bucket begin, so that few of them are looked at; one more at the end."""
    edges = np.arange((1 << (32 - SHIFT)) + 1, dtype=np.uint64) << np.uint64(SHIFT)
    return array("I", np.searchsorted(keys, edges).astype("<u4").tobytes())


class Blend:
    """A general model with a writer's own beside it: where the last `KNOWN` characters and the next stand in the own
    texts, the probabilities are mixed. Elsewhere few texts say nothing, and only the general model counts.

    share: of `own`, above 0 and below 1.
    """

    @classmethod
    def unpack(cls, general: LanguageModel, told: str) -> "Blend":
        """With what `pack_own` wrote. Raises ValueError for anything else."""
        share, _, own = told.partition(" ")
        return cls(general, unpack_model(own), float(share))

    def __init__(self, general: LanguageModel, own: NgramModel, share: float) -> None:
        self.general, self.own = general, own
        self._parts = math.log(1 - share), math.log(share)

    @property
    def reach(self) -> int:
        """As `LanguageModel` says."""
        return max(self.general.reach, self.own.reach)

    def score(self, before: str, character: str) -> float:
        """As `LanguageModel` says."""
        return self.after((START + before)[-self.reach :], character)

    def after(self, tail: str, character: str) -> float:
        """As `LanguageModel` says."""
        general = self.general.after(tail[-self.general.reach :], character)
        if not self.own.knows(tail[-KNOWN:] + character):
            return general
        one = self._parts[0] + general
        other = self._parts[1] + self.own.after(tail[-self.own.reach :], character)
        return max(one, other) + math.log1p(math.exp(-abs(one - other)))


def pack_own(model: NgramModel, share: float) -> str:
    """A writer's own model and its share as text, for the metadata of a pack under `OWN_KEY`."""
    return f"{share:.3f} {pack_model(model)}"


def pack_model(model: NgramModel) -> str:
    """The model as text, for the metadata of a pack."""
    parts = [_HEAD.pack(_MAGIC, len(model.tables), round(-model.unknown * STEP))]
    for keys, chances, weights in model.tables:
        steps = np.diff(keys, prepend=np.uint32(0)).astype("<u4").view(np.uint8).reshape(-1, 4)
        squeezed = zlib.compress(steps.T.tobytes() + chances.tobytes() + weights.tobytes(), 9)
        parts += [struct.pack("<II", len(keys), len(squeezed)), squeezed]
    return base64.b64encode(b"".join(parts)).decode("ascii")


def unpack_model(text: str) -> NgramModel:
    """What `pack_model` wrote. Raises ValueError for anything else."""
    is_first = text.startswith(_FIRST)
    data = _joined_first(text) if is_first else base64.b64decode(text)
    if not is_first and data[:4] != _MAGIC:
        raise ValueError("not a language model")
    try:
        return _unpack_first(data) if is_first else _unpacked(data)
    except (struct.error, zlib.error, IndexError) as error:
        raise ValueError(str(error)) from error


def _joined_first(text: str) -> bytes:
    return b"".join(base64.b85decode(text[at : at + 50_000]) for at in range(0, len(text), 50_000))


def _unpacked(data: bytes) -> NgramModel:
    _, orders, unknown = _HEAD.unpack_from(data)
    tables, at, room = [], _HEAD.size, _MOST_RUNS
    for _ in range(orders):
        size, squeezed = struct.unpack_from("<II", data, at)
        room -= size
        if room < 0:
            raise ValueError(f"it says that it holds more than {_MOST_RUNS} runs of characters")
        unpacked = zlib.decompressobj().decompress(data[at + 8 : at + 8 + squeezed], 6 * size + 1)
        columns = np.frombuffer(unpacked, np.uint8).reshape(6, size)
        keys = np.cumsum(np.ascontiguousarray(columns[:4].T).view("<u4")[:, 0], dtype=np.uint32)
        tables.append((keys, columns[4].copy(), columns[5].copy()))
        at += 8 + squeezed
    return NgramModel(tables, -unknown / STEP)


def _unpack_first(data: bytes) -> NgramModel:
    """The form before: the columns of each table, one behind the other."""
    _, orders, unknown = _HEAD.unpack_from(data)
    tables, at = [], _HEAD.size
    for _ in range(orders):
        (size,) = struct.unpack_from("<I", data, at)
        keys = np.frombuffer(data, "<u4", size, at + 4)
        chances = np.frombuffer(data, np.uint8, size, at + 4 + 4 * size)
        tables.append((keys, chances, np.frombuffer(data, np.uint8, size, at + 4 + 5 * size)))
        at += 4 + 6 * size
    return NgramModel(tables, -unknown / STEP)
