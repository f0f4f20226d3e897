"""The queue of lines that a person should see."""

from typing import Any

from fastapi import APIRouter, Response

from penscript.notes.values import StoredLine
from penscript.review import DOUBTFUL, audited
from penscript.server import asks, shapes, telling
from penscript.server.access import Reviewer, Visitor
from penscript.server.site import Here, Site

router = APIRouter(prefix="/v1/review", tags=["review"])
_CLAIM_SECONDS = 600.0


@router.post("/claim", response_model=shapes.MayBeItem, summary="The next line to look at")
def claim(who: asks.Who, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """The costliest line that nobody else looks at now; it is yours for ten minutes."""
    found = site.notes.claim(_seat(who.by, who.seat, visitor), _CLAIM_SECONDS, who.skip)
    return {"item": found and _item(site, found.line, found.reason, found.probability), "progress": _progress(site)}


@router.post("/release", status_code=204, summary="Give a line back unanswered")
def release(let: asks.Let, site: Here, visitor: Reviewer) -> Response:
    """Somebody else may look at it."""
    site.notes.release(let.line, _seat(let.by, let.seat, visitor))
    return Response(status_code=204)


@router.post("/undo", response_model=shapes.Undone, summary="Take back the last answer")
def undo(who: asks.Who, site: Here, visitor: Reviewer) -> dict[str, Any]:
    """The change that was taken back, and its line to look at again."""
    change = site.notes.undo(who.by or visitor.name)
    if change is None:
        return {"changes": [], "item": None, "progress": _progress(site)}
    item = _item(site, site.notes.line(change.line), DOUBTFUL, 1.0)
    return {"changes": [telling.change(change)], "item": item, "progress": _progress(site)}


@router.get("/progress", response_model=shapes.ProgressTold, summary="How far the review is")
def progress(site: Here, visitor: Reviewer) -> dict[str, Any]:
    """How many lines are done, looked at, and wait."""
    return _progress(site)


@router.get("/audit", response_model=shapes.AuditTold, summary="What the spot checks say")
def audit(site: Here, visitor: Reviewer) -> dict[str, Any]:
    """How many accepted lines were looked at, and the estimated percentage of accepted lines that are exactly right."""
    found = audited(site.notes.items())
    return {"lines": found.lines, "exact": found.exact}


def _item(site: Site, line: StoredLine, reason: str, probability: float) -> dict[str, Any]:
    page = site.notes.page(line.document, line.page)
    source = site.notes.document(line.document).source
    told = telling.item(line, page, source, site.desk.engine.policy)
    return told | {"reason": reason, "probability": probability}


def _progress(site: Site) -> dict[str, Any]:
    queue = site.notes.progress()
    return {"done": queue.done, "claimed": queue.claimed, "waiting": queue.waiting}


def _seat(by: str | None, seat: str, visitor: Visitor) -> str:
    return f"{by or visitor.name}#{seat}"
