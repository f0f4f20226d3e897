"""The queues of review and of the server, its tokens, and which packs were trained on which lines."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _review()
    _jobs()


def _review() -> None:
    op.create_table(
        "review",
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("priority", sa.Float, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_until", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.ForeignKeyConstraint(["line"], ["lines.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("line"),
    )
    op.create_index("ix_review_waiting", "review", ["done_at", "priority"])
    op.create_table(
        "training_uses",
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("pack", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["line"], ["lines.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("line", "pack"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("claimed_until", MOMENT),
        sa.Column("progress", sa.JSON, nullable=False),
        sa.Column("result", sa.JSON),
        sa.Column("error", sa.JSON),
        sa.Column("document", sa.Integer),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_jobs_document", "jobs", ["document"])
    op.create_index("ix_jobs_waiting", "jobs", ["status", "created_at"])
    op.create_table(
        "job_files",
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "position"),
    )
    op.create_index("ix_job_files_sha256", "job_files", ["sha256"])
    op.create_table(
        "tokens",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.PrimaryKeyConstraint("hash"),
    )
