"""Mail that does not reach its readers, and who is to be told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from portal.db import db
from portal.mail import deliver
from portal.mail.letters import UNDELIVERED, Letter
from portal.people.models import Person
from portal.people.queries import holders, zone_of
from portal.policy import Role

NOTICE = "operations/mail_trouble"
TELL_FROM = time(8)
"""In the reader's own time zone. Nobody is told at night; the first page says it at any hour."""
LOOKED_BACK = timedelta(days=7)
"""A letter that nobody mends is told of for so many days and no longer."""


@dataclass(frozen=True)
class MailTrouble:
    undelivered: int
    """Letters of the last days that did not, or may not have, arrived."""
    held_back: int
    """Letters that wait because the most for an hour has left."""

    def __bool__(self) -> bool:
        return bool(self.undelivered or self.held_back)


def mail_trouble(now: datetime) -> MailTrouble:
    """The letters that tell of trouble are not counted among it: they would otherwise call for more of themselves."""
    lost = select(func.count()).select_from(Letter).where(Letter.state.in_(UNDELIVERED), Letter.notice != NOTICE)
    undelivered = db.session.scalar(lost.where(Letter.made_at > now - LOOKED_BACK)) or 0
    return MailTrouble(undelivered, deliver.held_back(now))


def to_tell_of_mail(now: datetime) -> Sequence[int]:
    """HMIS Lead administrators who were not told today, where there is trouble."""
    admins = [one for one in holders(now.date(), Role.LEAD_ADMIN) if _is_awake(one, now)]
    keys = [told_key(one, now) for one in admins]
    told = set(db.session.scalars(select(Letter.dedupe_key).where(Letter.dedupe_key.in_(keys)).order_by(Letter.id)))
    left = [one.id for one, key in zip(admins, keys, strict=True) if key not in told]
    return left if left and mail_trouble(now) else []


def _is_awake(person: Person, now: datetime) -> bool:
    return now.astimezone(zone_of(person.home)).time() >= TELL_FROM


def told_key(person: Person, now: datetime) -> str:
    """One letter for each person and day."""
    return f"operations.mail_trouble:{person.id}:{now.astimezone(zone_of(person.home)).date().isoformat()}"
