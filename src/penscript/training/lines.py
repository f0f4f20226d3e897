"""Lines of text with their pictures: from zips of real lines, or from the synthetic writer, held as bytes in memory.

Pictures are grey, `STORED` pixels high at most; a `LineStore` keeps them in one long array, which can also lie in a
file that several runs map at once.
"""

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from penscript.training.charset import plain

STORED = 64
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class LineStore:
    """Lines of one set. `pixels` is flat; line i is `pixels[starts[i]:]` as heights[i] x widths[i]."""

    name: str
    texts: list[str]
    heights: NDArray[np.int64]
    widths: NDArray[np.int64]
    starts: NDArray[np.int64]
    pixels: Picture

    def __len__(self) -> int:
        return len(self.texts)

    def picture(self, index: int) -> Picture:
        """Line `index` as uint8 height x width, a view."""
        height, width, start = int(self.heights[index]), int(self.widths[index]), int(self.starts[index])
        return self.pixels[start : start + height * width].reshape(height, width)


def store_lines(name: str, lines: Iterable[tuple[Picture, str]]) -> LineStore:
    """Grey pictures with their texts -> a store."""
    pictures, texts = [], []
    for picture, text in lines:
        pictures.append(picture)
        texts.append(text)
    heights = np.array([picture.shape[0] for picture in pictures], np.int64)
    widths = np.array([picture.shape[1] for picture in pictures], np.int64)
    starts = np.concatenate([[0], np.cumsum(heights * widths)[:-1]]).astype(np.int64)
    flat = np.concatenate([picture.ravel() for picture in pictures]) if pictures else np.zeros(0, np.uint8)
    return LineStore(name, texts, heights, widths, starts, flat)


def read_splits(path: Path) -> dict[tuple[str, str], str]:
    """(set, file) -> part, from splits.tsv."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines()[1:])
    return {(row[0], row[1]): row[2] for row in rows if len(row) == 3}


def load_zip(path: Path, splits: dict[tuple[str, str], str], part: str) -> LineStore:
    """The lines of one zip that the splits put in `part`; the set's name is the zip's.

    Raises KeyError where the zip has no lines.tsv.
    """
    with zipfile.ZipFile(path) as archive:
        return store_lines(path.stem, _zip_lines(archive, path.stem, splits, part))


def _zip_lines(
    archive: zipfile.ZipFile, name: str, splits: dict[tuple[str, str], str], part: str
) -> Iterable[tuple[Picture, str]]:
    for row in archive.read("lines.tsv").decode("utf-8").splitlines():
        file, _, text = row.partition("\t")
        if splits.get((name, file)) == part and plain(text):
            yield decode_grey(archive.read(file)), plain(text)


def decode_grey(data: bytes) -> Picture:
    """An encoded picture as uint8 height x width, `STORED` pixels high at most. Raises ValueError if it is none."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise ValueError("not a picture")
    if picture.shape[0] > STORED:
        width = max(1, round(picture.shape[1] * STORED / picture.shape[0]))
        picture = cv2.resize(picture, (width, STORED), interpolation=cv2.INTER_AREA)
    return np.asarray(picture, np.uint8)


def save_store(store: LineStore, folder: Path) -> None:
    """The store as two files in `folder`: NAME.npy with the pixels, NAME.json with the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{store.name}.npy", store.pixels)
    rest = {"texts": store.texts, "heights": store.heights.tolist(), "widths": store.widths.tolist()}
    (folder / f"{store.name}.json").write_text(json.dumps(rest, ensure_ascii=False), "utf-8")


def open_store(name: str, folder: Path) -> LineStore:
    """A saved store, its pixels mapped and not read. Raises FileNotFoundError."""
    rest = json.loads((folder / f"{name}.json").read_text("utf-8"))
    heights, widths = np.array(rest["heights"], np.int64), np.array(rest["widths"], np.int64)
    starts = np.concatenate([[0], np.cumsum(heights * widths)[:-1]]).astype(np.int64)
    pixels = np.load(folder / f"{name}.npy", mmap_mode="r")
    return LineStore(name, rest["texts"], heights, widths, starts, pixels)
