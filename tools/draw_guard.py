"""Draw the lines that stand guard when a hand is learnt.

    python tools/draw_guard.py training/sources src/penscript/learning

SOURCES is what tools/training_sources.py brought. Only fonts under the Open Font License or Apache-2.0 are used, and
words and phrases, no sentences of anybody.
"""

import argparse
import io
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from penscript.training.fonts import Face, load_faces
from penscript.training.phrases import PhraseBook, load_tongues
from penscript.training.synthesis import Picture, Style, line

TRAINING = Path(__file__).parent.parent / "training"
WANTED = (110, 70)
"""Written and printed lines."""
QUALITY = 45
HEIGHT = 48
PERMISSIVE = ("OFL", "Apache")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    told = parser.parse_args()
    book = words_alone(PhraseBook(load_tongues(TRAINING / "phrases.toml", told.sources)))
    random = np.random.default_rng((9, 0))
    styles = (Style(faces(told.sources / kind)[::2], kind == "print") for kind in ("hand", "print"))
    lines = [line(book, style, random) for style, count in zip(styles, WANTED, strict=True) for _ in range(count)]
    file = told.out / "guard.zip"
    file.write_bytes(packed(lines))
    print(len(lines), "lines,", file.stat().st_size, "bytes")


def words_alone(book: PhraseBook) -> PhraseBook:
    """The book without whole sentences."""
    for tongue in book.tongues:
        object.__setattr__(tongue, "sentences", ())
    return book


def faces(folder: Path) -> list[Face]:
    """The fonts of a folder whose licence is permissive, as the manifest says."""
    fonts = tomllib.loads((TRAINING / "manifest.toml").read_text("utf-8"))["font"]
    shut = [one for one in fonts if not one["licence"].startswith(PERMISSIVE)]
    files = [file for file in sorted(folder.glob("*.[to]tf")) if not any(brings(one, file) for one in shut)]
    return load_faces(files)


def brings(entry: dict[str, Any], file: Path) -> bool:
    """Whether the font comes from this package."""
    if "files" in entry:
        return re.search(entry["files"], file.name) is not None
    return file.name.startswith(entry["name"].split(" ")[0].split("/")[-1] + "-")


def packed(lines: list[tuple[Picture, str]]) -> bytes:
    """A zip as the data sets are: WebP pictures and lines.tsv."""
    data, rows = io.BytesIO(), []
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for number, (picture, text) in enumerate(lines):
            file = f"{number:03}.webp"
            rows.append(f"{file}\t{text}")
            put(archive, file, encoded(picture))
        put(archive, "lines.tsv", ("\n".join(rows) + "\n").encode())
    return data.getvalue()


def put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Always with the same date, so that the same lines are the same bytes."""
    archive.writestr(zipfile.ZipInfo(name), data)


def encoded(picture: Picture) -> bytes:
    width = max(1, round(picture.shape[1] * HEIGHT / picture.shape[0]))
    small = cv2.resize(picture, (width, HEIGHT), interpolation=cv2.INTER_AREA)
    return cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])[1].tobytes()


if __name__ == "__main__":
    main()
