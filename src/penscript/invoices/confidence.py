"""Evidence -> the probability that a field is right: maps fitted on invoices whose sellers wrote no rule.

The maps are plain numbers in confidence.json, made by `tools/score_fields.py --fit`; the method is that of
`penscript.calibration`. Without a map confidence stays below 75. A name or an address is right where the right lines
were chosen and where these were read right: the two are measured apart, the first on papers read without error.
"""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

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
    "name": ("odds",),
    "address": ("odds",),
    "word": ("score", "line", "word"),
}
"""What each map looks at. line: the product of the confidences of the lines; word: of the words; odds: its log odds."""
READ = ("name", "address")
"""The groups whose map tells whether the lines were read right, and no more."""
_CAUTION = 0.74


@cache
def _told() -> Mapping[str, Any]:
    return json.loads(files("penscript.invoices").joinpath("confidence.json").read_text("utf-8"))  # type: ignore[no-any-return]


@cache
def _maps() -> Mapping[str, Calibration]:
    return {name: Calibration.from_dict(one) for name, one in _told().items() if name in MEASURES}


def reading(tokens: Sequence[Token]) -> dict[str, float]:
    """What the reader thinks of some words: the product of the confidences of their lines and that of the words, 0 to
    1, and the log odds of the latter.
    """
    line = word = 1.0
    for sure in {token.line: token.sure for token in tokens}.values():
        line *= min(max(sure / 100, 0.01), 0.999)
    for token in tokens:
        word *= min(max(token.certain / 100, 0.01), 0.999)
    held = min(max(word, 0.01), 0.99)
    return {"line": line, "word": word, "odds": math.log(held / (1 - held))}


def percent(name: str, evidence: Mapping[str, float]) -> float:
    """The probability, in percent with one decimal, that the field called `name` is right."""
    calibration = _maps().get(GROUPS.get(name, ""))
    if calibration is None:
        return round(100 * _CAUTION * min(evidence["line"], evidence["word"]), 1)
    read = calibration.probability({key: evidence.get(key, 0.0) for key in calibration.names})
    return round(100 * read * float(_told().get("chosen", {}).get(name, 1.0)), 1)
