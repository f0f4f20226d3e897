"""The versions of a user's pack: `NAME.onnx` is the one in use, earlier ones lie in the folder `versions` beside it.

A version is a pack like any other, `NAME@VERSION.onnx` with its digest beside it.
"""

import os
import shutil
from pathlib import Path

from penscript.errors import UsageError
from penscript.packs.metadata import read_card

KEPT = 5
"""Earlier versions that are kept; each is as large as the pack."""


def sidecar(file: Path) -> Path:
    """The file with the digest of a pack."""
    return file.with_name(file.name + ".sha256")


def shelf(file: Path, version: str) -> Path:
    """Where a version of the pack in `file` lies."""
    return file.parent / "versions" / f"{file.stem}@{version}.onnx"


def versions(file: Path) -> list[str]:
    """The versions of a pack that are kept, the newest first; the one in use is among them."""
    kept = (file.parent / "versions").glob(f"{file.stem}@*.onnx")
    found = {one.stem.partition("@")[2] for one in kept} | ({_version(file)} if file.is_file() else set())
    return sorted(found, key=_order, reverse=True)


def keep(file: Path) -> None:
    """Put the pack in use on the shelf, if there is one, and take the oldest from it where there are too many."""
    if not file.is_file():
        return
    kept = shelf(file, _version(file))
    _copy(file, kept)
    for version in versions(file)[KEPT:]:
        _delete(shelf(file, version))


def publish(made: Path, digest: str, file: Path) -> None:
    """Make the file `made` the pack in use; the one before stays on the shelf. `made` is gone afterwards."""
    file.parent.mkdir(parents=True, exist_ok=True)
    keep(file)
    sidecar(file).write_text(digest + "\n", encoding="ascii")
    os.replace(made, file)


def roll_back(file: Path, version: str | None = None) -> str:
    """Use an earlier version again, the one before the present if none is named; which. UsageError where there is
    none.
    """
    present, known = _version(file), versions(file)
    earlier = [one for one in known if _order(one) < _order(present)]
    wanted = version or (earlier[0] if earlier else None)
    if wanted is None or wanted not in known:
        told = f"{file.stem}@{version}" if version else f"earlier version of {file.stem}"
        raise UsageError(f"There is no {told}.", f"There are {', '.join(known)}.")
    keep(file)
    _copy(shelf(file, wanted), file)
    return wanted


def remove_all(file: Path) -> None:
    """Delete a pack with every version."""
    for version in versions(file):
        _delete(shelf(file, version))
    _delete(file)


def next_version(file: Path) -> str:
    """The number behind every version that there is, from 1."""
    return str(max((_order(one)[0] for one in versions(file)), default=0) + 1)


def _version(file: Path) -> str:
    return read_card(file).info.version


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def _copy(source: Path, target: Path) -> None:
    """A pack with its digest, complete or not there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    shutil.copyfile(source, partial)
    shutil.copyfile(sidecar(source), sidecar(target))
    os.replace(partial, target)


def _delete(file: Path) -> None:
    file.unlink(missing_ok=True)
    sidecar(file).unlink(missing_ok=True)
