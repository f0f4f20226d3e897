"""One thing to read in a batch: a file, a member of a zip archive, or what a URL names. Small, and it can travel."""

import io
import lzma
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from penscript.errors import (
    DamagedInput,
    InputError,
    LimitExceeded,
    MissingComponent,
    MissingInput,
    PasswordNeeded,
    UnsupportedInput,
)
from penscript.options import Limits

_USUAL = "jpg jpeg jpe jfif png tif tiff webp gif bmp heic heif avif jp2 j2k jpx pcx pnm pbm pgm ppm pdf"
PAGES = frozenset(f".{name}" for name in _USUAL.split())
"""Endings of files that are taken unseen; those with other endings are looked at."""

_ENCRYPTED = 0x1
_CHUNK = 2**20
_NO_TEXT = "\\udc"
"""What `printable` puts where a name is no text."""
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, IndexError, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Input:
    """key: the same for the same thing, however it was named. name: what results and messages call it.

    place: where its result would like to go, as a path within a folder without an ending. fingerprint: another one when
    the thing has changed.
    """

    key: str
    name: str
    place: str
    fingerprint: str

    def source(self, limits: Limits) -> Any:
        """What an engine reads: a path, or a file object with a name. Raises InputError or LimitExceeded."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class FileInput(Input):
    """A file at an absolute path."""

    path: str = ""

    def source(self, limits: Limits) -> Any:
        """Its path."""
        return self.path


@dataclass(frozen=True, slots=True)
class MemberInput(Input):
    """Member number `index` of a zip archive."""

    archive: str = ""
    index: int = 0

    def source(self, limits: Limits) -> Any:
        """Its bytes, unpacked no further than the limit."""
        try:
            with zipfile.ZipFile(self.archive) as opened:
                info = opened.infolist()[self.index]
                if info.flag_bits & _ENCRYPTED:
                    raise PasswordNeeded(f"{self.name} is encrypted.", "Unpack the archive, and read the folder.")
                with opened.open(info) as member:
                    return NamedBytes.all_of(member, self.name, limits)
        except FileNotFoundError:
            raise MissingInput(f"There is no file {self.archive}.", "Check the name and the folder.") from None
        except NotImplementedError:
            raise UnsupportedInput(f"{self.name} is packed in a way that is not known.", "Unpack it first.") from None
        except _BROKEN as error:
            raise DamagedInput(f"{self.name} cannot be unpacked: {error}.", "Copy or download it again.") from error


@dataclass(frozen=True, slots=True)
class UrlInput(Input):
    """What fsspec finds at a URL."""

    url: str = ""

    def source(self, limits: Limits) -> Any:
        """Its bytes."""
        import fsspec

        try:
            with fsspec.open(self.url, "rb") as opened:
                return NamedBytes.all_of(opened, self.name, limits)
        except FileNotFoundError:
            raise MissingInput(f"There is nothing at {self.name}.", "Check the address.") from None
        except (LimitExceeded, InputError):
            raise
        except ImportError as error:
            raise MissingComponent(f"{self.name} needs a further package.", str(error)) from None
        except Exception as error:  # every file system has its own
            raise InputError(
                f"{self.name} cannot be fetched: {error}.", "Check the address and your access."
            ) from error


class NamedBytes(io.BytesIO):
    """Bytes in memory under a name."""

    name = ""

    @classmethod
    def all_of(cls, file: Any, name: str, limits: Limits) -> "NamedBytes":
        """Everything that a file object holds; LimitExceeded when it turns out to be more than a file may have."""
        made = cls()
        made.name = name
        while chunk := file.read(_CHUNK):
            made.write(chunk)
            if limits.file_bytes is not None and made.tell() > limits.file_bytes:
                raise LimitExceeded(
                    f"{name} has more than the limit of {limits.file_bytes} bytes.",
                    "Raise the limit: Limits(file_bytes=...), or --max-bytes.",
                )
        made.seek(0)
        return made


def printable(name: str) -> str:
    """A file's name as it can be printed and stored, whatever bytes it is made of."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def is_gone(key: str) -> bool:
    """Whether the file, or the archive, that an input with this key lies in is not there any more. False for URLs."""
    place = Path(key)
    if not place.is_absolute() or os.path.lexists(key) or _NO_TEXT in key:
        return False
    nearest = next((one for one in place.parents if os.path.lexists(one)), place)
    return not os.path.isfile(nearest)


def file_input(path: str | Path, place: str) -> FileInput:
    """A file, whether it is there or not."""
    absolute = os.path.abspath(path)
    return FileInput(printable(absolute), printable(str(path)), printable(place), fingerprint_of(path), absolute)


def fingerprint_of(path: str | Path) -> str:
    """Size and time of a file; nothing where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{status.st_size}/{status.st_mtime_ns}"
