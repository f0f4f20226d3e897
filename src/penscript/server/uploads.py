"""A request -> the files in it: multipart, base64 in JSON, or the bytes themselves."""

import asyncio
import base64
import binascii
import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from penscript.errors import UsageError
from penscript.server.options import ServerOptions
from penscript.server.refusal import Refused

_UNNAMED = "upload"
_LONGEST_NAME = 200
_EXAMPLE = {"files": [{"name": "note.jpg", "content": "/9j/4AAQSkZJRgABAQ..."}]}
_FILE = {"type": "string", "format": "binary"}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "array", "items": _FILE, "minItems": 1}},
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "items": {
                                "type": "object",
                                "required": ["content"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "content": {"type": "string", "format": "byte", "description": "base64"},
                                },
                            },
                        }
                    },
                },
                "example": _EXAMPLE,
            },
            "application/octet-stream": {"schema": _FILE},
        },
    }
}
"""What the OpenAPI document says of a request with files."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in: its bare name, and its bytes."""

    name: str
    data: bytes = field(repr=False)


async def uploads_of(request: Request, options: ServerOptions) -> list[Upload]:
    """The files of a request, one or more.

    Raises UsageError for a body that holds none, Refused 408 when it takes too long to arrive, 413 when it is too much.
    """
    try:
        async with asyncio.timeout(options.upload_seconds):
            found = await _received(request, options)
    except TimeoutError:
        advice = "Send smaller files, or over a faster network."
        raise Refused(408, "The request took too long to arrive.", advice, {"Connection": "close"}) from None
    if not found:
        raise UsageError("There is no file in the request.", "Send it as multipart/form-data, in the field `file`.")
    if len(found) > options.files:
        raise Refused(413, f"There are more than {options.files} files in the request.", "Send them in several.")
    return found


async def one_upload(request: Request, options: ServerOptions) -> Upload:
    """The one file of a request; UsageError for several."""
    found = await uploads_of(request, options)
    if len(found) > 1:
        raise UsageError(f"There are {len(found)} files in the request.", "Send one, or several to /v1/jobs.")
    return found[0]


async def _received(request: Request, options: ServerOptions) -> list[Upload]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=options.files, max_fields=16) as form:
            return await _in_form(form)
    body = await request.body()
    if kind == "application/json":
        return await run_in_threadpool(_in_json, body)
    name = request.query_params.get("name", "")
    return [Upload(bare_name(name), body)] if body else []


async def _in_form(form: FormData) -> list[Upload]:
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    return [Upload(bare_name(file.filename or ""), await file.read()) for file in files]


def _in_json(body: bytes) -> list[Upload]:
    try:
        told = json.loads(body)
        files = [(one.get("name", ""), one["content"]) for one in told["files"]]
        return [Upload(bare_name(name), _decoded(content)) for name, content in files]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            "The JSON of the request holds no files.", f"It looks like this: {json.dumps(_EXAMPLE)}."
        ) from None


def _decoded(content: str) -> bytes:
    """Base64, with or without the `data:` that browsers put before it."""
    if content.startswith("data:"):
        content = content.partition(",")[2]
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def bare_name(told: Any) -> str:
    """A file's name without folders and control characters, as it may be stored and shown."""
    name = PurePosixPath(str(told).replace("\\", "/")).name
    name = "".join(letter for letter in name if letter.isprintable())[-_LONGEST_NAME:]
    return name.encode("utf-8", "replace").decode("utf-8") or _UNNAMED
