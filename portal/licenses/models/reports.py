"""User-access reports that agencies attest, and reports of the HMIS on a calendar."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.files import KeptFile
from portal.licenses.rules import Answer, DutyResult
from portal.people.models import Person
from portal.policy import Scope


class AccessReview(Base):
    """An agency's user-access report of a period, attested person by person."""

    __tablename__ = "access_review"
    __table_args__ = (Index("ix_access_review_agency_id_id", "agency_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    since: Mapped[date]
    until: Mapped[date]
    attested_at: Mapped[datetime]
    attested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    attested_by: Mapped[Person | None] = relationship()
    answers: Mapped[list["AccessAnswer"]] = relationship(back_populates="review", order_by="AccessAnswer.id")


class AccessAnswer(Base):
    """Keep, change or end the access of one person."""

    __tablename__ = "access_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("access_review.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    answer: Mapped[Answer]

    review: Mapped[AccessReview] = relationship(back_populates="answers")


class AuditDuty(Base):
    """An audit or access report that somebody runs in the vendor's HMIS, again and again."""

    __tablename__ = "audit_duty"
    __table_args__ = (
        Index("ix_audit_duty_due_on_id", "due_on", "id"),
        CheckConstraint("months BETWEEN 1 AND 60", name="months_between_1_and_60"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(String(1000))
    runner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    months: Mapped[int]
    due_on: Mapped[date]
    told_for: Mapped[date | None]
    """The due day of which the runner was reminded."""

    runner: Mapped[Person] = relationship()
    runs: Mapped[list["AuditDutyRun"]] = relationship(back_populates="duty", order_by="AuditDutyRun.id.desc()")

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.runner_id}))


class AuditDutyRun(Base):
    """It was run: when, by whom, with which file, and what came of it."""

    __tablename__ = "audit_duty_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("audit_duty.id"), index=True)
    due_on: Mapped[date]
    ran_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    result: Mapped[DutyResult]
    findings: Mapped[str] = mapped_column(String(1000))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("kept_file.id"))
    file_name: Mapped[str] = mapped_column(String(120))

    duty: Mapped[AuditDuty] = relationship(back_populates="runs")
    file: Mapped[KeptFile | None] = relationship()
    recorded_by: Mapped[Person | None] = relationship()
