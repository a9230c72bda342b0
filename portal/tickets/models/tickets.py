"""Tickets, who takes part in them, and when their clocks stood still."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.clock import NEVER
from portal.db import Base
from portal.people.models import Organization, Person, Project
from portal.policy import Scope
from portal.tickets.models.setup import Category, Queue
from portal.tickets.rules import SUBJECT_LENGTH, Channel, Priority, State, Urgency, number_words

if TYPE_CHECKING:
    from portal.tickets.models.messages import Message


def _open_index(name: str, *columns: str) -> Index:
    """Open tickets are few among many resolved ones: lists of work walk an index that holds nothing else.

    The condition is written as each engine renders a bare boolean column, or its planner does not recognize it.
    """
    return Index(name, *columns, postgresql_where=text("is_open"), sqlite_where=text("is_open = 1"))


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
