"""Users of the HMIS: kept as the export tells them, linked to a person only when somebody says so."""

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.hmis_csv import queries
from portal.hmis_csv.models import HmisExport, HmisUser
from portal.hmis_csv.queries.proposals import Compared
from portal.hmis_csv.rules.roster import User
from portal.people.models import Person


def keep_users(act: Act, export: HmisExport, found: Compared) -> None:
    """As the export tells them. Nobody is added to the register of people, and nobody linked."""
    one = next((each for each in found.sifted.proposal.files if each.file == "User"), None)
    if one is None:
        return
    known = queries.users_by_key()
    for row in (*one.new, *(change.row for change in one.changed)):
        if isinstance(row, User):
            _keep(known.get(row.key) or HmisUser(key=row.key), row)
    for gone in one.retired:
        known[gone.key].ended_on = act.at.date()
    audit.record(act, "hmis_users.kept", export, new=len(one.new), changed=len(one.changed), gone=len(one.retired))


def _keep(user: HmisUser, row: User) -> None:
    user.first_name, user.last_name, user.email, user.ended_on = row.first_name, row.last_name, row.email, None
    db.session.add(user)


def link_user(act: Act, user: HmisUser, person: Person) -> None:
    """This user of the HMIS is this person.

    Raises:
        Refused: somebody else is linked already, or the person has ended.
    """
    if user.person_id is not None and user.person_id != person.id:
        raise Refused("This user is linked to somebody else. Undo that first.")
    if not person.is_active:
        raise Refused(f"{person.name} has left the register. Bring the person back first.")
    user.person_id, user.linked_at, user.linked_by_id, user.is_set_aside = person.id, act.at, act.by, False
    audit.record(act, "hmis_user.linked", user, person=person.id)


def link_proposed(act: Act, user_ids: set[int]) -> int:
    """Confirm the proposed links of these users; gives how many. One without a proposal is passed over."""
    number = 0
    for line in queries.user_lines(ids=user_ids):
        if line.proposed is not None and line.user.person_id is None:
            link_user(act, line.user, line.proposed)
            number += 1
    return number


def unlink_user(act: Act, user: HmisUser) -> None:
    """It was somebody else after all."""
    before = user.person_id
    user.person_id = user.linked_at = user.linked_by_id = None
    audit.record(act, "hmis_user.unlinked", user, person=before)


def set_user_aside(act: Act, user: HmisUser, *, aside: bool) -> None:
    """The software's own user, or a person after all.

    Raises:
        Refused: it is linked to a person.
    """
    if user.person_id is not None:
        raise Refused("This user is linked to a person. Undo that first.")
    user.is_set_aside = aside
    audit.record(act, "hmis_user.set_aside" if aside else "hmis_user.taken_back", user)
