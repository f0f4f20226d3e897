"""The queue of lines that wait for a person. A claim keeps others away until it is over or answered."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.errors import UsageError
from penscript.notes import rows
from penscript.notes.tables import lines, now, review
from penscript.notes.values import Progress, ReviewItem

_QUEUE = rows.LINES.add_columns(
    *(review.c[name] for name in ("probability", "reason", "priority", "claimed_by", "claimed_until", "done_at"))
).join(review, review.c.line == lines.c.id)
_ORDER = (review.c.priority.desc(), review.c.line)


def offer(connection: Connection, line: int, probability: float, reason: str, priority: float) -> None:
    """Into the queue; a line that is there already, answered or not, gets these values."""
    if not 0 < probability <= 1:
        raise UsageError(f"A probability of {probability:g}.", "Give a number above 0 and up to 1.")
    rows.one_line(connection, line)
    values = {"probability": probability, "reason": rows.plain(reason), "priority": priority}
    if connection.execute(sa.update(review).where(review.c.line == line).values(**values)).rowcount == 0:
        connection.execute(sa.insert(review).values(line=line, offered_at=now(), **values))


def claim(connection: Connection, reviewer: str, seconds: float, skip: Sequence[int]) -> ReviewItem | None:
    """The next line for this person: the one that they hold already comes first."""
    moment = now()
    free = review.c.claimed_by.is_(None) | (review.c.claimed_until < moment) | (review.c.claimed_by == reviewer)
    waiting = free & review.c.done_at.is_(None) & review.c.line.not_in(skip)
    held = sa.case((review.c.claimed_by == reviewer, 0), else_=1)
    query = sa.select(review.c.line).where(waiting).order_by(held, *_ORDER).limit(1)
    line = connection.scalar(query.with_for_update(skip_locked=True))
    if line is None:
        return None
    values = {"claimed_by": reviewer, "claimed_until": moment + timedelta(seconds=seconds)}
    connection.execute(sa.update(review).where(review.c.line == line).values(**values))
    return _item(connection.execute(_QUEUE.where(lines.c.id == line)).one())


def release(connection: Connection, line: int, reviewer: str) -> None:
    """Give a line back."""
    its = (review.c.line == line) & (review.c.claimed_by == reviewer)
    connection.execute(sa.update(review).where(its).values(claimed_by=None, claimed_until=None))


def withdraw(connection: Connection, line: int) -> None:
    """Out of the queue."""
    connection.execute(sa.delete(review).where(review.c.line == line))


def items(connection: Connection, limit: int) -> list[ReviewItem]:
    """All that was offered."""
    return [_item(row) for row in connection.execute(_QUEUE.order_by(*_ORDER).limit(limit))]


def progress(connection: Connection) -> Progress:
    """How many are done, claimed, waiting."""
    claimed = review.c.done_at.is_(None) & (review.c.claimed_until >= now())
    counted = sa.select(
        sa.func.count(), sa.func.count(review.c.done_at), sa.func.count(sa.case((claimed, 1), else_=None))
    )
    total, done, held = connection.execute(counted.select_from(review)).one()
    return Progress(done, held, total - done - held)


def _item(row: Row[Any]) -> ReviewItem:
    line = rows.stored_line(row)
    return ReviewItem(line, row.probability, row.reason, row.priority, row.claimed_by, row.claimed_until, row.done_at)
