"""Which lines a training step sees: a pure function of (seed, step), so that a resumed run goes on as it would have."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from penscript.packs.line_image import bucket_width, scale_line, stack_lines
from penscript.training.augment import augment, colour
from penscript.training.charset import encode
from penscript.training.lines import LineStore
from penscript.training.network import HEIGHT


@dataclass(frozen=True)
class Batch:
    """Lines of like width.

    pictures: float N x 3 x 48 x W. targets: class numbers, all lines in a row, `lengths` of them a line. columns: time
    steps that a line may use.
    """

    pictures: Tensor
    targets: Tensor
    lengths: Tensor
    columns: Tensor


@dataclass(frozen=True)
class Choice:
    """One line of one set."""

    store: int
    line: int
    width: int


class Sampler:
    """Sets by weight, lines at random, similar widths together."""

    def __init__(
        self,
        stores: Sequence[LineStore],
        weights: Sequence[float],
        charset: Sequence[str],
        *,
        pixels: int,
        seed: int,
        group: int = 8,
    ) -> None:
        self.stores = stores
        self.index = {character: number for number, character in enumerate(charset)}
        self.chances = np.array(weights, np.float64) / sum(weights)
        self.pixels, self.seed, self.group = pixels, seed, group
        self.allowed = [self._usable(store) for store in stores]
        self._choices = lru_cache(maxsize=4)(self.choices)

    def _usable(self, store: LineStore) -> NDArray[np.int64]:
        """Lines whose text the charset can write and whose width can hold it."""
        widths = store.widths * HEIGHT / store.heights
        keep = [
            number
            for number, (text, width) in enumerate(zip(store.texts, widths, strict=True))
            if encode(text, self.index) is not None and width <= 2200 and width / 4 >= len(text)
        ]
        return np.array(keep, np.int64)

    def batch(self, step: int, stride: int) -> Batch:
        """The augmented lines of one step."""
        cell, place = divmod(step, self.group)
        chosen = self._choices(cell)[place]
        random = np.random.default_rng((self.seed, 1, step))
        pictures = [self._picture(choice, random) for choice in chosen]
        width = bucket_width(max(picture.shape[1] for picture in pictures))
        texts = [encode(self.stores[choice.store].texts[choice.line], self.index) or [] for choice in chosen]
        return Batch(
            torch.from_numpy(stack_lines(pictures, width)),
            torch.tensor([number for text in texts for number in text], dtype=torch.long),
            torch.tensor([len(text) for text in texts]),
            torch.tensor([bucket_width(picture.shape[1]) // stride for picture in pictures]),
        )

    def choices(self, cell: int) -> list[list[Choice]]:
        """The lines of `group` steps on end: drawn together, sorted by width, cut into batches of like width."""
        random = np.random.default_rng((self.seed, 0, cell))
        drawn = sorted(self._draw(random, 64 * self.group), key=lambda choice: choice.width)
        batches: list[list[Choice]] = [[]]
        for choice in drawn:
            if batches[-1] and (len(batches[-1]) + 1) * (choice.width + 64) > self.pixels:
                batches.append([])
            batches[-1].append(choice)
        order = random.permutation(len(batches))
        return [batches[order[number % len(order)]] for number in range(self.group)]

    def _draw(self, random: np.random.Generator, count: int) -> list[Choice]:
        stores = random.choice(len(self.stores), count, p=self.chances)
        places = random.random(count)
        lines = [
            int(self.allowed[store][int(place * len(self.allowed[store]))])
            for store, place in zip(stores, places, strict=True)
        ]
        return [
            Choice(int(store), line, self._width(int(store), line)) for store, line in zip(stores, lines, strict=True)
        ]

    def _width(self, store: int, line: int) -> int:
        """The width in pixels at the network's height."""
        return int(self.stores[store].widths[line] * HEIGHT / self.stores[store].heights[line])

    def _picture(self, choice: Choice, random: np.random.Generator) -> NDArray[np.uint8]:
        store = self.stores[choice.store]
        other = store.picture(int(random.choice(self.allowed[choice.store])))
        changed = augment(store.picture(choice.line), random, other)
        return colour(scale_line(changed, HEIGHT)[:, :, 0].copy(), random)
