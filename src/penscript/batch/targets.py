"""Where the results of a batch go: files in a folder, or a database of notes. Targets travel to the workers."""

import errno
import hashlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from penscript.document import PageStatus
from penscript.errors import PenscriptError, UsageError
from penscript.export.atomic import check_writable, make_folder, remove_remains, write_bytes
from penscript.notes import Notes, open_notes
from penscript.result import OcrResult

Writer = Callable[[OcrResult], bytes]

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
_NOT_OF_THE_FILE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
_LONGEST = 200
"""Bytes of a name; file systems allow 255, with the ending."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a result comes to. pages: how many were read. failed: what kept the others from it, by page number."""

    pages: int
    failed: tuple[tuple[int, str], ...] = ()


class Target(Protocol):
    """A place for results. The methods up to `tidy` are called where a batch is planned, the others in a worker."""

    def wish(self, key: str, wanted: str) -> str:
        """The place that an input would like to have, as one that is possible."""
        ...

    def is_free(self, place: str) -> bool:
        """Whether nothing lies there."""
        ...

    def has(self, place: str) -> bool:
        """Whether the result that was written to a place is still there."""
        ...

    def tidy(self, place: str) -> None:
        """Clear away what a killed batch may have left half-written beside a place."""
        ...

    def check(self) -> None:
        """Raise the error that writing would raise, whatever is written."""
        ...

    def stopping(self, error: PenscriptError) -> PenscriptError | None:
        """The error that keeps all results from being written, if this one of `write` is not of its result alone."""
        ...

    def known(self, source: Any) -> Written | None:
        """What is kept of a source already, so that it need not be read."""
        ...

    def render(self, result: OcrResult) -> dict[str, bytes]:
        """What is to be written, by ending."""
        ...

    def write(self, place: str, source: Any, result: OcrResult, rendered: Mapping[str, bytes]) -> Written:
        """Keep a result, wholly or not at all. A later one at the same place takes its place."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """A file in each of some formats for every input. writers: ending of a file -> what makes its bytes."""

    path: Path
    writers: Mapping[str, Writer]

    def wish(self, key: str, wanted: str) -> str:
        """As in `Target`: a path below the folder whose parts every file system takes."""
        parts = [_safe(part) for part in wanted.split("/")]
        return "/".join(part for part in parts if part) or "result"

    def is_free(self, place: str) -> bool:
        """As in `Target`."""
        return not any(os.path.lexists(self.file(place, ending)) for ending in self.writers)

    def has(self, place: str) -> bool:
        """As in `Target`."""
        return all(self.file(place, ending).is_file() for ending in self.writers)

    def tidy(self, place: str) -> None:
        """As in `Target`."""
        remove_remains((self.path / place).parent)

    def check(self) -> None:
        """As in `Target`."""
        check_writable(make_folder(self.path) / "result.part")

    def stopping(self, error: PenscriptError) -> PenscriptError | None:
        """As in `Target`."""
        if getattr(error.__cause__, "errno", None) in _NOT_OF_THE_FILE:
            return error
        try:
            self.check()
        except PenscriptError as other:
            return other
        return None

    def known(self, source: Any) -> Written | None:
        """Nothing: what is in a folder already is known to the journal."""
        return None

    def render(self, result: OcrResult) -> dict[str, bytes]:
        """As in `Target`."""
        return {ending: writer(result) for ending, writer in self.writers.items()}

    def write(self, place: str, source: Any, result: OcrResult, rendered: Mapping[str, bytes]) -> Written:
        """As in `Target`."""
        for ending, data in rendered.items():
            file = self.file(place, ending)
            make_folder(file.parent)
            write_bytes(file, data)
        return _counted([(page.number, page.status, page.error) for page in result.pages])

    def file(self, place: str, ending: str) -> Path:
        """Where a result lies."""
        return self.path / f"{place}{ending}"

    def places_of(self, path: str) -> list[str]:
        """The places whose results a file may be one of."""
        inside = os.path.relpath(path, os.path.abspath(self.path)).replace(os.sep, "/")
        if inside.startswith("../"):
            return []
        return [inside.removesuffix(ending) for ending in self.writers if inside.endswith(ending)]


@dataclass(frozen=True, slots=True)
class Database:
    """Documents in a database of notes, which knows a file by its content. link: only remember where files lie."""

    url: str
    tags: tuple[str, ...] = ()
    link: bool = False

    def wish(self, key: str, wanted: str) -> str:
        """As in `Target`; here the input itself."""
        return key

    def is_free(self, place: str) -> bool:
        """Always: it is the content that decides."""
        return True

    def has(self, place: str) -> bool:
        """Always: what was forgotten since is to stay forgotten."""
        return True

    def tidy(self, place: str) -> None:
        """Nothing: a transaction leaves nothing half."""

    def check(self) -> None:
        """As in `Target`."""
        _notes(self.url).tags()

    def stopping(self, error: PenscriptError) -> PenscriptError | None:
        """As in `Target`: a full disk, a lock, a server that is gone; an InputError is of the file."""
        return error if isinstance(error, UsageError) else None

    def known(self, source: Any) -> Written | None:
        """The document with the content of the source, if there is one."""
        found = _notes(self.url).find_document(_digest(source))
        if found is None:
            return None
        _notes(self.url).tag(found.id, *self.tags)
        return _counted([(page.number, page.status, page.error) for page in _notes(self.url).pages(found.id)])

    def render(self, result: OcrResult) -> dict[str, bytes]:
        """Nothing."""
        return {}

    def write(self, place: str, source: Any, result: OcrResult, rendered: Mapping[str, bytes]) -> Written:
        """As in `Target`."""
        picture = source.getvalue() if not isinstance(source, str) else Path(source)
        if isinstance(picture, Path) and not self.link:
            picture = picture.read_bytes()
        _notes(self.url).add(result, picture=picture, tags=self.tags)
        return _counted([(page.number, page.status, page.error) for page in result.pages])


@cache
def _notes(url: str) -> Notes:
    """The database, opened once a process."""
    return open_notes(url)


def _digest(source: Any) -> str:
    """SHA-256 of a path or of bytes in memory; nothing for what cannot be opened, which reading explains better."""
    if not isinstance(source, str):
        return hashlib.sha256(source.getvalue()).hexdigest()
    try:
        with open(source, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def _counted(pages: list[tuple[int, PageStatus, str | None]]) -> Written:
    failed = [(number, error or "") for number, status, error in pages if status is PageStatus.FAILED]
    return Written(len(pages) - len(failed), tuple(failed))


def _safe(part: str) -> str:
    """A name that every file system takes: nothing for . and .., short, no device of Windows, no dot at its end."""
    name = _NOT_IN_NAMES.sub("", part).rstrip(". ")
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    return name.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")
