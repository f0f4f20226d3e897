"""The tables, as the newest migration leaves them. What is found by words lies in `index.py`."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData()


class Moment(TypeDecorator[datetime]):
    """A time in UTC, on databases that know zones and on those that do not."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def to_json(value: object) -> str:
    """JSON as it is kept: letters as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _of(table: str, *, primary_key: bool = False, index: bool = False) -> sa.Column[int]:
    """The row of `table` that this one belongs to and goes with."""
    target = sa.ForeignKey(f"{table}s.id", ondelete="CASCADE")
    return sa.Column(table, sa.Integer, target, primary_key=primary_key, index=index, nullable=False)


def _need(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


_JSON = sa.JSON(none_as_null=True)

about = sa.Table("about", metadata, sa.Column("name", sa.Text, primary_key=True), _need("value", sa.Text()))

documents = sa.Table(
    "documents",
    metadata,
    _id(),
    _need("source", sa.Text()),
    sa.Column("sha256", sa.Text, unique=True),
    sa.Column("path", sa.Text),
    _need("added_at", Moment()),
    sqlite_autoincrement=True,
)

pictures = sa.Table("pictures", metadata, _of("document", primary_key=True), _need("data", sa.LargeBinary()))

pages = sa.Table(
    "pages",
    metadata,
    _id(),
    _of("document"),
    _need("number", sa.Integer()),
    _need("width", sa.Integer()),
    _need("height", sa.Integer()),
    sa.Column("dpi", sa.Float),
    _need("rotation", sa.Integer()),
    _need("status", sa.Text()),
    sa.Column("error", sa.Text),
    _need("warnings", _JSON),
    _need("barcodes", _JSON),
    sa.UniqueConstraint("document", "number"),
    sqlite_autoincrement=True,
)

lines = sa.Table(
    "lines",
    metadata,
    _id(),
    _of("page", index=True),
    _need("position", sa.Integer()),
    _need("text", sa.Text()),
    _need("kind", sa.Text()),
    _need("block", sa.Integer()),
    _need("x", sa.Integer()),
    _need("y", sa.Integer()),
    _need("width", sa.Integer()),
    _need("height", sa.Integer()),
    _need("polygon", _JSON),
    _need("moved", sa.Boolean()),
    sa.Column("label", sa.Text, index=True),
    sa.Column("labelled_by", sa.Text),
    sa.Column("labelled_at", Moment),
    sqlite_autoincrement=True,
)

readings = sa.Table(
    "readings",
    metadata,
    _id(),
    _of("line"),
    _need("newest", sa.Boolean()),
    _need("at", Moment()),
    _need("text", sa.Text()),
    _need("confidence", sa.Float()),
    _need("calibrated", sa.Boolean()),
    _need("raw_score", sa.Float()),
    _need("status", sa.Text()),
    _need("pack", sa.Text()),
    _need("words", _JSON),
    sa.Index("ix_readings_line", "line", "newest"),
    sqlite_autoincrement=True,
)

changes = sa.Table(
    "changes",
    metadata,
    _id(),
    _of("line", index=True),
    _need("text", sa.Text()),
    _need("previous", sa.Text()),
    sa.Column("label", sa.Text),
    sa.Column("previous_label", sa.Text),
    sa.Column("box", _JSON),
    sa.Column("previous_box", _JSON),
    sa.Column("undoes", sa.Integer),
    _need("undone", sa.Boolean()),
    sa.Column("by", sa.Text, nullable=False, index=True),
    _need("at", Moment()),
    sqlite_autoincrement=True,
)

tags = sa.Table(
    "tags", metadata, _of("document", primary_key=True), sa.Column("tag", sa.Text, primary_key=True, index=True)
)

fields = sa.Table(
    "fields",
    metadata,
    _of("document", primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, index=True),
    _need("value", sa.Text()),
    sa.Column("confidence", sa.Float),
    _need("lines", _JSON),
)

review = sa.Table(
    "review",
    metadata,
    _of("line", primary_key=True),
    _need("probability", sa.Float()),
    _need("reason", sa.Text()),
    _need("priority", sa.Float()),
    _need("offered_at", Moment()),
    sa.Column("claimed_by", sa.Text),
    sa.Column("claimed_until", Moment),
    sa.Column("done_at", Moment),
    sa.Index("ix_review_waiting", "done_at", "priority"),
)

training_uses = sa.Table(
    "training_uses",
    metadata,
    _of("line", primary_key=True),
    sa.Column("pack", sa.Text, primary_key=True),
    _need("at", Moment()),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    _need("kind", sa.Text()),
    _need("payload", _JSON),
    _need("status", sa.Text()),
    _need("created_at", Moment()),
    _need("attempts", sa.Integer()),
    sa.Column("worker", sa.Text),
    sa.Column("claimed_until", Moment),
    _need("progress", _JSON),
    sa.Column("result", _JSON),
    sa.Column("error", _JSON),
    sa.Column("document", sa.Integer, index=True),
    sa.Column("finished_at", Moment),
    sa.Index("ix_jobs_waiting", "status", "created_at"),
)

job_files = sa.Table(
    "job_files",
    metadata,
    sa.Column("job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    _need("name", sa.Text()),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    _need("data", sa.LargeBinary()),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    _need("role", sa.Text()),
    _need("name", sa.Text()),
    _need("created_at", Moment()),
    sa.Column("expires_at", Moment),
    sa.Column("revoked_at", Moment),
)
