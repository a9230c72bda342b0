"""The pulse of the installation, and where everything stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from portal.db import db
from portal.mail import deliver, letters
from portal.mail.deliver import Way
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.letters import Letter, LetterState
from portal.operations.rules import Pulse
from portal.scheduler import JobRun


def pulse(now: datetime) -> Pulse:
    can_mail = deliver.way() is not Way.NOWHERE and deliver.room_left(now) > 0
    return Pulse(_worker_ran_at(), _letter_due_at(now), can_mail)


def _worker_ran_at() -> datetime | None:
    return db.session.scalar(select(func.max(JobRun.started_at)))


def _letter_due_at(now: datetime) -> datetime | None:
    due = or_(Letter.state == LetterState.QUEUED, Letter.state == LetterState.UNCERTAIN)
    return db.session.scalar(select(func.min(Letter.due_at)).where(due, Letter.due_at <= now))


@dataclass(frozen=True)
class Standing:
    """Mail in numbers, and by which way it leaves and comes in."""

    letters: Mapping[LetterState, int]
    inbound: Mapping[InboundState, int]
    way: Way


def standing() -> Standing:
    rows = db.session.execute(
        select(InboundMail.state, func.count())
        .where(InboundMail.state.in_((InboundState.NEW, InboundState.PARKED)))
        .group_by(InboundMail.state)
        .order_by(InboundMail.state)
    )
    held = {row[0]: row[1] for row in rows}
    inbound = {state: held.get(state, 0) for state in (InboundState.NEW, InboundState.PARKED)}
    return Standing(letters.counts(), inbound, deliver.way())
