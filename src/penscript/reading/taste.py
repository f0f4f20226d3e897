"""What a text that a line may hold is worth: its measures, and their weights, fitted by tools/calibrate.py --votes.

A log-linear model as in the rescoring of n-best lists (Ostendorf et al. 1991), whose weights are those of a conditional
logit (McFadden 1974): the log odds that one of several texts is right are linear in its measures.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from penscript.vocabulary import strangers

Floats = NDArray[np.float64]
LONG = 4
"""Letters from which a word is long."""


def _count(pattern: str) -> Callable[[str], float]:
    """How often a pattern is found in a text."""
    found = re.compile(pattern)
    return lambda text: float(len(found.findall(text)))


def _is_mark(one: str) -> bool:
    return not one.isalnum() and one != " "


OF_TEXT: Mapping[str, Callable[[str], float]] = {
    "length": len,
    "spaces": lambda text: text.count(" "),
    "digits": lambda text: sum(map(str.isdigit, text)),
    "marks": lambda text: sum(map(_is_mark, text)),
    "capitals": lambda text: sum(map(str.isupper, text)),
    "strangers": lambda text: sum(len(word) >= LONG for word in strangers(text)),
    "strange_letters": lambda text: sum(map(len, strangers(text))),
    "lone_letters": _count(r"(?<!\w)[^\W\d_](?!\w)"),
    "spaced_marks": _count(r" [,.;:!?)]"),
    "spaced_colons": _count(r" :"),
    "tight_marks": _count(r"[:,;]\w"),
    "like_digits": _count(r"\d[OoIlSBZ]|[OoIlSBZ]\d"),
    "amounts": _count(r"(?<!\d)\d+[.,]\d\d(?!\d)"),
    "open_brackets": lambda text: abs(text.count("(") - text.count(")")) + sum(map(text.count, "[]{}")),
    "odd_signs": lambda text: sum(not one.isascii() and not one.isalpha() for one in text),
    "mark_first": lambda text: bool(text) and not text[0].isalnum(),
    "mark_last": lambda text: bool(text) and not text[-1].isalnum(),
    "stop_last": lambda text: text.endswith("."),
    "capital_first": lambda text: text[:1].isupper(),
}
"""What a text alone says of itself: how many characters of a kind, unknown words, and their letters, it has."""
MEASURES = ("first", "second", "fluency", "kept", "named", *OF_TEXT)
"""first, second, fluency: the log probability of a text by the first reading's posteriors, the second's and the
language model. kept, named: whether it is the first reading, or the second.
"""


def measures(readings: Sequence[str], texts: Sequence[str], *surprises: Floats) -> Floats:
    """Texts x measures. readings: the first and the second. surprises: minus the log probabilities of each text by the
    first, the second, and the language model.
    """
    said = [[text == reading for reading in readings] + [of(text) for of in OF_TEXT.values()] for text in texts]
    return np.column_stack([-np.stack(surprises, axis=1), np.array(said, np.float64)])


@dataclass(frozen=True, slots=True)
class Taste:
    """weights: of measures, in nats; those without one count nothing. lead: the log odds from which a text other than
    the first reading is kept.
    """

    weights: Mapping[str, float]
    lead: float

    def scores(self, values: Floats) -> Floats:
        """What each text is worth. values: texts x measures."""
        return np.asarray(values @ np.array([self.weights.get(name, 0.0) for name in MEASURES], np.float64))


OWN = Taste(
    {
        "first": 0.42,
        "second": 0.34,
        "fluency": 0.23,
        "kept": 0.1,
        "named": 0.24,
        "length": 1.51,
        "spaces": -1.67,
        "digits": -0.28,
        "marks": 0.14,
        "capitals": 0.46,
        "strangers": -1.32,
        "strange_letters": -0.18,
        "lone_letters": 0.2,
        "spaced_marks": 1.42,
        "spaced_colons": -0.8,
        "tight_marks": 0.26,
        "like_digits": -0.63,
        "amounts": 0.36,
        "open_brackets": 0.24,
        "odd_signs": 0.02,
        "mark_first": 0.17,
        "mark_last": 0.12,
        "stop_last": -0.3,
        "capital_first": 0.04,
    },
    lead=-1.0,
)
"""Where the same pack read again."""
OTHER = Taste(
    {
        "first": 0.49,
        "second": 0.13,
        "fluency": 0.06,
        "kept": 0.56,
        "named": 0.23,
        "length": 0.2,
        "spaces": 0.72,
        "digits": -0.08,
        "marks": 0.23,
        "capitals": 0.87,
        "strangers": -0.49,
        "strange_letters": -0.24,
        "lone_letters": -0.64,
        "spaced_marks": 0.67,
        "spaced_colons": 0.48,
        "tight_marks": -0.54,
        "like_digits": -0.89,
        "amounts": 2.11,
        "open_brackets": -0.93,
        "odd_signs": -0.99,
        "mark_first": 0.71,
        "mark_last": 0.37,
        "stop_last": -0.79,
        "capital_first": 0.55,
    },
    lead=-1.0,
)
"""Where another pack read again, which is less at home on the page."""
