"""Reading at once: nothing is kept."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from penscript.server import shapes
from penscript.server.access import AnyVisitor
from penscript.server.site import Here
from penscript.server.uploads import BODY, one_upload
from penscript.server.wishes import Wishes, within

router = APIRouter(prefix="/v1", tags=["reading"])
Password = Annotated[
    str | None, Header(alias="Penscript-Password", description="opens an encrypted PDF", max_length=200)
]


@router.post("/read", response_model=shapes.Result, openapi_extra=BODY, summary="Read a picture or PDF now")
async def read(
    request: Request,
    site: Here,
    visitor: AnyVisitor,
    wishes: Annotated[Wishes, Depends()],
    password: Password = None,
) -> Response:
    """The lines of one file, as JSON of schema_version 1. Nothing is kept."""
    site.throttle.take(visitor.key)
    upload = await one_upload(request, site.options)
    options = within(wishes.options(site.desk.engine.options, password), site.options.wait_seconds)
    result = await site.desk.answer(site.desk.read, upload, options)
    return Response(await run_in_threadpool(result.to_json), media_type="application/json")


@router.post("/barcodes", response_model=shapes.Barcodes, openapi_extra=BODY, summary="Find barcodes and QR codes")
async def barcodes(request: Request, site: Here, visitor: AnyVisitor) -> dict[str, Any]:
    """The barcodes of all pages of one file. Nothing is kept."""
    site.throttle.take(visitor.key)
    upload = await one_upload(request, site.options)
    return {"barcodes": [asdict(code) for code in await site.desk.answer(site.desk.barcodes, upload)]}
