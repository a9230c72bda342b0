"""The roster as typed rows: who runs which project, where, funded by whom, taking part since when."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from portal.hmis_csv.rules.dates import Span


class Directive(IntEnum):
    """ExportDirective, list 1.2."""

    DELTA = 1
    FULL_REFRESH = 2
    OTHER = 3


class Participation(IntEnum):
    """HMISParticipationType, list 2.08.1."""

    NONE = 0
    HMIS = 1
    COMPARABLE_DATABASE = 2


def named(column: str) -> Mapping[str, Any]:
    return {"column": column}


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """`key` is text even where it looks like a number. Housekeeping never counts as a change."""

    key: str
    updated: datetime | None = field(metadata={"column": "DateUpdated", "housekeeping": True})
    deleted: datetime | None = field(metadata={"column": "DateDeleted", "housekeeping": True})

    @property
    def name(self) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class Organization(RosterRow):
    organization_name: str = field(metadata=named("OrganizationName"))
    common_name: str = field(metadata=named("OrganizationCommonName"))
    victim_service_provider: int = field(metadata=named("VictimServiceProvider"))

    @property
    def name(self) -> str:
        return self.organization_name


@dataclass(frozen=True, kw_only=True)
class Project(RosterRow):
    organization: str = field(metadata=named("OrganizationID"))
    project_name: str = field(metadata=named("ProjectName"))
    common_name: str = field(metadata=named("ProjectCommonName"))
    operating_start: date = field(metadata=named("OperatingStartDate"))
    operating_end: date | None = field(metadata=named("OperatingEndDate"))
    continuum_project: int = field(metadata=named("ContinuumProject"))
    type: int | None = field(metadata=named("ProjectType"))
    housing_type: int | None = field(metadata=named("HousingType"))
    rrh_subtype: int | None = field(metadata=named("RRHSubType"))
    residential_affiliation: int | None = field(metadata=named("ResidentialAffiliation"))
    target_population: int | None = field(metadata=named("TargetPopulation"))
    hopwa_assisted_living: int | None = field(metadata=named("HOPWAMedAssistedLivingFac"))
    pit_count: int | None = field(metadata=named("PITCount"))

    @property
    def name(self) -> str:
        return self.project_name

    @property
    def operating(self) -> Span:
        return Span(self.operating_start, self.operating_end)


@dataclass(frozen=True, kw_only=True)
class OfProject(RosterRow):
    project: str = field(metadata=named("ProjectID"))


@dataclass(frozen=True, kw_only=True)
class ProjectCoC(OfProject):
    coc_code: str = field(metadata=named("CoCCode"))
    geocode: str = field(metadata=named("Geocode"))
    address1: str = field(metadata=named("Address1"))
    address2: str = field(metadata=named("Address2"))
    city: str = field(metadata=named("City"))
    state: str = field(metadata=named("State"))
    zip: str = field(metadata=named("ZIP"))
    geography_type: int | None = field(metadata=named("GeographyType"))


@dataclass(frozen=True, kw_only=True)
class Funder(OfProject):
    funder: int = field(metadata=named("Funder"))
    other_funder: str = field(metadata=named("OtherFunder"))
    grant: str = field(metadata=named("GrantID"))
    start: date = field(metadata=named("StartDate"))
    end: date | None = field(metadata=named("EndDate"))


@dataclass(frozen=True, kw_only=True)
class HMISParticipation(OfProject):
    type: int = field(metadata=named("HMISParticipationType"))
    start: date = field(metadata=named("HMISParticipationStatusStartDate"))
    end: date | None = field(metadata=named("HMISParticipationStatusEndDate"))

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, kw_only=True)
class CEParticipation(OfProject):
    access_point: int = field(metadata=named("AccessPoint"))
    prevention_assessment: int | None = field(metadata=named("PreventionAssessment"))
    crisis_assessment: int | None = field(metadata=named("CrisisAssessment"))
    housing_assessment: int | None = field(metadata=named("HousingAssessment"))
    direct_services: int | None = field(metadata=named("DirectServices"))
    receives_referrals: int | None = field(metadata=named("ReceivesReferrals"))
    start: date = field(metadata=named("CEParticipationStatusStartDate"))
    end: date | None = field(metadata=named("CEParticipationStatusEndDate"))


@dataclass(frozen=True, kw_only=True)
class Inventory(OfProject):
    coc_code: str = field(metadata=named("CoCCode"))
    household_type: int = field(metadata=named("HouseholdType"))
    availability: int | None = field(metadata=named("Availability"))
    units: int = field(metadata=named("UnitInventory"))
    beds: int = field(metadata=named("BedInventory"))
    chronic_veteran_beds: int | None = field(metadata=named("CHVetBedInventory"))
    youth_veteran_beds: int | None = field(metadata=named("YouthVetBedInventory"))
    veteran_beds: int | None = field(metadata=named("VetBedInventory"))
    chronic_youth_beds: int | None = field(metadata=named("CHYouthBedInventory"))
    youth_beds: int | None = field(metadata=named("YouthBedInventory"))
    chronic_beds: int | None = field(metadata=named("CHBedInventory"))
    other_beds: int | None = field(metadata=named("OtherBedInventory"))
    es_bed_type: int | None = field(metadata=named("ESBedType"))
    start: date = field(metadata=named("InventoryStartDate"))
    end: date | None = field(metadata=named("InventoryEndDate"))


@dataclass(frozen=True, kw_only=True)
class User(RosterRow):
    """A person who keys data in the HMIS: staff, not a client."""

    first_name: str = field(metadata=named("UserFirstName"))
    last_name: str = field(metadata=named("UserLastName"))
    phone: str = field(metadata=named("UserPhone"))
    extension: str = field(metadata=named("UserExtension"))
    email: str = field(metadata=named("UserEmail"))

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


ROWS: Mapping[str, type[RosterRow]] = MappingProxyType(
    {
        "Organization": Organization,
        "Project": Project,
        "ProjectCoC": ProjectCoC,
        "Funder": Funder,
        "HMISParticipation": HMISParticipation,
        "CEParticipation": CEParticipation,
        "Inventory": Inventory,
        "User": User,
    }
)
"""Parents before children: an import that applies them in this order finds every key it points at."""


def parent_of(row: RosterRow) -> tuple[str, str] | None:
    """File and key of what a row belongs to; None where it stands alone."""
    if isinstance(row, Project):
        return "Organization", row.organization
    return ("Project", row.project) if isinstance(row, OfProject) else None


def columns_of(kind: type[RosterRow]) -> Mapping[str, str]:
    """Attribute of each column, without the key's."""
    return MappingProxyType({one.metadata["column"]: one.name for one in fields(kind) if "column" in one.metadata})


