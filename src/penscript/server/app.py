"""The application: everything put together."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.middleware.cors import CORSMiddleware

from penscript import __version__
from penscript.api import OcrEngine
from penscript.notes import Notes
from penscript.server import refusal, shapes
from penscript.server.desk import Desk
from penscript.server.jobs import JobRunner
from penscript.server.learning import Learn, Learning
from penscript.server.metrics import Metrics
from penscript.server.options import ServerOptions
from penscript.server.pictures import Pictures
from penscript.server.routes import (
    access,
    documents,
    fields,
    health,
    jobs,
    learning,
    lines,
    reading,
    review,
    search,
    tags,
    web,
)
from penscript.server.shield import Shield
from penscript.server.site import Site
from penscript.server.throttle import Throttle

_ROUTERS = (reading, fields, jobs, documents, tags, lines, search, review, learning, access, health)
_REFUSALS = {
    400: "The request is wrong",
    401: "No token, or a password is needed",
    403: "Not allowed",
    404: "Not there",
    409: "Changed in between, or not done yet",
    413: "Beyond a limit",
    415: "Not a picture or a PDF",
    422: "It cannot be read, or a parameter is wrong",
    429: "Too many requests: see Retry-After",
    501: "Something is not installed",
    503: "Too busy: see Retry-After",
}


def create_app(
    engine: OcrEngine,
    notes: Notes,
    options: ServerOptions | None = None,
    lan_root: str | None = None,
    learn: Learn | None = None,
) -> FastAPI:
    """The server over one engine and one store. lan_root: the address that phones reach it by. learn: makes a personal
    pack of the corrections in the notes.
    """
    site = _site(engine, notes, options or ServerOptions(), lan_root, learn)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        site.jobs.start()
        yield
        site.jobs.stop()
        site.desk.close()

    app = FastAPI(
        title="Penscript",
        version=__version__,
        description="Reads handwritten notes and printed invoices, offline.",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation,
        responses={status: {"model": shapes.Refusal, "description": text} for status, text in _REFUSALS.items()},
    )
    app.state.site = site
    refusal.register(app)
    for one in _ROUTERS:
        app.include_router(one.router)
    web.register(app)
    _add_middleware(app, site)
    return app


def _site(engine: OcrEngine, notes: Notes, options: ServerOptions, lan_root: str | None, learn: Learn | None) -> Site:
    metrics = Metrics()
    desk = Desk(engine, options, metrics)
    jobs = JobRunner(notes, desk, options)
    pictures, throttle = Pictures(notes, desk.picture), Throttle(options.rate)
    return Site(notes, options, desk, jobs, pictures, metrics, throttle, lan_root, Learning(learn))


def _add_middleware(app: FastAPI, site: Site) -> None:
    origins = site.options.cors
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["Retry-After"],
        )
    app.add_middleware(Shield, most=site.options.upload_bytes, origins=origins)
    app.middleware("http")(_measured)


async def _measured(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Count a request under the pattern of its route, never its address: that may hold a query."""
    started = time.perf_counter()
    response = await call_next(request)
    site: Site = request.app.state.site
    route = getattr(request.scope.get("route"), "path", "none")
    site.metrics.requests.labels(request.method, route, response.status_code).inc()
    site.metrics.latency.labels(route).observe(time.perf_counter() - started)
    return response


def _operation(route: APIRoute) -> str:
    """The name of an operation in the OpenAPI document."""
    subject = str(route.tags[0]) if route.tags else "web"
    return f"{subject}_{route.name}"
