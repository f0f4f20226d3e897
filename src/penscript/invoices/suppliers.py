"""Templates of suppliers: a TOML file each that says how to know the supplier, and where its fields stand.

name = "Larkfield Joinery"
order = "dmy"                          # of dates in figures: dmy or mdy; may be left out

[recognise]                            # one of them is enough
vat_id = "GB365412754"
iban = "GB33BUKB20201555555555"
texts = ["Larkfield Joinery"]

[values]                               # what is the same on every document
currency = "GBP"

[fields.number]
label = "Invoice no."                  # what is printed before or above it
where = "right"                        # or below
pattern = 'LJ-\\d{4}-\\d+'             # of numbers and texts; may be left out
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from penscript.errors import UsageError
from penscript.invoices.values import DATES, FIELDS, MONEY

WHERE = ("right", "below")
ORDERS = ("dmy", "mdy")
_KEYS = {"name", "order", "recognise", "values", "fields"}
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a field stands: right of or below its label. pattern: what its text matches, whole."""

    label: str
    where: str = "right"
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Supplier:
    """How to know a supplier, what is always the same on its documents, and where its fields stand."""

    name: str
    vat_id: str | None = None
    iban: str | None = None
    texts: tuple[str, ...] = ()
    order: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Rule] = field(default_factory=dict)


def load_suppliers(folder: Path) -> tuple[Supplier, ...]:
    """The suppliers of a folder, by the names of their files; none where there is no folder.

    Raises UsageError that names the file and what is wrong in it.
    """
    return tuple(read_supplier(path) for path in sorted(folder.glob("*.toml"))) if folder.is_dir() else ()


def read_supplier(path: Path) -> Supplier:
    """The supplier of one file. Raises UsageError as `load_suppliers`."""
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise ValueError(f"it has more than {_MOST_BYTES} bytes")
        told = tomllib.loads(data.decode("utf-8-sig"))
        return _supplier(told)
    except (OSError, ValueError, OverflowError, RecursionError, re.error) as error:
        reason = f"The template {path} cannot be used: {error}."
        raise UsageError(reason, "docs/invoices.md shows one; --teach makes one.") from None


def _supplier(told: Mapping[str, Any]) -> Supplier:
    _refuse_others(told, _KEYS, "")
    known = _table(told, "recognise")
    _refuse_others(known, {"vat_id", "iban", "texts"}, "recognise.")
    texts = known.get("texts", [])
    if not isinstance(texts, list) or not all(isinstance(one, str) and one.strip() for one in texts):
        raise ValueError("recognise.texts has to be a list of texts")
    if not (known.get("vat_id") or known.get("iban") or texts):
        raise ValueError("[recognise] needs vat_id, iban or texts")
    order = told.get("order")
    if order is not None and order not in ORDERS:
        raise ValueError(f"order has to be one of {', '.join(ORDERS)}")
    values = _table(told, "values")
    _refuse_others(values, set(FIELDS) - {*MONEY, *DATES}, "values.")
    rules = _table(told, "fields")
    _refuse_others(rules, set(FIELDS), "fields.")
    return Supplier(
        _text(told, "name", ""),
        _maybe(known, "vat_id"),
        _maybe(known, "iban"),
        tuple(texts),
        order,
        {name: _text(values, name, "values.") for name in values},
        {name: _rule(_table(rules, name), f"fields.{name}.") for name in rules},
    )


def _rule(told: Mapping[str, Any], where: str) -> Rule:
    _refuse_others(told, {"label", "where", "pattern"}, where)
    side, pattern = told.get("where", "right"), _maybe(told, "pattern")
    if side not in WHERE:
        raise ValueError(f"{where}where has to be one of {', '.join(WHERE)}")
    if pattern is not None:
        re.compile(pattern)
    return Rule(_text(told, "label", where), side, pattern)


def _refuse_others(told: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in told:
        if key not in known:
            raise ValueError(f"there is no key {where}{key}; there are {', '.join(sorted(known))}")


def _table(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, dict):
        raise ValueError(f"{key} has to be a table")
    return found


def _text(told: Mapping[str, Any], key: str, where: str) -> str:
    value = told.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}{key} has to be a text")
    return value


def _maybe(told: Mapping[str, Any], key: str) -> str | None:
    return None if key not in told else _text(told, key, "")


def to_toml(supplier: Supplier) -> str:
    """The supplier as `read_supplier` reads it."""
    return "\n".join(_lines(supplier)) + "\n"


def _lines(supplier: Supplier) -> Iterator[str]:
    yield f"name = {_quoted(supplier.name)}"
    if supplier.order:
        yield f"order = {_quoted(supplier.order)}"
    yield from ("", "[recognise]")
    yield from _pairs({"vat_id": supplier.vat_id, "iban": supplier.iban})
    if supplier.texts:
        yield f"texts = [{', '.join(_quoted(one) for one in supplier.texts)}]"
    if supplier.values:
        yield from ("", "[values]", *_pairs(supplier.values))
    for name, rule in supplier.fields.items():
        yield from ("", f"[fields.{name}]")
        yield from _pairs({"label": rule.label, "where": rule.where, "pattern": rule.pattern})


def _pairs(values: Mapping[str, str | None]) -> Iterator[str]:
    return (f"{name} = {_quoted(value)}" for name, value in values.items() if value)


def _quoted(text: str) -> str:
    """A basic string of TOML, which is one of JSON but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def file_name(supplier: Supplier) -> str:
    """A name for its file, of letters, digits and hyphens."""
    plain = re.sub(r"[^\w]+", "-", supplier.name.casefold()).strip("-_")
    return f"{plain or 'supplier'}.toml"
