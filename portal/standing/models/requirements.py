"""Requirements with their versions, and waivers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, ForeignKey, Index, String, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from portal.db import Base
from portal.people.models import Organization, Person
from portal.policy import Scope
from portal.standing.models.subjects import OfSubject, of_one_subject
from portal.standing.rules import Audience, Authority, Recurrence, SubjectKind, Terms, Window


class Requirement(Base):
    """What it asks stands in its versions; a draft is a version not published yet."""

    __tablename__ = "requirement"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    added_at: Mapped[datetime]

    versions: Mapped[list["RequirementVersion"]] = relationship(
        back_populates="requirement", order_by="RequirementVersion.number"
    )

    @property
    def published(self) -> list["RequirementVersion"]:
        return [version for version in self.versions if version.published_at is not None]

    @property
    def draft(self) -> "RequirementVersion | None":
        return next((version for version in self.versions if version.published_at is None), None)

    @property
    def latest(self) -> "RequirementVersion":
        """The version published last, else the draft."""
        return (self.published or self.versions)[-1]

    @property
    def title(self) -> str:
        return self.latest.title

    @property
    def scope(self) -> Scope:
        return Scope()


class RequirementVersion(Base):
    """Published, it never changes: the database refuses it too."""

    __tablename__ = "requirement_version"
    __table_args__ = (UniqueConstraint("requirement_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    about: Mapped[str] = mapped_column(String(1000), default="")
    """What it asks, in words for whoever has to meet it."""
    authority: Mapped[Authority]
    source: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    subject_kind: Mapped[SubjectKind]
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    recurrence: Mapped[Recurrence]
    months: Mapped[int] = mapped_column(default=12)
    opens_month: Mapped[int] = mapped_column(default=1)
    opens_day: Mapped[int] = mapped_column(default=1)
    closes_month: Mapped[int] = mapped_column(default=12)
    closes_day: Mapped[int] = mapped_column(default=31)
    times: Mapped[int] = mapped_column(default=1)
    idle_days: Mapped[int] = mapped_column(default=0)
    due_soon_days: Mapped[int] = mapped_column(default=0)
    grace_days: Mapped[int] = mapped_column(default=0)
    first_days: Mapped[int | None]
    effective_on: Mapped[date]
    evidence_from: Mapped[date | None]
    is_retired: Mapped[bool] = mapped_column(default=False)
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    requirement: Mapped[Requirement] = relationship(back_populates="versions")
    drafted_by: Mapped[Person | None] = relationship(foreign_keys=[drafted_by_id])
    published_by: Mapped[Person | None] = relationship(foreign_keys=[published_by_id])

    def terms(self, published_at: datetime | None = None) -> Terms:
        """For the rules; a draft as if it were published at this moment."""
        known = self.published_at or published_at
        if known is None:
            raise ValueError("A draft has no terms before it is published.")
        return Terms(
            requirement_id=self.requirement_id,
            number=self.number,
            published_at=known,
            effective_on=self.effective_on,
            kind=self.kind,
            key=self.key,
            subject_kind=self.subject_kind,
            audience=Audience.from_json(self.audience),
            recurrence=self.recurrence,
            months=self.months,
            window=Window(self.opens_month, self.opens_day, self.closes_month, self.closes_day),
            times=self.times,
            idle_days=self.idle_days,
            due_soon_days=self.due_soon_days,
            grace_days=self.grace_days,
            first_days=self.first_days,
            evidence_from=self.evidence_from,
            is_retired=self.is_retired,
            title=self.title,
            version_id=self.id,
        )


@event.listens_for(RequirementVersion, "before_update")
@event.listens_for(RequirementVersion, "before_delete")
def _refuse_change(_mapper: Mapper[Any], _connection: Connection, version: RequirementVersion) -> None:
    """The same as the trigger, said before the database has to."""
    held = inspect(version).attrs.published_at.history
    before = held.deleted[0] if held.deleted else None if held.added else version.published_at
    if before is not None:
        raise ValueError("A published version of a requirement never changes; publish a new one.")


class Waiver(OfSubject, Base):
    """Append-only: the reason stands beside it, an earlier end is a row of its own."""

    __tablename__ = "waiver"
    __table_args__ = (
        of_one_subject(),
        Index("ix_waiver_person_id", "person_id"),
        Index("ix_waiver_organization_id", "organization_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    requirement: Mapped[Requirement] = relationship()
    granted_by: Mapped[Person] = relationship(foreign_keys=[granted_by_id])
    person: Mapped[Person | None] = relationship(foreign_keys="Waiver.person_id")
    organization: Mapped[Organization | None] = relationship(foreign_keys="Waiver.organization_id")
    reason: Mapped["WaiverReason"] = relationship(back_populates="waiver")
    endings: Mapped[list["WaiverEnding"]] = relationship(back_populates="waiver", order_by="WaiverEnding.id")

    @property
    def last_day(self) -> date:
        return min([self.ends_on, *(ending.last_day for ending in self.endings)])


class WaiverReason(Base):
    """Typed text, apart from its waiver so that it can be emptied."""

    __tablename__ = "waiver_reason"

    waiver_id: Mapped[int] = mapped_column(ForeignKey("waiver.id"), primary_key=True)
    words: Mapped[str] = mapped_column(String(1000))

    waiver: Mapped[Waiver] = relationship(back_populates="reason")


class WaiverEnding(Base):
    """An earlier last day. Append-only."""

    __tablename__ = "waiver_ending"

    id: Mapped[int] = mapped_column(primary_key=True)
    waiver_id: Mapped[int] = mapped_column(ForeignKey("waiver.id"), index=True)
    last_day: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    waiver: Mapped[Waiver] = relationship(back_populates="endings")
