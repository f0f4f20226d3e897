"""What a pack file says of itself, read without opening the network.

A pack is an ONNX file whose `metadata_props` carry the key `penscript`: a JSON object with `schema` (1), `name`,
`version`, `charset` (index 0 is the blank, an empty string), `height` and `stride` in pixels, `channel_order` ("BGR"),
`languages`, `script`, `calibration`, `licence`, `data`, `error` and `room`. The base weights carry only their
characters, under `character`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from penscript.calibration import PackCalibration
from penscript.errors import DamagedInput, SchemaTooNew
from penscript.packs.protocol import PackInfo

SCHEMA = 1
KEY = "penscript"
_MOST_HEIGHT = 512
"""Pixels of a line."""
_METADATA_PROPS = 14
_VARINT, _EIGHT_BYTES, _MESSAGE, _FOUR_BYTES = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class PackCard:
    """A pack's own words and what is needed to run it: its characters by index and the pixels of one time step.

    room: empty pixels that it wants at the right of a line.
    """

    info: PackInfo
    charset: tuple[str, ...]
    stride: int
    room: int = 0


def read_properties(file: Path) -> dict[str, str]:
    """The `metadata_props` of an ONNX file. Raises DamagedInput where it is not one."""
    try:
        with file.open("rb") as stream:
            return dict(_properties(stream))
    except (ValueError, EOFError, UnicodeDecodeError) as error:
        raise DamagedInput(
            f"{file.name} is not a pack.", "A pack is an ONNX file written by `penscript train`."
        ) from error


def network_of(file: Path) -> bytes:
    """The network alone, without `metadata_props`, which ONNX Runtime would keep in memory, twice.

    Raises DamagedInput where it is no ONNX file.
    """
    try:
        with file.open("rb") as stream:
            network = [(start, end) for start, end, number in _extents(stream) if number != _METADATA_PROPS]
            return b"".join(_between(stream, *one) for one in network)
    except (ValueError, EOFError) as error:
        raise DamagedInput(f"{file.name} is not an ONNX file.", "Get the pack again.") from error


def read_card(file: Path, sha256: str = "") -> PackCard:
    """The card of a pack. Raises DamagedInput where it has none and SchemaTooNew where it is of a later schema."""
    text = read_properties(file).get(KEY)
    if text is None:
        raise DamagedInput(f"{file.name} carries no description of a pack.", "Write packs with `penscript train`.")
    try:
        return card_of(json.loads(text), file, sha256)
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedInput(f"{file.name} describes itself wrongly: {error}.", "Write the pack again.") from error


def card_of(told: dict[str, Any], file: Path, sha256: str = "") -> PackCard:
    """The card from the JSON object of a pack. Raises KeyError, TypeError or ValueError for a wrong one."""
    if int(told["schema"]) > SCHEMA:
        raise SchemaTooNew(f"{file.name} is a pack of schema {told['schema']}.", "Install a newer Penscript.")
    info = PackInfo(
        name=str(told["name"]),
        version=str(told["version"]),
        script=str(told.get("script", "Zyyy")),
        languages=tuple(told.get("languages", ())),
        licence=str(told.get("licence", "")),
        height=_within(told, "height", 1, _MOST_HEIGHT),
        calibration=told.get("calibration"),
        error=told.get("error"),
        data=tuple(told.get("data") or ()),
        file=str(file),
        sha256=sha256,
    )
    charset = tuple(told["charset"])
    if not charset or charset[0] != "" or not all(isinstance(one, str) for one in charset):
        raise ValueError("its first character is not the blank")
    return PackCard(info, charset, _within(told, "stride", 1, info.height), _within(told, "room", 0, _MOST_HEIGHT))


def _within(told: dict[str, Any], name: str, least: int, most: int) -> int:
    value = int(told.get(name, 0))
    if not least <= value <= most:
        raise ValueError(f"its {name} is {value}, not {least} to {most}")
    return value


def calibration_of(pack: PackInfo) -> PackCalibration | None:
    """The maps that a pack carries, None where it has none. Raises DamagedInput where they cannot be such."""
    if pack.calibration is None:
        return None
    try:
        return PackCalibration.from_dict(pack.calibration)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedInput(f"The calibration of {pack.id} is damaged.", "Get the pack again.") from error


def _properties(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    for number, value in _fields(stream):
        if number == _METADATA_PROPS and isinstance(value, bytes):
            entry = _entry(value)
            yield entry.get(1, ""), entry.get(2, "")


def _entry(data: bytes) -> dict[int, str]:
    from io import BytesIO

    return {number: value.decode() for number, value in _fields(BytesIO(data), keep=(1, 2)) if isinstance(value, bytes)}


def _fields(stream: BinaryIO, keep: tuple[int, ...] = (_METADATA_PROPS,)) -> Iterator[tuple[int, bytes | int | None]]:
    """The fields of one protobuf message (protobuf.dev/programming-guides/encoding); None for what is passed over."""
    end = stream.seek(0, 2)
    stream.seek(0)
    while stream.tell() < end:
        number, kind = divmod(_varint(stream), 8)
        value: bytes | int | None = None
        if kind == _VARINT:
            value = _varint(stream)
        elif kind == _MESSAGE:
            size = _varint(stream)
            if stream.tell() + size > end:
                raise EOFError("a field is longer than the file")
            if number in keep:
                value = stream.read(size)
            else:
                stream.seek(size, 1)
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            stream.seek(8 if kind == _EIGHT_BYTES else 4, 1)
        else:
            raise ValueError(f"no field of kind {kind}")
        yield number, value


def _extents(stream: BinaryIO) -> list[tuple[int, int, int]]:
    """Where each field of a message begins and ends, and its number."""
    found, start = [], 0
    for number, _ in _fields(stream, keep=()):
        found.append((start, stream.tell(), number))
        start = stream.tell()
    return found


def _between(stream: BinaryIO, start: int, end: int) -> bytes:
    stream.seek(start)
    return stream.read(end - start)


def _varint(stream: BinaryIO) -> int:
    value = shift = 0
    while shift < 70:
        byte = stream.read(1)
        if not byte:
            raise EOFError("the file ends within a number")
        value |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return value
        shift += 7
    raise ValueError("a number of more than ten bytes")
