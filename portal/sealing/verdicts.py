"""What is said about a file that is held against the seals of the portal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Flaw(StrEnum):
    """Why a file is not what the portal sealed."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too large"
    NOT_A_PDF = "not a PDF"
    NOT_SEALED = "not sealed"
    CUT_OFF = "cut off"
    ADDED_TO = "added to"
    SEVERAL = "several signatures"
    BROKEN = "broken seal"
    OTHER_SIGNER = "other signer"
    CHANGED = "changed"
    STAMP_UNKNOWN = "time stamp unknown"
    LATE_STAMP = "late time stamp"
    OUT_OF_TIME = "out of time"
    DISPUTED = "disputed"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Flaw.UNREADABLE: "The file cannot be read.",
    Flaw.TOO_LARGE: "The file is larger than anything this portal seals.",
    Flaw.NOT_A_PDF: "This is not a PDF file.",
    Flaw.NOT_SEALED: "This PDF carries no seal.",
    Flaw.CUT_OFF: "The end of the file is missing.",
    Flaw.ADDED_TO: "Something was added to the file after it was sealed.",
    Flaw.SEVERAL: "Another signature was added to the file after it was sealed.",
    Flaw.BROKEN: "The seal itself was changed or damaged.",
    Flaw.OTHER_SIGNER: "The file was sealed with a certificate that is not at hand; perhaps not by this portal.",
    Flaw.CHANGED: "The file was changed after it was sealed.",
    Flaw.STAMP_UNKNOWN: "The time stamp in the seal comes from an authority whose certificate is not at hand.",
    Flaw.LATE_STAMP: "The time stamp in the seal was made at another time than the seal.",
    Flaw.OUT_OF_TIME: "The file says it was sealed at a time when its certificate was not valid.",
    Flaw.DISPUTED: "The seal does not pass every check that a PDF reader makes.",
}


@dataclass(frozen=True)
class Verdict:
    """`reason` is a sentence or more for the person who asked; where the file is not valid, `flaw` is its code."""

    valid: bool
    reason: str
    flaw: Flaw | None = None
    sealed_at: datetime | None = None
    is_stamped: bool = False
    """A time-stamp authority confirmed the moment; otherwise it is the sealer's own word."""
    fingerprint: str = ""
    """SHA-256 of the certificate that sealed it, lowercase hex."""


def refusal(flaw: Flaw) -> Verdict:
    return Verdict(valid=False, reason=flaw.words, flaw=flaw)
