"""Lines with the evidence of their readings and whether these are right, and what maps say of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from penscript.training.voting import Ballot

Measures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of a line: by which pack, its text, its evidence, whether it is exactly right, and its words'
    evidence and whether they are.
    """

    pack: str
    text: str
    evidence: Measures
    right: bool
    words: tuple[tuple[Measures, bool], ...] = ()
    eastern: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """One line as it was read first, and as the vote of a second pass has it, if there was one.

    set, document: where it stands. truth: what it should read, None where the truth has no such line. ballots: on what
    the vote was held, piece by piece.
    """

    set: str
    document: str
    first: Attempt
    voted: Attempt | None = None
    truth: str | None = None
    ballots: tuple[Ballot, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What maps say of a witness: its probability, and the attempt that is kept, with the odds of the line among the
    measures of its words. again: whether the line was doubtful and read again. before: what they say of its first
    reading.
    """

    probability: float
    kept: Attempt
    again: bool
    before: float

    @property
    def right(self) -> bool:
        """Whether the text that is kept is exactly right."""
        return self.kept.right

    @property
    def words(self) -> list[tuple[Measures, bool]]:
        """The measures of the words, and whether they are right."""
        odds = math.log(self.probability / (1 - self.probability))
        return [(dict(measures) | {"line": odds}, right) for measures, right in self.kept.words]
