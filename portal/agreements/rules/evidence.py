"""What proves a click-to-sign signature (15 USC 7001; UETA 5, 9, 10, 12): facts as they were, gaps said to be gaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.documents import Drawn


class Step(StrEnum):
    INVITED = "invited"
    OPENED = "opened"
    IDENTIFIED = "identified"
    CONSENTED = "consented"
    READ = "read"
    REVIEWED = "reviewed"
    SIGNED = "signed"
    DECLINED = "declined"

    @property
    def words(self) -> str:
        return _STEP_WORDS[self]


_STEP_WORDS = {
    Step.INVITED: "was asked to sign",
    Step.OPENED: "opened the document",
    Step.IDENTIFIED: "showed who they are",
    Step.CONSENTED: "agreed to sign electronically",
    Step.READ: "was shown the last page",
    Step.REVIEWED: "reviewed what they were about to sign",
    Step.SIGNED: "signed",
    Step.DECLINED: "declined to sign",
}
NEEDED = (Step.CONSENTED, Step.READ, Step.SIGNED)
"""Without these, in this order, there is no signature."""


@dataclass(frozen=True)
class Happening:
    """One step of one party. What was not recorded is empty and is never filled in later."""

    at: datetime
    party: int
    """Number of the party, from 1."""
    step: Step
    address: str = ""
    """IP address that the request came from."""
    browser: str = ""
    how: str = ""
    """The way in words: "signed in with password and code"."""


@dataclass(frozen=True)
class Party:
    name: str
    title: str
    organization: str
    """"" for a person who signs for themselves."""
    email: str
    mark: str | Drawn
    intent: str
    """The sentence beside the button, as it was shown."""
    power: str = ""
    """What they affirmed about their power to bind the organization."""


@dataclass(frozen=True)
class Record:
    """All that the certificate page says of one agreement."""

    number: str
    title: str
    kind: str
    version: str
    shown_sha256: str
    """Of the exact PDF that every party was shown, lowercase hex."""
    disclosure: str
    """Version of the text that they agreed to when they agreed to sign electronically."""
    procedure: str
    """Version of the signing procedure that was valid on the day."""
    parties: tuple[Party, ...]
    happenings: tuple[Happening, ...]
    zone: ZoneInfo
    in_order: bool = True
    """Each party was asked only when the one before had signed."""


def moment_of(record: Record, party: int, step: Step) -> datetime | None:
    """When this party took this step, the first time."""
    return next((one.at for one in _in_time(record) if (one.party, one.step) == (party, step)), None)


def gaps(record: Record) -> tuple[str, ...]:
    """Why the record does not prove that everybody signed, as sentences; nothing where it does."""
    return (*_missing(record), *_out_of_order(record))


def _missing(record: Record) -> Iterator[str]:
    for number, party in enumerate(record.parties, 1):
        if not party.intent.strip():
            yield f"What {party.name} meant by signing was not recorded."
        if isinstance(party.mark, str) and not party.mark.strip():
            yield f"{party.name} left no mark."
        if party.organization and not party.power.strip():
            yield f"{party.name} did not affirm the power to sign for {party.organization}."
        for step in NEEDED:
            if moment_of(record, number, step) is None:
                yield f"It was not recorded that {party.name} {step.words}."


def _out_of_order(record: Record) -> Iterator[str]:
    signed_before: datetime | None = None
    for number, party in enumerate(record.parties, 1):
        moments = [moment for step in NEEDED if (moment := moment_of(record, number, step))]
        if moments != sorted(moments):
            yield f"{party.name} signed before reading the document or agreeing to sign electronically."
        asked = moment_of(record, number, Step.INVITED)
        if record.in_order and asked and signed_before and asked < signed_before:
            yield f"{party.name} was asked before it was their turn."
        signed_before = moment_of(record, number, Step.SIGNED) or signed_before


def _in_time(record: Record) -> list[Happening]:
    return sorted(record.happenings, key=lambda one: one.at)
