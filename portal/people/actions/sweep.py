"""Rows that have lost their use go."""

from sqlalchemy import delete

from portal.audit import Act
from portal.db import db
from portal.people.models import MailedLink, SignedInSession, SignInTry
from portal.people.queries import Swept, outworn
from portal.web import SubmittedForm

_TABLES = {
    Swept.TRIES: SignInTry,
    Swept.SESSIONS: SignedInSession,
    Swept.LINKS: MailedLink,
    Swept.FORMS: SubmittedForm,
}


def sweep(act: Act, what: Swept) -> None:
    """Delete what is outworn. Not recorded: these rows are traces themselves, and what they were of is on record."""
    db.session.execute(delete(_TABLES[what]).where(outworn(what, act.at)))
