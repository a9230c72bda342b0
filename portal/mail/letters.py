"""Letters as rows, and what is known of them: states, words, lists, addresses whose mail came back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import Index, Select, String, Text, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, db, plain_rows

SUBJECT_LENGTH = 200
NAME_LENGTH = 120
ADDRESS_LENGTH = 254
ERROR_LENGTH = 300
DEDUPE_LENGTH = 300

VIA_SMTP = "smtp"
VIA_DEMO = "demo"
"""Not mailed but shown on the mailbox page of a demo community, the only place where its reader finds it."""


class LetterState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    DEAD = "dead"
    NOT_NEEDED = "not_needed"
    CANCELED = "canceled"

    @property
    def words(self) -> str:
        return _STATE_WORDS[self]


_STATE_WORDS = MappingProxyType(
    {
        LetterState.QUEUED: "waiting to be sent",
        LetterState.SENDING: "being sent",
        LetterState.SENT: "sent",
        LetterState.UNCERTAIN: "may not have arrived",
        LetterState.FAILED: "refused",
        LetterState.DEAD: "given up",
        LetterState.NOT_NEEDED: "no longer needed",
        LetterState.CANCELED: "canceled",
    }
)
UNDELIVERED = (LetterState.FAILED, LetterState.DEAD, LetterState.UNCERTAIN)


class Auto(StrEnum):
    """How a letter came about (RFC 3834): by itself, as the machine's answer to a mail, or written by a person."""

    GENERATED = "generated"
    REPLIED = "replied"
    WRITTEN = ""


class Letter(Base):
    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_due_at", "due_at", "id"),
        Index("ix_letter_state", "state", "id"),
        Index("ix_letter_about", "about_kind", "about_id", "id"),
        Index("ix_letter_thread", "thread_kind", "thread_id", "to_address", "id"),
        Index("ix_letter_to_address_made_at", "to_address", "made_at"),
        Index("ix_letter_emptied_at_made_at", "emptied_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[str] = mapped_column(String(80))
    """ "package/name" of its templates."""
    to_address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    to_name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    to_person_id: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(300), unique=True)
    in_reply_to: Mapped[str] = mapped_column(Text, default="")
    references: Mapped[str] = mapped_column(Text, default="")
    reply_to: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), default="")
    about_kind: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[int | None]
    thread_kind: Mapped[str | None] = mapped_column(String(40))
    thread_id: Mapped[int | None]
    dedupe_key: Mapped[str] = mapped_column(String(DEDUPE_LENGTH), unique=True)
    still_due: Mapped[str] = mapped_column(String(80), default="")
    """Name of the check that decides, before sending, whether the letter is still needed; "" for none."""
    secret: Mapped[bool] = mapped_column(default=False)
    """It carries a link that lets somebody in: its text is emptied once sent, and it is never sent twice on a doubt."""
    auto: Mapped[Auto] = mapped_column(default=Auto.GENERATED)
    state: Mapped[LetterState] = mapped_column(default=LetterState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    """How often a whole letter was handed over and no answer came."""
    due_at: Mapped[datetime | None]
    """When to try next; None when nothing is left to try."""
    lease_until: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(ERROR_LENGTH), default="")
    via: Mapped[str] = mapped_column(String(10), default="")
    """VIA_SMTP or VIA_DEMO; "" while not sent."""
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(index=True)
    bounced_at: Mapped[datetime | None]
    bounce_status: Mapped[str] = mapped_column(String(20), default="")
    """Enhanced status code of the delivery report (RFC 3463), "5.1.1"."""
    emptied_at: Mapped[datetime | None]
    """When its text went, its time of being kept over; who, when and what kind of letter stay."""

    def end(self, state: LetterState, reason: str = "") -> None:
        """Nothing more is tried by itself; a secret letter loses its link, because nobody will use it from here."""
        self.state, self.last_error = state, reason[:ERROR_LENGTH]
        self.due_at = self.lease_until = None
        if self.secret and self.via != VIA_DEMO:
            self.text = self.html = ""


class BouncedAddress(Base):
    """An address whose mail came back: how often for good, and since when it gets nothing."""

    __tablename__ = "bounced_address"

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH), unique=True)
    """Lower case."""
    bounces: Mapped[int] = mapped_column(default=0)
    last_status: Mapped[str] = mapped_column(String(20), default="")
    stopped_at: Mapped[datetime | None]


def letter(letter_id: int) -> Letter | None:
    return db.session.get(Letter, letter_id)


def letters_about(kind: str, subject_id: int) -> Sequence[Letter]:
    """Every letter about one row (kind is its table's name), oldest first."""
    return db.session.scalars(_about(kind, subject_id)).all()


def undelivered(kind: str, subject_id: int) -> Sequence[Letter]:
    """Letters about one row that did not, or may not have, arrived."""
    return db.session.scalars(_about(kind, subject_id).where(Letter.state.in_(UNDELIVERED))).all()


def _about(kind: str, subject_id: int) -> Select[Letter]:
    return select(Letter).where(Letter.about_kind == kind, Letter.about_id == subject_id).order_by(Letter.id)


def listed(*states: LetterState, to_address: str = "") -> Select[Letter]:
    """All letters, or those in these states or to this address, newest first."""
    found = select(Letter).order_by(Letter.id.desc())
    if states:
        found = found.where(Letter.state.in_(states))
    return found.where(Letter.to_address == to_address.lower()) if to_address else found


def counts() -> Mapping[LetterState, int]:
    """How many letters are in each state that is not an end, and in each that somebody should look at."""
    open_states = (LetterState.QUEUED, LetterState.SENDING, *UNDELIVERED)
    found = db.session.execute(
        select(Letter.state, func.count()).where(Letter.state.in_(open_states)).group_by(Letter.state)
    )
    counted: dict[Any, int] = {row[0]: row[1] for row in found}
    return {state: counted.get(state, 0) for state in open_states}


def bounced(address: str) -> BouncedAddress | None:
    return db.session.scalar(select(BouncedAddress).where(BouncedAddress.address == address.lower()))


_STOPPED = select(BouncedAddress.stopped_at).where(BouncedAddress.address == bindparam("address"))


def is_stopped(address: str) -> bool:
    return plain_rows(_STOPPED, address=address.lower()).scalar_one_or_none() is not None
