"""Loaded exports, what they propose, the users of the HMIS, and months as counts. No row is about a client."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files import KeptFile
from portal.hmis_csv.rules.loading import ChangeKind, ExportState
from portal.hmis_csv.rules.months import Reason, Verdict
from portal.hmis_csv.rules.problems import Severity
from portal.people.models import Person
from portal.policy import Scope


class HmisExport(Base):
    """One HMIS CSV export that somebody loaded, without its clients."""

    __tablename__ = "hmis_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    """Bytes of the slim copy."""
    state: Mapped[ExportState] = mapped_column(index=True)
    loaded_at: Mapped[datetime]
    loaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    run_id: Mapped[int | None] = mapped_column(index=True)
    why: Mapped[str] = mapped_column(String(500), default="")
    """Why it was refused."""

    year: Mapped[int | None]
    software: Mapped[str] = mapped_column(String(100), default="")
    source_name: Mapped[str] = mapped_column(String(50), default="")
    written_on: Mapped[date | None] = mapped_column(index=True)
    """The day of ExportDate."""
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    directive: Mapped[int | None]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    lags: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    roster_id: Mapped[int | None] = mapped_column(ForeignKey("kept_file.id"))
    """The roster's rows, sealed, until they were applied or discarded."""
    base: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of what the register held when the changes were proposed."""
    totals: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """By file: how many rows are new, changed, retired, waiting, and how many the register knows."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    roster: Mapped[KeptFile | None] = relationship()
    loaded_by: Mapped[Person] = relationship(foreign_keys=[loaded_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    parts: Mapped[list["ExportPart"]] = relationship(back_populates="export", order_by="ExportPart.id")

    @property
    def scope(self) -> Scope:
        return Scope()


class ExportPart(Base):
    """A piece of the slim copy, sealed until it was read and then purged."""

    __tablename__ = "hmis_export_part"

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("hmis_export.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"), unique=True)

    export: Mapped[HmisExport] = relationship(back_populates="parts")
    file: Mapped[KeptFile] = relationship()


class ExportProblem(Base):
    """What is wrong with an export. No message quotes a cell."""

    __tablename__ = "hmis_export_problem"
    __table_args__ = (Index("ix_hmis_export_problem_export_id", "export_id", "severity", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("hmis_export.id"))
    file: Mapped[str] = mapped_column(String(60))
    row: Mapped[int | None]
    column: Mapped[str | None] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(500))
    severity: Mapped[Severity]


class ProposedChange(Base):
    """What one row of an export would change in the register."""

    __tablename__ = "hmis_proposed_change"
    __table_args__ = (Index("ix_hmis_proposed_change_export_id", "export_id", "agency", "project", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("hmis_export.id"))
    file: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[ChangeKind]
    agency: Mapped[str] = mapped_column(String(200), default="")
    """Names, as the export or the register has them."""
    project: Mapped[str] = mapped_column(String(200), default="")
    fields: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Column, before and after, in the format's own writing."""
    reason: Mapped[str] = mapped_column(String(300), default="")
    same_as_id: Mapped[int | None]
    """An agency or project of the register with the same name and without a key: perhaps this one."""

    export: Mapped[HmisExport] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope()


class HmisUser(Base):
    """A user of the HMIS as the last export tells, and which person that is, once somebody has said so."""

    __tablename__ = "hmis_user"
    __table_args__ = (Index("ix_hmis_user_last_name", "last_name", "first_name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """UserID in the HMIS."""
    first_name: Mapped[str] = mapped_column(String(50), default="")
    last_name: Mapped[str] = mapped_column(String(50), default="")
    email: Mapped[str] = mapped_column(String(320), default="", index=True)
    """Lower case."""
    ended_on: Mapped[date | None]
    """Since when the HMIS no longer has the user."""
    is_set_aside: Mapped[bool] = mapped_column(default=False)
    """The software's own: no person."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[datetime | None]
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def scope(self) -> Scope:
        return Scope()


class ProjectMonth(Base):
    """What was keyed for one project in one month, as counts, and what that says."""

    __tablename__ = "hmis_project_month"
    __table_args__ = (UniqueConstraint("export_id", "project_key", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("hmis_export.id"))
    agency_key: Mapped[str] = mapped_column(String(32), index=True)
    project_key: Mapped[str] = mapped_column(String(32))
    project_name: Mapped[str] = mapped_column(String(200))
    project_type: Mapped[int | None]
    month: Mapped[date]
    """Its first day."""
    is_expected: Mapped[bool]
    verdict: Mapped[Verdict]
    reason: Mapped[Reason | None]
    entries: Mapped[int]
    exits: Mapped[int]
    bed_nights: Mapped[int]
    contacts: Mapped[int]
    updates: Mapped[int]
    busiest_day: Mapped[int]
    """Records keyed on the month's busiest day; which day that was is not kept."""
    on_time: Mapped[float | None]
    """Share of the entries that were keyed within the local standard."""


class ImportSetting(Base):
    """What the community has chosen in place of the default."""

    __tablename__ = "hmis_import_setting"
    __table_args__ = (CheckConstraint("most_change BETWEEN 0 AND 100", name="percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    most_change: Mapped[int]
    """Percent."""
