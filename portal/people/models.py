"""Organizations, HMIS projects, people, roles, sessions and mailed links."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.people.rules import PROJECT_TYPES, LinkKind, OrganizationKind, Participation
from portal.policy import Actor, Grant, Role, Scope


class Organization(Base):
    __tablename__ = "organization"
    __table_args__ = (
        Index("ix_organization_kind_name", "kind", "name"),
        CheckConstraint("(kind = 'agency') = (participation IS NOT NULL)", name="participation_of_agencies"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganizationKind]
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40), default="")
    """A CoC's HUD number, an agency's OrganizationID in the HMIS."""
    participation: Mapped[Participation | None]
    time_zone: Mapped[str | None] = mapped_column(String(60))
    """IANA name; set for CoCs and the HMIS Lead, others inherit it from their CoC."""
    city: Mapped[str] = mapped_column(String(80), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    mail_domain: Mapped[str] = mapped_column(String(120), default="")
    link_only_letters: Mapped[bool] = mapped_column(default=False)
    """Letters to this agency's people carry a link instead of the answer's text."""
    ended_on: Mapped[date | None]

    memberships: Mapped[list["Membership"]] = relationship(
        foreign_keys="Membership.organization_id", back_populates="organization", order_by="Membership.coc_id"
    )

    @property
    def coc_ids(self) -> frozenset[int]:
        if self.kind is OrganizationKind.COC:
            return frozenset({self.id})
        return frozenset(membership.coc_id for membership in self.memberships)

    @property
    def scope(self) -> Scope:
        return Scope(organizations=frozenset({self.id}), cocs=self.coc_ids)

    @property
    def zone(self) -> ZoneInfo | None:
        return ZoneInfo(self.time_zone) if self.time_zone else None


class Membership(Base):
    """An organization works in a CoC; an agency may work in several."""

    __tablename__ = "membership"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    coc_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True, index=True)

    organization: Mapped[Organization] = relationship(foreign_keys=[organization_id], back_populates="memberships")
    coc: Mapped[Organization] = relationship(foreign_keys=[coc_id])


class Project(Base):
    """An HMIS project: a program of one agency in one CoC."""

    __tablename__ = "project"
    __table_args__ = (Index("ix_project_agency_id_name", "agency_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    coc_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    hmis_id: Mapped[str] = mapped_column(String(40), default="")
    """ProjectID in the HMIS."""
    project_type: Mapped[int]
    """HUD code, list 2.02.6."""
    is_funded: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]

    agency: Mapped[Organization] = relationship(foreign_keys=[agency_id])
    coc: Mapped[Organization] = relationship(foreign_keys=[coc_id])

    @property
    def type_words(self) -> str:
        return PROJECT_TYPES[self.project_type]

    @property
    def scope(self) -> Scope:
        return Scope(organizations=frozenset({self.agency_id}), cocs=frozenset({self.coc_id}))


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


class SignedInSession(Base):
    """One signed-in browser. The cookie holds a random token; only its SHA-256 is kept."""

    __tablename__ = "signed_in_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(String(60), default="")
    """Words such as "Firefox on Windows", by which the person knows it again."""

    person: Mapped[Person] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope(people=frozenset({self.person_id}))


class MailedLink(Base):
    """An invitation or a password reset; used up by the POST that follows it, never by opening it."""

    __tablename__ = "mailed_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LinkKind]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class LinkAsked(Base):
    """Somebody asked for a link to be mailed here. A job looks whose address it is, so that asking tells nothing."""

    __tablename__ = "link_asked"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]


class SignInTry(Base):
    """A failed try, by keyed hashes of what was tried from where, so that the table names nobody."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_bucket_at", "bucket", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Holiday(Base):
    """A day on which a CoC's help desk is closed."""

    __tablename__ = "holiday"
    __table_args__ = (UniqueConstraint("coc_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    coc_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(80))


class DemoMark(Base):
    """One row, written by `portal demo`: this database holds an invented community."""

    __tablename__ = "demo_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    seed: Mapped[int]
    made_for: Mapped[date]
    made_at: Mapped[datetime]
