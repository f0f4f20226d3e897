"""Around every request: how large it may be, where it may come from, and what browsers may do with the answer."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from penscript.server import refusal
from penscript.server.refusal import Refused, answer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Shield:
    """ASGI middleware. most: bytes of a request. origins: foreign origins that may change something; `*` for all."""

    def __init__(self, app: ASGIApp, most: int, origins: tuple[str, ...] = ()) -> None:
        self._app, self._most, self._origins = app, most, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope["method"], headers, scope["query_string"])
        app = self._app if refused is None else answer(refused)
        await app(scope, _Counted(receive, self._most), _hardened(send, bool(self._origins)))

    def _refusal(self, method: str, headers: Headers, query: bytes) -> Refused | None:
        if not query.isascii():
            return Refused(400, "The query is no ASCII.", "Write other characters as percent and two digits, in UTF-8.")
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._most:
            return too_large(self._most)
        if method not in SAFE_METHODS and not self._from_here(headers):
            return Refused(403, "Another site's page may not do this.", "Allow its origin: --cors ORIGIN.")
        return None

    def _from_here(self, headers: Headers) -> bool:
        """Whether a request that changes something comes from our own pages, or from no page at all."""
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        return urlsplit(origin).netloc == headers.get("host") or bool({"*", origin} & set(self._origins))


class _Counted:
    """`receive` that stops a body of unknown length when it grows too large."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most, self._seen = receive, most, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._most:
            refused = too_large(self._most)
            raise HTTPException(refused.status, refused.message, refused.headers)
        return message


def too_large(most: int) -> Refused:
    """What a request beyond the limit is told."""
    told = f"The request has more than {most / 2**20:,.0f} MiB."
    return Refused(413, told, refusal.ADVICE[413], {"Connection": "close"})


def _hardened(send: Send, shared: bool) -> Send:
    """`send` that adds the headers of safety. shared: other origins may read the answers."""

    async def hardened(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if shared:
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        await send(message)

    return hardened
