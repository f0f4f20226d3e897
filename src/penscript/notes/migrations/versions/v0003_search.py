"""The index of words. It is filled by `penscript.notes.index`, whenever its rules have changed."""

from alembic import op

revision = "0003"
down_revision = "0002"

_SQLITE = """
CREATE VIRTUAL TABLE line_index USING fts5(
    text, alternatives, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
INSERT INTO line_index (line_index, rank) VALUES ('rank', 'bm25(10.0, 2.0)');
CREATE TABLE vocabulary (id INTEGER PRIMARY KEY AUTOINCREMENT, word TEXT NOT NULL UNIQUE, uses INTEGER NOT NULL)
"""
_POSTGRESQL = """
CREATE TABLE line_index (
    line INTEGER PRIMARY KEY REFERENCES lines (id) ON DELETE CASCADE, text TEXT NOT NULL, alternatives TEXT NOT NULL,
    words TSVECTOR GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', text), 'A') || setweight(to_tsvector('simple', alternatives), 'B')) STORED);
CREATE INDEX ix_line_index_words ON line_index USING gin (words);
CREATE TABLE vocabulary (id BIGSERIAL PRIMARY KEY, word TEXT NOT NULL UNIQUE, uses INTEGER NOT NULL)
"""


def upgrade() -> None:
    """Make the index, empty."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (_SQLITE if sqlite else _POSTGRESQL).split(";"):
        op.execute(statement)
