"""What does not fit on an invoice, told in sentences. Nothing is changed here."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from penscript.invoices.choices import Choice, Totals
from penscript.invoices.codes import Code
from penscript.invoices.dating import DayChoice
from penscript.invoices.figures import CENT
from penscript.invoices.money import Money
from penscript.invoices.values import Item, Problem, ProblemCode, Tax


def sums(totals: Totals, items: Sequence[Item], taxes: Sequence[Tax]) -> Iterator[Problem]:
    """Net and tax against the total, the taxes of the rates against the tax, items against net or total, cash."""
    net, tax, total = (choice.value if choice else None for choice in (totals.net, totals.tax, totals.total))
    extras = [one.value for one in totals.money if one.role in ("charge", "rounding", "discount")]
    if net is not None and tax is not None and total is not None and not _fits(net + tax, total, extras):
        yield Problem(
            ProblemCode.TOTAL_DIFFERS,
            f"Net {net} and tax {tax} come to {net + tax}, not {total}.",
            ("net", "tax", "total"),
        )
    parts = [one.amount for one in taxes if one.amount is not None]
    if tax is not None and len(parts) > 1 and abs(sum(parts) - tax) > len(parts) * CENT:
        yield Problem(
            ProblemCode.TAXES_DIFFER, f"The taxes of the rates come to {sum(parts)}, not {tax}.", ("tax", "taxes")
        )
    yield from _items(items, net, tax, total, extras)
    yield from _cash(totals.money, total)


def _fits(value: Decimal, whole: Decimal, extras: Sequence[Decimal]) -> bool:
    options = {Decimal(0), *extras, sum(extras, Decimal(0))}
    return any(abs(value + sign * extra - whole) <= 2 * CENT for extra in options for sign in (1, -1))


def _items(
    items: Sequence[Item], net: Decimal | None, tax: Decimal | None, total: Decimal | None, extras: Sequence[Decimal]
) -> Iterator[Problem]:
    amounts = [item.amount for item in items if item.amount is not None]
    wholes = [
        one for one in (net, total, total - tax if total is not None and tax is not None else None) if one is not None
    ]
    if len(amounts) > 0 and wholes and not any(_fits(sum(amounts, Decimal(0)), whole, extras) for whole in wholes):
        yield Problem(
            ProblemCode.ITEMS_DIFFER,
            f"The items come to {sum(amounts)}, which is neither the net amount nor the total.",
            ("items", "net", "total"),
        )


def _cash(money: Sequence[Money], total: Decimal | None) -> Iterator[Problem]:
    cash = [abs(one.value) for one in money if one.role == "cash" and one.value]
    change = [abs(one.value) for one in money if one.role == "change"]
    if total is None or not cash or not change:
        return
    if not any(abs(given - back - total) <= 3 * CENT for given in (*cash, sum(cash)) for back in change):
        yield Problem(
            ProblemCode.CASH_DIFFERS,
            f"{cash[0]} given and {change[0]} returned leave {cash[0] - change[0]}, not {total}.",
            ("total",),
        )


def codes(found: Sequence[Code], name: str, called: str) -> Iterator[Problem]:
    """Numbers whose check digits are wrong, and numbers that only fit with letters read as digits."""
    right = [code for code in found if not code.wrong]
    for code in found:
        if code.wrong and not right:
            yield Problem(
                ProblemCode.CHECK_DIGIT,
                f"The check digits of the {called} {code.text} are wrong: look at the page.",
                (name,),
            )
    if right and right[0].mended:
        yield Problem(
            ProblemCode.ALTERNATIVE,
            f"The {called} was read as {right[0].text}; its check digits say {right[0].value}.",
            (name,),
        )


def days(dates: dict[str, DayChoice]) -> Iterator[Problem]:
    """Days that could be another day, and days in an order that cannot be."""
    for name, choice in dates.items():
        day = choice.day
        if day.ambiguous and day.other is not None:
            told = f"{day.text} was taken for {day.value.isoformat()}; it may be {day.other.isoformat()}."
            yield Problem(ProblemCode.AMBIGUOUS_DATE, told, (name,))
        if day.glued:
            told = f"A digit follows {day.text}: {day.value.isoformat()} was taken."
            yield Problem(ProblemCode.AMBIGUOUS_DATE, told, (name,))
        if day.mended:
            yield Problem(ProblemCode.ALTERNATIVE, f"{day.text} was taken for {day.value.isoformat()}.", (name,))
    issue, due = dates.get("date"), dates.get("due_date")
    if issue and due and due.day.value < issue.day.value:
        yield Problem(ProblemCode.DATES_DISAGREE, "It is due before its own date.", ("date", "due_date"))


def amounts(named: dict[str, Choice | None]) -> Iterator[Problem]:
    """Amounts that were not read as they are printed, and amounts whose sign could part thousands or decimals."""
    for name, choice in named.items():
        for amount in choice.amounts if choice else ():
            if amount.mended:
                yield Problem(ProblemCode.ALTERNATIVE, f"{amount.text} was taken for {amount.value}.", (name,))
            if amount.doubtful:
                yield Problem(
                    ProblemCode.AMBIGUOUS_NUMBER,
                    f"{amount.text} may have decimals or thousands: {amount.value} was taken.",
                    (name,),
                )


def currencies(totals: Totals) -> Iterator[Problem]:
    """Totals in several currencies, of which one was taken."""
    named = {one.amount.currency: one.value for one in totals.money if one.role == "total" and one.amount.currency}
    if totals.total is not None and len(named) > 1 and len(set(named.values())) > 1:
        told = ", ".join(f"{value} {code}" for code, value in named.items())
        yield Problem(
            ProblemCode.UNKNOWN_CURRENCY,
            f"There are totals in several currencies, {told}: {totals.total.value} was taken.",
            ("total", "currency"),
        )
