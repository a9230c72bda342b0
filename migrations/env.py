"""Alembic's entry: one transaction a step, foreign keys off while SQLite rebuilds a table, and checked afterwards."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from portal.db import Base, UtcDateTime, db, protect

SEARCH_TABLES = "search_"


def include_object(_thing: object, name: str | None, kind: str, *_: object) -> bool:
    """Full-text tables are made by portal.search, not by models."""
    ours = name is None or not (name.startswith(SEARCH_TABLES) or "_search_" in name)
    return kind not in ("table", "index") or ours


def render_item(kind: str, thing: object, _context: object) -> str | bool:
    """Migrations stand alone: our own column types are written as what they are in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_object=include_object,
        render_item=render_item,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    protect(connection)
    if connection.in_transaction():
        connection.commit()


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
                raise RuntimeError(f"{len(broken)} rows point at rows that are gone; restore the backup.")
        finally:
            connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


if current_app:
    run()
