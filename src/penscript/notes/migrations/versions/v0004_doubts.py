"""How sure each indexed word is. The index is filled anew, since its rules have changed."""

from alembic import op

revision = "0004"
down_revision = "0003"

_SQLITE = """
DROP TABLE line_index;
CREATE VIRTUAL TABLE line_index USING fts5(
    text, alternatives, doubts UNINDEXED, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
INSERT INTO line_index (line_index, rank) VALUES ('rank', 'bm25(10.0, 2.0)')
"""
_POSTGRESQL = "ALTER TABLE line_index ADD COLUMN doubts TEXT NOT NULL DEFAULT ''"


def upgrade() -> None:
    """Empty the index; `penscript.notes.words` fills it."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (_SQLITE if sqlite else _POSTGRESQL).split(";"):
        op.execute(statement)
    op.execute("DELETE FROM vocabulary")
