"""Codes that say how to pay: EPC codes, and Swiss QR bills."""

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from stdnum.ch import esr

from penscript.evaluation.printed.bill import Bill

Pixels = NDArray[np.uint8]


def payment_text(bill: Bill) -> str | None:
    """What the code of an invoice says; None where its country or currency knows none."""
    seller = bill.seller
    if not seller.iban or bill.kind != "invoice":
        return None
    number = seller.iban.replace(" ", "")
    if seller.code == "CH":
        return _swiss(bill, number)
    if seller.country["currency"] != "EUR" or int(seller.layout.size) % 2:
        return None
    amount = f"EUR{bill.total:.2f}"
    return "\n".join(("BCD", "002", "1", "SCT", seller.bic or "", seller.name, number, amount, "", "", bill.number))


def _swiss(bill: Bill, number: str) -> str:
    seller = bill.seller
    code, _, city = seller.place.partition(" ")
    creditor = ("S", seller.name, seller.street, "", code, city, "CH")
    debtor = ("S", bill.buyer[0], bill.buyer[1], "", *bill.buyer[2].split(" ", 1), "CH")
    amount = (f"{bill.total:.2f}", "CHF")
    head, nobody = ("SPC", "0200", "1"), ("",) * 7
    reference = "".join(letter for letter in bill.number if letter.isdigit()).zfill(26)
    reference += esr.calc_check_digit(reference)
    return "\n".join((*head, number, *creditor, *nobody, *amount, *debtor, "QRR", reference, bill.number, "EPD"))


def payment_code(bill: Bill) -> Pixels | None:
    """The code of an invoice as a picture in grey."""
    if (text := payment_text(bill)) is None:
        return None
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return np.asarray(code.to_image(scale=4, add_quiet_zones=True), np.uint8)
