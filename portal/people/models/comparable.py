"""A victim service provider's comparable database, and the checks of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.people.models.people import Person
from portal.people.models.register import Organization
from portal.people.rules import RegisterChoiceName
from portal.policy import Scope


class ComparableDatabase(Base):
    """What an agency keeps its clients' records in instead of HMIS."""

    __tablename__ = "comparable_database"

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), unique=True)
    product: Mapped[str] = mapped_column(String(120))
    vendor: Mapped[str] = mapped_column(String(120), default="")

    agency: Mapped[Organization] = relationship()
    checks: Mapped[list["ComparableCheck"]] = relationship(
        back_populates="database", order_by="ComparableCheck.checked_on.desc(), ComparableCheck.id.desc()"
    )

    @property
    def latest(self) -> "ComparableCheck | None":
        return self.checks[0] if self.checks else None

    @property
    def scope(self) -> Scope:
        return self.agency.scope


class ComparableCheck(Base):
    """Somebody went through the checklist with the agency on one day."""

    __tablename__ = "comparable_check"
    __table_args__ = (
        CheckConstraint("next_due_on > checked_on", name="due_after_check"),
        Index("ix_comparable_check_database_id_checked_on", "database_id", "checked_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    database_id: Mapped[int] = mapped_column(ForeignKey("comparable_database.id"))
    checked_on: Mapped[date]
    next_due_on: Mapped[date]
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """By the item's code: the code of the answer."""
    note: Mapped[str] = mapped_column(String(1000), default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    database: Mapped[ComparableDatabase] = relationship(back_populates="checks")
    recorded_by: Mapped[Person | None] = relationship()


class RegisterChoice(Base):
    """A number that the HMIS Lead chose; without a row its default holds."""

    __tablename__ = "register_choice"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[RegisterChoiceName] = mapped_column(unique=True)
    number: Mapped[int]
