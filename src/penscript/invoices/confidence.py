"""Evidence -> the probability that a field is right: maps fitted on invoices whose sellers wrote no rule.

The maps are plain numbers in confidence.json, made by `tools/score_fields.py --fit`; the method is that of
`penscript.calibration`. Without a map confidence stays below 75.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from penscript.calibration import Calibration
from penscript.invoices.rows import Token

_FIELDS = {
    "amount": ("total", "payable", "net", "tax"),
    "date": ("date", "due_date", "delivery_date"),
    "number": ("number", "order_number", "customer_number", "tax_id", "registration"),
    "code": ("iban", "bic", "vat_id", "buyer_vat_id"),
    "name": ("seller", "buyer"),
    "address": ("seller_address", "buyer_address"),
    "word": ("kind", "currency"),
}
GROUPS = {name: group for group, names in _FIELDS.items() for name in names}
"""The map of each field."""
MEASURES: dict[str, tuple[str, ...]] = {
    "amount": ("score", "margin", "line", "word", "agrees", "mended"),
    "date": ("score", "margin", "line", "word", "labelled"),
    "number": ("score", "line", "word"),
    "code": ("line", "word", "mended"),
    "name": ("line", "word", "least"),
    "address": ("score", "margin", "line", "word", "lines"),
    "word": ("score", "line", "word"),
}
"""What each map looks at. line: the product of the confidences of the lines; word: of the words; least: that of
the least sure word."""
_CAUTION = 0.74


@cache
def _maps() -> Mapping[str, Calibration]:
    told = json.loads(files("penscript.invoices").joinpath("confidence.json").read_text("utf-8"))
    return {name: Calibration.from_dict(one) for name, one in told.items()}


def reading(tokens: Sequence[Token]) -> dict[str, float]:
    """What the reader thinks of some words: the product of the confidences of their lines, that of the words, and the
    lowest of a word, 0 to 1.
    """
    line = word = 1.0
    for sure in {token.line: token.sure for token in tokens}.values():
        line *= min(max(sure / 100, 0.01), 0.999)
    for token in tokens:
        word *= min(max(token.certain / 100, 0.01), 0.999)
    least = min((token.certain / 100 for token in tokens), default=1.0)
    return {"line": line, "word": word, "least": min(max(least, 0.01), 0.999)}


def percent(name: str, evidence: Mapping[str, float]) -> float:
    """The probability, in percent with one decimal, that the field called `name` is right."""
    calibration = _maps().get(GROUPS.get(name, ""))
    if calibration is None:
        return round(100 * _CAUTION * min(evidence["line"], evidence["word"]), 1)
    return round(100 * calibration.probability({key: evidence.get(key, 0.0) for key in calibration.names}), 1)
