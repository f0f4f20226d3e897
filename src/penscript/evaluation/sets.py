"""Truth to read against, wherever it lies.

What `find_sets` understands:

- a folder or a zip with `lines.tsv` (`file TAB text`) and pictures of single lines beside it;
- a folder of pages: a picture or PDF with the truth in `.gt.txt` beside it (a row a line), and, if there is one, a
  `.lines.json` that says where each line stands (`[{"text", "polygon": [[x, y], ...]}]`, pixels of the picture);
- a folder of such folders and zips;
- a collection with `data/splits.tsv` (`set TAB file TAB part`), whose sets lie in `handwriting/`, `handwriting-
  pages/` (named `pages/SET`) and `print/` (named `print/SET`).
"""

import random
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from penscript.errors import DamagedInput, EmptyInput, MissingInput, UsageError

ALL = "all"
_TRUTH = ".gt.txt"
_NOT_PICTURES = (".txt", ".json", ".tsv", ".md", ".xml")
_LAST_NUMBER = re.compile(r"[_-]\d+$")


class Kind(StrEnum):
    """What one sample of a set is: a picture of a LINE, or a PAGE (a PDF may have several)."""

    LINE = "line"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Sample:
    """One thing to read and its truth. source: bytes of a picture or a path. geometry: the `.lines.json`, if there is
    one.

    document: samples of one document stand or fall together in intervals; the page for pages, for lines the file's
    name without its last number.
    """

    file: str
    document: str
    truth: str
    source: bytes | Path
    geometry: Path | None = None


@dataclass(frozen=True, slots=True)
class SampleSet:
    """A named set of samples of one kind. ignore_case: the truth is all in capitals, so case says nothing."""

    name: str
    kind: Kind
    samples: tuple[Sample, ...]
    ignore_case: bool = False


def find_sets(
    folder: str | Path,
    part: str = "test",
    names: Collection[str] = (),
    limit: int | None = None,
    seed: int = 0,
) -> list[SampleSet]:
    """The sets in a folder or zip, in order of name.

    part: parts of a collection with splits, separated by commas, or "all"; without splits it says nothing. names:
    only these sets. limit: at most so many samples a set: lines drawn by `seed`, pages the first by name. Raises
    MissingInput, EmptyInput (no truth there), DamagedInput (truth that cannot be understood) and UsageError (no such
    set).
    """
    root = Path(folder)
    if not root.exists():
        raise MissingInput(
            f"{root} does not exist.", "Give a folder or zip with lines.tsv, or pages with .gt.txt beside them."
        )
    splits = _splits(root)
    places = _collection(root) if splits is not None else _places(root)
    wanted = {name.strip().removesuffix("/") for name in names}
    sets = [
        _read_set(name, place, _files(splits, name, part), limit, seed)
        for name, place in places
        if not wanted or name in wanted
    ]
    if unknown := wanted - {name for name, _ in places}:
        known = ", ".join(name for name, _ in places)
        raise UsageError(f"{root} has no set {', '.join(sorted(unknown))}.", f"It has {known}.")
    if not (sets := [one for one in sets if one.samples]):
        raise EmptyInput(
            f"{root} holds no truth of part {part}.", "Truth is a lines.tsv, or a .gt.txt beside each page."
        )
    return sets


def _splits(root: Path) -> dict[tuple[str, str], str] | None:
    file = next((f for f in (root / "data/splits.tsv", root / "splits.tsv") if f.is_file()), None)
    if file is None:
        return None
    return {(name, sample): part for name, sample, part in _rows(file.read_text("utf-8"), 3, file)}


def _files(splits: dict[tuple[str, str], str] | None, name: str, part: str) -> set[str] | None:
    """The files of a set that belong to the parts; None for every one."""
    if splits is None or part == ALL:
        return None
    parts = {one.strip() for one in part.split(",")}
    return {file for (owner, file), its in splits.items() if owner == name and its in parts}


