"""Single lines: what they read, how they look, what people said of them."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from penscript import review
from penscript.document import Bounds
from penscript.notes.values import Hit
from penscript.server import asks, shapes, telling
from penscript.server.access import Reviewer
from penscript.server.routes.documents import PICTURE
from penscript.server.site import Here

router = APIRouter(prefix="/v1", tags=["lines"])
Id = Annotated[int, Path(ge=1, le=asks.LARGEST_ID)]
CUTOUT: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}}}
_SPANS = r"^(\d{1,5}-\d{1,5}(,\d{1,5}-\d{1,5})*)?$"
_PRIVATE = {"Cache-Control": "private, max-age=600"}


@router.get("/lines/{line}", response_model=shapes.StoredLine, summary="One line")
def line(line: Id, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """A line as it stands now."""
    return telling.line(site.notes.line(line), site.desk.engine.policy)


@router.put("/lines/{line}", response_model=shapes.StoredLine, summary="Say what a line reads")
def say(line: Id, said: asks.Said, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """A correction, or where the text is what stands there, a confirmation. 409 where somebody else was quicker."""
    review.answer(site.notes, line, said.text, said.by or visitor.name, said.was)
    return telling.line(site.notes.line(line), site.desk.engine.policy)


@router.put("/lines/{line}/bounds", response_model=shapes.StoredLine, summary="Say where a line stands")
def move(line: Id, place: asks.Place, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """The box of a line, whatever later readings say."""
    bounds = Bounds(place.x, place.y, place.width, place.height)
    site.notes.move(line, bounds, place.by or visitor.name)
    return telling.line(site.notes.line(line), site.desk.engine.policy)


@router.get("/lines/{line}/history", response_model=shapes.Changes, summary="What people said of a line")
def history(line: Id, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """Every change, the newest first."""
    return {"changes": [telling.change(one) for one in site.notes.history(line)]}


@router.get("/lines/{line}/cutout", response_class=Response, responses=CUTOUT, summary="A line with its words marked")
def cutout(
    line: Id,
    site: Here,
    visitor: Reviewer,
    spans: Annotated[str, Query(pattern=_SPANS, max_length=400, description="letters from-to", examples=["0-4"])] = "",
) -> Response:
    """The line alone, upright, as a PNG; the words at the spans of a search hit are marked."""
    pairs = [part.split("-") for part in spans.split(",") if part]
    hit = Hit(site.notes.line(line), 1.0, tuple((int(start), int(end)) for start, end in pairs))
    return Response(site.pictures.cutout(hit), media_type="image/png", headers=_PRIVATE)


@router.get("/lines/{line}/picture", response_class=Response, responses=PICTURE, summary="A line to look at")
def picture(line: Id, site: Here, visitor: Reviewer) -> Response:
    """A line with what stands above and below it, upright, as a JPEG."""
    data = site.pictures.line(site.notes.line(line))
    return Response(data, media_type="image/jpeg", headers=_PRIVATE)
