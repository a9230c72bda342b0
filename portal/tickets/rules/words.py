"""What is said of a ticket: urgency, priority, channel, number, and the limits of its texts."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Urgency(StrEnum):
    """What the requester says."""

    CAN_WAIT = "can_wait"
    NORMAL = "normal"
    SLOWED = "slowed"
    BLOCKED = "blocked"

    @property
    def words(self) -> str:
        return URGENCY_WORDS[self]


URGENCY_WORDS: Mapping[Urgency, str] = MappingProxyType(
    {
        Urgency.CAN_WAIT: "It can wait a few days",
        Urgency.NORMAL: "In the next day or two",
        Urgency.SLOWED: "It slows my work today",
        Urgency.BLOCKED: "I cannot work",
    }
)


class Priority(StrEnum):
    """What the desk decides; orders work and sets the targets."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def words(self) -> str:
        return self.value.capitalize()


PRIORITY_OF: Mapping[Urgency, Priority] = MappingProxyType(
    {
        Urgency.CAN_WAIT: Priority.LOW,
        Urgency.NORMAL: Priority.NORMAL,
        Urgency.SLOWED: Priority.HIGH,
        Urgency.BLOCKED: Priority.URGENT,
    }
)


class Channel(StrEnum):
    WEB = "web"
    MAIL = "mail"
    PHONE = "phone"

    @property
    def words(self) -> str:
        return {"web": "in the browser", "mail": "by e-mail", "phone": "by phone"}[self.value]


class SenderCheck(StrEnum):
    """Whether a mail is from whom it says."""

    VERIFIED = "verified"
    """Our mail server vouches for it, or it answers a letter that only this person got."""
    UNVERIFIED = "unverified"
    FAILED = "failed"
    """The sender's own domain says that it is not from there."""

    @property
    def words(self) -> str:
        return SENDER_WORDS[self]

    @property
    def advice(self) -> str:
        """What staff do about it; `{name}` is who the mail says it is from. "" where nothing is to be done."""
        return SENDER_ADVICE[self]


SENDER_WORDS: Mapping[SenderCheck, str] = MappingProxyType(
    {
        SenderCheck.VERIFIED: "Sender verified",
        SenderCheck.UNVERIFIED: "Sender not verified",
        SenderCheck.FAILED: "Sender probably forged",
    }
)
SENDER_ADVICE: Mapping[SenderCheck, str] = MappingProxyType(
    {
        SenderCheck.VERIFIED: "",
        SenderCheck.UNVERIFIED: "Nothing proves that it is from {name}. Before you change access, help with a password "
        "or send data, call {name} at a number that you know from elsewhere.",
        SenderCheck.FAILED: "The domain of the address says that the mail is not from there. Do nothing that it asks "
        "for. If it may be real, call {name} at a number that you know from elsewhere.",
    }
)


class MessageKind(StrEnum):
    OPENING = "opening"
    REPLY = "reply"
    NOTE = "note"

    @property
    def is_internal(self) -> bool:
        return self is MessageKind.NOTE


SUBJECT_LENGTH = 200
TEXT_LENGTH = 250_000
FILES_PER_MESSAGE = 10
CLOSE_AFTER = timedelta(days=14)
"""A resolved ticket is closed after so long without a word; a later reply opens a new ticket linked to it."""
ORIGINAL_KEPT = timedelta(hours=72)
"""How long an original with client data stays sealed before it is purged."""
NUMBER = re.compile(r"(?:HMIS-?|#)?(\d{1,9})", re.IGNORECASE)


def number_words(ticket_id: int) -> str:
    return f"HMIS-{ticket_id}"


def number_in(words: str) -> int | None:
    """The ticket that somebody names alone in a search box: 1234, #1234, HMIS-1234."""
    found = NUMBER.fullmatch(words.strip())
    return int(found[1]) if found else None
