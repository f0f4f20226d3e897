"""Net, tax and total: the reading of all amounts under labels that agrees best with itself.

No amount is changed to make a sum fit. Every candidate keeps what speaks for it, so that confidence can be told.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from penscript.invoices.amounts import Amount
from penscript.invoices.choices import Choice, Evidence, Totals
from penscript.invoices.figures import CENT
from penscript.invoices.money import Money, money_of
from penscript.invoices.sheet import Sheet
from penscript.invoices.unlabelled import between, rest

_ROUNDED = Decimal("0.05")
"""Cash is rounded by so much at most, where coins of a cent are not used."""
_ROLE = {"total": 1.0, "payable": 0.85, "net": 0.35, "cash": 0.35}


def totals_of(sheet: Sheet) -> Totals:
    """Decide what net, tax and total are."""
    money = money_of(sheet)
    by_role = _by_role(money)
    by_role["total"] += _unlabelled(sheet, by_role)
    item_sum = _item_sum(sheet, by_role)
    candidates = [_total(value, of, by_role, item_sum) for value, of in _values(by_role)]
    total = _best(candidates)
    rates = _rates(by_role["tax"], total)
    tax = _tax(by_role, rates, total)
    net = _net(by_role, total, tax)
    if tax is None and total is not None:
        tax, other = between(sheet, total)
        net = net or other
    if net is None and tax is not None and total is not None:
        net = rest(sheet, total, tax)
    below = total.amounts[0].row.number if total else 0
    owed = [one for one in by_role["payable"] if one.amount.row.number >= below]
    if not owed and total is not None and (left := _left(total.value, below, by_role)) is not None:
        owed = [left]
    payable = _best([Choice(one.value, (one.amount,), {"label": one.score}) for one in owed])
    return Totals(total, net, tax, payable, tuple(rates), tuple(money))


def _unlabelled(sheet: Sheet, by_role: dict[str, list[Money]]) -> list[Money]:
    """Amounts below a net amount and its taxes that are their sum, whatever stands beside them."""
    known = {one.amount.key for of in by_role.values() for one in of}
    taxes = [(one, one.value) for one in by_role["tax"] if one.value]
    whole = _sum_of_rates(by_role["tax"])
    taxes += [(one, whole) for one in by_role["tax"][-1:] if whole]
    wanted = {net.value + value: tax for net in by_role["net"] for tax, value in taxes}
    return [
        Money("total", one, 0.35, wanted[one.value].hit)
        for one in sheet.amounts
        if one.value in wanted and one.money and one.key not in known
        if one.row.number > wanted[one.value].amount.row.number
    ]


def _by_role(money: Iterable[Money]) -> dict[str, list[Money]]:
    roles = (
        "net",
        "tax",
        "total",
        "payable",
        "paid",
        "cash",
        "change",
        "rounding",
        "discount",
        "charge",
        "items_total",
    )
    found: dict[str, list[Money]] = {role: [] for role in roles}
    for one in money:
        if one.role in found:
            found[one.role].append(one)
    return found


def _values(by_role: dict[str, list[Money]]) -> list[tuple[Decimal, list[Money]]]:
    """The values that may be the total, each with the amounts that say so."""
    found: dict[Decimal, list[Money]] = {}
    for role in ("total", "payable", "cash", "net"):
        for one in by_role[role]:
            value = abs(one.value) if role == "cash" else one.value
            found.setdefault(value, []).append(one)
    return list(found.items())


def _total(
    value: Decimal, of: Sequence[Money], by_role: dict[str, list[Money]], items: tuple[Decimal, range] | None
) -> Choice:
    best = max(of, key=lambda one: (one.score * _ROLE[one.role] - 0.5 * one.summary, one.amount.row.number))
    rows = sorted(one.amount.row.number for one in [*by_role["total"], *by_role["payable"]])
    last = max(one.amount.row.number for one in of)
    only_net = all(one.role == "net" for one in of)
    evidence = {
        "label": best.score * (_ROLE[best.role]),
        "again": max(0.0, min(3.0, sum(one.role in ("total", "payable") for one in of) - 1.0)),
        "net_and_tax": float(_adds_up(value, by_role)),
        "untaxed": float(
            not only_net and any(one.value == value for one in [*by_role["net"], *by_role["items_total"]])
        ),
        "summary": float(all(one.summary for one in of)),
        "zero": float(value == 0),
        "part": float(any(one.part for one in of) and any(one.value > value for one in by_role["total"])),
        "sum_of_parts": float(_sums(value, by_role["total"])),
        "items": float(not only_net and items is not None and _sums_items(value, of, *items)),
        "late": rows.index(last) / len(rows) if rows and last in rows else 0.0,
        "mended": float(best.amount.mended),
        "prepaid": float(_left(value, min(one.amount.row.number for one in of), by_role) is not None),
        **_paid(value, by_role),
    }
    return Choice(value, (best.amount,), evidence)


def _sums_items(value: Decimal, of: Sequence[Money], items: Decimal, rows: range) -> bool:
    """Whether items come to the value; an amount that stands among them is none that they come to."""
    return abs(items - value) <= CENT and any(one.amount.row.number not in rows for one in of)


def _sums(value: Decimal, totals: Sequence[Money]) -> bool:
    """Whether two other totals, one of them of a single rate, come to the value."""
    parts = {one.value for one in totals if one.part}
    return any(abs(a + b - value) <= CENT for a in parts for b in parts - {a} if value not in (a, b))


def _adds_up(value: Decimal, by_role: dict[str, list[Money]]) -> bool:
    """Whether some net and some tax, or the taxes of all rates, come to the value."""
    nets = {one.value for role in ("net", "items_total", "total") for one in by_role[role]} - {value}
    taxes = {one.value for one in by_role["tax"] if one.value} | {_sum_of_rates(by_role["tax"])} - {Decimal(0)}
    extras = {Decimal(0), *(one.value for role in ("charge", "rounding") for one in by_role[role])}
    return any(abs(n + t + e - value) <= CENT for n in nets for t in taxes for e in extras if n)


def _left(value: Decimal, row: int, by_role: dict[str, list[Money]]) -> Money | None:
    """What is still to be paid below a total, less what was paid before, which stands between them."""
    below = [one for role in ("payable", "total") for one in by_role[role] if one.value and one.amount.row.number > row]
    return next((one for one in below if value - one.value in _prepaid(row, one.amount.row.number, by_role)), None)


def _prepaid(first: int, last: int, by_role: dict[str, list[Money]]) -> set[Decimal]:
    """What was paid before, by the amounts between two rows: each of them, and all together."""
    paid = [abs(one.value) for one in by_role["paid"] if one.value and first <= one.amount.row.number <= last]
    return {*paid, sum(paid, Decimal(0))} - {Decimal(0)}


def _paid(value: Decimal, by_role: dict[str, list[Money]]) -> Evidence:
    """What cash, change and rounding say of a total."""
    cash = [abs(one.value) for one in by_role["cash"] if one.value]
    change = [abs(one.value) for one in by_role["change"]]
    rounding = [one.value for one in by_role["rounding"] if one.value]
    totals = {one.value for one in [*by_role["total"], *by_role["net"], *by_role["payable"]]}
    returned = any(abs(c - d - value) <= CENT and d for c in cash for d in change)
    before = {t + sign * r for t in totals for r in rounding for sign in (1, -1)}
    return {
        "cash_and_change": float(returned),
        "cash": float(not returned and any(c == value for c in cash) and not any(change)),
        "over_cash": float(bool(cash) and value > max(cash) + CENT),
        "given": float(any(change) and any(c == value for c in cash) and not returned),
        "rounding": float(
            _rounded(value, by_role["total"])
            or any(t != value and abs(t + r - value) <= CENT / 10 for t in totals for r in rounding)
        ),
        "before_rounding": float(
            value not in before and any(abs(value + r - t) < CENT / 10 for t in totals for r in rounding)
        ),
    }


def _rounded(value: Decimal, totals: Sequence[Money]) -> bool:
    """Whether the label of a total says that it was rounded, and another total is a few cents away."""
    told = any(one.value == value and "rounding" in one.hit.names for one in totals)
    return told and any(0 < abs(one.value - value) <= _ROUNDED for one in totals)


def _item_sum(sheet: Sheet, by_role: dict[str, list[Money]]) -> tuple[Decimal, range] | None:
    """The sum of the last amounts of the rows between the heads of the columns and the first total, and these rows."""
    firsts = [
        one.amount.row.number for role in ("net", "total", "tax", "items_total", "discount") for one in by_role[role]
    ]
    start = sheet.header.number if sheet.header else -1
    end = min((number for number in firsts if number > start), default=None)
    if end is None:
        return None
    rows = [sheet.amounts_by_row.get(number, []) for number in range(start + 1, end)]
    last = [money[-1].value for money in ([one for one in row if one.money] for row in rows) if money]
    return (sum(last, Decimal(0)), range(start + 1, end)) if last else None


def _best(candidates: Sequence[Choice]) -> Choice | None:
    ranked = sorted(candidates, key=lambda one: -one.score)
    if not ranked:
        return None
    rival = ranked[1].score if len(ranked) > 1 else 0.0
    best = ranked[0]
    return Choice(best.value, best.amounts, best.evidence | {"rival": rival})


def _rates(taxes: Sequence[Money], total: Choice | None) -> list[Money]:
    """The taxes of single rates: one a rate, those with their base before those without."""
    found: dict[Decimal, Money] = {}
    for one in taxes:
        if one.rate is not None and (one.rate not in found or (one.others and not found[one.rate].others)):
            found[one.rate] = one
    return list(found.values())


def _sum_of_rates(taxes: Sequence[Money]) -> Decimal:
    return sum((one.value for one in _rates(taxes, None)), Decimal(0))


def _tax(by_role: dict[str, list[Money]], rates: Sequence[Money], total: Choice | None) -> Choice | None:
    nets = {one.value for one in [*by_role["net"], *by_role["items_total"]]}
    options: dict[tuple[Decimal, bool], list[tuple[Amount, ...]]] = {}
    for one in by_role["tax"]:
        options.setdefault((one.value, one.rate is None or len(rates) < 2), []).append((one.amount,))
    if len(rates) > 1:
        options.setdefault((_sum_of_rates(by_role["tax"]), True), []).append(tuple(one.amount for one in rates))
    scores = {one.amount.key: one.score for one in by_role["tax"]}
    found = []
    for (value, whole), amounts in options.items():
        fits = total is not None and any(abs(n + value - total.value) <= CENT for n in nets)
        over = total is not None and value > total.value / 2 and value > 0
        evidence = {
            "label": max(scores.get(part.key, 0.5) for one in amounts for part in one) * (1.0 if whole else 0.7),
            "again": min(3.0, len(amounts) - 1.0),
            "net_and_tax": float(fits and value != 0),
            "untaxed": float(fits and value == 0),
            "given": float(over),
            "mended": float(any(part.mended for one in amounts for part in one)),
        }
        found.append(Choice(value, amounts[-1], evidence))
    return _best(found)


def _net(by_role: dict[str, list[Money]], total: Choice | None, tax: Choice | None) -> Choice | None:
    found = []
    for one in [*by_role["net"], *by_role["items_total"], *by_role["total"]]:
        fits = total is not None and tax is not None and abs(one.value + tax.value - total.value) <= CENT
        whole = total is not None and tax is not None and one.value == total.value and tax.value > 0
        if one.role == "total" and not (fits and tax is not None and tax.value):
            continue
        label = one.score * (1.0 if one.role == "net" else 0.6)
        evidence = {
            "label": label,
            "net_and_tax": float(fits),
            "given": float(whole),
            "mended": float(one.amount.mended),
        }
        found.append(Choice(one.value, (one.amount,), evidence))
    best = _best(found)
    return best if best is not None and best.score > 0 else None
