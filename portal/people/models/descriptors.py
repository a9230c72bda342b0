"""HUD's project descriptor data elements: rows that describe a project, each known by its id in the HMIS."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import Base
from portal.people.models.register import Project
from portal.people.rules import Descriptor
from portal.policy import Scope


class OfProject:
    """What all of them have. `hmis_id` is the row's key in the HMIS; typed rows have none until an export brings it."""

    kind: Descriptor

    id: Mapped[int] = mapped_column(primary_key=True)
    hmis_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)

    @declared_attr
    @classmethod
    def project(cls) -> Mapped[Project]:
        return relationship(foreign_keys=f"{cls.__name__}.project_id")

    @property
    def scope(self) -> Scope:
        return self.project.scope


class Dated(OfProject):
    """Rows that hold from their first day to their last, both included; without a last day they hold still."""

    starts_on: Mapped[date]
    ended_on: Mapped[date | None]


class ProjectParticipation(Dated, Base):
    """Since when a project takes part in HMIS, or keeps a comparable database, or does neither (2.08)."""

    __tablename__ = "project_participation"
    __table_args__ = (CheckConstraint("ended_on >= starts_on", name="last_after_first"),)
    kind = Descriptor.PARTICIPATION

    type: Mapped[int]
    """HUD list 2.08.1."""


class Funding(Dated, Base):
    """A grant (2.06)."""

    __tablename__ = "funding"
    __table_args__ = (CheckConstraint("ended_on >= starts_on", name="last_after_first"),)
    kind = Descriptor.FUNDING

    funder: Mapped[int]
    """HUD list 2.06.1."""
    other_funder: Mapped[str] = mapped_column(String(100), default="")
    grant_id: Mapped[str] = mapped_column(String(100), default="")


class ProjectLocation(OfProject, Base):
    """Where a project works (2.03): one row for each CoC."""

    __tablename__ = "project_location"
    kind = Descriptor.LOCATION

    coc_code: Mapped[str] = mapped_column(String(6))
    geocode: Mapped[str] = mapped_column(String(6), default="")
    address1: Mapped[str] = mapped_column(String(100), default="")
    address2: Mapped[str] = mapped_column(String(100), default="")
    city: Mapped[str] = mapped_column(String(50), default="")
    state: Mapped[str] = mapped_column(String(2), default="")
    zip: Mapped[str] = mapped_column(String(5), default="")
    geography_type: Mapped[int | None]


class Inventory(Dated, Base):
    """Beds and units for one kind of household (2.07)."""

    __tablename__ = "inventory"
    __table_args__ = (CheckConstraint("ended_on >= starts_on", name="last_after_first"),)
    kind = Descriptor.INVENTORY

    coc_code: Mapped[str] = mapped_column(String(6))
    household_type: Mapped[int]
    availability: Mapped[int | None]
    es_bed_type: Mapped[int | None]
    units: Mapped[int]
    beds: Mapped[int]
    chronic_veteran_beds: Mapped[int | None]
    youth_veteran_beds: Mapped[int | None]
    veteran_beds: Mapped[int | None]
    chronic_youth_beds: Mapped[int | None]
    youth_beds: Mapped[int | None]
    chronic_beds: Mapped[int | None]
    other_beds: Mapped[int | None]


class CoordinatedEntry(Dated, Base):
    """What a project does in coordinated entry (2.09); codes of HUD list 1.10."""

    __tablename__ = "coordinated_entry"
    __table_args__ = (CheckConstraint("ended_on >= starts_on", name="last_after_first"),)
    kind = Descriptor.COORDINATED_ENTRY

    access_point: Mapped[int]
    prevention_assessment: Mapped[int | None]
    crisis_assessment: Mapped[int | None]
    housing_assessment: Mapped[int | None]
    direct_services: Mapped[int | None]
    receives_referrals: Mapped[int | None]


class Affiliation(OfProject, Base):
    """A services-only or rapid re-housing project serves a residential one (2.02)."""

    __tablename__ = "affiliation"
    kind = Descriptor.AFFILIATION

    residential_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)

    residential: Mapped[Project] = relationship(foreign_keys=[residential_id])


MODELS: dict[Descriptor, type[OfProject]] = {
    one.kind: one for one in (ProjectParticipation, Funding, ProjectLocation, Inventory, CoordinatedEntry, Affiliation)
}
