"""Requests that are turned away, and what the client is told."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from penscript.errors import PenscriptError, UsageError

log = logging.getLogger("penscript.server.refusal")

ADVICE = {
    400: "Send it as /openapi.json describes it.",
    404: "/openapi.json lists every address of the API; the pages are /, /notes, /review and /devices.",
    405: "/openapi.json lists what every address takes.",
    413: "Send fewer or smaller files, or raise the limit of the server: --max-upload.",
}
"""What to do where the framework itself refuses."""


class Refused(PenscriptError):
    """A request that is not served: `status` says why, `headers` may say when to come back."""

    def __init__(self, status: int, message: str, advice: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(message, advice)
        self.status, self.headers = status, headers or {}


class Busy(Refused):
    """Too much to do: come back in so many seconds."""

    def __init__(self, message: str, seconds: float, status: int = 503) -> None:
        wait = max(1, min(600, round(seconds)))
        advice = f"Try again in {wait} seconds."
        super().__init__(status, message, advice, {"Retry-After": str(wait)})


def told(error: PenscriptError) -> dict[str, str]:
    """An error as what JSON knows."""
    return {"kind": type(error).__name__, "message": error.message, "advice": error.advice}


def bug() -> PenscriptError:
    """What is told of a mistake of ours; the log has the rest."""
    return PenscriptError("Penscript made a mistake.", "Please report it.")


def status_of(error: PenscriptError) -> int:
    """The HTTP status of an error."""
    return error.status if isinstance(error, Refused) else error.http_status


def answer(error: PenscriptError) -> JSONResponse:
    """The response that tells an error."""
    headers = dict(error.headers) if isinstance(error, Refused) else {}
    if status_of(error) == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return JSONResponse({"error": told(error)}, status_of(error), headers)


def register(app: FastAPI) -> None:
    """Let every error be told in the same shape."""
    app.add_exception_handler(PenscriptError, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _bug)


def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PenscriptError)
    return answer(error)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    message = str(error.detail).rstrip(".") + "."
    advice = ADVICE.get(error.status_code, "See /openapi.json.")
    return answer(Refused(error.status_code, message, advice, dict(error.headers or {})))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    wrong = UsageError(f"{place} is wrong: {first['msg']}.", "See /openapi.json.")
    return JSONResponse({"error": told(wrong)}, 422)


def _bug(request: Request, error: Exception) -> JSONResponse:
    where = getattr(request.scope.get("route"), "path", "an unknown address")
    log.exception("a mistake of ours at %s", where, exc_info=error)
    return JSONResponse({"error": told(bug())}, 500)
