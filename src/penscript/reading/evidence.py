"""What speaks for and against a line or a word: the measures that its confidence is computed from."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np

from penscript.calibration import log_odds
from penscript.document import Candidate, Character, Reading
from penscript.reading.frame import frame_of
from penscript.reading.image import Pixels, levels
from penscript.reading.piece import ALONE, Look, Piece, Row, extent, outline
from penscript.vocabulary import strangers

FLOOR = 1e-6
WEIGHTS = {
    "odds": (1.0, 0.3, 1.25),
    "fluent_odds": (1.0, 0.6, 1.8),
    "bare_odds": (1.0, 0.0, 0.0),
    "even_odds": (0.6, 0.2, 0.8),
}
"""What the network's nats, the language model's and a character count where texts are weighed against each other."""
HOPES = (
    "characters",
    "odds",
    "fluent_odds",
    "bare_odds",
    "margin",
    "tipped",
    "fluency",
    "odd",
    "strange",
    "strangers",
    "strange_letters",
    "unsure",
)
"""The measures that tell whether a second pass would mend a line."""
STRANGE = 5.0
UNSURE = 0.9
LEVEL = 0.4
"""Rows that share so much of the lower one's height stand at one height."""
HEIGHT = 32
"""Pixels to which a crop is brought before it is looked at."""


def evidence(row: Row) -> dict[str, float]:
    """The measures of a joined line: of its readings, its text, its pieces, and the picture.

    surprise: minus the log probability of the text; share: a character. worst: the same of its least sure character.
    rivals: probability of other characters, summed. margin: log ratio to the nearest other reading. tipped: how much
    likelier the network's own path was than what the language model made of it. fluency: minus the log probability
    that the language model gives to a character. characters, seams, height: counts and pixels, as logarithms. gap:
    between pieces, in line heights. side: how far the next line at its height is, in line heights, as a logarithm.
    pitch: width of a character in line heights. found: minus the log of the detector's score. digits, capitals, marks:
    shares of the characters, and how many marks. strangers, strange_letters: unknown words and their letters, as
    logarithms. contrast, sharpness, cut, ends: see `Look`. odds, unlikely ones and
    letters: see `_of_rivals`, `_of_language` and `_of_letters`.
    """
    parts = (_of_reading, _of_rivals, _of_language, _of_letters, _of_text, _of_pieces, _of_picture)
    return {name: value for part in parts for name, value in part(row).items()}


def hopes(measures: Mapping[str, float], chance: float) -> dict[str, float]:
    """What tells whether a second pass would mend a line. chance: the probability that it is right as it is."""
    return {name: measures[name] for name in HOPES} | {"chance": math.log(chance / (1 - chance))}


def length_of(measures: Mapping[str, float]) -> float:
    """How long a line is, in line heights, by its measures."""
    return math.exp(measures["pitch"] + measures["characters"])


def _of_reading(row: Row) -> dict[str, float]:
    characters = [character for piece in row for character in piece.reading.characters]
    count = max(1, len(characters))
    surprise = sum(piece.reading.surprise for piece in row)
    return {
        "surprise": math.log1p(surprise),
        "share": surprise / count,
        "worst": _worst(characters),
        "rivals": math.log1p(sum(_rivals(character) for character in characters)),
        "margin": min(piece.reading.margin for piece in row),
        "tipped": math.log1p(sum(max(0.0, piece.reading.surprise - piece.reading.path) for piece in row)),
        "fluency": sum(piece.reading.fluency for piece in row) / count,
        "characters": math.log(count),
    }


def _of_rivals(row: Row) -> dict[str, float]:
    """odds: log odds of the text against all others that the search held for possible, as the network and the language
    model have it; fluent_odds: with the model counted double; bare_odds: without it; even_odds: both counted less.
    """
    return {name: log_odds(sum(_chance(piece.reading, *weights) for piece in row)) for name, weights in WEIGHTS.items()}


def _chance(reading: Reading, network: float, model: float, length: float) -> float:
    """The log probability of a reading's text among its candidates."""
    own = Candidate(reading.text, reading.surprise, reading.fluency)
    others = [one for one in reading.candidates if one.text != own.text]
    scores = np.array(
        [length * len(one.text) - network * one.surprise - model * one.fluency for one in (own, *others)], np.float64
    )
    return float(scores[0] - np.logaddexp.reduce(scores))


