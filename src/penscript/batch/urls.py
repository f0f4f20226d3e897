"""URLs -> inputs, by fsspec: s3://, gs://, sftp://, https://, zip://...::file://..., and others."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from penscript.batch.inputs import PAGES, Input, UrlInput
from penscript.errors import InputError, MissingComponent, MissingInput, UsageError

_STAMPS = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "created", "CRC")
_WEB = ("http://", "https://")
_PATTERN = frozenset("*?[")


def find_at(url: str, alone: bool) -> Iterator[Input]:
    """The file at a URL, the files below a folder, or what a pattern matches.

    alone: nothing else was named, so the results need no folder of their own. Raises MissingComponent without fsspec or
    the package for this kind of URL, UsageError for a kind that is not known, InputError where nothing answers.
    """
    system, path = _opened(url)
    try:
        found = _listed(system, path, url)
    except FileNotFoundError:
        found = None
    except Exception as error:  # every file system has its own
        raise InputError(f"{url} cannot be looked into: {error}.", "Check the address and your access.") from error
    if found is None:
        yield _input(url, url, str(PurePosixPath(path).stem), _info(system, path))
        return
    if not found:
        raise MissingInput(f"There are no pages at {url}.", "Check the address; ** stands for folders.")
    root = _root(path)
    below = "" if alone else root.name
    for one, info in sorted(found.items()):
        inside = PurePosixPath(one)
        place = inside.relative_to(root) if inside.is_relative_to(root) else PurePosixPath(inside.name)
        address = _address(system, one, url)
        yield _input(address, address, str(PurePosixPath(below, place.with_suffix(""))), info)


def _opened(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingComponent(
            f"{url} is a URL, and those need fsspec.", 'Install it: pip install "penscript[urls]"'
        ) from None
    try:
        system, path = url_to_fs(url)
    except ImportError as error:
        raise MissingComponent(f"{url} needs a further package.", str(error)) from None
    except ValueError as error:
        raise UsageError(
            f"{url} is of a kind that is not known: {error}.", "See the documentation of fsspec."
        ) from None
    except FileNotFoundError:
        raise MissingInput(f"There is nothing at {url}.", "Check the address.") from None
    return system, path


def _listed(system: Any, path: str, url: str) -> dict[str, Any] | None:
    """Path and description of every file that a pattern or a folder means; None for a single file."""
    if _PATTERN & set(path):
        found = system.glob(path, detail=True)
    elif url.endswith("/") or (not url.startswith(_WEB) and system.isdir(path)):
        found = system.find(path, detail=True)
    else:
        return None
    return {
        one: info
        for one, info in found.items()
        if info.get("type") != "directory" and PurePosixPath(one).suffix.lower() in PAGES
    }


def _root(path: str) -> PurePosixPath:
    """The part of a path before its first pattern."""
    root = PurePosixPath(path)
    while _PATTERN & set(str(root)):
        root = root.parent
    return root


def _address(system: Any, path: str, url: str) -> str:
    """The URL of a path of this file system; what follows :: in a chain stays."""
    first, chain, rest = url.partition("::")
    if chain:
        return f"{first.split('://')[0]}://{path}::{rest}"
    return str(system.unstrip_protocol(path))


def _info(system: Any, path: str) -> dict[str, Any]:
    try:
        return dict(system.info(path))
    except Exception:  # reading it tells what is wrong
        return {}


def _input(key: str, name: str, place: str, info: dict[str, Any]) -> UrlInput:
    stamps = [str(info[stamp]) for stamp in _STAMPS if info.get(stamp)]
    return UrlInput(key, name, place, "/".join([str(info.get("size", "")), *stamps]), key)
