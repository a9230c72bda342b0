"""What was known when: notes of the register, last-login reports, the community's start. All append-only."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.standing.models.subjects import OfSubject, of_one_subject


class RegisterNote(OfSubject, Base):
    """The facts of a person or an organization that requirements ask for, from this moment on."""

    __tablename__ = "register_note"
    __table_args__ = (
        of_one_subject(),
        Index("ix_register_note_person_id", "person_id", "id"),
        Index("ix_register_note_organization_id", "organization_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime]


class LoginReport(Base):
    """A last-login report of the vendor, loaded; it tells of logins before the end of its day."""

    __tablename__ = "login_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class LastLogin(Base):
    """Somebody's last login as one report tells it. Of who is not listed, the report tells nothing."""

    __tablename__ = "last_login"

    report_id: Mapped[int] = mapped_column(ForeignKey("login_report.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    last_on: Mapped[date | None]
    """None: listed, and never logged in."""


class CommunityStartSet(Base):
    """From when this community counts; the row set last holds."""

    __tablename__ = "community_start_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date]
    catch_up_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
