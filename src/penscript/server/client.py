"""A small client for a Penscript server: what comes back are the plain values of `penscript.document`.

>>> client = Client("http" + "://127.0.0.1:8000")
>>> result = client.read("note.jpg")  # doctest: +SKIP
>>> document = client.wait(client.submit("invoice.pdf"))  # doctest: +SKIP

Needs nothing but Python. A server that is busy is asked again after the time that it names.
"""

import http.client
import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from penscript import errors
from penscript.document import Barcode, Bounds
from penscript.errors import InputError, MissingInput, PenscriptError, UsageError
from penscript.invoices.values import Invoice
from penscript.result import OcrResult

_BUSY = (429, 503)
_LOOK_SECONDS = 0.5


class ServerError(PenscriptError):
    """The server refused, or cannot be reached; `status` is the HTTP status, None for no answer."""

    exit_code, http_status = 3, 502

    def __init__(self, message: str, advice: str = "", status: int | None = None) -> None:
        super().__init__(message, advice)
        self.status = status


class Client:
    """Talks to one server. address: such as `http://127.0.0.1:8000`. token: see the page /devices.

    patience: seconds for one request, with the time that a busy server asks to wait. Safe to share between threads.
    """

    def __init__(self, address: str, token: str | None = None, patience: float = 300.0) -> None:
        if not address.startswith(("http" + ":", "https" + ":")):
            raise UsageError(f"{address!r} is no address.", "Give one such as http" + "://127.0.0.1:8000.")
        self._address, self._token, self._patience = address.rstrip("/"), token, patience

    def read(self, source: str | Path | bytes, **wishes: Any) -> OcrResult:
        """Read one file now; nothing is kept. wishes: language, pages, threshold, pack, barcodes.

        Raises what the server told: InputError and the like for the file, ServerError for the rest.
        """
        return OcrResult.from_json(self._send("/v1/read", source, wishes))

    def barcodes(self, source: str | Path | bytes) -> list[Barcode]:
        """The barcodes of one file."""
        told = json.loads(self._send("/v1/barcodes", source, {}))["barcodes"]
        return [Barcode(one["text"], one["format"], Bounds(**one["bounds"]), one["page"]) for one in told]

    def fields(self, source: str | Path | bytes, **wishes: Any) -> Invoice:
        """The fields of an invoice or receipt. wishes: as for `read`, and embedded."""
        return Invoice.from_json(self._send("/v1/fields", source, wishes))

    def submit(self, source: str | Path | bytes, **wishes: Any) -> str:
        """Hand in a file to be kept; the id of its job. wishes: as for `read`, and tag."""
        job: str = json.loads(self._send("/v1/jobs", source, wishes))["jobs"][0]["id"]
        return job

    def wait(self, job: str) -> int:
        """The document of a job, when it is done; what kept it from being done is raised."""
        while True:
            told = self._json("GET", f"/v1/jobs/{quote(job)}")
            if told["status"] == "failed":
                raise _error(told["error"], None)
            if told["status"] == "done":
                return int(told["document"])
            time.sleep(_LOOK_SECONDS)

    def result(self, document: int) -> OcrResult:
        """A kept document as it stands now, with all corrections."""
        return OcrResult.from_json(self._request("GET", f"/v1/documents/{document}/result"))

    def search(self, query: str, limit: int = 20) -> list[dict[str, Any]]:
        """The lines that say `query`, the best first, as the API tells them."""
        hits: list[dict[str, Any]] = self._json("GET", "/v1/search?" + urlencode({"q": query, "limit": limit}))["hits"]
        return hits

    def correct(self, line: int, text: str, was: str | None = None) -> dict[str, Any]:
        """Say what a line reads; ServerError with status 409 where it is not `was` any more."""
        return self._json("PUT", f"/v1/lines/{line}", {"text": text, "was": was})

    def _send(self, path: str, source: str | Path | bytes, wishes: dict[str, Any]) -> bytes:
        name, data = ("upload", source) if isinstance(source, bytes) else (Path(source).name, _bytes_of(Path(source)))
        given = {key: value for key, value in wishes.items() if value is not None}
        query = urlencode({"name": name} | given, doseq=True)
        return self._request("POST", f"{path}?{query}", data, "application/octet-stream")

    def _json(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        told: dict[str, Any] = json.loads(self._request(method, path, data, "application/json"))
        return told

    def _request(self, method: str, path: str, data: bytes | None = None, kind: str = "") -> bytes:
        until = time.monotonic() + self._patience
        while True:
            try:
                return self._once(method, path, data, kind)
            except urllib.error.HTTPError as error:
                told = error.read()
                pause = float(error.headers.get("Retry-After") or 1)
                if error.code not in _BUSY or time.monotonic() + pause > until:
                    raise _error(_problem(told, error.reason), error.code) from None
            except (OSError, http.client.HTTPException) as error:
                raise ServerError(f"{self._address} cannot be reached: {error}.", "Is the server running?") from None
            time.sleep(pause)

    def _once(self, method: str, path: str, data: bytes | None, kind: str) -> bytes:
        headers = {"Content-Type": kind} if data is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._address + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=self._patience) as response:
            answer: bytes = response.read()
            return answer


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MissingInput(f"There is no file {path}.", "Check the name and the folder.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None


def _problem(told: bytes, reason: str) -> dict[str, str]:
    try:
        problem: dict[str, str] = json.loads(told)["error"]
    except (ValueError, KeyError, TypeError):
        return {"kind": "", "message": f"The server said {reason}.", "advice": ""}
    return problem


def _error(problem: dict[str, str], status: int | None) -> PenscriptError:
    """The error that the server told, of its own class where that is one of the house."""
    kind = getattr(errors, problem["kind"], None)
    if isinstance(kind, type) and issubclass(kind, PenscriptError) and kind is not PenscriptError:
        known: PenscriptError = kind(problem["message"], problem["advice"])
        return known
    return ServerError(problem["message"], problem["advice"], status)
