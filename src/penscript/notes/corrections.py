"""What people say of lines: corrected, confirmed, moved, and taken back. Nothing is overwritten; every change stays."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.document import Bounds
from penscript.errors import UsageError
from penscript.notes import rows
from penscript.notes.tables import changes, lines, now, review, training_uses
from penscript.notes.values import Change, ConflictError, Label
from penscript.notes.words import WordIndex


def correct(connection: Connection, index: WordIndex, line: int, text: str, *, by: str, was: str | None) -> Change:
    """The line reads `text`, one row of it."""
    row = _unchanged(connection, line, was)
    return _label(connection, index, row, _one_row(text), Label.CORRECTED, by=by)


def confirm(connection: Connection, index: WordIndex, line: int, by: str, was: str | None) -> Change:
    """The line is right as it stands. One that was corrected stays a corrected one."""
    row = _unchanged(connection, line, was)
    return _label(connection, index, row, row.text, Label(row.label or Label.CONFIRMED), by=by)


def move(connection: Connection, line: int, bounds: Bounds, by: str) -> Change:
    """The line stands there. Its outline is that box."""
    if bounds.width < 1 or bounds.height < 1:
        raise UsageError("The box of a line is empty.", "Give it a width and a height.")
    row = rows.one_line(connection, line, lock=True)
    before = {"box": list(_box(rows.bounds_of(row))), "polygon": row.polygon, "moved": row.moved}
    _put_box(connection, line, bounds, moved=True)
    change = {"label": row.label, "previous_label": row.label, "previous_box": before, "box": list(_box(bounds))}
    return _keep(connection, row, row.text, change, by)


def undo(connection: Connection, index: WordIndex, by: str) -> Change | None:
    """Take back this person's latest change; ConflictError where somebody changed the line since."""
    its = (changes.c.by == by) & ~changes.c.undone & changes.c.undoes.is_(None)
    last = connection.execute(sa.select(changes).where(its).order_by(changes.c.id.desc()).limit(1)).first()
    if last is None:
        return None
    row = rows.one_line(connection, last.line, lock=True)
    later = (changes.c.line == last.line) & (changes.c.id > last.id) & ~changes.c.undone & changes.c.undoes.is_(None)
    if connection.scalar(sa.select(changes.c.id).where(later).limit(1)) is not None:
        raise ConflictError(last.line, last.text, row.text)
    connection.execute(sa.update(changes).where(changes.c.id == last.id).values(undone=True))
    return _take_back(connection, index, row, last, by)


def history(connection: Connection, line: int) -> list[Change]:
    """Every change of a line, the newest first."""
    rows.one_line(connection, line)
    found = connection.execute(sa.select(changes).where(changes.c.line == line).order_by(changes.c.id.desc()))
    return [_change(row) for row in found]


def record_training(connection: Connection, pack: str, used: Sequence[int]) -> None:
    """Remember what a pack learned from."""
    there = set(connection.scalars(sa.select(training_uses.c.line).where(training_uses.c.pack == pack)))
    new = [{"line": line, "pack": pack, "at": now()} for line in dict.fromkeys(used) if line not in there]
    if new:
        connection.execute(sa.insert(training_uses), new)


def _take_back(connection: Connection, index: WordIndex, row: Row[Any], last: Row[Any], by: str) -> Change:
    """Without a label a line reads what the newest reading says, which may have come since."""
    if last.previous_box:
        box, before = last.previous_box["box"], last.previous_box
        _put_box(connection, row.id, Bounds(*box), moved=before["moved"], polygon=before["polygon"])
        return _keep(connection, row, row.text, {"label": row.label, "box": box, "undoes": last.id}, by)
    text = last.previous if last.previous_label else row.read_text
    answered = _before(connection, last)
    values = {"text": text, "label": last.previous_label}
    values |= {"labelled_by": answered and answered.by, "labelled_at": answered and answered.at}
    connection.execute(sa.update(lines).where(lines.c.id == row.id).values(**values))
    if last.previous_label is None:
        connection.execute(sa.update(review).where(review.c.line == row.id).values(done_at=None))
    _reindex(connection, index, row.id)
    return _keep(connection, row, text, {"label": last.previous_label, "undoes": last.id}, by)


def _before(connection: Connection, last: Row[Any]) -> Row[Any] | None:
    """The change by which the line had its previous label."""
    if last.previous_label is None:
        return None
    its = (changes.c.line == last.line) & (changes.c.id < last.id) & ~changes.c.undone & changes.c.undoes.is_(None)
    its &= changes.c.box.is_(None)
    return connection.execute(sa.select(changes).where(its).order_by(changes.c.id.desc()).limit(1)).first()


def _unchanged(connection: Connection, line: int, was: str | None) -> Row[Any]:
    row = rows.one_line(connection, line, lock=True)
    if was is not None and was != row.text:
        raise ConflictError(line, was, row.text)
    return row


def _label(connection: Connection, index: WordIndex, row: Row[Any], text: str, label: Label, *, by: str) -> Change:
    moment = now()
    values = {"text": text, "label": label.value, "labelled_by": by, "labelled_at": moment}
    connection.execute(sa.update(lines).where(lines.c.id == row.id).values(**values))
    waiting = (review.c.line == row.id) & review.c.done_at.is_(None)
    connection.execute(sa.update(review).where(waiting).values(done_at=moment, claimed_by=None, claimed_until=None))
    _reindex(connection, index, row.id)
    return _keep(connection, row, text, {"label": label.value, "previous_label": row.label, "at": moment}, by)


def _keep(connection: Connection, row: Row[Any], text: str, columns: dict[str, Any], by: str) -> Change:
    told = {"line": row.id, "text": text, "previous": row.text, "undone": False, "by": by, "at": now(), **columns}
    made = connection.execute(sa.insert(changes).values(**told)).inserted_primary_key
    assert made is not None
    return _change(connection.execute(sa.select(changes).where(changes.c.id == made[0])).one())


def _change(row: Row[Any]) -> Change:
    label = Label(row.label) if row.label else None
    box = Bounds(*row.box) if row.box else None
    return Change(row.id, row.line, row.text, row.previous, label, row.by, row.at, box)


def _reindex(connection: Connection, index: WordIndex, line: int) -> None:
    index.put(connection, [rows.one_line(connection, line)])


def _put_box(
    connection: Connection, line: int, box: Bounds, *, moved: bool, polygon: Sequence[Sequence[float]] | None = None
) -> None:
    corners = [[box.x, box.y], [box.right, box.y], [box.right, box.bottom], [box.x, box.bottom]]
    x, y, width, height = _box(box)
    values = {"x": x, "y": y, "width": width, "height": height, "polygon": polygon or corners, "moved": moved}
    connection.execute(sa.update(lines).where(lines.c.id == line).values(**values))


def _box(bounds: Bounds) -> tuple[int, int, int, int]:
    return bounds.x, bounds.y, bounds.width, bounds.height


def _one_row(text: str) -> str:
    """NFC, without breaks and control characters."""
    spaced = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    if any("\ud800" <= one <= "\udfff" for one in spaced):
        raise UsageError("The text holds what is no character.", "Type it again.")
    return unicodedata.normalize("NFC", spaced).strip()
