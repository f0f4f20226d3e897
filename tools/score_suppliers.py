"""What a template is worth that one document has taught, on the next document of the same seller.

    python tools/score_suppliers.py test            # or develop

Both documents are drawn, and read without any error of reading; nothing but the template looks at the second one.
"""

import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from penscript.evaluation.printed.invoices import draw_invoice
from penscript.evaluation.printed.sellers import LANGUAGES, SELLERS
from penscript.invoices.teaching import learn_supplier
from penscript.invoices.templates import with_supplier
from penscript.invoices.values import DATES, FIELDS, MONEY, Field, Invoice

NAMES = ("number", "date", "due_date", "net", "total")


def corrected(told: dict[str, Any]) -> Invoice:
    """The truth as a person would hand it in."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        if (text := told.get(name)) is not None:
            value = Decimal(text) if name in MONEY else date.fromisoformat(text) if name in DATES else text
            found[name] = Field(value, text, 100.0)
    return Invoice(**found)


def main(part: str) -> None:
    right, wanted = Counter[str](), Counter[str]()
    for language in LANGUAGES:
        for number in range(0, SELLERS, 2):
            one, other = (draw_invoice(language, part, number + more, "invoice", "clean") for more in (0, SELLERS))
            taught, truth = corrected(one.fields), corrected(other.fields)
            found = with_supplier(Invoice(), other.document(), [learn_supplier(taught, one.document())])
            for name in NAMES:
                value, told = getattr(found, name), getattr(truth, name)
                if told is not None and getattr(taught, name) is not None:
                    wanted[name] += 1
                    right[name] += value is not None and value.value == told.value
    for name in NAMES:
        print(f"{name:10} {right[name]:4} of {wanted[name]:4}  {right[name] / wanted[name]:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
