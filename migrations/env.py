"""Alembic's entry: one transaction a step, foreign keys off while SQLite rebuilds a table, and checked afterwards."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from portal.db import Base, db

SEARCH_TABLES = "search_"


def include_object(thing: object, name: str | None, kind: str, *_: object) -> bool:
    """Full-text tables are made by portal.search, not by models."""
    return not (kind in ("table", "index") and name is not None and (name.startswith(SEARCH_TABLES) or "_search_" in name))


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=include_object,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = db.engine
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            migrate(connection)
        return
    with engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            migrate(connection)
            with connection.begin():
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            if broken:
                raise RuntimeError(f"{len(broken)} rows point at rows that are gone; restore the backup and report this.")
        finally:
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


if current_app:
    run()
