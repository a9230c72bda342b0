"""The words of standing: states, recurrences, authorities, places."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class SubjectKind(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"

    @property
    def words(self) -> str:
        return "each person" if self is SubjectKind.PERSON else "the organization"


class State(StrEnum):
    OVERDUE = "overdue"
    GRACE = "grace"
    NEVER_MET = "never_met"
    DUE_SOON = "due_soon"
    NOT_MEASURABLE = "not_measurable"
    WAIVED = "waived"
    CURRENT = "current"
    NOT_REQUIRED = "not_required"

    @property
    def words(self) -> str:
        return STATE_WORDS[self]

    @property
    def is_met(self) -> bool:
        """May the subject work on as far as this requirement goes? Grace counts as met, but late."""
        return self not in (State.OVERDUE, State.NEVER_MET)

    @property
    def need(self) -> int:
        """0 needs somebody most."""
        return _NEED[self]


STATE_WORDS: Mapping[State, str] = MappingProxyType(
    {
        State.OVERDUE: "overdue",
        State.GRACE: "grace",
        State.NEVER_MET: "never met",
        State.DUE_SOON: "due soon",
        State.NOT_MEASURABLE: "not measurable",
        State.WAIVED: "waived",
        State.CURRENT: "current",
        State.NOT_REQUIRED: "not required",
    }
)
_NEED = MappingProxyType({state: place for place, state in enumerate(State)})


class Recurrence(StrEnum):
    ONCE = "once"
    ROLLING = "rolling"
    WINDOW = "window"
    COUNT = "count"
    IDLE = "idle"
    ROLE_CHANGE = "role_change"

    @property
    def words(self) -> str:
        return RECURRENCE_WORDS[self]


RECURRENCE_WORDS: Mapping[Recurrence, str] = MappingProxyType(
    {
        Recurrence.ONCE: "once",
        Recurrence.ROLLING: "every so many months",
        Recurrence.WINDOW: "each year in a fixed window",
        Recurrence.COUNT: "so many times each calendar year",
        Recurrence.IDLE: "after so many days without a login",
        Recurrence.ROLE_CHANGE: "after a change of role",
    }
)


class Place(StrEnum):
    """What an organization is to the HMIS."""

    HMIS_LEAD = "hmis_lead"
    PARTICIPATING = "participating"
    VSP = "vsp"
    NOT_PARTICIPATING = "not_participating"
    COC = "coc"
    VENDOR = "vendor"
    PARTNER = "partner"

    @property
    def words(self) -> str:
        return PLACE_WORDS[self]


PLACE_WORDS: Mapping[Place, str] = MappingProxyType(
    {
        Place.HMIS_LEAD: "HMIS Lead",
        Place.PARTICIPATING: "participating agencies",
        Place.VSP: "victim service providers",
        Place.NOT_PARTICIPATING: "agencies not taking part in HMIS",
        Place.COC: "Continuums of Care",
        Place.VENDOR: "HMIS vendors",
        Place.PARTNER: "partners",
    }
)


class ClaimState(StrEnum):
    """What became of evidence that somebody entered by hand."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        return CLAIM_WORDS[self]


CLAIM_WORDS: Mapping[ClaimState, str] = MappingProxyType(
    {
        ClaimState.DRAFT: "not sent for approval yet",
        ClaimState.WAITING: "waits for a second person",
        ClaimState.APPROVED: "approved",
        ClaimState.REFUSED: "refused",
        ClaimState.WITHDRAWN: "withdrawn",
    }
)
