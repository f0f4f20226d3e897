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
        "first": 0.45,
        "second": 0.33,
        "fluency": 0.25,
        "kept": 0.04,
        "named": 0.22,
        "length": 1.57,
        "spaces": -1.56,
        "marks": 0.13,
        "capitals": 0.49,
        "strangers": -1.31,
        "strange_letters": -0.17,
        "lone_letters": 0.21,
        "spaced_marks": 1.5,
        "spaced_colons": -0.64,
        "like_digits": -0.48,
        "amounts": 0.31,
        "open_brackets": 0.25,
        "odd_signs": 0.14,
        "mark_first": 0.15,
        "mark_last": 0.02,
        "stop_last": -0.08,
        "capital_first": -0.01,
    },
    lead=-1.0,
)
"""Where the same pack read again."""
OTHER = Taste(
    {
        "first": 0.41,
        "second": 0.12,
        "fluency": 0.06,
        "kept": 0.64,
        "named": 0.26,
        "length": 0.42,
        "spaces": 0.44,
        "digits": -0.35,
        "marks": 0.22,
        "capitals": 0.49,
        "strangers": -0.93,
        "strange_letters": -0.18,
        "lone_letters": -0.51,
        "spaced_marks": 0.74,
        "spaced_colons": 0.68,
        "tight_marks": -0.51,
        "like_digits": -1.03,
        "amounts": 3.45,
        "open_brackets": -1.39,
        "odd_signs": -1.15,
        "mark_first": 0.57,
        "mark_last": 0.87,
        "stop_last": -1.23,
        "capital_first": 0.52,
    },
    lead=-1.0,
)
"""Where another pack read again, which is less at home on the page."""
