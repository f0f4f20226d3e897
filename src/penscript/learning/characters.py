"""Characters that a pack has not learnt yet: the last layer grows by one class for each."""

from collections.abc import Iterable, Sequence

import numpy as np

from penscript.errors import UsageError
from penscript.learning.layers import Weights
from penscript.packs.tail import CLASSIFIER
from penscript.training.charset import nearest, plain

MOST = 64
"""New characters at most: more are another script, or a file in the wrong encoding."""
_BEHIND = 2.0
"""Nats by which a new character stands behind the one that looks most like it."""


def grown_charset(charset: Sequence[str], texts: Iterable[str]) -> tuple[str, ...]:
    """The charset, and behind it the characters of the texts that it has not, by code.

    Raises UsageError for more than `MOST` new ones.
    """
    new = sorted({character for text in texts for character in plain(text)} - set(charset))
    if len(new) > MOST:
        told = f"The texts hold {len(new)} characters that the pack cannot write, among them {' '.join(new[:8])}."
        raise UsageError(told, "Are they UTF-8, and in Latin script? Other scripts cannot be taught yet.")
    return (*charset, *new)


def grown_weights(weights: Weights, known: Sequence[str], charset: Sequence[str]) -> Weights:
    """The weights with a column of the classifier for every new character: like that of the nearest known one, a bit
    behind it, or else nearly nothing.
    """
    weight, bias = (weights[name] for name in CLASSIFIER)
    index = {character: number for number, character in enumerate(known)}
    columns, starts = [weight], [bias]
    for character in charset[len(known) :]:
        like = nearest(character, index)
        column = weight[:, index[like]] if like else np.float32(0.1) * weight.mean(axis=1)
        columns.append(column[:, None])
        starts.append(np.array([bias[index[like]] - _BEHIND if like else bias.min()], np.float32))
    grown = dict(zip(CLASSIFIER, (np.concatenate(columns, axis=1), np.concatenate(starts)), strict=True))
    return {name: np.array(array, np.float32) for name, array in (weights | grown).items()}


def numbers(text: str, charset: Sequence[str]) -> tuple[int, ...]:
    """The text, brought to the plain form, as class numbers."""
    index = {character: number for number, character in enumerate(charset)}
    return tuple(index[character] for character in plain(text))