def _of_language(row: Row) -> dict[str, float]:
    """What the language model finds unlikely, in nats as logarithms. unlikely: its least likely character;
    unlikely_word: word; odd: the least likely word a character, of those of more than two; strange: how many
    characters it hardly expects.
    """
    words = [word for piece in row for word in _words(piece.reading)]
    hints = [hint for word in words for hint in word]
    return {
        "unlikely": math.log1p(max(hints, default=0.0)),
        "unlikely_word": math.log1p(max(map(sum, words), default=0.0)),
        "odd": max((sum(word) / len(word) for word in words if len(word) > 2), default=0.0),
        "strange": math.log1p(sum(hint > STRANGE for hint in hints)),
    }


def _words(reading: Reading) -> list[list[float]]:
    """The hints of each word, the space behind it included."""
    words: list[list[float]] = [[]]
    for character, hint in zip(reading.text, reading.hints, strict=False):
        words[-1].append(hint)
        if character == " ":
            words.append([])
    return words


def _of_letters(row: Row) -> dict[str, float]:
    """Which characters are unsure, minus the logs of probabilities. first, last: of the line; second, third: least sure
    ones; worst_word: of the least sure word, summed; worst_space and so on: the least sure of their kind; product: of
    all. unsure: how many are less sure than nine in ten, as a logarithm. evenly: the mean of their log odds. other_
    space and so on: the likeliest alternative of its kind, times 20, as a logarithm.
    """
    letters = [character for piece in row for character in piece.reading.characters]
    sure = [max(FLOOR, character.probability) for character in letters] or [1.0]
    lost = [-math.log(one) for one in sorted(sure)] + [0.0, 0.0]
    words = [word for piece in row for word in _split(piece.reading.characters)]
    told = {
        "first": -math.log(sure[0]),
        "last": -math.log(sure[-1]),
        "second": lost[1],
        "third": lost[2],
        "product": math.log1p(sum(lost)),
        "unsure": math.log1p(sum(one < UNSURE for one in sure)),
        "evenly": sum(log_odds(math.log(one)) for one in sure) / len(sure),
        "worst_word": max((-sum(math.log(max(FLOOR, one.probability)) for one in word) for word in words), default=0.0),
    }
    for kind, is_of in KINDS.items():
        told[f"worst_{kind}"] = _worst([one for one in letters if is_of(one.text)], 1.0)
        others = [p for one in letters for text, p in one.alternatives if is_of(one.text) or is_of(text)]
        told[f"other_{kind}"] = math.log1p(20 * max(others, default=0.0))
    cases = [p for one in letters for text, p in one.alternatives if text and text.lower() == one.text.lower()]
    nothing = [p for one in letters for text, p in one.alternatives if not text]
    return told | {
        "other_case": math.log1p(20 * max(cases, default=0.0)),
        "other_nothing": math.log1p(20 * max(nothing, default=0.0)),
    }


def _split(characters: Iterable[Character]) -> list[list[Character]]:
    """The characters of each word."""
    words: list[list[Character]] = [[]]
    for character in characters:
        if character.text.isspace():
            words.append([])
        else:
            words[-1].append(character)
    return words


def _is_mark(text: str) -> bool:
    return bool(text) and not text.isspace() and not text.isalnum()


def _of_text(row: Row) -> dict[str, float]:
    text = [one for piece in row for one in piece.reading.text if not one.isspace()]
    unknown = [word for piece in row for word in strangers(piece.reading.text)]
    count = max(1, len(text))
    return {
        "digits": sum(map(str.isdigit, text)) / count,
        "capitals": sum(map(str.isupper, text)) / count,
        "marks": math.log1p(sum(not one.isalnum() for one in text)),
        "strangers": math.log1p(len(unknown)),
        "strange_letters": math.log1p(sum(map(len, unknown))),
    }


