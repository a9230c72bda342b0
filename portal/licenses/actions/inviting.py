"""People whom a list added are invited once somebody says so."""

from collections.abc import Collection

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.models import LoadedList
from portal.people import actions as people_actions

MOST_AT_ONCE = 200


def invite_listed(act: Act, held: LoadedList, person_ids: Collection[int] | None = None) -> int:
    """Mail an invitation to these people of the list, or to all of them; gives how many.

    Raises:
        Refused: nobody was chosen who waits for an invitation.
    """
    waiting = db.session.scalars(queries.uninvited(held)).all()
    chosen = [one for one in waiting if person_ids is None or one.id in person_ids][:MOST_AT_ONCE]
    if not chosen:
        raise Refused("Tick at least one person.")
    for person in chosen:
        people_actions.invite(act, person)
    audit.record(act, "list.people_invited", held, people=len(chosen))
    return len(chosen)
