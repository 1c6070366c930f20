"""Runs the migrations on the database that the settings name. Alembic executes this file; nothing imports it."""

import asyncio

from alembic import context
from sqlalchemy import NullPool
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from server.settings import Settings
from server.tables import metadata


def migrate(connection: Connection) -> None:
    """Run what is asked for; SQLite changes a table by copying it (batch)."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    """Connect and migrate. Not by the stores' engine: its foreign keys would empty a table's children in a batch."""
    engine = create_async_engine(Settings.from_environment().database_url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
        await connection.commit()
    await engine.dispose()


if context.is_offline_mode():
    raise SystemExit("error: migrations run on a database; --sql is not supported")
asyncio.run(main())
