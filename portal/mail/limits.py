"""Who writes too much, and to whom the portal answers by itself; both keep machines from talking to each other."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.db import db
from portal.mail.fetch import InboundMail, sender_hash
from portal.mail.letters import Auto, Letter

MESSAGES_AN_HOUR = 30
"""From one address; more waits for a person."""
ACKNOWLEDGEMENTS = ((timedelta(minutes=10), 1), (timedelta(days=1), 5))
"""To one address, at most so many within so long."""


def too_many_from(address: str, now: datetime) -> bool:
    """Counts what was noted by `fetch.note_facts`, this message included."""
    count = select(func.count()).where(
        InboundMail.sender_hash == sender_hash(address), InboundMail.received_at > now - timedelta(hours=1)
    )
    return (db.session.scalar(count) or 0) > MESSAGES_AN_HOUR


def may_acknowledge(to_address: str, now: datetime) -> bool:
    return all(_acknowledged(to_address, now - span) < most for span, most in ACKNOWLEDGEMENTS)


def _acknowledged(to_address: str, since: datetime) -> int:
    count = select(func.count()).where(
        Letter.to_address == to_address.strip().lower(), Letter.made_at > since, Letter.auto == Auto.REPLIED
    )
    return db.session.scalar(count) or 0
