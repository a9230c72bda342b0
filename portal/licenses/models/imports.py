"""Lists that come in as files: staff, seats, last logins; and what each of their rows would change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files import KeptFile
from portal.licenses.rules import Decision, ListKind, ListState, Outcome
from portal.people.models import Organization, Person
from portal.policy import Scope


class LoadedList(Base):
    """A file of one kind: its columns are named, its rows are read, a person confirms, its rows are carried out."""

    __tablename__ = "loaded_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ListKind]
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    columns: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Which column of the file holds what, by heading."""
    is_complete: Mapped[bool] = mapped_column(default=False)
    """Whoever works at an agency of the file and is missing from it is proposed as a leaver."""
    report_on: Mapped[date | None]
    """The day of a last-login report; the day from which seats count where a row says none."""
    state: Mapped[ListState] = mapped_column(default=ListState.DRAFT)
    why_failed: Mapped[str] = mapped_column(String(500), default="")
    run_id: Mapped[int | None] = mapped_column(index=True)
    """The reading, then the carrying out."""
    loaded_at: Mapped[datetime]
    loaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    file: Mapped[KeptFile] = relationship()
    loaded_by: Mapped[Person] = relationship(foreign_keys=[loaded_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def scope(self) -> Scope:
        return Scope()


class ListRow(Base):
    """One row of the file, or one leaver that the file does not name, and what it would change."""

    __tablename__ = "list_row"
    __table_args__ = (Index("ix_list_row_list_id_outcome_id", "list_id", "outcome", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("loaded_list.id"))
    row: Mapped[int | None]
    """Its number in the file; None for a leaver."""
    outcome: Mapped[Outcome]
    name: Mapped[str] = mapped_column(String(250))
    """Whom or what it is about, as the file says; can be emptied, as can `facts`."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    deeds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What it would change, in words."""
    why: Mapped[str] = mapped_column(String(500), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    decision: Mapped[Decision | None]
    done_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship()
    agency: Mapped[Organization | None] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope()
