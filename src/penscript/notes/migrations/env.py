"""Run by Alembic on the connection that `penscript.notes.schema` hands over; never from a command line."""

from alembic import context

from penscript.notes.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
