"""Who writes too much, and to whom the portal answers by itself; both keep machines from talking to each other."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.db import db
from portal.mail.fetch import InboundMail, InboundState, sender_hash
from portal.mail.letters import Auto, Letter, LetterState
from portal.mail.thread import Thread, bracketed

MESSAGES_AN_HOUR = 30
"""From one address; more waits for a person."""
MESSAGES_AN_HOUR_IN_A_THREAD = 10
"""From one address; two programs that take part in one thread would otherwise write to each other for ever."""
ACKNOWLEDGEMENTS = ((timedelta(minutes=10), 1), (timedelta(days=1), 5))
"""To one address, at most so many within so long."""


def too_many_from(address: str, now: datetime) -> bool:
    """Counts what was noted by `fetch.note_facts`, this message included."""
    count = select(func.count()).where(
        InboundMail.sender_hash == sender_hash(address), InboundMail.received_at > now - timedelta(hours=1)
    )
    return (db.session.scalar(count) or 0) > MESSAGES_AN_HOUR


def too_many_in(thread: Thread, address: str, now: datetime) -> bool:
    """Counts what was taken into the thread within the hour."""
    count = select(func.count()).where(
        InboundMail.sender_hash == sender_hash(address),
        InboundMail.received_at > now - timedelta(hours=1),
        InboundMail.state == InboundState.TAKEN,
        InboundMail.about_kind == thread.kind,
        InboundMail.about_id == thread.id,
    )
    return (db.session.scalar(count) or 0) >= MESSAGES_AN_HOUR_IN_A_THREAD


def may_reply(to_message_id: str, to_address: str, now: datetime) -> bool:
    """May the portal by itself answer this mail that came in? Not one that a rule or a person excepted from it."""
    excepted = select(InboundMail.id).where(
        InboundMail.message_id == bracketed(to_message_id), InboundMail.may_be_acknowledged.is_(False)
    )
    return db.session.scalar(excepted.limit(1)) is None and may_acknowledge(to_address, now)


def may_acknowledge(to_address: str, now: datetime) -> bool:
    return all(_acknowledged(to_address, now - span) < most for span, most in ACKNOWLEDGEMENTS)


def _acknowledged(to_address: str, since: datetime) -> int:
    count = select(func.count()).where(
        Letter.to_address == to_address.strip().lower(),
        Letter.made_at > since,
        Letter.auto == Auto.REPLIED,
        Letter.state != LetterState.NOT_NEEDED,
    )
    return db.session.scalar(count) or 0
