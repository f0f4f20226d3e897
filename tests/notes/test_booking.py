"""Invoices in both kinds of store: fields kept, doubts offered with their reason, known documents told again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from penscript.invoices.values import Field, Invoice, Item, Problem, ProblemCode, Tax
from penscript.notes import Notes
from penscript.notes.booking import PREFIX, book, bookings_in, invoice_of
from penscript.options import AcceptPolicy
from penscript.review import offer_all
from printed_documents import page_of

PAGE = page_of("Birkenhof GmbH", "Rechnung R-17", "Summe 119,00")
INVOICE = Invoice(
    number=Field("R-17", "R-17", 90.0, (1,)),
    date=Field(date(2026, 3, 5), "5.3.26", 90.0),
    seller=Field("Birkenhof GmbH", "Birkenhof GmbH", 92.0, (0,)),
    total=Field(Decimal("119.00"), "119,00", 60.0, (2,)),
    taxes=(Tax(Decimal("19"), Decimal("100.00"), None, 80.0, (2,)),),
    items=(Item("Regal", Decimal("2"), amount=Decimal("100.00"), confidence=70.0),),
)


def test_fields_are_kept_with_their_lines(notes: Notes) -> None:
    document = notes.add(PAGE).document
    book(notes, document, INVOICE, 75)
    fields = {field.name: field for field in notes.fields(document)}
    assert {name: field.value for name, field in fields.items()} == {
        "number": "R-17",
        "date": "2026-03-05",
        "seller": "Birkenhof GmbH",
        "total": "119.00",
        "tax.1.rate": "19",
        "tax.1.base": "100.00",
        "item.1.description": "Regal",
        "item.1.quantity": "2",
        "item.1.amount": "100.00",
    }
    assert [notes.line(line).text for line in fields["total"].lines] == ["Summe 119,00"]
    assert invoice_of(notes.fields(document)).total == Field(Decimal("119.00"), "119.00", 60.0)


def test_doubts_wait_for_a_person_with_their_reason(notes: Notes) -> None:
    document = notes.add(PAGE).document
    missing = Problem(ProblemCode.MISSING, "No due date was found.", ("due_date",))
    for _ in range(2):  # booking twice changes nothing
        assert book(notes, document, replace(INVOICE, problems=(missing,)), 75) == 2
    waiting = {item.line.text: item.reason for item in notes.items()}
    assert waiting == {
        "Summe 119,00": f"{PREFIX} The total 119.00 is right with 60 percent only.",
        "Birkenhof GmbH": f"{PREFIX} No due date was found.",
    }


def test_a_wrong_number_is_told_where_it_is_printed(notes: Notes) -> None:
    document = notes.add(page_of("Birkenhof GmbH", "Konto DE 1234 5678", "Summe 119,00")).document
    wrong = Problem(ProblemCode.CHECK_DIGIT, "The check digits of DE12345678 are wrong.", ("iban",))
    book(notes, document, replace(INVOICE, total=None, number=None, problems=(wrong,)), 75)
    assert {item.line.text for item in notes.items() if "check digits" in item.reason} == {"Konto DE 1234 5678"}


def test_the_reason_outlives_the_usual_offers(notes: Notes) -> None:
    document = notes.add(page_of("Birkenhof GmbH", "Rechnung R-17", "Summe 119,00", confidence=20.0)).document
    book(notes, document, INVOICE, 75)
    offer_all(notes, AcceptPolicy(threshold=75))
    told = [item.reason for item in notes.items()]
    assert sorted(told) == ["doubtful", "doubtful", f"{PREFIX} The total 119.00 is right with 60 percent only."]


def test_what_is_in_the_books(notes: Notes) -> None:
    first = notes.add(PAGE, picture=b"one").document
    notes.add(page_of("a letter"))
    book(notes, first, INVOICE, 75)
    (booking,) = bookings_in(notes)
    assert booking.source == "page.png"
    assert len(booking.sha256) == 64
    assert booking.invoice is not None
    assert booking.invoice.number is not None
    assert list(bookings_in(notes, without=[first])) == []


def test_a_document_without_lines(notes: Notes) -> None:
    document = notes.add(page_of()).document
    assert book(notes, document, Invoice(), 75) == 0