def _collection(root: Path) -> list[tuple[str, Path]]:
    data = root / "data" if (root / "data").is_dir() else root
    heads = {"handwriting": "", "handwriting-pages": "pages/", "print": "print/"}
    return [(head + name, place) for folder, head in heads.items() for name, place in _inside(data / folder)]


def _places(root: Path) -> list[tuple[str, Path]]:
    return [(root.stem if root.is_file() else root.name, root)] if _is_set(root) else _inside(root)


def _inside(folder: Path) -> list[tuple[str, Path]]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [(one.stem if one.is_file() else one.name, one) for one in found if _is_set(one)]


def _is_set(place: Path) -> bool:
    if place.is_file():
        return place.suffix == ".zip"
    return (place / "lines.tsv").is_file() or next(place.glob("*" + _TRUTH), None) is not None


def _read_set(name: str, place: Path, files: set[str] | None, limit: int | None, seed: int) -> SampleSet:
    if files is not None and not files:
        return SampleSet(name, Kind.PAGE, ())
    if place.is_file() or (place / "lines.tsv").is_file():
        return _line_set(name, place, files, limit, seed)
    pages = [page for page in _pages(place) if files is None or page.file in files]
    return SampleSet(name, Kind.PAGE, tuple(pages[:limit]), _capitals(page.truth for page in pages))


def _line_set(name: str, place: Path, files: set[str] | None, limit: int | None, seed: int) -> SampleSet:
    with ExitStack() as stack:
        read = _reader(place, stack)
        rows = [
            (file, text) for file, text in _rows(read("lines.tsv").decode("utf-8-sig"), 2, place) if _in(files, file)
        ]
        ignore_case = _capitals(text for _, text in rows)
        if limit is not None and limit < len(rows):
            rows = random.Random(seed).sample(rows, limit)
        samples = tuple(Sample(file, document(file), text, read(file)) for file, text in rows)
    return SampleSet(name, Kind.LINE, samples, ignore_case)


def _reader(place: Path, stack: ExitStack) -> Callable[[str], bytes]:
    """Bytes by name, from a folder or an open zip."""
    if place.is_dir():
        return lambda name: _bytes(place / name)
    try:
        archive = stack.enter_context(zipfile.ZipFile(place))
        archive.getinfo("lines.tsv")
    except (zipfile.BadZipFile, KeyError) as error:
        raise DamagedInput(f"{place} is not a zip with lines.tsv inside.", "Make the zip again.") from error
    return archive.read


def document(file: str) -> str:
    """The document that a line's picture was cut from: its name without ending and last number."""
    return _LAST_NUMBER.sub("", Path(file).stem)


def _pages(folder: Path) -> Iterator[Sample]:
    """The pages of a folder by name; truth whose picture is not there is left out."""
    beside = {file.stem: file for file in folder.iterdir() if file.suffix.lower() not in _NOT_PICTURES}
    for truth in sorted(folder.glob("*" + _TRUTH)):
        stem = truth.name.removesuffix(_TRUTH)
        if page := beside.get(stem):
            geometry = folder / f"{stem}.lines.json"
            text = truth.read_text("utf-8-sig")
            yield Sample(page.name, stem, text, page, geometry if geometry.is_file() else None)


def _rows(text: str, columns: int, place: Path) -> Iterator[list[str]]:
    """The rows of a tab-separated table; one that names its columns `set TAB file TAB part` is left out."""
    for number, row in enumerate(text.splitlines(), 1):
        cells = row.split("\t", columns - 1)
        if len(cells) != columns:
            raise DamagedInput(f"{place}: row {number} has not {columns} columns.", "Separate them with a tab.")
        if cells != ["set", "file", "part"]:
            yield cells


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise MissingInput(f"{file} cannot be read.", "lines.tsv names it: put it there or delete its row.") from error


def _capitals(truths: Iterable[str]) -> bool:
    return all(truth == truth.upper() for truth in truths)


def _in(files: set[str] | None, file: str) -> bool:
    return files is None or file in files
