"""What state an agreement and its signers are in, what may follow, and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class AgreementState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    PARTLY_SIGNED = "partly_signed"
    COMPLETED = "completed"
    DECLINED = "declined"
    VOIDED = "voided"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        return _WORDS[self]

    @property
    def is_open(self) -> bool:
        """Somebody may still sign it."""
        return self in (AgreementState.SENT, AgreementState.PARTLY_SIGNED)


_WORDS = {
    AgreementState.DRAFT: "draft",
    AgreementState.SENT: "out for signature",
    AgreementState.PARTLY_SIGNED: "signed by some",
    AgreementState.COMPLETED: "signed by all",
    AgreementState.DECLINED: "declined",
    AgreementState.VOIDED: "voided",
    AgreementState.EXPIRED: "not signed in time",
}
NEXT: Mapping[AgreementState, frozenset[AgreementState]] = MappingProxyType(
    {
        AgreementState.DRAFT: frozenset({AgreementState.SENT, AgreementState.VOIDED}),
        AgreementState.SENT: frozenset(
            {
                AgreementState.PARTLY_SIGNED,
                AgreementState.COMPLETED,
                AgreementState.DECLINED,
                AgreementState.VOIDED,
                AgreementState.EXPIRED,
            }
        ),
        AgreementState.PARTLY_SIGNED: frozenset(
            {AgreementState.COMPLETED, AgreementState.DECLINED, AgreementState.VOIDED, AgreementState.EXPIRED}
        ),
        AgreementState.COMPLETED: frozenset(),
        AgreementState.DECLINED: frozenset(),
        AgreementState.VOIDED: frozenset(),
        AgreementState.EXPIRED: frozenset({AgreementState.SENT}),
    }
)
"""Only forward: what an outside service reports late or twice changes nothing. What ran out may be sent once more."""


class SignerState(StrEnum):
    WAITING = "waiting"
    ASKED = "asked"
    OPENED = "opened"
    SIGNED = "signed"
    DECLINED = "declined"
    REPLACED = "replaced"

    @property
    def words(self) -> str:
        return _SIGNER_WORDS[self]


_SIGNER_WORDS = {
    SignerState.WAITING: "waits for their turn",
    SignerState.ASKED: "asked to sign",
    SignerState.OPENED: "has opened it",
    SignerState.SIGNED: "signed",
    SignerState.DECLINED: "declined",
    SignerState.REPLACED: "replaced by another signer",
}


def state_of(signers: Sequence[SignerState]) -> AgreementState:
    """Of an agreement that was sent and neither voided nor run out, from the states of its signers."""
    counted = [one for one in signers if one is not SignerState.REPLACED]
    if SignerState.DECLINED in counted:
        return AgreementState.DECLINED
    signed = counted.count(SignerState.SIGNED)
    if counted and signed == len(counted):
        return AgreementState.COMPLETED
    return AgreementState.PARTLY_SIGNED if signed else AgreementState.SENT


def turns(signers: Sequence[SignerState], in_order: bool) -> tuple[int, ...]:
    """Places in the sequence whose turn it is. Nobody else may read, sign or download."""
    if state_of(signers) in (AgreementState.DECLINED, AgreementState.COMPLETED):
        return ()
    unsigned = [place for place, one in enumerate(signers) if one not in (SignerState.SIGNED, SignerState.REPLACED)]
    return tuple(unsigned[:1] if in_order else unsigned)


@dataclass(frozen=True)
class Power:
    """Who may bind an organization, on which days; both ends included."""

    person: int
    organization: int
    since: date
    until: date | None = None


def may_bind(powers: Sequence[Power], person: int, organization: int, on: date) -> bool:
    return any(
        (one.person, one.organization) == (person, organization)
        and one.since <= on
        and (not one.until or on <= one.until)
        for one in powers
    )
