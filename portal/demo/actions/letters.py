"""Letters of the past count as mailed; those of the last hour are left to the worker."""

from datetime import datetime, timedelta

from sqlalchemy import update

from portal.db import db
from portal.demo.actions import mails
from portal.mail.letters import VIA_DEMO, Letter, LetterState

LEFT_QUEUED = timedelta(hours=1)


def settle(now: datetime) -> None:
    """What was queued before the last hour has gone to the demo's mailbox; some of it was answered by machines."""
    db.session.flush()
    db.session.execute(
        update(Letter)
        .where(Letter.state == LetterState.QUEUED, Letter.made_at <= now - LEFT_QUEUED)
        .values(state=LetterState.SENT, sent_at=Letter.made_at, via=VIA_DEMO, attempts=1, due_at=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    _let_robots_answer(now)


def _let_robots_answer(now: datetime) -> None:
    """An absence notice, a full mailbox, a mail without a sender: what a desk's mail looks like on any day."""
    away, full = mails.latest_letters(now - 2 * LEFT_QUEUED, 2)
    mails.arrive(away.made_at + timedelta(seconds=40), mails.vacation(away.made_at, "away", away))
    mails.arrive(full.made_at + timedelta(minutes=2), mails.mailbox_full(full.made_at, full))
    mails.arrive(now - timedelta(minutes=50), mails.senderless(now - timedelta(minutes=50)))
