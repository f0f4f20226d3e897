"""Tags of documents: by them a search and a list are narrowed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from penscript.server import shapes
from penscript.server.access import Reviewer
from penscript.server.routes.documents import Id
from penscript.server.site import Here

router = APIRouter(prefix="/v1", tags=["tags"])
Tag = Annotated[str, Path(max_length=60, pattern=r"^[^\x00-\x1f/]*[^\x00-\x1f/\s][^\x00-\x1f/]*$", examples=["garden"])]


@router.get("/tags", response_model=shapes.Tags, summary="Every tag and how many documents bear it")
def tags(site: Here, visitor: Reviewer) -> dict[str, Any]:
    """In the order of the alphabet."""
    return {"tags": [{"tag": tag, "documents": count} for tag, count in site.notes.tags().items()]}


@router.put("/documents/{document}/tags/{tag}", status_code=204, summary="Give a document a tag")
def tag(document: Id, tag: Tag, site: Here, visitor: Reviewer) -> Response:
    """One that it bears already changes nothing."""
    site.notes.tag(document, tag)
    return Response(status_code=204)


@router.delete("/documents/{document}/tags/{tag}", status_code=204, summary="Take a tag from a document")
def untag(document: Id, tag: Tag, site: Here, visitor: Reviewer) -> Response:
    """One that it does not bear changes nothing."""
    site.notes.untag(document, tag)
    return Response(status_code=204)
