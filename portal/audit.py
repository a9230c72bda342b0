"""What happened, who did it, when: rows that are only ever added.

Facts hold ids, codes, dates and counts, never names, addresses or typed text, so that a person can be forgotten
while the record stays whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, db, put_facts

_CODE = re.compile(r"[A-Za-z0-9_.:+/-]{0,80}")


class Via(StrEnum):
    WEB = "web"
    MAIL = "mail"
    JOB = "job"
    CLI = "cli"
    RULE = "rule"


@dataclass(frozen=True)
class Act:
    """Every action's first argument: when, by whom (a person's id; None is the portal itself), by which way."""

    at: datetime
    by: int | None = None
    via: Via = Via.WEB


class Subject(Protocol):
    """A row that things happen to; its table name is the kind under which the record is kept."""

    __tablename__: Any
    id: Any


class AuditEvent(Base):
    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "kind", "subject_id", "id"),
        Index("ix_audit_event_by_person_id", "by_person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    via: Mapped[Via]
    name: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


def record(act: Act, name: str, subject: Subject, **facts: Any) -> None:
    """Keep that `name` ("ticket.closed") happened to the subject.

    Raises:
        ValueError: a fact is free text; keep text in a row that can be emptied instead.
    """
    if subject.id is None:
        db.session.flush()
    _keep(act, name, str(subject.__tablename__), subject.id, facts)


def record_without_subject(act: Act, name: str, kind: str, **facts: Any) -> None:
    """The same where no row exists to point at: a failed sign-in, a denial. The subject's id is 0."""
    _keep(act, name, kind, 0, facts)


def _keep(act: Act, name: str, kind: str, subject_id: int, facts: Mapping[str, Any]) -> None:
    put_facts(
        AuditEvent,
        at=act.at,
        by_person_id=act.by,
        via=act.via,
        name=name,
        kind=kind,
        subject_id=subject_id,
        facts={key: _plain(key, value) for key, value in facts.items()},
    )


def _plain(key: str, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(key, item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, str) and _CODE.fullmatch(value):
        return str(value)
    raise ValueError(f"The audit fact “{key}” must be an id, a code, a date or a count.")
