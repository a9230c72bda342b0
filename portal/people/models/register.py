"""Organizations, the CoCs they work in, holidays, and HMIS projects."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.people.rules import PROJECT_TYPES, OrganizationKind, Participation
from portal.policy import Scope


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
    common_name: Mapped[str] = mapped_column(String(200), default="")
    continuum_project: Mapped[int | None]
    housing_type: Mapped[int | None]
    rrh_subtype: Mapped[int | None]
    residential_affiliation: Mapped[int | None]
    target_population: Mapped[int | None]
    hopwa_assisted_living: Mapped[int | None]
    pit_count: Mapped[int | None]
    """These eight as rules.PROJECT_ELEMENTS says them, codes of HUD's lists."""

    agency: Mapped[Organization] = relationship(foreign_keys=[agency_id])
    coc: Mapped[Organization] = relationship(foreign_keys=[coc_id])

    @property
    def type_words(self) -> str:
        return PROJECT_TYPES[self.project_type]

    @property
    def scope(self) -> Scope:
        return Scope(organizations=frozenset({self.agency_id}), cocs=frozenset({self.coc_id}))


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
