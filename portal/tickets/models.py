"""Tickets, their messages and files, and what the desk is set up with."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.clock import NEVER
from portal.db import Base
from portal.files import KeptFile
from portal.people.models import Organization, Person, Project
from portal.policy import Scope
from portal.tickets.rules import (
    SUBJECT_LENGTH,
    Assign,
    Channel,
    Condition,
    MessageKind,
    Priority,
    Rule,
    State,
    Urgency,
    number_words,
)


def _open_index(name: str, *columns: str) -> Index:
    """Open tickets are few among many resolved ones: lists of work walk an index that holds nothing else.

    The condition is written as each engine renders a bare boolean column, or its planner does not recognize it.
    """
    return Index(name, *columns, postgresql_where=text("is_open"), sqlite_where=text("is_open = 1"))


class Queue(Base):
    __tablename__ = "queue"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(300), default="")
    words: Mapped[str] = mapped_column(String(80))
    """What requesters read instead of the queue's name."""
    is_restricted: Mapped[bool] = mapped_column(default=False)
    """Only its members, administrators and those who take part see its tickets."""
    position: Mapped[int]

    members: Mapped[list["QueueMember"]] = relationship(back_populates="queue", order_by="QueueMember.person_id")

    @property
    def scope(self) -> Scope:
        return Scope()


class QueueMember(Base):
    __tablename__ = "queue_member"

    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    queue: Mapped[Queue] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()


class Category(Base):
    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    hint: Mapped[str] = mapped_column(String(300), default="")
    ask: Mapped[str] = mapped_column(String(300), default="")
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]

    queue: Mapped[Queue] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope()


class CannedResponse(Base):
    __tablename__ = "canned_response"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120), unique=True)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    used: Mapped[int] = mapped_column(default=0)

    category: Mapped[Category | None] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope()


class TriageRule(Base):
    __tablename__ = "triage_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(120))
    is_on: Mapped[bool] = mapped_column(default=True)
    when: Mapped[dict[str, Any]] = mapped_column(JSON)
    queue_id: Mapped[int | None] = mapped_column(ForeignKey("queue.id"))
    priority: Mapped[Priority | None]
    assign: Mapped[Assign | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]

    queue: Mapped[Queue | None] = relationship()
    assignee: Mapped[Person | None] = relationship()

    @property
    def scope(self) -> Scope:
        return Scope()

    @property
    def condition(self) -> Condition:
        return Condition(
            categories=frozenset(self.when.get("categories", ())),
            agencies=frozenset(self.when.get("agencies", ())),
            cocs=frozenset(self.when.get("cocs", ())),
            project_types=frozenset(self.when.get("project_types", ())),
            channels=frozenset(Channel(channel) for channel in self.when.get("channels", ())),
            words=tuple(self.when.get("words", ())),
        )

    @property
    def rule(self) -> Rule:
        return Rule(self.id, self.condition, self.queue_id, self.priority, self.assign, self.assignee_id)


class PriorityTarget(Base):
    """How soon tickets of a priority are answered and resolved, in minutes of business time."""

    __tablename__ = "priority_target"

    priority: Mapped[Priority] = mapped_column(primary_key=True)
    first_response_minutes: Mapped[int]
    resolution_minutes: Mapped[int]


