"""What the sums of a document may be, what speaks for each, and what was decided."""

from dataclasses import dataclass, field
from decimal import Decimal

from penscript.invoices.amounts import Amount
from penscript.invoices.money import Money

Evidence = dict[str, float]
WEIGHTS = {
    "label": 1.0,
    "again": 0.15,
    "net_and_tax": 1.0,
    "untaxed": 0.35,
    "cash_and_change": 1.2,
    "cash": 0.5,
    "rounding": 0.7,
    "items": 0.5,
    "summary": -0.8,
    "zero": -0.7,
    "over_cash": -0.5,
    "given": -1.0,
    "late": 0.2,
    "before_rounding": -0.5,
    "prepaid": 0.8,
    "part": -0.8,
    "sum_of_parts": 1.3,
}
"""What each piece of evidence is worth, in the score of the plainest label."""


@dataclass(frozen=True)
class Choice:
    """A candidate for one value. evidence: what speaks for and against it. score: their weighted sum."""

    value: Decimal
    amounts: tuple[Amount, ...]
    evidence: Evidence = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The weighted sum of the evidence."""
        return sum(WEIGHTS[name] * value for name, value in self.evidence.items() if name in WEIGHTS)


@dataclass(frozen=True)
class Totals:
    """What was decided, each with the runner-up's score in its evidence as `rival`."""

    total: Choice | None
    net: Choice | None
    tax: Choice | None
    payable: Choice | None
    taxes: tuple[Money, ...]
    money: tuple[Money, ...]
