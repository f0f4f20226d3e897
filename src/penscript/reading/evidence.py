"""What speaks for and against a line: the measures that its confidence is computed from."""

import math

from penscript.document import Character
from penscript.reading.piece import Row

FLOOR = 1e-6


def evidence(row: Row) -> dict[str, float]:
    """The measures of a joined line, from the readings of its pieces and the seams between them.

    surprise: minus the log probability of the text. worst: the same of its least sure character. rivals: probability
    of other characters, summed. margin: log ratio to the nearest other reading. characters, seams, height: counts and
    pixels, as logarithms. pitch: width of a character in line heights. found: minus the log of the detector's score.
    """
    characters = [character for piece in row for character in piece.reading.characters]
    count = max(1, len(characters))
    worst = min((character.probability for character in characters), default=FLOOR)
    surprise = sum(piece.reading.surprise for piece in row)
    return {
        "surprise": math.log1p(surprise),
        "share": surprise / count,
        "worst": -math.log(max(FLOOR, worst)),
        "rivals": math.log1p(sum(_rivals(character) for character in characters)),
        "margin": min(piece.reading.margin for piece in row),
        "characters": math.log(count),
        "seams": math.log(len(row)),
        "height": math.log(max(1.0, *(piece.height for piece in row))),
        "pitch": math.log(max(0.01, sum(piece.width / max(1.0, piece.height) for piece in row) / count)),
        "found": -math.log(max(FLOOR, min(piece.score for piece in row))),
    }


def _rivals(character: Character) -> float:
    return sum(probability for _, probability in character.alternatives)
