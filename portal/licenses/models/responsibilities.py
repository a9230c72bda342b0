"""Who was named for a duty at an agency or in a CoC, from when until when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.people.models import Organization, Person
from portal.policy import Scope


class Assignment(Base):
    """One person answers for one duty. It holds from its first day until the day before it ended."""

    __tablename__ = "duty_assignment"
    __table_args__ = (
        Index("ix_duty_assignment_place_id_duty", "place_id", "duty", "id"),
        CheckConstraint("ended_on IS NULL OR ended_on >= starts_on", name="ended_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    duty: Mapped[str] = mapped_column(String(60))
    """Its code in content/licenses/responsibilities.yml."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    place: Mapped[Organization] = relationship(foreign_keys=[place_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    given_by: Mapped[Person | None] = relationship(foreign_keys=[given_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def scope(self) -> Scope:
        return self.place.scope

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ended_on is None or day < self.ended_on)
