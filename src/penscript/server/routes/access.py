"""Pairing, tokens, devices."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from penscript.server import asks, devices, pairing
from penscript.server.access import COOKIE, Admin, hashed
from penscript.server.site import Here

router = APIRouter(prefix="/v1", tags=["access"])
_DAY = 86400


@router.post("/pair", response_model=devices.TokenTold, summary="Trade a pairing code for a token")
def pair(code: asks.Code, request: Request, response: Response, site: Here) -> dict[str, Any]:
    """Open to all: the code is the key, and it works once. Browsers get the token as a cookie too."""
    token = pairing.trade(site.notes, site.options, code.code, code.name)
    found = site.notes.token(hashed(token))
    assert found is not None
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(site.options.device_days * _DAY),
        httponly=True,
        samesite="strict",
        secure=site.options.secure,
    )
    return {"token": token, "role": found.role}


@router.post("/pairings", response_model=devices.PairingTold, summary="Let a phone in")
def begin(wish: asks.PairingWish, request: Request, site: Here, visitor: Admin) -> dict[str, Any]:
    """A code that lives for minutes, as an address and as a QR code."""
    made = pairing.begin(site.notes, site.options, wish.role)
    url = made.url(site.lan_root or str(request.base_url))
    return {"url": url, "qr": pairing.qr_svg(url), "expires_at": made.expires_at}


@router.post("/tokens", response_model=devices.TokenTold, status_code=201, summary="Make a token")
def make(wish: asks.TokenWish, site: Here, visitor: Admin) -> dict[str, Any]:
    """A token for a program. It is told once."""
    return {"token": pairing.issue(site.notes, wish.role, wish.name, wish.days), "role": wish.role}


@router.get("/tokens", response_model=devices.Devices, summary="What is let in")
def let_in(site: Here, visitor: Admin) -> dict[str, Any]:
    """Every token and pairing code that is good now."""
    names = ("name", "role", "created_at", "expires_at")
    return {"devices": [{"id": one.hash} | {name: getattr(one, name) for name in names} for one in site.notes.tokens()]}


@router.delete("/tokens/{id}", status_code=204, summary="Let a device in no more")
def revoke(id: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], site: Here, visitor: Admin) -> Response:
    """From now on it is a stranger. Revoking twice changes nothing."""
    site.notes.revoke(id)
    return Response(status_code=204)