def compared(kind: type[RosterRow]) -> Mapping[str, str]:
    """As `columns_of`, without housekeeping: what counts as a change."""
    return MappingProxyType(
        {
            one.metadata["column"]: one.name
            for one in fields(kind)
            if "column" in one.metadata and not one.metadata.get("housekeeping")
        }
    )


@dataclass(frozen=True)
class SetAside:
    """A row that could not be read; its file is kept. `key` may be blank."""

    file: str
    row: int
    key: str
    reason: str


@dataclass(frozen=True)
class Roster:
    """The rows of each file in the file's order, deleted ones included; files that the export lacks are absent."""

    files: Mapping[str, tuple[RosterRow, ...]]
    set_aside: tuple[SetAside, ...] = ()
    places: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """row in the file, by file and key"""

    def alive(self, file: str) -> tuple[RosterRow, ...]:
        return tuple(row for row in self.files.get(file, ()) if row.deleted is None)


@dataclass(frozen=True)
class ExportFacts:
    """The Export row: which software wrote this, when, for which days."""

    export_id: str
    year: int
    software: str
    software_version: str
    source_id: str
    source_name: str
    implementation_id: str
    export_date: datetime | None
    start: date | None
    end: date | None
    directive: Directive | None

    @property
    def window(self) -> Span | None:
        """The days that the export speaks of: until its end, but never beyond the day on which it was written."""
        if self.start is None:
            return None
        ends = [end for end in (self.end, self.export_date.date() if self.export_date else None) if end]
        return Span(self.start, min(ends)) if ends else None

    def as_json(self) -> dict[str, Any]:
        return {
            "year": self.year,
            "software": self.software,
            "export_date": self.export_date.isoformat() if self.export_date else None,
            "directive": self.directive.value if self.directive else None,
        }
