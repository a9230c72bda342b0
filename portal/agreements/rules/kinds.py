"""Kinds of agreement: between whom, for how long by default, and who has to have one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Side(StrEnum):
    """What a party is in an agreement."""

    HMIS_LEAD = "hmis_lead"
    COC = "coc"
    AGENCY = "agency"
    PERSON = "person"
    VENDOR = "vendor"
    PARTNER = "partner"

    @property
    def words(self) -> str:
        return _SIDE_WORDS[self]


_SIDE_WORDS = {
    Side.HMIS_LEAD: "HMIS Lead",
    Side.COC: "Continuum of Care (CoC)",
    Side.AGENCY: "agency",
    Side.PERSON: "person",
    Side.VENDOR: "vendor",
    Side.PARTNER: "partner",
}


class Kind(StrEnum):
    GOVERNANCE = "governance"
    PARTICIPATION = "participation"
    END_USER = "end_user"
    DATA_SHARING = "data_sharing"
    VENDOR = "vendor"
    DESIGNATION = "designation"
    OTHER_CONTRACT = "other_contract"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Kind.GOVERNANCE: "HMIS governance charter or MOU",
    Kind.PARTICIPATION: "participation agreement",
    Kind.END_USER: "end user agreement",
    Kind.DATA_SHARING: "data sharing, use or integration agreement",
    Kind.VENDOR: "vendor contract",
    Kind.DESIGNATION: "designation of the agency HMIS administrator",
    Kind.OTHER_CONTRACT: "other contract about the HMIS",
}


@dataclass(frozen=True)
class Shape:
    """Defaults of a kind; each agreement may depart from them."""

    sides: tuple[Side, ...]
    """In the order of signing."""
    in_order: bool
    months: int | None
    """How long it holds; None until somebody ends it."""
    needed_by: str
    """Who has to have one, as a sentence."""


SHAPES: Mapping[Kind, Shape] = MappingProxyType(
    {
        Kind.GOVERNANCE: Shape((Side.HMIS_LEAD, Side.COC), True, 12, "Each CoC has one with the HMIS Lead."),
        Kind.PARTICIPATION: Shape((Side.HMIS_LEAD, Side.AGENCY), True, 12, "Each participating agency has one."),
        Kind.END_USER: Shape(
            (Side.PERSON,), True, None, "Each person with access has one, staff of the HMIS Lead too."
        ),
        Kind.DATA_SHARING: Shape(
            (Side.HMIS_LEAD, Side.PARTNER), False, 12, "Each partner that gets or gives data has one."
        ),
        Kind.VENDOR: Shape((Side.HMIS_LEAD, Side.VENDOR), False, 36, "The vendor of the HMIS has one."),
        Kind.DESIGNATION: Shape((Side.AGENCY,), True, None, "Each participating agency names its administrator."),
        Kind.OTHER_CONTRACT: Shape((Side.HMIS_LEAD, Side.PARTNER), False, 12, "Whoever is paid for work on the HMIS."),
    }
)
