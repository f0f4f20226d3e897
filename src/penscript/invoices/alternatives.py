"""Other spellings that the recogniser itself offers, where arithmetic decides for one of them.

Nothing is made up: a value is changed only to one that stands among the alternatives of its own words, only where net
and tax or cash and change come to the total with it and do not without, and only where a single alternative does so.
It is told as a problem.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from penscript.invoices.amounts import Amount, amounts_of
from penscript.invoices.choices import Choice, Totals
from penscript.invoices.figures import CENT
from penscript.invoices.rows import Row
from penscript.invoices.values import Problem, ProblemCode

Fits = Callable[[dict[str, Decimal]], bool]


def settled(totals: Totals) -> tuple[Totals, list[Problem]]:
    """The totals with the one alternative that makes them fit, and what was done; as they are where they fit already,
    or where none or several do.
    """
    chosen = {name: choice for name in ("net", "tax", "total") if (choice := getattr(totals, name)) is not None}
    values = {name: choice.value for name, choice in chosen.items()}
    for fits in _rules(totals, values):
        if fits(values):
            continue
        found = [
            (name, value, text)
            for name, choice in chosen.items()
            for value, text in _others(choice)
            if fits(values | {name: value})
        ]
        if len({(name, value) for name, value, _ in found}) == 1:
            return _changed(totals, *found[0])
    return totals, []


def _rules(totals: Totals, values: dict[str, Decimal]) -> Iterator[Fits]:
    """What must hold: net and tax are the total; what was given less what came back is the total."""
    extras = any(one.value for one in totals.money if one.role in ("charge", "discount", "rounding", "paid"))
    if len(values) == 3 and not extras:
        yield lambda v: abs(v["net"] + v["tax"] - v["total"]) <= CENT
    cash = [abs(one.value) for one in totals.money if one.role == "cash" and one.value]
    change = [abs(one.value) for one in totals.money if one.role == "change"]
    if "total" in values and cash and change:
        yield lambda v: any(abs(c - d - v["total"]) <= CENT for c in cash for d in change)


def _others(choice: Choice) -> Iterator[tuple[Decimal, str]]:
    """The values of the other spellings of an amount that is one word."""
    if len(choice.amounts) != 1:
        return
    amount: Amount = choice.amounts[0]
    tokens = amount.row.within(amount.start, amount.end)
    for token in tokens:
        for other in token.alternatives:
            words = tuple(replace(one, text=other) if one is token else one for one in tokens)
            numbers = [one for one in amounts_of([Row(words, 0)]) if one.money]
            if len(numbers) == 1 and numbers[0].value != choice.value:
                yield numbers[0].value, other


def _changed(totals: Totals, name: str, value: Decimal, text: str) -> tuple[Totals, list[Problem]]:
    choice: Choice = getattr(totals, name)
    told = f"{choice.amounts[0].text} was taken for {value}: the reading {text} alone agrees with the other amounts."
    other = replace(choice, value=value, evidence=choice.evidence | {"mended": 1.0})
    changed: Any = {name: other}
    return replace(totals, **changed), [Problem(ProblemCode.ALTERNATIVE, told, (name,))]