def _of_pieces(row: Row) -> dict[str, float]:
    count = max(1, sum(len(piece.reading.characters) for piece in row))
    return {
        "seams": math.log(len(row)),
        "gap": math.log1p(max((_gap(*pair) for pair in pairwise(row)), default=0.0)),
        "height": math.log(max(1.0, *(piece.height for piece in row))),
        "pitch": math.log(max(0.01, extent(row) / count)),
        "found": -math.log(max(FLOOR, min(piece.score for piece in row))),
        "side": math.log1p(min(piece.side for piece in row)),
    }


def beside(rows: Sequence[Row]) -> list[Row]:
    """The rows of a page, their pieces told how far the nearest other row at their height is, along the text."""
    if not rows:
        return []
    left, top, right, bottom = frame_of([outline(row) for row in rows]).boxes.T
    height = np.maximum(1.0, bottom - top)
    shared = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    apart = np.maximum(left[:, None], left) - np.minimum(right[:, None], right)
    level = (shared > LEVEL * np.minimum(height[:, None], height)) & (apart >= 0)
    np.fill_diagonal(level, False)
    sides = np.where(level, apart / height[:, None], ALONE).min(axis=1, initial=ALONE)
    return [tuple(replace(piece, side=float(side)) for piece in row) for row, side in zip(rows, sides, strict=True)]


def _of_picture(row: Row) -> dict[str, float]:
    looks = [piece.look for piece in row]
    return {
        "contrast": min(look.contrast for look in looks),
        "sharpness": min(look.sharpness for look in looks),
        "cut": max(look.cut for look in looks),
        "ends": max(look.ends for look in looks),
    }


def word_evidence(characters: Sequence[Character], line: float) -> dict[str, float]:
    """The measures of a word. line: the probability that its line is exactly right.

    surprise: minus the log of the product of its characters' probabilities; worst, rivals, characters, digits,
    capitals: as of a line. marks: whether it has any. line: the log odds of its line. unlikely, unlikely_word: the
    nats of its character that the language model expects least, and of all of them, as logarithms; odd: a character.
    stranger: whether it is not known.
    """
    text = "".join(character.text for character in characters)
    count = max(1, len(text))
    return {
        "surprise": -sum(math.log(max(FLOOR, character.probability)) for character in characters),
        "worst": _worst(characters),
        "rivals": math.log1p(sum(_rivals(character) for character in characters)),
        "characters": math.log(count),
        "digits": sum(map(str.isdigit, text)) / count,
        "capitals": sum(map(str.isupper, text)) / count,
        "marks": float(not text.isalnum()),
        "line": math.log(line / (1 - line)),
        "unlikely": math.log1p(max((character.hint for character in characters), default=0.0)),
        "unlikely_word": math.log1p(sum(character.hint for character in characters)),
        "odd": sum(character.hint for character in characters) / count,
        "stranger": float(bool(strangers(text))),
    }


def look_at(crop: Pixels) -> Look:
    """What a crop looks like, whatever it says. crop: RGB or grey, upright, any size."""
    width = max(8, min(2000, round(crop.shape[1] * HEIGHT / crop.shape[0])))
    small = cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) if small.ndim == 3 else small
    dark, paper = levels(np.asarray(grey, np.uint8), (2, 75))
    spread = max(1.0, paper - dark)
    ink = np.clip((paper - grey) / spread, 0.0, 1.0)
    edge = float(cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_32F))[1][0, 0]) / spread
    whole = float(ink.mean()) + 0.01
    return Look(
        spread / 255,
        math.log(max(0.01, edge)),
        float(ink[[0, 1, -2, -1]].mean()) / whole,
        float(ink[:, [0, 1, -2, -1]].mean()) / whole,
    )


def _gap(left: Piece, right: Piece) -> float:
    """Between two pieces, in line heights."""
    step = right.quad[[0, 3]].mean(axis=0) - left.quad[[1, 2]].mean(axis=0)
    return float(np.linalg.norm(step)) / max(1.0, left.height, right.height)


def _worst(characters: Sequence[Character], none: float = FLOOR) -> float:
    """none: the probability where there is no character."""
    return -math.log(max(FLOOR, min((character.probability for character in characters), default=none)))


KINDS: Mapping[str, Callable[[str], bool]] = {
    "space": str.isspace,
    "mark": _is_mark,
    "digit": str.isdigit,
    "letter": str.isalpha,
}


def _rivals(character: Character) -> float:
    return sum(probability for _, probability in character.alternatives)
