"""User-access reports that come round: their schedule, the reports asked for, and what follows from the answers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.licenses.models.licenses import Leaver
from portal.licenses.models.reports import AccessReview
from portal.licenses.rules import Answer, Rhythm
from portal.people.models import Organization, Person
from portal.policy import Scope

schedule_agency = Table(
    "access_schedule_agency",
    Base.metadata,
    Column("schedule_id", ForeignKey("access_schedule.id"), primary_key=True),
    Column("agency_id", ForeignKey("organization.id"), primary_key=True, index=True),
)


class AccessSchedule(Base):
    """When agencies are asked to attest who has access. Without agencies of its own it is for all that take part."""

    __tablename__ = "access_schedule"
    __table_args__ = (
        CheckConstraint("day BETWEEN 1 AND 28", name="day_between_1_and_28"),
        CheckConstraint("days_to_answer BETWEEN 1 AND 60", name="days_to_answer_between_1_and_60"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rhythm: Mapped[Rhythm]
    day: Mapped[int]
    days_to_answer: Mapped[int]
    next_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stopped_at: Mapped[datetime | None]

    agencies: Mapped[list[Organization]] = relationship(secondary=schedule_agency, order_by="Organization.name")

    @property
    def scope(self) -> Scope:
        return Scope()


class AccessRequest(Base):
    """An agency was asked to attest a period; answered once it has its review."""

    __tablename__ = "access_request"
    __table_args__ = (
        UniqueConstraint("agency_id", "since", "until"),
        Index("ix_access_request_due_on_id", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("access_schedule.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    since: Mapped[date]
    until: Mapped[date]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None]
    late_told_at: Mapped[datetime | None]
    review_id: Mapped[int | None] = mapped_column(ForeignKey("access_review.id"), index=True)

    agency: Mapped[Organization] = relationship()
    review: Mapped[AccessReview | None] = relationship()

    @property
    def scope(self) -> Scope:
        return self.agency.scope


class FollowUp(Base):
    """What follows from an answer: a change that staff make, or an end that is tracked until the HMIS has it."""

    __tablename__ = "access_follow_up"
    __table_args__ = (Index("ix_access_follow_up_done_at_due_at_id", "done_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("access_review.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    answer: Mapped[Answer]
    wish: Mapped[str] = mapped_column(String(500), default="")
    """What should change, as the agency typed it; can be emptied."""
    leaver_id: Mapped[int | None] = mapped_column(ForeignKey("leaver.id"), index=True)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    late_told_at: Mapped[datetime | None]

    agency: Mapped[Organization] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    leaver: Mapped[Leaver | None] = relationship()
    review: Mapped[AccessReview] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}), organizations=frozenset({self.agency_id}))
