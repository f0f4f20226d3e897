"""How well a network reads while it learns: greedy decoding, character error rate (CER) and exact lines by set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from penscript.packs.line_image import bucket_width, scale_line, stack_lines
from penscript.training.charset import plain
from penscript.training.lines import LineStore
from penscript.training.network import HEIGHT, LineNetwork


@dataclass(frozen=True)
class Score:
    """Edits over reference length, share of lines without error, and how many lines that is."""

    lines: int
    cer: float
    exact: float


def score(references: Sequence[str], readings: Sequence[str]) -> Score:
    """Both sides brought to the plain form first."""
    pairs = [(plain(reference), plain(reading)) for reference, reading in zip(references, readings, strict=True)]
    edits = sum(Levenshtein.distance(reference, reading) for reference, reading in pairs)
    length = sum(len(reference) for reference, _ in pairs)
    exact = sum(reference == reading for reference, reading in pairs)
    return Score(len(pairs), edits / max(1, length), exact / max(1, len(pairs)))


def greedy(numbers: NDArray[np.int64], charset: Sequence[str]) -> str:
    """Best class of every column -> text: repeats merged, blanks dropped."""
    kept = numbers[np.insert(numbers[1:] != numbers[:-1], 0, True)] if len(numbers) else numbers
    return "".join(charset[number] for number in kept).strip()


def read_store(network: LineNetwork, store: LineStore, charset: Sequence[str], pixels: int = 16000) -> list[str]:
    """Every line of the store read greedily, each padded to its own bucket."""
    readings = [""] * len(store)
    network.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for width, group in _by_width(store, pixels):
            pictures = [scale_line(store.picture(number), HEIGHT) for number in group]
            batch = torch.from_numpy(stack_lines(pictures, width)).to(memory_format=torch.channels_last)
            for number, classes in zip(group, network(batch).argmax(-1).numpy(), strict=True):
                readings[number] = greedy(classes, charset)
    return readings


def _by_width(store: LineStore, pixels: int) -> Iterator[tuple[int, list[int]]]:
    """(bucket width, line numbers) with at most about `pixels` columns a batch."""
    groups: dict[int, list[int]] = {}
    for number in range(len(store)):
        scaled = max(1, round(int(store.widths[number]) * HEIGHT / int(store.heights[number])))
        groups.setdefault(bucket_width(scaled), []).append(number)
    for width, members in sorted(groups.items()):
        size = max(1, pixels // width)
        for start in range(0, len(members), size):
            yield width, members[start : start + size]


def score_stores(network: LineNetwork, stores: Sequence[LineStore], charset: Sequence[str]) -> dict[str, Score]:
    """CER and exact lines of every set."""
    return {store.name: score(store.texts, read_store(network, store, charset)) for store in stores}
