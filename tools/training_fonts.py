"""Font packages -> one TrueType file a face in SOURCES/hand, held and print (part of tools/training_sources.py)."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

SUBSETS = ("latin", "latin-ext", "vietnamese")
Entry = dict[str, Any]


def bring(entries: list[Entry], folders: dict[str, Path], out: Path) -> None:
    """`use` of an entry begins with the folder: hand, held out or print."""
    for entry in entries:
        folder = out / entry["use"].split(" ")[0]
        folder.mkdir(parents=True, exist_ok=True)
        if entry["registry"] == "npm":
            _merged(entry, folders[entry["name"]], folder)
        else:
            _copied(entry, folders[entry["name"]], folder)


def _merged(entry: Entry, package: Path, folder: Path) -> None:
    """The subsets of a web font, put together again: one file for each of its `weights` (400)."""
    family = package.name
    for weight in entry.get("weights", [400]):
        files = [package / "files" / f"{family}-{subset}-{weight}-normal.woff" for subset in SUBSETS]
        _merge([file for file in files if file.is_file()], folder / f"{family}-{weight}.ttf")


def _merge(parts: list[Path], out: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        plain = [Path(scratch) / f"{number}.ttf" for number in range(len(parts))]
        for part, file in zip(parts, plain, strict=True):
            with TTFont(part) as font:
                font.flavor = None
                font.save(file)
        try:
            Merger().merge([str(file) for file in plain]).save(out)
        except (AssertionError, AttributeError, KeyError, NotImplementedError, TypeError, ValueError):
            shutil.copy(plain[0], out)  # subsets that cannot be joined: the letters of the first must do


def _copied(entry: Entry, package: Path, folder: Path) -> None:
    chosen = re.compile(entry["files"])
    for file in sorted(package.rglob("*.[to]tf")):
        if chosen.search(file.name):
            shutil.copy(file, folder / file.name)
