"""A line with its text: what a hand is learnt from."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from penscript.training.augment import Picture
from penscript.training.lines import decode_grey


@dataclass(frozen=True, slots=True)
class Example:
    """picture: of one upright line, grey or RGB uint8. source: where it comes from, for a message. line: its id in the
    notes, None outside of them. probability: that with which review chose it, 1 where nothing chose. accepted: whether
    it was accepted as it was read. page: on which it stands; lines that name none are taken to stand on one.
    """

    picture: Picture
    text: str
    source: str
    line: int | None = None
    probability: float = 1.0
    accepted: bool = False
    page: str = ""


def guard_lines() -> list[Example]:
    """The drawn lines that come with Penscript, by which is seen that nothing is forgotten."""
    return list(zipped(Path(__file__).with_name("guard.zip")))


def zipped(file: Path) -> Iterator[Example]:
    """The lines of a zip with `lines.tsv`."""
    with zipfile.ZipFile(file) as archive:
        for row in archive.read("lines.tsv").decode("utf-8").splitlines():
            picture, _, text = row.partition("\t")
            yield Example(decode_grey(archive.read(picture)), text, picture)
