"""Reading for keeps: files become jobs, jobs become documents in the notes."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from penscript.export.json import to_json
from penscript.notes.values import JobStatus
from penscript.server import shapes, telling
from penscript.server.access import AnyVisitor
from penscript.server.refusal import Refused
from penscript.server.site import Here, Site
from penscript.server.uploads import BODY, uploads_of
from penscript.server.wishes import Wishes

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])
JobId = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Tag = Annotated[str, Query(max_length=60, pattern=r"^[^\x00-\x1f]+$")]
_LOOK_SECONDS = 0.3
_OVER = (JobStatus.DONE, JobStatus.FAILED)


@router.post("", status_code=202, response_model=shapes.Jobs, openapi_extra=BODY, summary="Hand in files to be kept")
async def hand_in(  # noqa: PLR0917 - an argument a parameter
    request: Request,
    site: Here,
    visitor: AnyVisitor,
    wishes: Annotated[Wishes, Depends()],
    tag: Annotated[list[Tag] | None, Query(max_length=20, description="tags of the documents")] = None,
    fields: Annotated[bool, Query(description="read the fields of invoices and receipts too, and keep them")] = False,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", max_length=100, description="the same for a request that is sent again"),
    ] = None,
) -> dict[str, Any]:
    """Accept one file or several. Each becomes a job, which is on the disk when this answers: poll it, or stream it."""
    uploads = await uploads_of(request, site.options)
    site.throttle.take(visitor.key, len(uploads))
    wishes.options(site.desk.engine.options)  # a wish that cannot be met is refused now
    own_key = key and f"{visitor.name}/{key}"
    ids = await run_in_threadpool(site.jobs.accept, uploads, asdict(wishes), tag or [], own_key, fields)
    return {"jobs": [await run_in_threadpool(_told, site, one) for one in ids]}


@router.get("/{job}", response_model=shapes.JobTold, summary="How far a job is")
def job(job: JobId, site: Here, visitor: AnyVisitor) -> dict[str, Any]:
    """The state of one job; `document` is there when it is done."""
    return _told(site, job)


@router.get("/{job}/result", response_model=shapes.Result, summary="What was read")
def result(job: JobId, site: Here, visitor: AnyVisitor) -> Response:
    """The lines of a job that is done, as JSON of schema_version 1; 409 where it is not."""
    found = site.notes.job(job)
    if found.status is not JobStatus.DONE or found.document is None:
        raise Refused(409, f"The job is {found.status}.", "Wait until it is done.")
    return Response(to_json(site.notes.result(found.document)), media_type="application/json")


@router.get(
    "/{job}/events",
    summary="How a job goes on, as it goes on",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "Server-sent events named as the status"}},
)
async def events(job: JobId, site: Here, visitor: AnyVisitor) -> StreamingResponse:
    """Server-sent events: one whenever the state changes, the last one `done` or `failed`."""
    first = await run_in_threadpool(_told, site, job)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_states(site, job, first), media_type="text/event-stream", headers=headers)


async def _states(site: Site, job: str, state: dict[str, Any]) -> AsyncIterator[str]:
    said: dict[str, Any] | None = None
    while True:
        if state != said:
            yield f"event: {state['status']}\ndata: {json.dumps(state, ensure_ascii=False)}\n\n"
            said = state
        if state["status"] in _OVER:
            return
        await asyncio.sleep(_LOOK_SECONDS)
        state = await run_in_threadpool(_told, site, job)


def _told(site: Site, job: str) -> dict[str, Any]:
    return telling.job(site.notes.job(job))
