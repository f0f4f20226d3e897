"""For those who watch over the server."""

from typing import Any

from fastapi import APIRouter, Response

from penscript import __version__
from penscript.notes.values import JobStatus
from penscript.server.access import Admin
from penscript.server.site import Here

router = APIRouter(tags=["health"])


@router.get("/health", summary="Whether the server and its notes are there")
def health(site: Here) -> dict[str, Any]:
    """Open to all; says nothing of what is kept."""
    site.notes.count_jobs()
    return {"status": "ok", "version": __version__}


@router.get("/metrics", response_class=Response, summary="Counts and times for Prometheus")
def metrics(site: Here, visitor: Admin) -> Response:
    """No recognised text, no name of a file and no query is in it."""
    counts = site.notes.count_jobs()
    for status in JobStatus:
        site.metrics.jobs.labels(status.value).set(counts.get(status, 0))
    return Response(site.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")
