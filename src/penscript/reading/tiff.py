"""What Pillow does not do for TIFF: its pages, counted without decoding, and the kinds that only OpenCV decodes."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import cv2
import numpy as np

from penscript.reading.decode import Decoded
from penscript.reading.eightbit import Values, eight_bits
from penscript.reading.image import Pixels

_SUBFILE, _WIDTH, _HEIGHT = 254, 256, 257
_REDUCED_OR_MASK = 0b101
_MOST_ENTRIES = 4096
_MOST_DIRECTORIES = 100_000


@dataclass(frozen=True, slots=True)
class Frame:
    """One directory of a TIFF file: its number from 0, its size in pixels, whether it is a page, no preview or mask."""

    index: int
    width: int
    height: int
    is_page: bool


def frames(file: BinaryIO) -> tuple[list[Frame], bool]:
    """The directories in order, and whether the list is whole: it stops at the first that cannot be read."""
    file.seek(0)
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = 43 in (head[2], head[3])
    found: list[Frame] = []
    seen: set[int] = set()
    try:
        offset: int = (
            struct.unpack_from(order + "Q", head, 8)[0] if big else struct.unpack_from(order + "I", head, 4)[0]
        )
        while offset and offset not in seen and len(seen) < _MOST_DIRECTORIES:
            seen.add(offset)
            tags, offset = _directory(file, offset, order, big)
            page = not tags.get(_SUBFILE, 0) & _REDUCED_OR_MASK
            found.append(Frame(len(found), tags.get(_WIDTH, 0), tags.get(_HEIGHT, 0), page))
    except (struct.error, OSError, OverflowError, ValueError):
        return found, False
    return found, True


def _directory(file: BinaryIO, offset: int, order: str, big: bool) -> tuple[dict[int, int], int]:
    """The short and long tags with one value of the directory at `offset`, and the offset of the next one (0: none)."""
    counter, entry, value_at, pointer = ("Q", 20, 12, "Q") if big else ("H", 12, 8, "I")
    file.seek(offset)
    count = struct.unpack(order + counter, file.read(struct.calcsize(counter)))[0]
    if count > _MOST_ENTRIES:
        raise ValueError("too many entries")
    table = file.read(count * entry)
    tags = {}
    for at in range(0, len(table) - entry + 1, entry):
        tag, kind = struct.unpack_from(order + "HH", table, at)
        form = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
        if form:
            tags[tag] = struct.unpack_from(order + form, table, at + value_at)[0]
    following = file.read(struct.calcsize(pointer))
    return tags, struct.unpack(order + pointer, following)[0] if len(following) == struct.calcsize(pointer) else 0


def decode_odd(file: BinaryIO, index: int) -> Decoded:
    """Directory `index` through OpenCV: float and 16-bit colour and other kinds. ValueError when it cannot either."""
    file.seek(0)
    data = np.frombuffer(file.read(), np.uint8)
    done, found = _without_chatter(lambda: cv2.imdecodemulti(data, cv2.IMREAD_UNCHANGED, range=(index, index + 1)))
    if not done or not found or not found[0].any():  # of what it cannot decode, it makes a black page
        raise ValueError("OpenCV cannot decode it")
    return Decoded(_grey_or_rgb(eight_bits(found[0])))


def _without_chatter(action: Callable[[], tuple[bool, Sequence[Values]]]) -> tuple[bool, Sequence[Values]]:
    """Run it while OpenCV keeps its complaints about damaged files off the console."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        return action()
    except cv2.error as error:
        raise ValueError(str(error)) from error
    finally:
        cv2.utils.logging.setLogLevel(level)


def _grey_or_rgb(pixels: Pixels) -> Pixels:
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    if channels == 1:
        return pixels.reshape(pixels.shape[:2])
    conversion = {3: cv2.COLOR_BGR2RGB, 4: cv2.COLOR_BGRA2RGB}.get(channels)
    if conversion is None:
        raise ValueError(f"{channels} channels")
    return np.asarray(cv2.cvtColor(pixels, conversion), np.uint8)
