"""QR codes that say how to pay: Swiss QR bills and EPC codes. Pure text; zxing-cpp has read it.

Swiss QR bill: SIX, Implementation Guidelines QR-bill 2.3 (type SPC, version 02xx), and the bill information of Swico
(S1).
EPC code: European Payments Council, EPC069-12 (service BCD, versions 001 and 002).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from penscript.document import Barcode
from penscript.invoices.proved import proved_account, proved_bank, proved_reference, proved_vat
from penscript.invoices.values import Field, Invoice, Problem, ProblemCode, Source, Tax

_SURE = 100.0
_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,2})?")


@dataclass
class _Told:
    """What a code says, and what is wrong with it."""

    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    taxes: tuple[Tax, ...] = ()

    def wrong(self, message: str, *names: str, code: ProblemCode = ProblemCode.CHECK_DIGIT) -> None:
        """Say what does not fit."""
        self.problems.append(Problem(code, message, names))


def read_codes(barcodes: Iterable[Barcode]) -> Invoice | None:
    """What the first payment code of a document says; None where there is none.

    What fails its check digits, or does not follow the rules of its kind, is a problem and no value.
    """
    for one in barcodes:
        told = read_code(one.text)
        if told is not None:
            place: dict[str, Any] = {"bounds": one.bounds, "page": one.page, "source": Source.BARCODE}
            fields: dict[str, Any] = {
                name: Field(value, str(value), _SURE, **place)
                for name, value in told.values.items()
                if value is not None
            }
            taxes = tuple(replace(tax, **place) for tax in told.taxes)
            return replace(Invoice(**fields), taxes=taxes, problems=tuple(told.problems))
    return None


def read_code(text: str) -> _Told | None:
    """The values of one code; None where it is of another kind."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if lines[:1] == ["SPC"]:
        return _swiss(lines)
    return _epc(lines) if lines[:1] == ["BCD"] else None


def _swiss(lines: list[str]) -> _Told:
    told = _Told()
    if len(lines) < 31 or not lines[1].startswith("02") or lines[2] != "1" or lines[30] != "EPD":
        told.wrong("The Swiss QR bill is cut short or of an unknown version.", code=ProblemCode.UNREADABLE_TRUTH)
        return told
    _account(told, lines[3])
    told.values |= {"seller": lines[5] or None, "seller_address": _swiss_address(lines[4:11])}
    told.values |= {"buyer": lines[21] or None, "buyer_address": _swiss_address(lines[20:27])}
    if lines[19] in ("CHF", "EUR"):
        told.values["currency"] = lines[19]
        _amount(told, lines[18])
    else:
        told.wrong(f"The Swiss QR bill asks for {lines[19]!r}, not CHF or EUR.", "currency")
    _reference(told, lines[27], lines[28], lines[3])
    for information in lines[31:32]:
        if information.startswith("//S1/"):
            _swico(told, information[5:])
    return told


def _swiss_address(part: list[str]) -> str | None:
    """Seven lines: kind, name, street, number, postcode, place, country; or kind K with two whole lines."""
    kind, _, street, number, code, place, _ = part
    rows = (street, number) if kind == "K" else (f"{street} {number}".strip(), f"{code} {place}".strip())
    return ", ".join(row for row in rows if row) or None


def _account(told: _Told, number: str) -> None:
    if (proved := proved_account(number)) is None:
        told.wrong(f"The payment code names the account {number}, whose check digits are wrong.", "iban")
    else:
        told.values["iban"] = proved


def _amount(told: _Told, text: str) -> None:
    if _AMOUNT.fullmatch(text):
        told.values["payable"] = Decimal(text).quantize(Decimal("0.01"))
    elif text:
        told.wrong(f"The payment code asks for {text!r}, which is no amount.", "payable")


def _reference(told: _Told, kind: str, reference: str, account: str) -> None:
    """The reference has check digits of its own, and its kind must suit the account."""
    if kind in ("QRR", "SCOR") and proved_reference(reference) is None:
        told.wrong(f"The reference {reference} of the payment code has wrong check digits.", "iban")
    special = account[4:9].isdigit() and 30000 <= int(account[4:9]) <= 31999
    if special != (kind == "QRR"):
        told.wrong("The kind of reference of the payment code does not suit its account.", "iban")


def _swico(told: _Told, information: str) -> None:
    """Bill information of Swico: pairs of a tag and a value between slashes, a slash in a value as `\\/`."""
    parts = [part.replace("\\/", "/").replace("\\\\", "\\") for part in re.split(r"(?<!\\)/", information)]
    pairs = dict(zip(parts[::2], parts[1::2], strict=False))
    told.values |= {"number": pairs.get("10") or None, "customer_number": pairs.get("20") or None}
    told.values |= {"date": _short_day(pairs.get("11")), "delivery_date": _short_day(pairs.get("31"))}
    if number := pairs.get("30"):
        proved = proved_vat(f"CHE{number}")
        if proved is None:
            told.wrong(f"The payment code names the VAT number CHE{number}, whose check digit is wrong.", "vat_id")
        told.values["vat_id"] = proved
    told.taxes = tuple(_taxes(pairs.get("32", "")))


def _short_day(text: str | None) -> date | None:
    """YYMMDD; of a span the first day."""
    match = re.fullmatch(r"(\d\d)(\d\d)(\d\d)(\d{6})?", text or "")
    try:
        return date(2000 + int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _taxes(text: str) -> Iterable[Tax]:
    """`8.1:553.39;2.6:14`: rates, each with what it is charged on."""
    for part in text.split(";"):
        match = re.fullmatch(r"(\d{1,2}(?:\.\d+)?):(\d+(?:\.\d+)?)", part)
        if match:
            yield Tax(Decimal(match[1]), Decimal(match[2]), None, _SURE)


def _epc(lines: list[str]) -> _Told:
    told = _Told()
    lines = [*lines, *[""] * (12 - len(lines))]
    if lines[1] not in ("001", "002") or lines[3] not in ("SCT", "INST"):
        told.wrong("The EPC code is of an unknown version.", code=ProblemCode.UNREADABLE_TRUTH)
        return told
    _account(told, lines[6])
    told.values["seller"] = lines[5] or None
    if lines[4]:
        told.values["bic"] = proved_bank(lines[4])
        if told.values["bic"] is None:
            told.wrong(f"The payment code names the bank {lines[4]}, which is no BIC.", "bic")
    if lines[7].startswith("EUR"):
        told.values["currency"] = "EUR"
        _amount(told, lines[7][3:])
    elif lines[7]:
        told.wrong(f"The EPC code asks for {lines[7]!r}, not for euros.", "payable")
    if lines[9].startswith("RF") and proved_reference(lines[9]) is None:
        told.wrong(f"The reference {lines[9]} of the payment code has wrong check digits.", "iban")
    return told
