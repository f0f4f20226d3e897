"""Learning the hand that was corrected."""

from typing import Any

from fastapi import APIRouter

from penscript.server import shapes
from penscript.server.access import Admin, Reviewer
from penscript.server.refusal import Refused
from penscript.server.site import Here

router = APIRouter(prefix="/v1/learning", tags=["learning"])


@router.get("", response_model=shapes.LearningTold, summary="How the learning stands")
def state(site: Here, visitor: Reviewer) -> dict[str, Any]:
    """Whether it can be begun here, whether it runs, how far it is, and what came of the last one."""
    return site.learning.state()


@router.post("", status_code=202, response_model=shapes.LearningTold, summary="Learn from the corrections")
def begin(site: Here, visitor: Admin) -> dict[str, Any]:
    """A personal pack is made of what was corrected and confirmed, and published where it reads the hand better."""
    if not site.learning.state()["available"]:
        raise Refused(404, "This server cannot learn.", "Start it with `penscript review` or `penscript serve`.")
    if not site.learning.start():
        raise Refused(409, "It is learning already.", "Wait until it is done.")
    return site.learning.state()
