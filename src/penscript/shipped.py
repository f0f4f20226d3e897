"""Files that come with Penscript: each has its SHA-256 beside it."""

import hashlib
from pathlib import Path

from penscript.errors import MissingComponent

AGAIN = "Install Penscript again."


def whole(file: Path, told: str) -> bytes:
    """The bytes of a file that is as it was shipped. told: what it holds, for the error.

    Raises MissingComponent where it is missing, empty, cut short or damaged, or its digest is not there.
    """
    found = file.read_bytes() if file.is_file() else b""
    if not found:
        raise MissingComponent(f"{told}, {file.name}, are missing.", AGAIN)
    beside = file.with_name(file.name + ".sha256")
    known = beside.read_bytes().strip().decode("latin-1") if beside.is_file() else ""
    if hashlib.sha256(found).hexdigest() != known:
        raise MissingComponent(f"{told}, {file.name}, are cut short or damaged.", AGAIN)
    return found
