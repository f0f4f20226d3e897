"""A result -> an invoice: what is printed, together with the truth that travels with the document."""

from collections.abc import Sequence
from typing import Protocol

from penscript.document import Document
from penscript.invoices.extract import extract
from penscript.invoices.merging import with_truth
from penscript.invoices.suppliers import Supplier
from penscript.invoices.templates import with_supplier
from penscript.invoices.values import Invoice


class HasDocument(Protocol):
    """Whatever holds a document, as an `OcrResult` does."""

    @property
    def document(self) -> Document:
        """What was read."""


def read_invoice(result: HasDocument | Document, embedded: bool = True, suppliers: Sequence[Supplier] = ()) -> Invoice:
    """The fields of the invoice or receipt that a result shows; what was not found is None.

    embedded: take what travels with the document, an XML inside a PDF or a code for payment, before what is printed.
    False for the lines alone. suppliers: templates of `load_suppliers`, which count before what is found without them.
    One document is one invoice: split a file of several first.
    """
    document = result if isinstance(result, Document) else result.document
    printed = with_supplier(extract(document), document, suppliers)
    return with_truth(printed, document) if embedded else printed
