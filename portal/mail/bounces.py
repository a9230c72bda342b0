"""Delivery reports: which letter came back, and from when on its address gets nothing.

A letter is found by its Message-ID, 128 random bits that only its reader saw. A report that names no letter of ours
changes nothing, so that nobody can silence an address with a forged one.
"""

import re
from collections.abc import Iterable

from sqlalchemy import select

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.mail import letters
from portal.mail.letters import BouncedAddress, Letter, LetterState
from portal.mail.parse import ParsedMail
from portal.mail.robots import Bounce
from portal.mail.thread import bracketed

HARD = frozenset({"5.1.1", "5.1.2", "5.1.6"})
"""No such mailbox, no such system, moved with no address left (RFC 3463, 3.2): once is enough."""
OTHERS_ALLOWED = 3
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
CAME_BACK = "The letter came back: {status}."


def record_bounce(act: Act, parsed: ParsedMail) -> Letter | None:
    """Mark the letter that the report is about; None where it names none of ours. A delay (4.x) is only noted."""
    bounce = parsed.bounce
    letter = _named(bounce.message_ids) if bounce is not None else None
    if bounce is None or letter is None:
        return None
    if letter.bounced_at is not None:
        return letter
    status = _status(bounce)
    letter.bounce_status = status
    if status.startswith("5") or (not status and bounce.action == "failed"):
        letter.bounced_at = act.at
        letter.end(LetterState.FAILED, CAME_BACK.format(status=status or "no reason was given"))
        audit.record(act, "letter.bounced", letter, status=status)
        _count(act, letter.to_address, status)
    return letter


def _named(message_ids: Iterable[str]) -> Letter | None:
    """Only a letter that left this installation can come back."""
    ids = [bracketed(message_id) for message_id in message_ids]
    return db.session.scalar(
        select(Letter)
        .where(Letter.message_id.in_([one for one in ids if one]))
        .where(Letter.state.in_((LetterState.SENT, LetterState.SENDING, LetterState.UNCERTAIN, LetterState.FAILED)))
        .order_by(Letter.id)
        .limit(1)
    )


def _status(bounce: Bounce) -> str:
    found = _STATUS.match(bounce.status.strip())
    return found.group() if found else ""


def _count(act: Act, address: str, status: str) -> None:
    known = letters.bounced(address)
    if known is None:
        known = BouncedAddress(address=address.lower(), bounces=0)
        db.session.add(known)
    known.bounces += 1
    known.last_status = status
    if known.stopped_at is None and (status in HARD or known.bounces >= OTHERS_ALLOWED):
        known.stopped_at = act.at
        audit.record(act, "address.stopped", known, status=status, bounces=known.bounces)
