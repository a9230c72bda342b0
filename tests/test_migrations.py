"""The steps of the database, up and down, empty and filled, on both engines."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade
from flask_migrate import upgrade as upgrade_to
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from portal import db as database
from portal.audit import AuditEvent
from portal.db import APPEND_ONLY, FROZEN_ONCE, db
from portal.files import Upload
from portal.people import actions as people
from portal.people.models import Project
from portal.people.rules import Descriptor
from portal.settings import data_dir
from portal.tickets import actions
from portal.tickets.actions import Draft
from tests.tickets.conftest import Desk, desk

__all__ = ["desk"]

FOLDER = str(data_dir("migrations"))
TRIGGERS = {f"{table}_refuses_{deed}" for table in (*APPEND_ONLY, *FROZEN_ONCE) for deed in ("update", "delete")}
PARTIAL_INDEXES = {
    "license": {"uq_license_open"},
    "register_version": {"uq_register_version_open"},
    "suspension": {"uq_suspension_waiting"},
    "ticket": {"ix_ticket_open", "ix_ticket_open_agency", "ix_ticket_open_assignee", "ix_ticket_open_queue"},
    "work_item": {"uq_work_item_open"},
}
SEARCHED = "ticket"


def steps() -> list[str]:
    """Revisions from the first to the last."""
    return [step.revision for step in ScriptDirectory(FOLDER).walk_revisions()][::-1]


def tables(connection: Connection) -> set[str]:
    """Ours: neither Alembic's nor those that full text keeps."""
    names = inspect(connection).get_table_names()
    return {name for name in names if name != "alembic_version" and not name.startswith(("search_", "sqlite_"))}


def triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        return set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
    return set(connection.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")))


def partial_indexes(connection: Connection) -> dict[str, set[str]]:
    if connection.dialect.name == "sqlite":
        rows = text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'index' AND upper(sql) LIKE '% WHERE %'")
    else:
        rows = text(
            "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
        )
    found: dict[str, set[str]] = {}
    for table, name in connection.execute(rows):
        found.setdefault(table, set()).add(name)
    return found


def shape(connection: Connection) -> dict[str, Any]:
    """All that a table promises: columns, keys, checks, indexes."""
    look = inspect(connection)
    return {
        name: {
            "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in look.get_columns(name)},
            "primary": sorted(look.get_pk_constraint(name)["constrained_columns"]),
            "foreign": sorted((one["name"], one["referred_table"]) for one in look.get_foreign_keys(name)),
            "unique": sorted(str(one["name"]) for one in look.get_unique_constraints(name)),
            "checks": sorted(str(one["name"]) for one in look.get_check_constraints(name)),
            "indexes": {one["name"]: (one["column_names"], bool(one["unique"])) for one in look.get_indexes(name)},
        }
        for name in sorted(tables(connection))
    }


def counts(connection: Connection) -> dict[str, int]:
    return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in sorted(tables(connection))}


