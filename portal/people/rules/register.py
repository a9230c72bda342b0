"""Kinds and words of organizations, projects and roles."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from portal.people.rules.codes import codes
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


TAKES_PART = 1
"""HUD list 2.08.1: the project enters its clients in HMIS."""


COC_AND_ESG = frozenset({*range(1, 12), 43, 44, 47, 53, 54, 55, 56})
"""HUD list 2.06.1: the programs of the CoC and of the Emergency Solutions Grants."""


def participation_difference(participation: Participation | None, types_today: Sequence[int]) -> str | None:
    """Where an agency and its projects say different things about HMIS, as a sentence.

    `types_today` holds for each project in force the code (list 2.08.1) that holds today; projects without one are
    left out, and where none has one there is nothing to compare.
    """
    taking_part = sum(one == TAKES_PART for one in types_today)
    if participation is Participation.PARTICIPATING and types_today and not taking_part:
        return "The agency is registered as participating, but none of its projects takes part in HMIS today."
    if participation in (Participation.NOT_PARTICIPATING, Participation.VSP) and taking_part:
        number = "one of its projects takes" if taking_part == 1 else f"{taking_part} of its projects take"
        return f"The agency is registered as {participation.words}, but {number} part in HMIS today."
    return None


_PARTICIPATION_WORDS = MappingProxyType(
    {
        Participation.PARTICIPATING: "participating agency",
        Participation.VSP: "victim service provider",
        Participation.NOT_PARTICIPATING: "not taking part in HMIS",
    }
)

PROJECT_TYPES = codes("2.02.6")
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
