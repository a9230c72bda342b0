"""Licenses and their steps, work in the HMIS, leavers, proposed suspensions, seats, clocks."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.licenses.rules import (
    ClockName,
    LeaverClock,
    LicenseState,
    Move,
    ProposalState,
    Reason,
    WorkKind,
)
from portal.people.models import Organization, Person
from portal.policy import Scope

_IS_OPEN = text("state IN ('requested', 'approved', 'active', 'suspended')")
_IS_TO_DO = text("done_at IS NULL AND dropped_at IS NULL")
_WAITS = text("state = 'waiting'")


class License(Base):
    """One person's right to log in to the HMIS for one agency."""

    __tablename__ = "license"
    __table_args__ = (
        Index(
            "uq_license_open",
            "person_id",
            "agency_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_license_agency_id_state", "agency_id", "state"),
        Index("ix_license_state_moved_at", "state", "moved_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    coc_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    """In which CoC it takes a seat."""
    state: Mapped[LicenseState]
    moved_at: Mapped[datetime]
    """Since when it is in this state."""
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    login_id: Mapped[str] = mapped_column(String(80), default="")
    """The login in the vendor's HMIS."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    agency: Mapped[Organization] = relationship(foreign_keys=[agency_id])
    steps: Mapped[list["LicenseStep"]] = relationship(back_populates="license", order_by="LicenseStep.id")
    work: Mapped[list["WorkItem"]] = relationship(back_populates="license", order_by="WorkItem.id")

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), organizations=frozenset({self.agency_id}))

    @property
    def open_work(self) -> "WorkItem | None":
        return next((item for item in self.work if item.is_open), None)


class LicenseStep(Base):
    """Who moved a license, when and why. Rows are only ever added; typed words stand in a note beside."""

    __tablename__ = "license_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    license_id: Mapped[int] = mapped_column(ForeignKey("license.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    move: Mapped[Move]
    state: Mapped[LicenseState]
    """Where it led."""
    reason: Mapped[Reason]

    license: Mapped[License] = relationship(back_populates="steps")
    note: Mapped["StepNote | None"] = relationship(back_populates="step")


class StepNote(Base):
    """What somebody wrote on a step; can be emptied."""

    __tablename__ = "license_step_note"

    step_id: Mapped[int] = mapped_column(ForeignKey("license_step.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(1000))

    step: Mapped[LicenseStep] = relationship(back_populates="note")


class Leaver(Base):
    """Somebody's access at an agency was ended: when the person left, when we were told, when it was done."""

    __tablename__ = "leaver"
    __table_args__ = (
        Index("ix_leaver_told_at_id", "told_at", "id"),
        CheckConstraint("told_at >= left_at", name="told_after_left"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    left_at: Mapped[datetime]
    told_at: Mapped[datetime]
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When the last access was confirmed as ended in the HMIS."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    agency: Mapped[Organization] = relationship(foreign_keys=[agency_id])

    @property
    def clock(self) -> LeaverClock:
        return LeaverClock(self.left_at, self.told_at, self.due_at, self.ended_at)

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), organizations=frozenset({self.agency_id}))


class WorkItem(Base):
    """Something to do in the vendor's HMIS, then to confirm. A later move drops what was not done yet."""

    __tablename__ = "work_item"
    __table_args__ = (
        Index("uq_work_item_open", "license_id", unique=True, sqlite_where=_IS_TO_DO, postgresql_where=_IS_TO_DO),
        Index("ix_work_item_due_at_id", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    license_id: Mapped[int] = mapped_column(ForeignKey("license.id"), index=True)
    leaver_id: Mapped[int | None] = mapped_column(ForeignKey("leaver.id"), index=True)
    kind: Mapped[WorkKind]
    starts_at: Mapped[datetime]
    """From when the clock runs: the move, or the moment a leaver left."""
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    dropped_at: Mapped[datetime | None]
    half_told_at: Mapped[datetime | None]
    late_told_at: Mapped[datetime | None]

    license: Mapped[License] = relationship(back_populates="work")
    leaver: Mapped[Leaver | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    @property
    def scope(self) -> Scope:
        return self.license.scope


class Suspension(Base):
    """A suspension for an overdue requirement: proposed by one person, approved by another."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index("uq_suspension_waiting", "license_id", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    license_id: Mapped[int] = mapped_column(ForeignKey("license.id"), index=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    due_on: Mapped[date | None]
    state: Mapped[ProposalState]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    license: Mapped[License] = relationship()


class Seats(Base):
    """How many seats an agency has bought in a CoC, from a day on. The latest row that has begun holds."""

    __tablename__ = "seats"
    __table_args__ = (
        Index("ix_seats_agency_id_coc_id_starts_on", "agency_id", "coc_id", "starts_on"),
        CheckConstraint("number >= 0", name="number_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    coc_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    starts_on: Mapped[date]
    number: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    agency: Mapped[Organization] = relationship(foreign_keys=[agency_id])
    coc: Mapped[Organization] = relationship(foreign_keys=[coc_id])


class ClockSetting(Base):
    """Hours of the wall clock that the community has chosen in place of the default."""

    __tablename__ = "license_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[ClockName] = mapped_column(unique=True)
    hours: Mapped[int]
