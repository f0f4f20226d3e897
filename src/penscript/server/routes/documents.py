"""What is kept: documents, their pages and pictures, and what is written of them."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from penscript.export.csv import to_csv
from penscript.export.formats import ENDINGS, render
from penscript.server import asks, shapes, telling
from penscript.server.access import Admin, Reviewer
from penscript.server.site import Here

router = APIRouter(prefix="/v1/documents", tags=["documents"])
Id = Annotated[int, Path(ge=1, le=asks.LARGEST_ID)]
Number = Annotated[int, Path(ge=1, le=10**6)]
PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
_PRIVATE = {"Cache-Control": "private, max-age=3600"}


class Format(StrEnum):
    """What a document can be written as."""

    JSON = "json"
    TEXT = "text"
    LAYOUT = "layout"
    MARKDOWN = "markdown"
    CSV = "csv"
    TABLES = "tables"
    HOCR = "hocr"
    ALTO = "alto"
    PAGE = "page"
    PDF = "pdf"


_ENDING = {format: ending for ending, format in ENDINGS.items()}
_MEDIA = {".json": "application/json", ".csv": "text/csv", ".txt": "text/plain", ".md": "text/markdown"}
_MEDIA |= {".xml": "application/xml", ".hocr": "text/html", ".pdf": "application/pdf"}
_WRITTEN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {media: {"schema": {"type": "string"}} for media in sorted({*_MEDIA.values()} - {_MEDIA[".json"]})}
    }
}


@router.get("", response_model=shapes.Documents, summary="All documents, the newest first")
def documents(
    site: Here,
    visitor: Reviewer,
    tag: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> dict[str, Any]:
    """Documents without their lines."""
    found = site.notes.documents(tag=tag, limit=limit, offset=offset)
    return {"documents": [telling.document(one) for one in found]}


@router.get("/{document}", response_model=shapes.DocumentTold, summary="One document")
def document(document: Id, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """A document without its lines."""
    return telling.document(site.notes.document(document))


@router.get(
    "/{document}/result",
    summary="What was read, with all corrections",
    response_model=shapes.Result,
    responses=_WRITTEN,
)
def result(
    document: Id,
    site: Here,
    visitor: Reviewer,
    format: Format = Format.JSON,
    escape_formulas: Annotated[
        bool, Query(description="CSV: an apostrophe before what spreadsheets would run")
    ] = False,
) -> Response:
    """The document in one of the formats that Penscript writes, made anew each time: corrections are in it."""
    found = site.notes.result(document)
    if format is Format.PDF:
        data = site.desk.pdf(found, site.notes.original(document))
    elif format is Format.CSV:
        data = to_csv(found, escape_formulas=escape_formulas).encode()
    else:
        data = render(found, format)
    ending = _ENDING[format]
    name = {"Content-Disposition": f'attachment; filename="document-{document}{ending}"'}
    return Response(data, media_type=_MEDIA[f".{ending.rpartition('.')[2]}"], headers=name)


@router.get("/{document}/pages/{page}", response_model=shapes.StoredPage, summary="One page with its lines")
def page(document: Id, page: Number, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """A page with its lines in reading order, as they stand now."""
    return telling.page(site.notes.page(document, page), site.desk.engine.policy)


@router.get("/{document}/pages/{page}/picture", response_class=Response, responses=PICTURE, summary="A page to look at")
def picture(  # noqa: PLR0917 - an argument a parameter
    document: Id,
    page: Number,
    site: Here,
    visitor: Reviewer,
    width: Annotated[int | None, Query(ge=16, le=10_000)] = None,
    upright: Annotated[bool, Query(description="turned for reading")] = False,
) -> Response:
    """A page as a JPEG, at most so many pixels wide."""
    data = site.pictures.page(document, page, width, upright)
    return Response(data, media_type="image/jpeg", headers=_PRIVATE)


@router.delete("/{document}", response_model=shapes.Forgotten, summary="Forget a document")
def forget(document: Id, site: Here, visitor: Admin) -> dict[str, Any]:
    """Remove it with its picture, text, index, corrections and jobs. Packs trained on it are named."""
    done = site.notes.forget(document)
    site.pictures.forget(document)
    kept = ("document", "pages", "lines", "corrections")
    return {name: getattr(done, name) for name in kept} | {"packs": list(done.packs)}
