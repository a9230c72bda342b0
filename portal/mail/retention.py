"""How long the text of letters is kept. To whom, when, what kind of letter and what came of it stay for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.mail import choices
from portal.mail.choices import ChoiceName
from portal.mail.letters import Letter

BATCH = 500
BATCHES = 10


def find(now: datetime) -> Sequence[Sequence[int]]:
    """Batches of letters, by id, whose text is past its time; never of one that may still be sent by itself."""
    since = now - timedelta(days=choices.chosen()[ChoiceName.TEXT_DAYS])
    old = select(Letter.id).where(Letter.emptied_at.is_(None), Letter.made_at < since, Letter.due_at.is_(None))
    ids = db.session.scalars(old.order_by(Letter.made_at, Letter.id).limit(BATCH * BATCHES)).all()
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def empty(act: Act, letter_ids: Sequence[int]) -> None:
    """One line on record for the whole batch; each letter's row says when."""
    gone = db.session.scalars(
        update(Letter)
        .where(Letter.id.in_(letter_ids), Letter.emptied_at.is_(None), Letter.due_at.is_(None))
        .values(text="", html="", emptied_at=act.at)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).all()
    if gone:
        audit.record_without_subject(act, "letter.emptied", Letter.__tablename__, count=len(gone))
