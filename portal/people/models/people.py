"""People and their roles."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.people.models.register import Organization
from portal.people.rules import JobKind
from portal.policy import Actor, Grant, Role, Scope


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (Index("ix_person_last_name_first_name_id", "last_name", "first_name", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case; the name to sign in with and the address for letters."""
    phone: Mapped[str] = mapped_column(String(40), default="")
    job_title: Mapped[str] = mapped_column(String(120), default="")
    job_kind: Mapped[JobKind | None]
    home_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    """The organization where the person works."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2id; None until an invitation was accepted."""
    shortcuts_on: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]
    ended_on: Mapped[date | None]

    home: Mapped[Organization] = relationship()
    roles: Mapped[list["RoleGrant"]] = relationship(back_populates="person", order_by="RoleGrant.id")

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_active(self) -> bool:
        return self.ended_on is None

    @property
    def scope(self) -> Scope:
        return Scope(
            people=frozenset({self.id}),
            organizations=frozenset(
                {self.home_id, *(role.organization_id for role in self.roles if not role.ended_on)}
            ),
        )

    def actor_on(self, day: date) -> Actor:
        """The person with the roles that hold on this day; nobody at all once the person has ended."""
        if self.ended_on is not None and self.ended_on <= day:
            return Actor()
        held = (role for role in self.roles if role.holds_on(day))
        return Actor(self.id, tuple(Grant(role.role, role.organization_id) for role in held))


class RoleGrant(Base):
    """One role of one person at one organization, dated."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_organization_id_role", "organization_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="roles")
    organization: Mapped[Organization] = relationship()

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ended_on is None or day < self.ended_on)
