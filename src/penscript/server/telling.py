"""Values of the store -> what JSON knows."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from penscript.document import LineStatus, Word
from penscript.notes.values import Change, Hit, Job, JobStatus, StoredDocument, StoredField, StoredLine, StoredPage
from penscript.options import AcceptPolicy
from penscript.server.pictures import View, view_of, whole

_SURE = 0.9
"""A word is marked where its confidence is below this share of the line's surest word."""


def job(told: Job) -> dict[str, Any]:
    """A job as its client sees it."""
    result = told.result or {}
    return {
        "id": told.id,
        "name": told.payload.get("name", ""),
        "status": told.status.value,
        "done": told.progress.get("done", 0),
        "pages": told.progress.get("pages"),
        "document": told.document if told.status is JobStatus.DONE else None,
        "known": bool(result.get("known", False)),
        "error": None
        if told.error is None
        else {key: told.error.get(key, "") for key in ("kind", "message", "advice")},
    }


def document(told: StoredDocument) -> dict[str, Any]:
    """A document without its lines."""
    return {
        "id": told.id,
        "source": told.source,
        "added_at": told.added_at,
        "pages": told.pages,
        "lines": told.lines,
        "tags": list(told.tags),
        "has_picture": told.has_picture,
    }


def page(told: StoredPage, policy: AcceptPolicy) -> dict[str, Any]:
    """A page with its lines."""
    return {
        "document": told.document,
        "number": told.number,
        "width": told.width,
        "height": told.height,
        "rotation": told.rotation,
        "status": told.status.value,
        "error": told.error,
        "lines": [line(one, policy) | {"place": whole(told).place(one.bounds)} for one in told.lines],
    }


def line(told: StoredLine, policy: AcceptPolicy, view: View | None = None) -> dict[str, Any]:
    """A line. view: that of the picture in which the words' places are wanted."""
    return {
        "id": told.id,
        "document": told.document,
        "page": told.page,
        "text": told.text,
        "read_text": told.read_text,
        "confidence": told.confidence,
        "status": told.status.value,
        "doubtful": told.label is None and is_doubtful(told, policy),
        "label": told.label.value if told.label else None,
        "corrected_by": told.corrected_by,
        "kind": told.kind.value,
        "pack": told.pack,
        "bounds": asdict(told.bounds),
        "polygon": [list(point) for point in told.polygon],
        "words": _words(told.words, view),
    }


def is_doubtful(told: StoredLine, policy: AcceptPolicy) -> bool:
    """Whether the reading alone is not to be trusted."""
    return told.status is not LineStatus.READ or told.confidence < policy.threshold_of(told.pack)


def _words(words: Sequence[Word], view: View | None) -> list[dict[str, Any]]:
    least = min((word.confidence for word in words), default=0.0)
    most = max((word.confidence for word in words), default=0.0)
    told = []
    for word in words:
        doubtful = bool(word.alternatives) or word.confidence < _SURE * most or word.confidence == least < most
        one = {"text": word.text, "confidence": word.confidence, "alternatives": list(word.alternatives)}
        told.append(one | {"doubtful": doubtful} | ({"place": view.place(word.bounds)} if view else {}))
    return told


def field(told: StoredField) -> dict[str, Any]:
    """A field of a document."""
    return {"name": told.name, "value": told.value, "confidence": told.confidence, "lines": list(told.lines)}


def hit(told: Hit, policy: AcceptPolicy) -> dict[str, Any]:
    """A line that was found."""
    spans = [list(span) for span in told.spans]
    return {"line": line(told.line, policy), "score": told.score, "spans": spans, "source": told.source}


def change(told: Change) -> dict[str, Any]:
    """What somebody did."""
    label = told.label.value if told.label else None
    return {
        "line": told.line,
        "text": told.text,
        "previous": told.previous,
        "label": label,
        "by": told.by,
        "at": told.at,
    }


def item(told: StoredLine, of: StoredPage, source: str, policy: AcceptPolicy) -> dict[str, Any]:
    """A line to look at, with the places of its words in its picture."""
    view = view_of(told, of)
    return {
        "line": line(told, policy, view),
        "source": source,
        "picture": f"/v1/lines/{told.id}/picture",
        "frame": view.place(told.bounds),
    }
