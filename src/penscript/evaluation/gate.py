"""Whether a pack may replace the one that ships: it must read no set worse.

A set speaks against the candidate if its CER is higher beyond the paired bootstrap interval by document, or, on sets
of at least 1,000 samples, by more than 0.002.
"""

from dataclasses import dataclass

import numpy as np

from penscript.errors import UsageError
from penscript.evaluation.interval import Floats, Interval, bootstrap, by_document
from penscript.evaluation.report import Report, SetReport

LARGE = 1000
MARGIN = 0.002


@dataclass(frozen=True, slots=True)
class Comparison:
    """One set: the CERs, the 95% interval of candidate minus shipped, and why it is refused, if it is."""

    name: str
    samples: int
    candidate: float
    shipped: float
    interval: Interval
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All sets compared; `passed` if none objects."""

    comparisons: tuple[Comparison, ...]

    @property
    def passed(self) -> bool:
        """Whether the candidate may ship."""
        return not any(one.objection for one in self.comparisons)

    def to_text(self) -> str:
        """A line a set, and the verdict."""
        rows = [
            f"{one.name}: CER {one.candidate:.4f} against {one.shipped:.4f}, difference"
            f" [{one.interval[0]:+.4f}, {one.interval[1]:+.4f}] on {one.samples}"
            + (f": {one.objection}" if one.objection else "")
            for one in self.comparisons
        ]
        return "\n".join([*rows, "passed" if self.passed else "refused"])


def gate(candidate: Report, shipped: Report) -> Verdict:
    """Compare two reports over the same samples; UsageError if they are not the same."""
    if [one.name for one in candidate.sets] != [one.name for one in shipped.sets]:
        raise UsageError("The two reports are about different sets.", "Run both packs over the same folder and part.")
    return Verdict(tuple(compare(one, other) for one, other in zip(candidate.sets, shipped.sets, strict=True)))


def compare(candidate: SetReport, shipped: SetReport) -> Comparison:
    """Compare one set; UsageError if its samples are not the same."""
    if [one.file for one in candidate.outcomes] != [one.file for one in shipped.outcomes]:
        raise UsageError(f"The two reports read different samples of {candidate.name}.", "Give both the same limit.")
    rows = np.array(
        [
            (new.tally.edits, old.tally.edits, old.tally.characters)
            for new, old in zip(candidate.outcomes, shipped.outcomes, strict=True)
        ],
        dtype=np.float64,
    )
    interval = bootstrap(by_document([one.document for one in shipped.outcomes], rows), _difference)
    new, old = candidate.tally.cer, shipped.tally.cer
    return Comparison(candidate.name, len(rows), new, old, interval, _objection(len(rows), new - old, interval))


def _objection(samples: int, worse: float, interval: Interval) -> str:
    if interval[0] > 0:
        return "worse beyond its interval"
    if samples >= LARGE and worse > MARGIN:
        return f"worse by more than {MARGIN} on a large set"
    return ""


def _difference(sums: Floats) -> Floats:
    return np.asarray((sums[..., 0] - sums[..., 1]) / np.maximum(1.0, sums[..., 2]))
