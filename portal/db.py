"""The database: one session, one base class, the same promises on SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from flask import Flask
from flask_migrate import Migrate
from flask_migrate import upgrade as run_migrations
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, Executable, MetaData, Result, event, inspect, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    DeclarativeBase,
    ORMExecuteState,
    RelationshipDirection,
    Session,
    make_transient_to_detached,
    registry,
)
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from portal.settings import Settings, data_dir

Value = TypeVar("Value")
Entity = TypeVar("Entity", bound="Base")

READ_ONLY = {"readonly": True, "postgresql_readonly": True}
"""Execution options of a request that may only read: no write lock on SQLite, a read-only transaction on PostgreSQL."""

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "busy_timeout=15000",
    "cache_size=-2048",
    "temp_store=MEMORY",
)
"""A connection's own cache is 2 MiB: each thread of each process has one, and the system caches the file as well."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, never naive; stored as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _enum_values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime(),
            StrEnum: Enum(StrEnum, native_enum=False, create_constraint=False, length=40, values_callable=_enum_values),
        },
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate()


def init_app(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    if settings.database_url.startswith("sqlite"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": {"timeout": 15, "check_same_thread": False}}
    else:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": False, "pool_size": 10, "max_overflow": 10}
    db.init_app(app)
    migrate.init_app(app, db, directory=str(data_dir("migrations")), render_as_batch=True)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """SQLite only: SQLAlchemy issues BEGIN, and BEGIN IMMEDIATE for all that may write.

    pysqlite's default loses updates (reads run before any BEGIN); a deferred BEGIN fails when a reader turns writer.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    readonly = connection.get_execution_options().get("readonly")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def upgrade() -> None:
    """Run every migration this database has not seen. Running it again changes nothing but what its planner knows."""
    run_migrations(directory=str(data_dir("migrations")))
    learn()


def learn() -> None:
    """Tell SQLite's planner how many rows share a value; PostgreSQL sees to that by itself.

    Without it a count by queue and person walks all tickets of the queue instead of the few that are open.
    """
    if not is_sqlite():
        return
    with db.engine.begin() as connection:
        connection.execute(text(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}"))
        connection.execute(text("ANALYZE"))


ROWS_LOOKED_AT = 1000
"""Of each index: some hundredths of a second, whatever the size."""


def read_only() -> None:
    """Begin this request's transaction for reading alone."""
    db.session.connection(execution_options=READ_ONLY)


def plain_rows(statement: Executable, **values: Any) -> Result[*tuple[Any, ...]]:
    """Columns as they are, past the ORM, which looks at every row once more: for lists and choices, not for entities.

    What this session changed is seen, as by any query of it, unless it is inside `no_autoflush`.
    """
    session = db.session()
    if session.autoflush and (session.new or session.deleted or session.dirty):
        session.flush()
    return session.connection().execute(statement, values)


def put(row: Entity, **leads_to: Any) -> Entity:
    """Insert this row at once and without the ORM's look at all that hangs together, which takes longer than the rest.

    `leads_to` are its relationships: rows that have ids, or lists. Defaults of columns are read when asked for.
    """
    references = _references(type(row))
    for name in references.keys() & leads_to.keys():
        setattr(row, references[name], _id_of(leads_to[name]))
    row_id = _written(type(row), _facts(row))
    _keep(row, row_id, leads_to)
    return row


def put_if_new(row: Base) -> bool:
    """The same unless a unique constraint knows one like it already; False then.

    One statement, where looking, a savepoint and a flush are four.
    """
    row_id = _written(type(row), _facts(row), if_new=True)
    if row_id is not None:
        _keep(row, row_id, {})
    return row_id is not None


def put_facts(model: type[Base], *, if_new: bool = False, **facts: Any) -> None:
    """A row that nobody looks at in this transaction."""
    _written(model, facts, if_new)


def _written(model: type[Base], facts: Mapping[str, Any], if_new: bool = False) -> int | None:
    connection = db.session.connection()
    if connection.get_execution_options().get("readonly"):
        raise _wrote_while_reading()
    row_id: int | None = connection.execute(_insert(model, is_sqlite(), if_new), facts).scalar_one_or_none()
    return row_id


@cache
def _insert(model: Any, for_sqlite: bool, if_new: bool) -> Any:
    insert = (sqlite_insert if for_sqlite else postgresql_insert)(model.__table__)
    return (insert.on_conflict_do_nothing() if if_new else insert).returning(model.__table__.c.id)


@cache
def _references(model: Any) -> Mapping[str, str]:
    """Relationships to one row, and the column that keeps its id."""
    to_one = (one for one in inspect(model).relationships if one.direction is RelationshipDirection.MANYTOONE)
    return {one.key: local.name for one in to_one for local in one.local_columns}


def _facts(row: Any) -> dict[str, Any]:
    given = vars(row)
    return {column.name: given[column.name] for column in row.__table__.columns if column.name in given}


def _id_of(other: Any) -> int | None:
    if other is not None and other.id is None:
        db.session.flush()
    return other.id if other is not None else None


def _keep(row: Any, row_id: int | None, leads_to: Mapping[str, Any]) -> None:
    """In the session as if it had been read."""
    row.id = row_id
    make_transient_to_detached(row)
    db.session.add(row)
    lead_to(row, **leads_to)


def lead_to(row: Base, **others: Any) -> None:
    """Let its relationships hold these rows as if they had been read: nothing is to be written for it."""
    for name, other in others.items():
        set_committed_value(row, name, other)


@event.listens_for(Session, "before_flush")
def _refuse_writes_while_reading(session: Session, _context: Any, _instances: Any) -> None:
    if not session.in_transaction() or not (session.new or session.dirty or session.deleted):
        return
    if session.connection().get_execution_options().get("readonly") and any(
        session.is_modified(row) for row in (*session.new, *session.dirty)
    ):
        raise _wrote_while_reading()


def _wrote_while_reading() -> RuntimeError:
    return RuntimeError("A request that only reads tried to write; mark the view or move the write to a POST.")


_REMEMBERED = "portal_remembered"
_remembered_from: set[type[Base]] = set()


def remembered(key: Hashable, make: Callable[[], Value], *made_from: type[Base]) -> Value:
    """What `make` gives, asked once in a request or in a run of a job: plain values only, which no commit expires.

    Forgotten as soon as this session changes or drops a row of `made_from`. Another session's change is seen by the
    next request or run.
    """
    _remembered_from.update(made_from)
    known: dict[Hashable, Value] = db.session().info.setdefault(_REMEMBERED, {})
    if key not in known:
        known[key] = make()
    return known[key]


@event.listens_for(Session, "after_flush")
def _forget_changed(session: Session, _context: Any) -> None:
    if session.info.get(_REMEMBERED) and any(
        type(row) in _remembered_from for row in (*session.new, *session.dirty, *session.deleted)
    ):
        _forget(session)


@event.listens_for(Session, "do_orm_execute")
def _forget_bulk(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete or state.is_insert) and state.session.info.get(_REMEMBERED):
        _forget(state.session)


@event.listens_for(Session, "after_soft_rollback")
def _forget_dropped(session: Session, _previous: Any) -> None:
    _forget(session)


def _forget(session: Session) -> None:
    session.info.pop(_REMEMBERED, None)


APPEND_ONLY = (
    "audit_event",
    "community_start_set",
    "evidence",
    "last_login",
    "license_step",
    "login_report",
    "register_note",
    "waiver",
    "waiver_ending",
)
"""Tables whose rows the database itself refuses to change or delete."""

FROZEN_ONCE = {"requirement_version": "published_at"}
"""Tables whose rows the database refuses to change or delete once this column is filled."""


def protect(connection: Connection) -> None:
    """Put the triggers in place. Run after every migration: a rebuilt SQLite table loses them."""
    if connection.dialect.name != "sqlite":
        connection.execute(text(_POSTGRES_REFUSAL))
    present = set(inspect(connection).get_table_names())
    for table in sorted(present.intersection((*APPEND_ONLY, *FROZEN_ONCE))):
        for deed in ("UPDATE", "DELETE"):
            _refuse(connection, table, deed, FROZEN_ONCE.get(table))


def _refuse(connection: Connection, table: str, deed: str, once: str | None) -> None:
    sqlite = connection.dialect.name == "sqlite"
    name = f"{table}_refuses_{deed.lower()}"
    when = f"WHEN (OLD.{once} IS NOT NULL)" if once else ""
    does = f"{when} {_SQLITE_REFUSAL}"
    if not sqlite:
        each = "ROW" if once else "STATEMENT"
        does = f"FOR EACH {each} {when} EXECUTE FUNCTION refuse_change()"
    connection.execute(text(f"DROP TRIGGER IF EXISTS {name}" + ("" if sqlite else f" ON {table}")))
    connection.execute(text(f"CREATE TRIGGER {name} BEFORE {deed} ON {table} {does}"))


_SQLITE_REFUSAL = "BEGIN SELECT RAISE(ABORT, 'rows of this table are only ever added'); END"
_POSTGRES_REFUSAL = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of this table are only ever added'; END $$
"""


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
