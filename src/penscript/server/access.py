"""Who is asking, and what they may do.

A visitor shows a token, as `Authorization: Bearer` or in the cookie that pairing sets. Without one only this very
machine is let in: the connection comes from a loopback address and names a loopback host, so that neither another
machine nor a page of another site under a borrowed name gets in.
"""

import hashlib
import ipaddress
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from penscript.notes import Notes
from penscript.notes.values import Token
from penscript.server.refusal import Refused
from penscript.server.site import Here, Site

COOKIE = "penscript"
_LOOPBACK_HOST = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?", re.I)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class Role(StrEnum):
    """What a visitor may do; each may do what the ones before it may.

    CAPTURE hands in pictures and sees what they read, REVIEW sees all notes, searches and corrects, ADMIN pairs
    devices, forgets documents and sees the metrics.
    """

    CAPTURE = "capture"
    REVIEW = "review"
    ADMIN = "admin"

    def covers(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a role. name: for the history of corrections. address: where the request comes from."""

    name: str
    role: Role
    address: str = ""

    @property
    def key(self) -> str:
        """What requests are counted by."""
        return f"{self.name}@{self.address}"


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(24)


def is_own_machine(request: Request) -> bool:
    """Whether a request comes from this machine, straight and under a name of this machine."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    named = _LOOPBACK_HOST.fullmatch(request.headers.get("host", "")) is not None
    return named and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def shown_token(request: Request) -> str:
    """The token that a request shows, "" for none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


def known_token(notes: Notes, token: str) -> Token | None:
    """The token with its role; None where it is unknown, revoked, over, or only good for pairing."""
    found = notes.token(hashed(token)) if token else None
    return found if found and found.role in list(Role) else None


def visitor_or_none(request: Request, site: Site) -> Visitor | None:
    """Who is asking, None for a stranger."""
    address = request.client.host if request.client else ""
    shown = shown_token(request)
    token = known_token(site.notes, shown)
    if token:
        return Visitor(token.name, Role(token.role), address)
    if shown and "authorization" in request.headers:
        return None
    if not site.options.require_token and is_own_machine(request):
        return Visitor("local", Role.ADMIN, address)
    return None


def visitor_of(request: Request, site: Here) -> Visitor:
    """Who is asking; 401 for a stranger."""
    visitor = visitor_or_none(request, site)
    if visitor is None:
        advice = "Send `Authorization: Bearer TOKEN`; the server's machine makes tokens on its page /devices."
        raise Refused(401, "This needs a token.", advice)
    return visitor


class Needs:
    """A dependency: the visitor, who has at least this role; 403 otherwise."""

    def __init__(self, role: Role) -> None:
        self._role = role

    def __call__(self, visitor: Annotated[Visitor, Depends(visitor_of)]) -> Visitor:
        """The visitor."""
        if not visitor.role.covers(self._role):
            told = f"This needs the role {self._role}; yours is {visitor.role}."
            raise Refused(403, told, "Whoever runs the server gives other tokens on its page /devices.")
        return visitor


AnyVisitor = Annotated[Visitor, Depends(Needs(Role.CAPTURE))]
Reviewer = Annotated[Visitor, Depends(Needs(Role.REVIEW))]
Admin = Annotated[Visitor, Depends(Needs(Role.ADMIN))]
