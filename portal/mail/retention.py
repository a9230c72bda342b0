"""How long the text of letters is kept. To whom, when, what kind of letter and what came of it stay for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.mail import choices
from portal.mail.choices import ChoiceName
from portal.mail.letters import Letter, letter

BATCH = 500


def find(now: datetime) -> Sequence[int]:
    """Ids of letters whose text is past its time; never of one that may still be sent by itself."""
    since = now - timedelta(days=choices.chosen()[ChoiceName.TEXT_DAYS])
    old = select(Letter.id).where(Letter.emptied_at.is_(None), Letter.made_at < since, Letter.due_at.is_(None))
    return db.session.scalars(old.order_by(Letter.made_at, Letter.id).limit(BATCH)).all()


def empty(act: Act, letter_id: int) -> None:
    held = letter(letter_id)
    if held is None or held.emptied_at is not None or held.due_at is not None:
        return
    held.empty(act.at)
    audit.record(act, "letter.emptied", held)
