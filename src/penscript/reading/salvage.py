"""A damaged file -> a file from which a decoder gets as far as it can."""

import io
import struct
import zlib
from typing import BinaryIO, cast

from penscript.reading.sniff import JPEG, PNG, Format

_JPEG_END = b"\xff\xd9"
_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT")


def mended(file: BinaryIO, form: Format) -> BinaryIO:
    """The file with what its format needs at its end: a JPEG's end marker, a PNG's checksums. Others as they are."""
    file.seek(0)
    if form is JPEG:
        return cast(BinaryIO, io.BytesIO(file.read() + _JPEG_END))
    if form is PNG:
        return io.BytesIO(_whole_png(file.read()))
    return file


def _whole_png(data: bytes) -> bytes:
    """The chunks that carry the picture, each with the right checksum, the last one as long as it is."""
    parts, at = [data[:8]], 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind in _PNG_KEPT:
            parts.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
        at += 12 + length
    parts.append(struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND")))
    return b"".join(parts)
