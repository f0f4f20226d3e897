"""Files that describe themselves as packs, without a network inside."""

import hashlib
import json
from pathlib import Path
from typing import Any

CARD: dict[str, Any] = {
    "schema": 1,
    "name": "my-hand",
    "version": "1.2.0",
    "charset": ["", "a", "b", " "],
    "height": 48,
    "stride": 4,
    "channel_order": "BGR",
    "languages": ["fr"],
    "script": "Latn",
    "calibration": None,
    "licence": "CC-BY-4.0",
    "data": [{"name": "notes"}],
    "error": {"notes": {"lines": 10, "cer": 0.1}},
}


def field(number: int, data: bytes) -> bytes:
    """One length-delimited field of a protobuf message."""
    size, length = b"", len(data)
    while length > 127:
        size += bytes([length & 127 | 128])
        length >>= 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + data


def onnx_bytes(properties: dict[str, str]) -> bytes:
    """An ONNX file with an empty graph and these metadata properties."""
    entries = [field(14, field(1, key.encode()) + field(2, value.encode())) for key, value in properties.items()]
    return b"\x08\x0a" + field(7, b"graph" * 100) + b"".join(entries)


def write_pack(folder: Path, sidecar: bool = True, **changes: Any) -> Path:
    """A pack file in `folder`, with its digest beside it."""
    told = CARD | changes
    file = folder / f"{told['name']}.onnx"
    file.write_bytes(onnx_bytes({"penscript": json.dumps(told)}))
    if sidecar:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        file.with_name(file.name + ".sha256").write_text(digest + "\n", encoding="ascii")
    return file
