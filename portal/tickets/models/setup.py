"""What the desk is set up with: queues, categories, canned responses, triage rules, targets, hours."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base
from portal.people.models import Person
from portal.policy import Scope
from portal.tickets.rules import Assign, Channel, Condition, Priority, Rule


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
