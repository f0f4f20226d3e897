from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoice_xml import factur_x
from penscript.document import Attachment
from penscript.invoices.cii import MOST_BYTES, read_xml
from penscript.invoices.values import Invoice, ProblemCode, Source
from penscript.pdf import PdfFile


def read(data: bytes, name: str = "factur-x.xml") -> Invoice:
    found = read_xml([Attachment("terms.txt", b"x"), Attachment(name, data)])
    assert found is not None
    return found


@pytest.mark.parametrize("version", [1, 2])
def test_both_generations_are_read(version: int) -> None:
    invoice = read(factur_x(version=version))
    told = {name: field.value for name, field in invoice.found()}
    assert told == {
        "kind": "invoice",
        "number": "R-17",
        "date": date(2026, 3, 5),
        "due_date": date(2026, 4, 4),
        "delivery_date": date(2026, 3, 1),
        "seller": "Eichler GmbH",
        "seller_address": "Lindenweg 4, 50667 Köln",
        "buyer": "Anna Schäfer",
        "currency": "EUR",
        "net": Decimal("100.00"),
        "tax": Decimal("19.00"),
        "total": Decimal("119.00"),
        "payable": Decimal("119.00"),
        "vat_id": "DE136695976",
        "iban": "DE89370400440532013000",
        "order_number": "B-9",
    }
    assert [(tax.rate, tax.base, tax.amount) for tax in invoice.taxes] == [(19, 100, 19)]
    assert [(row.description, row.quantity, row.unit_price, row.amount) for row in invoice.items] == [
        ("Regal", 2, 50, 100)
    ]
    assert {field.source for _, field in invoice.found()} == {Source.EMBEDDED}
    assert invoice.problems == ()


def test_a_credit_note() -> None:
    kind = read(factur_x(code="381")).kind
    assert kind is not None
    assert kind.value == "credit_note"


def test_wrong_check_digits_are_problems_and_no_values() -> None:
    invoice = read(factur_x(iban="DE88370400440532013000", vat="DE136695977"))
    assert (invoice.iban, invoice.vat_id) == (None, None)
    assert {(one.code, one.fields) for one in invoice.problems} == {
        (ProblemCode.CHECK_DIGIT, ("iban",)),
        (ProblemCode.CHECK_DIGIT, ("vat_id",)),
    }


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (ENTITY + b"<CrossIndustryInvoice>&e;</CrossIndustryInvoice>", "may be an attack"),
        (LAUGHS + b"<CrossIndustryInvoice>&b;</CrossIndustryInvoice>", "may be an attack"),
        (b"<CrossIndustryInvoice><a>", "damaged"),
        (b"", "damaged"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "damaged"),
        (b" " * (MOST_BYTES + 1), "more than 8 MB"),
    ],
    ids=["entity", "laughs", "cut", "empty", "encoding", "large"],
)
def test_what_cannot_be_trusted_is_a_problem(data: bytes, why: str) -> None:
    invoice = read(data)
    assert list(invoice.found()) == []
    assert [one.code for one in invoice.problems] == [ProblemCode.UNREADABLE_TRUTH]
    assert why in invoice.problems[0].message


@pytest.mark.parametrize("wrong", ["NaN", "1e999999", "1,5", "abc", "9" * 60])
def test_an_amount_that_is_none_is_left_out(wrong: str) -> None:
    assert read(factur_x(total=wrong)).total is None


def test_other_xml_says_nothing() -> None:
    assert read_xml([Attachment("other.xml", b"<html/>"), Attachment("broken.xml", b"<")]) is None
    assert read_xml([Attachment("other.xml", factur_x())]) is not None  # by its root, whatever its name


def test_a_day_that_is_none() -> None:
    assert read(factur_x(day="20260231")).date is None


@pytest.mark.shared
def test_real_files(shared: Path) -> None:
    import json

    amounts = {"net_total": "net", "tax_total": "tax", "total": "total", "due": "payable"}
    checked = 0
    for path in sorted((shared / "data/print/zugferd").glob("*.pdf")):
        truth_file = path.with_suffix(".fields.json")
        if not truth_file.is_file():
            continue
        truth = json.loads(truth_file.read_text("utf-8"))
        with PdfFile(path) as pdf:
            invoice = read_xml(pdf.attachments())
        assert invoice is not None, path
        told = {name: str(field.value) for name, field in invoice.found()}
        for theirs, ours in (("invoice_number", "number"), ("date", "date"), ("seller", "seller")):
            if theirs not in truth:
                continue
            if truth.get(theirs):
                assert told.get(ours) == " ".join(truth[theirs].split()), (path, ours)
                checked += 1
        for theirs, ours in amounts.items():
            if truth.get(theirs) is not None:
                assert Decimal(told[ours]) == Decimal(truth[theirs]), (path, ours)
                checked += 1
    assert checked > 250


@given(st.integers(0, 5000), st.binary(max_size=40))
def test_no_bytes_break_it(place: int, junk: bytes) -> None:
    whole = factur_x()
    data = whole[: place % len(whole)] + junk + whole[place % len(whole) + len(junk) :]
    invoice = read_xml([Attachment("factur-x.xml", data)])
    assert invoice is None or isinstance(invoice.to_json(), str)
