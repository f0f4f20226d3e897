"""What a user names -> inputs: folders with what lies below, patterns, zip archives, lists, URLs."""

import glob
import os
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from penscript.batch.inputs import PAGES, Input, MemberInput, file_input, fingerprint_of, printable
from penscript.batch.urls import find_at
from penscript.errors import InputError, MissingInput
from penscript.export.formats import ENDINGS
from penscript.reading.sniff import HEAD_BYTES, format_of

ZIP = ".zip"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_NEVER = tuple(ending for ending in ENDINGS if ending != ".pdf")


def is_url(told: str) -> bool:
    """Whether it begins with a scheme, such as s3:// (a letter and a colon are a drive)."""
    return _URL.match(told) is not None


def find(told: Sequence[str], avoid: Path | None = None) -> Iterator[Input]:
    """The inputs that are named, in order, those of folders by name. The same one named twice comes twice.

    Results of a folder lie as in the folder; where several things are named, in a folder of its name. avoid: a folder
    that is left out where it lies in one that is named. A file that is named and not there is an input all the same,
    for its failure is to be told. Raises InputError for a folder or an archive that cannot be looked into.
    """
    for one in told:
        if is_url(one):
            yield from find_at(one, alone=len(told) == 1)
        elif os.path.isdir(one):
            root = "" if len(told) == 1 else Path(os.path.abspath(one)).name
            yield from _in_folder(Path(one), root, avoid)
        elif os.path.lexists(one) or not glob.has_magic(one):
            yield from _named(Path(one), "", alone=len(told) == 1)
        else:
            yield from _matching(one, avoid)


def in_list(text: bytes) -> list[str]:
    """The names in a list: one a line, or separated by zero bytes. Raises InputError where it is no text."""
    separator = b"\0" if b"\0" in text else b"\n"
    try:
        names = [os.fsdecode(name.rstrip(b"\r")) for name in text.removeprefix(b"\xef\xbb\xbf").split(separator)]
    except UnicodeDecodeError:
        raise InputError("The list of files is no text.", "Give a name a line.") from None
    return [name for name in names if name.strip()]


def _in_folder(folder: Path, place: str, avoid: Path | None) -> Iterator[Input]:
    """Everything below that looks like pages, without what is hidden."""
    away = os.path.abspath(avoid) if avoid and not _same(folder, avoid) else None

    def failed(error: OSError) -> None:
        raise InputError(f"{error.filename} cannot be looked into: {error.strerror}.", "Check its rights.") from error

    for here, folders, files in os.walk(folder, onerror=failed):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and os.path.abspath(os.path.join(here, name)) != away
        )
        below = PurePosixPath(place, Path(os.path.relpath(here, folder)).as_posix())
        for name in sorted(files):
            path = Path(here, name)
            if name[0] != "." and _looks_like_pages(path):
                yield from _named(path, str(below))


def _matching(pattern: str, avoid: Path | None) -> Iterator[Input]:
    """What a pattern matches, placed as it lies below the part that is no pattern."""
    root = Path(pattern)
    while glob.has_magic(str(root)):
        root = root.parent
    found = sorted(glob.iglob(pattern, recursive=True))
    if not found:
        raise MissingInput(f"Nothing matches {pattern}.", "Check the pattern; ** stands for folders.")
    for one in found:
        path = Path(one)
        below = Path(os.path.relpath(path.parent, root)).as_posix()
        if path.is_file() and _looks_like_pages(path):
            yield from _named(path, below)


def _named(path: Path, below: str, alone: bool = False) -> Iterator[Input]:
    """A file, or what an archive holds."""
    if path.suffix.lower() == ZIP and path.is_file():
        yield from _in_archive(path, str(PurePosixPath(below)) if alone else str(PurePosixPath(below, path.stem)))
    else:
        yield file_input(path, str(PurePosixPath(below, path.stem)))


def _in_archive(path: Path, place: str) -> Iterator[Input]:
    absolute = os.path.abspath(path)
    try:
        with zipfile.ZipFile(path) as opened:
            members = opened.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield file_input(path, place)  # reading it tells what is wrong
        return
    stamp = fingerprint_of(path)
    for index, info in enumerate(members):
        inside = PurePosixPath(info.filename.replace("\\", "/"))
        if (
            not info.filename
            or info.is_dir()
            or inside.suffix.lower() not in PAGES
            or any(_is_hidden(part) for part in inside.parts)
        ):
            continue
        name = printable(f"{path}/{info.filename}")
        key = printable(f"{absolute}/{index}/{info.filename}")
        below = printable(str(PurePosixPath(place, inside.with_suffix("").relative_to(inside.anchor))))
        yield MemberInput(key, name, below, f"{stamp}/{info.CRC:x}", absolute, index)


def _is_hidden(part: str) -> bool:
    return part.startswith((".", "__MACOSX")) and part not in (".", "..")


def _looks_like_pages(path: Path) -> bool:
    name = path.name.lower()
    if path.suffix.lower() in PAGES or name.endswith(ZIP):
        return True
    if name.endswith(_NEVER):
        return False
    try:
        if not path.is_file():  # opening a pipe would wait for somebody to write
            return False
        with path.open("rb") as file:
            return format_of(file.read(HEAD_BYTES)) is not None
    except OSError:
        return False


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
