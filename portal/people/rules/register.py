"""Kinds and words of organizations, projects and roles."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from portal.policy import Role


class OrganizationKind(StrEnum):
    HMIS_LEAD = "hmis_lead"
    COC = "coc"
    AGENCY = "agency"
    VENDOR = "vendor"
    PARTNER = "partner"

    @property
    def words(self) -> str:
        return _KIND_WORDS[self]


_KIND_WORDS = MappingProxyType(
    {
        OrganizationKind.HMIS_LEAD: "HMIS Lead",
        OrganizationKind.COC: "Continuum of Care",
        OrganizationKind.AGENCY: "agency",
        OrganizationKind.VENDOR: "HMIS vendor",
        OrganizationKind.PARTNER: "partner",
    }
)

ROLES_AT = MappingProxyType(
    {
        OrganizationKind.HMIS_LEAD: (Role.LEAD_STAFF, Role.LEAD_ADMIN, Role.END_USER),
        OrganizationKind.COC: (Role.COC_GOVERNANCE,),
        OrganizationKind.AGENCY: (
            Role.END_USER,
            Role.AGENCY_ADMIN,
            Role.AGENCY_EXECUTIVE,
            Role.AGENCY_SECURITY_OFFICER,
        ),
        OrganizationKind.VENDOR: (Role.VENDOR_CONTACT,),
        OrganizationKind.PARTNER: (Role.FUNDER,),
    }
)
"""Which roles make sense at which kind of organization."""


class Participation(StrEnum):
    """How an agency stands to the HMIS. A VSP may by law not enter clients (34 U.S.C. 12291(b)(2))."""

    PARTICIPATING = "participating"
    VSP = "vsp"
    NOT_PARTICIPATING = "not_participating"

    @property
    def words(self) -> str:
        return _PARTICIPATION_WORDS[self]


_PARTICIPATION_WORDS = MappingProxyType(
    {
        Participation.PARTICIPATING: "participating agency",
        Participation.VSP: "victim service provider",
        Participation.NOT_PARTICIPATING: "not taking part in HMIS",
    }
)

PROJECT_TYPES = MappingProxyType(
    {
        0: "Emergency Shelter – Entry Exit",
        1: "Emergency Shelter – Night-by-Night",
        2: "Transitional Housing",
        3: "PH – Permanent Supportive Housing",
        4: "Street Outreach",
        6: "Services Only",
        7: "Other",
        8: "Safe Haven",
        9: "PH – Housing Only",
        10: "PH – Housing with Services",
        11: "Day Shelter",
        12: "Homelessness Prevention",
        13: "PH – Rapid Re-Housing",
        14: "Coordinated Entry",
    }
)
"""HUD's project types: FY2026 HMIS CSV Format Specifications, list 2.02.6."""


ZONES = MappingProxyType(
    {
        "America/New_York": "Eastern",
        "America/Chicago": "Central",
        "America/Denver": "Mountain",
        "America/Phoenix": "Mountain without daylight saving (Arizona)",
        "America/Los_Angeles": "Pacific",
        "America/Anchorage": "Alaska",
        "Pacific/Honolulu": "Hawaii",
        "America/Puerto_Rico": "Atlantic (Puerto Rico, Virgin Islands)",
        "Pacific/Guam": "Chamorro (Guam, Northern Marianas)",
        "Pacific/Pago_Pago": "Samoa",
    }
)
"""The time zones of the United States, by IANA name."""


def in_force(starts_on: date, ended_on: date | None, on: date) -> bool:
    """A role or membership holds from its first day until the day before it ended."""
    return starts_on <= on and (ended_on is None or on < ended_on)


def can_be_id(number: int) -> bool:
    """Could a row have this id? A database refuses to compare a number that its column cannot hold."""
    return 0 < number < 2**31


def one_line(words: str | None) -> str:
    """Typed words as they are kept: no control characters, single spaces, none at the ends."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words or "").split())


def unfit_roles(kind: OrganizationKind, roles: Iterable[Role]) -> tuple[Role, ...]:
    """Those of the roles that make no sense at this kind of organization."""
    return tuple(role for role in roles if role not in ROLES_AT[kind])


LEAD_ROLES = frozenset({Role.LEAD_STAFF, Role.LEAD_ADMIN})
"""Whoever holds one of these is edited, ended and signed out only by somebody who may grant roles."""
