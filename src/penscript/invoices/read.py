"""A result -> an invoice: what is printed, together with the truth that travels with the document."""

from typing import Protocol

from penscript.document import Document
from penscript.invoices.extract import extract
from penscript.invoices.merging import with_truth
from penscript.invoices.values import Invoice


class HasDocument(Protocol):
    """Whatever holds a document, as an `OcrResult` does."""

    @property
    def document(self) -> Document:
        """What was read."""


def read_invoice(result: HasDocument | Document, embedded: bool = True) -> Invoice:
    """The fields of the invoice or receipt that a result shows; what was not found is None.

    embedded: take what travels with the document, an XML inside a PDF or a code for payment, before what is printed.
    False for the lines alone. One document is one invoice: split a file of several first.
    """
    document = result if isinstance(result, Document) else result.document
    printed = extract(document)
    return with_truth(printed, document) if embedded else printed
