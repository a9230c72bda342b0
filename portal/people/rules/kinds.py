"""Kinds of rows whose past is kept, of jobs, and of what the HMIS Lead may choose about the register."""

from enum import StrEnum
from types import MappingProxyType


class RegisterKind(StrEnum):
    """What the register is of. Each is the name of its table."""

    ORGANIZATION = "organization"
    PROJECT = "project"
    PERSON = "person"

    @property
    def words(self) -> str:
        return {"organization": "organization", "project": "HMIS project", "person": "person"}[self.value]


class JobKind(StrEnum):
    """What a person does at work, with a license or without one."""

    INTAKE = "intake"
    CASE_MANAGEMENT = "case_management"
    ANALYSIS = "analysis"
    SUPERVISION = "supervision"
    LEADERSHIP = "leadership"
    TECHNOLOGY = "technology"
    OTHER = "other"

    @property
    def words(self) -> str:
        return _JOB_WORDS[self]


_JOB_WORDS = MappingProxyType(
    {
        JobKind.INTAKE: "intake staff",
        JobKind.CASE_MANAGEMENT: "case manager",
        JobKind.ANALYSIS: "analyst",
        JobKind.SUPERVISION: "supervisor",
        JobKind.LEADERSHIP: "leadership",
        JobKind.TECHNOLOGY: "technology or security staff",
        JobKind.OTHER: "other",
    }
)


class RegisterChoiceName(StrEnum):
    """What the HMIS Lead may choose, because no source sets it."""

    CHECK_MONTHS = "check_months"

    @property
    def words(self) -> str:
        return {"check_months": "Months between checks of a comparable database"}[self.value]

    @property
    def default(self) -> int:
        return {"check_months": 12}[self.value]


class PartInHmis(StrEnum):
    """What one looks for in the list of organizations."""

    PARTICIPATING = "participating"
    VSP = "vsp"
    NOT_PARTICIPATING = "not_participating"
    DIFFERS = "differs"
    DATABASE_MISSING = "database_missing"
    DATABASE_DUE = "database_due"

    @property
    def words(self) -> str:
        return _PART_WORDS[self]


_PART_WORDS = MappingProxyType(
    {
        PartInHmis.PARTICIPATING: "Participating agency",
        PartInHmis.VSP: "Victim service provider",
        PartInHmis.NOT_PARTICIPATING: "Not taking part in HMIS",
        PartInHmis.DIFFERS: "Differs from its projects",
        PartInHmis.DATABASE_MISSING: "Comparable database not on record",
        PartInHmis.DATABASE_DUE: "Comparable database to be checked",
    }
)
