"""The only place that writes files: to a temporary name beside it, then renamed: all or nothing."""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from penscript.errors import UsageError

_BEGIN, _END = ".penscript-", ".part"


def write_bytes(path: str | Path, data: bytes) -> None:
    """Make `path` hold `data`, or leave it as it was. Pipes and character devices are written straight.

    Raises UsageError, with the name, where nothing can be written.
    """
    path = Path(path)
    with _explained(path), replaced(path) as file:
        file.write(data)


@contextmanager
def replaced(path: str | Path) -> Iterator[BinaryIO]:
    """A file to write a long output into, which takes the place of `path` when all went well. Raises as `write_bytes`.

    Pipes and character devices are written straight.
    """
    path = Path(path)
    with _explained(path):
        if _is_stream(path):
            with path.open("wb") as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        temporary = _temporary(target)
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with _explained(path):
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def check_writable(path: str | Path) -> None:
    """Raise now the UsageError that `write_bytes` would raise later, without touching `path`."""
    path = Path(path)
    with _explained(path):
        if not _is_stream(path):
            _temporary(Path(os.path.realpath(path))).unlink()


def make_folder(path: str | Path) -> Path:
    """`path` as a folder that exists. Raises UsageError where it cannot be made or is a file."""
    folder = Path(path)
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def remove_remains(folder: str | Path) -> None:
    """Delete what a killed program left half-written in a folder into which nobody else is writing now."""
    for remains in Path(folder).glob(f"{_BEGIN}*{_END}"):
        with suppress(OSError):
            remains.unlink()


def _is_stream(path: Path) -> bool:
    """A pipe or a character device, such as /dev/stdout; a UsageError for a folder or a disk."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise UsageError(f"Cannot write {path}: it is a folder.", "Give the name of a file in it.")
    if stat.S_ISBLK(mode):
        raise UsageError(f"Cannot write {path}: it is a disk.", "Give the name of a file.")
    return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)


def _temporary(path: Path) -> Path:
    """A new empty file beside `path`."""
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(f"{path} is read-only")
    temporary = path.parent / f"{_BEGIN}{secrets.token_hex(6)}{_END}"
    temporary.open("xb").close()
    return temporary


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the system says into a sentence about `path`."""
    try:
        yield
    except FileNotFoundError:
        if path.parent.is_dir():
            raise UsageError(f"Cannot write {path}: nothing can be made there.", "Choose another place.") from None
        raise UsageError(f"Cannot write {path}: there is no folder {path.parent}.", "Make the folder first.") from None
    except PermissionError:
        raise UsageError(f"Cannot write {path}: no permission.", "Choose another place or change its rights.") from None
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"Cannot write {path}: a file of that name is in the way.", "Choose another name.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"Cannot write {str(path)!r}: {reason}.", "Choose another place or name.") from error
