from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penscript.document import Barcode, Bounds
from penscript.evaluation.printed.invoices import draw_invoice
from penscript.invoices.payment_codes import read_code, read_codes
from penscript.invoices.values import Invoice, ProblemCode, Source

BOX = Bounds(5, 6, 70, 71)
CREDITOR = ["S", "Birkenhof AG", "Lindenweg", "4", "8004", "Zürich", "CH"]
DEBTOR = ["K", "Anna Weber", "Gartenstr. 1", "3011 Bern", "", "", "CH"]
BILL = [
    *("SPC", "0200", "1", "CH9300762011623852957"),
    *CREDITOR,
    *[""] * 7,
    *("1949.75", "CHF"),
    *DEBTOR,
    *("SCOR", "RF18539007547034", "", "EPD"),
]
SWICO = r"//S1/10/A\/17/11/260305/20/C9/30/136695976/31/260301260304/32/8.1:1700;2.6:110.02/40/0:30"
EPC = ["BCD", "002", "1", "SCT", "BHBLDEHHXXX", "Eichler GmbH", "DE89370400440532013000", "EUR119", "", "", "R-17"]


def read(lines: list[str]) -> Invoice:
    found = read_codes([Barcode("4006381333931", "EAN13", BOX), Barcode("\n".join(lines), "QRCode", BOX, 2)])
    assert found is not None
    return found


def values(invoice: Invoice) -> dict[str, object]:
    return {name: field.value for name, field in invoice.found()}


def put(lines: list[str], place: int, text: str) -> list[str]:
    return [*lines[:place], text, *lines[place + 1 :]]


def test_a_swiss_bill() -> None:
    invoice = read(BILL)
    assert values(invoice) == {
        "seller": "Birkenhof AG",
        "seller_address": "Lindenweg 4, 8004 Zürich",
        "buyer": "Anna Weber",
        "buyer_address": "Gartenstr. 1, 3011 Bern",
        "currency": "CHF",
        "payable": Decimal("1949.75"),
        "iban": "CH9300762011623852957",
    }
    assert invoice.problems == ()
    assert {(field.source, field.bounds, field.page) for _, field in invoice.found()} == {(Source.BARCODE, BOX, 2)}


def test_its_bill_information() -> None:
    invoice = read([*BILL, SWICO])
    told = values(invoice)
    assert (told["number"], told["customer_number"]) == ("A/17", "C9")
    assert (told["date"], told["delivery_date"]) == (date(2026, 3, 5), date(2026, 3, 1))
    assert [(tax.rate, tax.base) for tax in invoice.taxes] == [
        (Decimal("8.1"), 1700),
        (Decimal("2.6"), Decimal("110.02")),
    ]
    assert told.get("vat_id") is None  # no Swiss number has these digits
    assert [(one.code, one.fields) for one in invoice.problems] == [(ProblemCode.CHECK_DIGIT, ("vat_id",))]


@pytest.mark.parametrize(
    ("place", "text", "lost"),
    [
        (3, "CH9400762011623852957", "iban"),
        (18, "1'949.75", "payable"),
        (19, "USD", "currency"),
        (28, "RF19539007547034", None),
        (27, "QRR", None),
    ],
)
def test_a_swiss_bill_that_breaks_a_rule(place: int, text: str, lost: str | None) -> None:
    invoice = read(put(BILL, place, text))
    assert invoice.problems
    assert all(one.code is ProblemCode.CHECK_DIGIT for one in invoice.problems)
    assert lost is None or lost not in values(invoice)


@pytest.mark.parametrize("lines", [BILL[:20], put(BILL, 1, "0300"), put(EPC, 1, "009"), ["BCD"]])
def test_a_code_that_is_cut_or_too_new_says_nothing(lines: list[str]) -> None:
    invoice = read(lines)
    assert values(invoice) == {}
    assert [one.code for one in invoice.problems] == [ProblemCode.UNREADABLE_TRUTH]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_epc_code(end: str) -> None:
    told = read_code(end.join(EPC))
    assert told is not None
    assert told.values == {
        "iban": "DE89370400440532013000",
        "seller": "Eichler GmbH",
        "bic": "BHBLDEHHXXX",
        "currency": "EUR",
        "payable": Decimal("119.00"),
    }
    assert told.problems == []


@pytest.mark.parametrize(("place", "text"), [(4, "B1"), (6, "DE88370400440532013000"), (7, "USD5"), (7, "EUR1,5")])
def test_an_epc_code_that_is_wrong(place: int, text: str) -> None:
    told = read_code("\n".join(put(EPC, place, text)))
    assert told is not None
    assert len(told.problems) == 1
    assert len([value for value in told.values.values() if value is not None]) == (3 if text == "USD5" else 4)


def test_other_codes_say_nothing() -> None:
    assert read_codes([Barcode("LJ-2026-0417;GBP 1256.40", "QRCode", BOX), Barcode("", "QRCode", BOX)]) is None


@pytest.mark.parametrize("language", ["fr", "de", "it"])
def test_drawn_codes_say_what_is_printed(language: str) -> None:
    drawn = [draw_invoice(language, "develop", seed, "invoice", "clean") for seed in range(6)]
    with_code = [one for one in drawn if one.code]
    assert with_code
    for one in with_code:
        told = read_code(one.code or "")
        assert told is not None
        assert told.problems == []
        assert told.values["payable"] == Decimal(one.fields["total"])
        assert told.values["iban"] == one.fields["iban"].replace(" ", "")


@given(st.lists(st.text(max_size=30), max_size=40), st.sampled_from(["SPC", "BCD"]), st.integers(0, 35), st.text())
def test_no_text_breaks_it(lines: list[str], head: str, place: int, junk: str) -> None:
    read_code("\n".join([head, *lines]))
    for whole in ([*BILL, SWICO], EPC):
        told = read_code("\n".join(put(whole, place, junk) if place < len(whole) else whole))
        assert told is None or all(value != "" for value in told.values.values())
