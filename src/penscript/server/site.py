"""What the routes of one server share."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from penscript.notes import Notes
from penscript.server.desk import Desk
from penscript.server.jobs import JobRunner
from penscript.server.learning import Learning
from penscript.server.metrics import Metrics
from penscript.server.options import ServerOptions
from penscript.server.pictures import Pictures
from penscript.server.throttle import Throttle


@dataclass(frozen=True, slots=True)
class Site:
    """One server: where it reads, what it keeps, what it allows. lan_root: its address for phones, if another."""

    notes: Notes
    options: ServerOptions
    desk: Desk
    jobs: JobRunner
    pictures: Pictures
    metrics: Metrics
    throttle: Throttle
    lan_root: str | None = None
    learning: Learning = field(default_factory=lambda: Learning(None))


def site_of(request: Request) -> Site:
    """The server that a request came to."""
    site: Site = request.app.state.site
    return site


Here = Annotated[Site, Depends(site_of)]
