"""The pages: capture, notes, review, devices. Plain files, filled in by Jinja, which escapes everything."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from penscript.server.access import Role, Visitor, visitor_or_none
from penscript.server.messages import LANGUAGES, catalogue, language_for
from penscript.server.site import Here, Site

router = APIRouter(include_in_schema=False)
_WEB = Path(str(files("penscript.server").joinpath("web")))
_templates = Jinja2Templates(_WEB / "templates")
_LANGUAGE_COOKIE = "penscript_language"


def register(app: FastAPI) -> None:
    """Add the pages and the files that they load."""
    app.include_router(router)
    app.mount("/static", StaticFiles(directory=_WEB / "static"), name="static")


@router.get("/", response_class=HTMLResponse)
def capture(request: Request, site: Here) -> Response:
    """Where pictures are taken."""
    return _page(request, site, "capture", Role.CAPTURE)


@router.get("/notes", response_class=HTMLResponse)
def notes(request: Request, site: Here) -> Response:
    """Search, and the latest documents."""
    return _page(request, site, "notes", Role.REVIEW)


@router.get("/notes/{document}", response_class=HTMLResponse)
def document(document: int, request: Request, site: Here) -> Response:
    """One document, to read and to correct."""
    return _page(request, site, "document", Role.REVIEW, document=document)


@router.get("/review", response_class=HTMLResponse)
def review(request: Request, site: Here) -> Response:
    """One doubtful line after the other."""
    return _page(request, site, "review", Role.REVIEW)


@router.get("/devices", response_class=HTMLResponse)
def devices(request: Request, site: Here) -> Response:
    """Phones and programs that are let in."""
    return _page(request, site, "devices", Role.ADMIN)


@router.get("/pair", response_class=HTMLResponse)
def pair(request: Request, site: Here) -> Response:
    """Where a phone arrives that scanned the code, and whoever is not let in."""
    return _filled(request, site, "pair", visitor_or_none(request, site))


@router.get("/manifest.webmanifest")
def manifest() -> JSONResponse:
    """What makes the pages installable where the server speaks TLS."""
    icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    told: dict[str, Any] = {"name": "Penscript", "short_name": "Penscript", "start_url": "/", "display": "standalone"}
    told |= {"background_color": "#f6f4ee", "theme_color": "#0b5a5a", "icons": [icon]}
    return JSONResponse(told, media_type="application/manifest+json")


def _page(request: Request, site: Site, name: str, role: Role, **more: Any) -> Response:
    visitor = visitor_or_none(request, site)
    if visitor is None or not visitor.role.covers(role):
        return RedirectResponse("/pair", 303)
    return _filled(request, site, name, visitor, **more)


def _filled(request: Request, site: Site, name: str, visitor: Visitor | None, **more: Any) -> Response:
    language = language_for(request.cookies.get(_LANGUAGE_COOKIE), request.headers.get("accept-language", ""))
    words = catalogue()[language]
    context = {
        "page": name,
        "language": language,
        "languages": LANGUAGES,
        "words": words,
        "visitor": visitor,
        "threshold": site.desk.engine.policy.threshold,
        "thresholds": dict(site.desk.engine.policy.packs),
        "may": {role.value: visitor is not None and visitor.role.covers(role) for role in Role},
    }
    headers = {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}
    return _templates.TemplateResponse(request, f"{name}.html", context | more, headers=headers)
