"""States of a license, the moves between them, and why somebody makes one. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class LicenseState(StrEnum):
    REQUESTED = "requested"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"

    @property
    def words(self) -> str:
        return self.value.capitalize()


OPEN = (LicenseState.REQUESTED, LicenseState.APPROVED, LicenseState.ACTIVE, LicenseState.SUSPENDED)
"""A person has at most one license in these states at one agency."""
SEATED = (LicenseState.APPROVED, LicenseState.ACTIVE)
"""What takes a seat."""


class Move(StrEnum):
    REQUEST = "request"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REVOKE = "revoke"

    @property
    def words(self) -> str:
        """What somebody did to the license."""
        return _MOVE_WORDS[self]

    @property
    def verb(self) -> str:
        """For buttons."""
        return f"{self.value.capitalize()} license"


_MOVE_WORDS: Mapping[Move, str] = MappingProxyType(
    {
        Move.REQUEST: "asked for the license",
        Move.DECLINE: "declined the request",
        Move.WITHDRAW: "withdrew the request",
        Move.APPROVE: "approved the license",
        Move.ACTIVATE: "gave access in the HMIS",
        Move.SUSPEND: "suspended the license",
        Move.RESTORE: "restored the license",
        Move.REVOKE: "revoked the license",
    }
)

_S = LicenseState
MOVES: Mapping[Move, tuple[frozenset[LicenseState], LicenseState]] = MappingProxyType(
    {
        Move.DECLINE: (frozenset({_S.REQUESTED}), _S.DECLINED),
        Move.WITHDRAW: (frozenset({_S.REQUESTED}), _S.WITHDRAWN),
        Move.APPROVE: (frozenset({_S.REQUESTED}), _S.APPROVED),
        Move.ACTIVATE: (frozenset({_S.APPROVED}), _S.ACTIVE),
        Move.SUSPEND: (frozenset({_S.ACTIVE}), _S.SUSPENDED),
        Move.RESTORE: (frozenset({_S.SUSPENDED}), _S.ACTIVE),
        Move.REVOKE: (frozenset({_S.APPROVED, _S.ACTIVE, _S.SUSPENDED}), _S.REVOKED),
    }
)
"""From which states each move starts, and where it ends."""


def after(state: LicenseState, move: Move) -> LicenseState | None:
    """Where the move leads from this state; None where it cannot be made."""
    starts, end = MOVES.get(move, (frozenset(), state))
    return end if state in starts else None


class Reason(StrEnum):
    NEW_COLLEAGUE = "new_colleague"
    NEW_DUTIES = "new_duties"
    CAME_BACK = "came_back"
    NO_NEED = "no_need"
    UNMET = "unmet"
    UNKNOWN_PERSON = "unknown_person"
    MISTAKE = "mistake"
    ALL_MET = "all_met"
    OVERRIDDEN = "overridden"
    DONE_IN_HMIS = "done_in_hmis"
    EVIDENCE_MISSING = "evidence_missing"
    SECURITY = "security"
    AWAY = "away"
    CLEARED = "cleared"
    LEFT = "left"
    BREACH = "breach"
    LISTED = "listed"

    @property
    def words(self) -> str:
        return _REASON_WORDS[self]


_REASON_WORDS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.NEW_COLLEAGUE: "a new colleague",
        Reason.NEW_DUTIES: "other duties",
        Reason.CAME_BACK: "back at work",
        Reason.NO_NEED: "not needed for the work",
        Reason.UNMET: "requirements not met",
        Reason.UNKNOWN_PERSON: "the agency does not know the person",
        Reason.MISTAKE: "asked for by mistake",
        Reason.ALL_MET: "all requirements met",
        Reason.OVERRIDDEN: "approved although requirements are not met",
        Reason.DONE_IN_HMIS: "done in the HMIS",
        Reason.EVIDENCE_MISSING: "a requirement is overdue",
        Reason.SECURITY: "a security concern",
        Reason.AWAY: "away for a long time",
        Reason.CLEARED: "cleared",
        Reason.LEFT: "left the agency",
        Reason.BREACH: "a breach of the agreement",
        Reason.LISTED: "there already when a staff list was loaded",
    }
)

REASONS: Mapping[Move, tuple[Reason, ...]] = MappingProxyType(
    {
        Move.REQUEST: (Reason.NEW_COLLEAGUE, Reason.NEW_DUTIES, Reason.CAME_BACK),
        Move.DECLINE: (Reason.UNMET, Reason.NO_NEED, Reason.UNKNOWN_PERSON),
        Move.WITHDRAW: (Reason.MISTAKE, Reason.NO_NEED, Reason.LEFT),
        Move.APPROVE: (Reason.ALL_MET, Reason.OVERRIDDEN),
        Move.ACTIVATE: (Reason.DONE_IN_HMIS, Reason.LISTED),
        Move.SUSPEND: (Reason.EVIDENCE_MISSING, Reason.SECURITY, Reason.AWAY),
        Move.RESTORE: (Reason.CLEARED, Reason.CAME_BACK),
        Move.REVOKE: (Reason.NEW_DUTIES, Reason.NO_NEED, Reason.BREACH, Reason.LEFT),
    }
)
"""Why each move is made; a note may say more."""