class DeskHours(Base):
    """One window in which the desk is open, in each community's own local time; minutes after midnight."""

    __tablename__ = "desk_hours"
    __table_args__ = (CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    weekday: Mapped[int]
    """0 is Monday."""
    opens: Mapped[int]
    closes: Mapped[int]


class Ticket(Base):
    __tablename__ = "ticket"
    __table_args__ = (
        _open_index("ix_ticket_open", "next_due_at", "id"),
        _open_index("ix_ticket_open_queue", "queue_id", "next_due_at", "id"),
        _open_index("ix_ticket_open_assignee", "assignee_id", "next_due_at", "id"),
        _open_index("ix_ticket_open_agency", "agency_id", "next_due_at", "id"),
        Index("ix_ticket_requester", "requester_id", "id"),
        Index("ix_ticket_agency", "agency_id", "id"),
        Index("ix_ticket_assignee", "assignee_id", "id"),
        Index("ix_ticket_category", "category_id", "id"),
        Index("ix_ticket_queue", "queue_id", "id"),
        Index("ix_ticket_resolved", "state", "resolved_at"),
        Index("ix_ticket_coc_opened", "coc_id", "opened_at", "first_responded_at"),
        Index("ix_ticket_coc_resolved", "coc_id", "resolved_at"),
        CheckConstraint("is_open = (state IN ('new', 'open', 'waiting'))", name="is_open_by_state"),
        CheckConstraint("is_open OR resolved_at IS NOT NULL", name="resolved_when_not_open"),
        CheckConstraint("requester_id IS NOT NULL OR requester_address <> ''", name="has_requester"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    state: Mapped[State] = mapped_column(default=State.NEW)
    is_open: Mapped[bool] = mapped_column(default=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"))
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"))
    is_restricted: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[Priority]
    urgency: Mapped[Urgency]
    channel: Mapped[Channel]
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    requester_name: Mapped[str] = mapped_column(String(160), default="")
    requester_address: Mapped[str] = mapped_column(String(254), default="")
    """Name and address of a sender whom the register does not know."""
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    coc_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    filed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Staff who filed it for a caller."""
    possibly_about_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    """A mail that named this thread from somebody not entitled to it; shown to staff, for them to judge."""
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    first_response_due_at: Mapped[datetime | None]
    first_responded_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime] = mapped_column(default=NEVER)
    """The earlier of the two due times; NEVER while nothing is due."""
    reopened: Mapped[int] = mapped_column(default=0)

    category: Mapped[Category] = relationship()
    queue: Mapped[Queue] = relationship()
    requester: Mapped[Person | None] = relationship(foreign_keys=[requester_id])
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    filed_by: Mapped[Person | None] = relationship(foreign_keys=[filed_by_id])
    agency: Mapped[Organization | None] = relationship(foreign_keys=[agency_id])
    coc: Mapped[Organization | None] = relationship(foreign_keys=[coc_id])
    project: Mapped[Project | None] = relationship()
    possibly_about: Mapped["Ticket | None"] = relationship(remote_side="Ticket.id")
    participants: Mapped[list["Participant"]] = relationship(back_populates="ticket", order_by="Participant.person_id")
    messages: Mapped[list["Message"]] = relationship(back_populates="ticket", order_by="Message.id")
    pauses: Mapped[list["Pause"]] = relationship(back_populates="ticket", order_by="Pause.id")

    @property
    def number(self) -> str:
        return number_words(self.id)

    @property
    def requester_words(self) -> str:
        return self.requester.name if self.requester else self.requester_name or self.requester_address

    @property
    def due_at(self) -> datetime | None:
        return None if self.next_due_at >= NEVER else self.next_due_at

    @property
    def scope(self) -> Scope:
        people = {participant.person_id for participant in self.participants}
        if self.is_restricted:
            people |= {member.person_id for member in self.queue.members}
        return Scope(
            people=frozenset(people | ({self.requester_id} if self.requester_id else set())),
            organizations=frozenset({self.agency_id} if self.agency_id else set()),
            cocs=frozenset({self.coc_id} if self.coc_id else set()),
            is_restricted=self.is_restricted,
        )


class Participant(Base):
    """Somebody besides the requester who gets the answers and may write on the ticket."""

    __tablename__ = "participant"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    added_at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship()


class Pause(Base):
    """A stretch of waiting on the requester, in which the resolution clock stands still."""

    __tablename__ = "pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship(back_populates="pauses")


class Message(Base):
    __tablename__ = "message"
    __table_args__ = (Index("ix_message_ticket_id_id", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[MessageKind]
    channel: Mapped[Channel]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    author_name: Mapped[str] = mapped_column(String(160), default="")
    """Of an author whom the register does not know."""
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    """Markdown from the browser, plain text from mail."""
    quoted: Mapped[str] = mapped_column(Text, default="")
    """What a mail repeated of earlier ones, folded away."""
    inbound_id: Mapped[int | None] = mapped_column(unique=True)
    """The stored mail this message was made from; a mail becomes a message once."""
    masked: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Kinds of client data that were removed before storing."""
    sent_as_typed: Mapped[bool] = mapped_column(default=False)
    """The writer was warned of client data and said that it is none."""

    ticket: Mapped[Ticket] = relationship(back_populates="messages")
    author: Mapped[Person | None] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(back_populates="message", order_by="Attachment.id")
    original: Mapped["SealedOriginal | None"] = relationship(back_populates="message")

    @property
    def author_words(self) -> str:
        return self.author.name if self.author else self.author_name or "The portal"

    @property
    def scope(self) -> Scope:
        return self.ticket.scope


class Attachment(Base):
    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"))
    name: Mapped[str] = mapped_column(String(130))

    message: Mapped[Message] = relationship(back_populates="attachments")
    file: Mapped[KeptFile] = relationship()

    @property
    def scope(self) -> Scope:
        return self.message.ticket.scope


class SealedOriginal(Base):
    """The text of a message before client data was masked: encrypted, for permitted staff, purged by rule."""

    __tablename__ = "sealed_original"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), unique=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("kept_file.id"))
    purge_at: Mapped[datetime] = mapped_column(index=True)

    message: Mapped[Message] = relationship(back_populates="original")
    file: Mapped[KeptFile] = relationship()

    @property
    def scope(self) -> Scope:
        return self.message.ticket.scope
