"""Tables against truth: which cells stand beside which. And pages with tables that are drawn from a seed.

The score is that of the ICDAR 2013 competition (Göbel, Hassan, Oro and Orsi, "ICDAR 2013 table competition", 2013): a
table is the set of its pairs of neighbouring cells that are not empty, to the right and below, by their text.
"""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from penscript.evaluation.scores import fold

Rows = Sequence[Sequence[str]]
Pair = tuple[str, str, str]

_THINGS = ("shelf", "bracket", "nails", "board", "paper", "wire", "glass", "bread", "lamp")
_KINDS_OF = ("oak", "steel", "long", "brown", "copper", "new")
_HEADS = ("Item", "Number", "Unit price", "Discount", "Amount")
_WIDTH, _LEFT, _TOP, _STEP, _SIZE = 1240, 100, 260, 58, 26


@dataclass(frozen=True, slots=True)
class TableScore:
    """Pairs of neighbours: how many of the truth were found, how many the truth has, how many were read."""

    found: int = 0
    truth: int = 0
    read: int = 0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 to 1; 1 where there is nothing to find and nothing found."""
        return 2 * self.found / (self.truth + self.read) if self.truth + self.read else 1.0

    def __add__(self, other: "TableScore") -> "TableScore":
        return TableScore(self.found + other.found, self.truth + other.truth, self.read + other.read)


def score_tables(truth: Sequence[Rows], read: Sequence[Rows]) -> TableScore:
    """The pairs of all tables of a page together."""
    wanted, found = (sum((neighbours(rows) for rows in tables), Counter[Pair]()) for tables in (truth, read))
    return TableScore((wanted & found).total(), wanted.total(), found.total())


def neighbours(rows: Rows) -> Counter[Pair]:
    """Every cell that is not empty with the next such cell to its right and with the next one below."""
    columns = [[row[index] for row in rows] for index in range(max(map(len, rows), default=0))]
    pairs: Counter[Pair] = Counter()
    for way, stretches in (("right", rows), ("below", columns)):
        for stretch in stretches:
            filled = [fold(cell).replace(" ", "") for cell in stretch if cell.strip()]
            pairs.update((one, other, way) for one, other in itertools.pairwise(filled))
    return pairs


def draw_table(kind: str, seed: int) -> tuple[NDArray[np.uint8], list[list[str]]]:
    """A page (RGB) with a heading, one table and a line below it, and the table's rows. kind: one of KINDS."""
    chance = random.Random(f"{kind} {seed}")
    rows = _rows(chance)
    image = Image.new("RGB", (_WIDTH, _TOP + _STEP * (len(rows) + 5)), (250, 249, 244))
    brush = ImageDraw.Draw(image)
    write = _typed if kind == "typed" else _printed
    write(brush, (_LEFT, 90), f"Delivery of {chance.randint(1, 28)} March, number {chance.randint(100, 999)}")
    edges = _edges(chance, len(rows[0]))
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            write(brush, (_place(cell, edges, column, write is _typed), _TOP + index * _STEP + 14), cell)
    if kind == "ruled":
        _rule(brush, edges, len(rows))
    write(brush, (_LEFT, _TOP + _STEP * (len(rows) + 2)), "Please pay within two weeks of this date.")
    noise = np.random.default_rng(seed).normal(0, 6, (image.height, image.width, 1))
    return np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8), rows


KINDS = ("ruled", "spaced", "typed")
"""With drawn rules; with white space alone; with white space, in letters of one width."""


def _rows(chance: random.Random) -> list[list[str]]:
    columns = chance.randint(3, 5)
    heads = [*_HEADS[: columns - 1], "Amount"]
    body = [[_item(chance), *(_number(chance, head) for head in heads[1:])] for _ in range(chance.randint(3, 9))]
    if chance.random() < 0.5:
        body.append(["Total", *[""] * (columns - 2), _number(chance, "Amount")])
    return [heads, *body]


def _item(chance: random.Random) -> str:
    return f"{chance.choice(_KINDS_OF)} {chance.choice(_THINGS)}"


def _number(chance: random.Random, head: str) -> str:
    if head == "Number":
        return str(chance.randint(1, 60))
    return (
        f"{chance.randint(1, 90)} %" if head == "Discount" else f"{chance.randint(1, 999)}.{chance.randint(0, 99):02}"
    )


def _edges(chance: random.Random, columns: int) -> list[int]:
    """The left edges of the columns and the right edge of the last one."""
    first = _LEFT + chance.randint(330, 380)
    step = (_WIDTH - _LEFT - first) / (columns - 1)
    return [_LEFT, *(round(first + step * index) for index in range(columns))]


def _place(cell: str, edges: Sequence[int], column: int, typed: bool) -> int:
    """Names from the left, numbers to the right."""
    if column == 0:
        return edges[0] + 12
    width = 15 * len(cell) if typed else round(ImageFont.load_default(_SIZE).getlength(cell))
    return edges[column + 1] - 16 - width


def _printed(brush: ImageDraw.ImageDraw, place: tuple[int, int], text: str) -> None:
    brush.text(place, text, fill=(25, 25, 30), font=ImageFont.load_default(_SIZE))


def _typed(brush: ImageDraw.ImageDraw, place: tuple[int, int], text: str) -> None:
    font = ImageFont.load_default(_SIZE - 2)
    for index, letter in enumerate(text):
        middle = place[0] + 15 * index + 7
        brush.text((middle, place[1] + index % 3 % 2), letter, fill=(45, 42, 52), font=font, anchor="ma")


def _rule(brush: ImageDraw.ImageDraw, edges: Sequence[int], rows: int) -> None:
    bottom = _TOP + rows * _STEP
    for index in range(rows + 1):
        brush.line((edges[0], _TOP + index * _STEP, edges[-1], _TOP + index * _STEP), fill=(70, 70, 70), width=2)
    for edge in edges:
        brush.line((edge, _TOP, edge, bottom), fill=(70, 70, 70), width=2)


def score_drawn(kind: str, seeds: Sequence[int], read: Callable[[NDArray[np.uint8]], Sequence[Rows]]) -> TableScore:
    """The score of `read`, which tells the tables of a page, on drawn pages."""
    total = TableScore()
    for seed in seeds:
        pixels, rows = draw_table(kind, seed)
        total += score_tables([rows], read(pixels))
    return total
