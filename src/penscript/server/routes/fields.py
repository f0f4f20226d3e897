"""Fields of invoices and receipts: read at once, or from what is kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from penscript.document import Document
from penscript.errors import MissingInput
from penscript.invoices import read_invoice
from penscript.invoices.values import Invoice
from penscript.notes.booking import book
from penscript.result import OcrResult
from penscript.server import field_shapes, telling
from penscript.server.access import AnyVisitor, Reviewer
from penscript.server.routes.documents import Id
from penscript.server.routes.reading import Password
from penscript.server.site import Here, Site
from penscript.server.uploads import BODY, one_upload
from penscript.server.wishes import Wishes, within

router = APIRouter(prefix="/v1", tags=["fields"])
Embedded = Annotated[bool, Query(description="XML inside PDFs and payment codes count before what is printed.")]


@router.post("/fields", response_model=field_shapes.InvoiceTold, openapi_extra=BODY, summary="Read an invoice now")
async def read(  # noqa: PLR0917 - an argument a parameter
    request: Request,
    site: Here,
    visitor: AnyVisitor,
    wishes: Annotated[Wishes, Depends()],
    embedded: Embedded = True,
    password: Password = None,
) -> Response:
    """The fields of one invoice or receipt, and what does not fit. Nothing is kept."""
    site.throttle.take(visitor.key)
    upload = await one_upload(request, site.options)
    options = within(wishes.options(site.desk.engine.options, password), site.options.wait_seconds)
    result = await site.desk.answer(site.desk.read, upload, options)
    return Response(await run_in_threadpool(_json, result, embedded), media_type="application/json")


def _json(result: OcrResult, embedded: bool) -> str:
    return read_invoice(result, embedded=embedded).to_json()


@router.get("/documents/{document}/fields", response_model=field_shapes.StoredFields, summary="Kept fields")
def kept(document: Id, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """The fields of a document, none where they were never read."""
    site.notes.document(document)
    return {"fields": [telling.field(one) for one in site.notes.fields(document)]}


@router.post("/documents/{document}/fields", response_model=field_shapes.StoredFields, summary="Read and keep fields")
def fields(document: Id, site: Here, visitor: Reviewer, embedded: Embedded = True) -> dict[str, Any]:
    """From the lines as they stand, with all corrections. They are kept; doubts are offered for review."""
    book(site.notes, document, _invoice(site, document, embedded), site.desk.engine.policy.threshold)
    return kept(document, site, visitor)


def _invoice(site: Site, document: int, embedded: bool) -> Invoice:
    found = site.notes.result(document)
    if embedded:
        found = Document(found.source, found.pages, site.desk.attachments(found.source, _original(site, document)))
    return read_invoice(found, embedded=embedded)


def _original(site: Site, document: int) -> bytes:
    try:
        return site.notes.original(document)
    except MissingInput:  # it was kept as lines alone
        return b""
