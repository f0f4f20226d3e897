"""Keys to the server: hash, role, and until when. A key itself is never kept."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from penscript.notes.tables import now, tokens
from penscript.notes.values import Token


def save(connection: Connection, hash: str, role: str, name: str, expires_at: datetime | None) -> None:
    """Let it in, or let it in again with this role."""
    connection.execute(sa.delete(tokens).where(tokens.c.hash == hash))
    values = {"hash": hash, "role": role, "name": name, "created_at": now(), "expires_at": expires_at}
    connection.execute(sa.insert(tokens).values(**values))


def valid(connection: Connection, hash: str | None = None) -> list[Token]:
    """Those that are let in now, or the one with this hash if it is."""
    let_in = tokens.c.revoked_at.is_(None) & (tokens.c.expires_at.is_(None) | (tokens.c.expires_at > now()))
    if hash is not None:
        let_in &= tokens.c.hash == hash
    return [_token(row) for row in connection.execute(sa.select(tokens).where(let_in).order_by(tokens.c.created_at))]


def revoke(connection: Connection, hash: str) -> None:
    """Let it in no more."""
    connection.execute(sa.update(tokens).where(tokens.c.hash == hash).values(revoked_at=now()))


def _token(row: Row[Any]) -> Token:
    return Token(row.hash, row.role, row.name, row.created_at, row.expires_at)