@pytest.fixture
def look(app: Flask) -> Callable[..., Any]:
    """Ask something of the database as it is now, on a connection that is closed again at once."""

    def asked(question: Callable[[Connection], Any]) -> Any:
        db.session.commit()
        db.session.remove()
        with db.engine.connect() as connection:
            return question(connection)

    return asked


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A desk with a row in most tables."""
    ticket = desk.file(draft=Draft("SSN 219-09-9999 cannot be saved.", uploads=[Upload("steps.txt", b"First.")]))
    actions.add_participant(desk.act(desk.staff), ticket, desk.agency_admin)
    actions.answer(desk.act(desk.staff), ticket, desk.staff, Draft("Try it again."), then=actions.Then.WAIT)
    actions.resolve_ticket(desk.act(desk.staff), desk.file())
    project = db.session.scalars(select(Project).order_by(Project.id)).first()
    people.put_descriptor(desk.act(desk.staff), project, Descriptor.PARTICIPATION, type=1, starts_on=date(2025, 1, 1))
    db.session.commit()
    return desk


def test_the_migrations_stand_in_one_line_from_the_first_to_the_last() -> None:
    folder = ScriptDirectory(FOLDER)

    assert (len(folder.get_bases()), len(folder.get_heads())) == (1, 1)
    assert [step.branch_labels for step in folder.walk_revisions() if step.is_merge_point or step.is_branch_point] == []


def test_every_step_leads_up_and_down_again(app: Flask, look: Callable[..., Any]) -> None:
    whole = look(shape)

    for step in (*steps()[-2::-1], "base"):
        downgrade(FOLDER, step)
    nothing = look(tables)
    for step in steps():
        upgrade_to(FOLDER, step)

    assert nothing == set()
    assert look(shape) == whole


def test_migrating_makes_what_the_models_make(app: Flask, look: Callable[..., Any]) -> None:
    migrated = look(shape)

    downgrade(FOLDER, "base")
    db.create_all()

    assert migrated == look(shape)


def test_a_filled_database_keeps_every_row_trigger_and_index_through_each_step(
    app: Flask, filled: Desk, look: Callable[..., Any], longer_road: str
) -> None:
    """On the road of all steps and one more, which rebuilds a table that others point at and one that has triggers."""
    before, whole = look(counts), look(shape)

    upgrade_to(longer_road, "head")
    there = look(counts), look(triggers), look(partial_indexes), look(broken_references)
    downgrade(longer_road, steps()[-1])
    back = look(counts), look(triggers), look(partial_indexes), look(broken_references)

    assert {name for name, number in before.items() if number} == FILLED
    assert there == (before, TRIGGERS, PARTIAL_INDEXES, [])
    assert back == (before, TRIGGERS, PARTIAL_INDEXES, [])
    assert look(shape) == whole


REBUILD = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "rebuild", "{last}"
TABLES = ("ticket", "person", "audit_event")
def rebuilt():
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"
def upgrade():
    for table in TABLES:
        with op.batch_alter_table(table, recreate=rebuilt()) as batch:
            batch.add_column(sa.Column("remark", sa.String(10), nullable=True))
def downgrade():
    for table in TABLES:
        with op.batch_alter_table(table, recreate=rebuilt()) as batch:
            batch.drop_column("remark")
"""


@pytest.fixture
def longer_road(tmp_path: Path) -> str:
    """The folder of migrations with one more step at its end."""
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "rebuild.py").write_text(REBUILD.format(last=steps()[-1]))
    return str(folder)


FILLED = {
    "attachment",
    "audit_event",
    "category",
    "kept_file",
    "letter",
    "mail_reference",
    "membership",
    "message",
    "organization",
    "participant",
    "pause",
    "person",
    "project",
    "project_participation",
    "queue",
    "queue_member",
    "register_version",
    "role_grant",
    "sealed_original",
    "ticket",
}
"""Tables in which the desk of these tests has rows; let it have rows in the tables of a new package too."""


def broken_references(connection: Connection) -> list[Any]:
    """Rows that point at rows that are gone. PostgreSQL never has any: it does not switch its checks off."""
    return list(connection.execute(text("PRAGMA foreign_key_check"))) if connection.dialect.name == "sqlite" else []


@pytest.mark.parametrize("deed", ["UPDATE audit_event SET name = 'other'", "DELETE FROM audit_event"])
def test_the_record_cannot_be_changed_after_any_number_of_upgrades(app: Flask, filled: Desk, deed: str) -> None:
    database.upgrade()
    database.upgrade()
    number = db.session.scalar(select(func.count()).select_from(AuditEvent))

    with pytest.raises(DBAPIError, match="only ever added"):
        db.session.execute(text(deed))
    db.session.rollback()

    assert number
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == number


def test_an_insert_or_replace_does_not_slip_past_the_record(app: Flask, filled: Desk, engine: str) -> None:
    """SQLite alone has this door; recursive triggers close it."""
    if engine == "sqlite":
        with pytest.raises(DBAPIError, match="only ever added"):
            db.session.execute(text("INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event LIMIT 1"))


def test_full_text_is_found_again_after_an_upgrade(app: Flask, filled: Desk) -> None:
    database.upgrade()

    assert db.session.scalar(text(f"SELECT count(*) FROM search_{SEARCHED}")) == 2
