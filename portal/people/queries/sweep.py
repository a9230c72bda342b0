"""What has been kept long enough."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db
from portal.people.models import MailedLink, SignedInSession, SignInTry
from portal.web import SubmittedForm


class Swept(StrEnum):
    """Rows that lose their use with time."""

    TRIES = "tries"
    SESSIONS = "sessions"
    LINKS = "links"
    FORMS = "forms"


_KEPT: MappingProxyType[Swept, tuple[InstrumentedAttribute[datetime], timedelta]] = MappingProxyType(
    {
        Swept.TRIES: (SignInTry.at, timedelta(days=2)),
        Swept.SESSIONS: (SignedInSession.seen_at, timedelta(days=90)),
        Swept.LINKS: (MailedLink.expires_at, timedelta(days=30)),
        Swept.FORMS: (SubmittedForm.at, timedelta(days=7)),
    }
)
"""Since which moment rows of each kind are kept, and for how long."""


def due_sweeps(now: datetime) -> Sequence[Swept]:
    return [what for what in Swept if db.session.scalar(select(exists().where(outworn(what, now))))]


def outworn(what: Swept, now: datetime) -> ColumnElement[bool]:
    """The condition for rows that may go; its column says of which table."""
    since, kept_for = _KEPT[what]
    return since < now - kept_for
