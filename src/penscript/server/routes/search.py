"""Search over everything that is kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from penscript.server import shapes, telling
from penscript.server.access import Reviewer
from penscript.server.site import Here

router = APIRouter(prefix="/v1", tags=["search"])


@router.get("/search", response_model=shapes.Hits, summary="Find lines")
def search(  # noqa: PLR0917 - an argument a parameter
    site: Here,
    visitor: Reviewer,
    q: Annotated[
        str, Query(max_length=500, description="words; quotes make a phrase, * a beginning", examples=["milk"])
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    tag: Annotated[str | None, Query(max_length=60)] = None,
) -> dict[str, Any]:
    """Lines that say so, the best first; then those whose words may have been misread."""
    found = site.notes.search(q, limit=limit, offset=offset, tag=tag)
    return {"hits": [telling.hit(one, site.desk.engine.policy) for one in found]}
