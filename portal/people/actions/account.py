"""What people do with their own account."""

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import queries
from portal.people.actions import passwords
from portal.people.actions.links import set_password
from portal.people.actions.sign_in import Answer, open_session
from portal.people.models import Person, SignInTry
from portal.people.rules import Bucket, bucket_name
from portal.settings import Settings


def change_password(
    act: Act, person: Person, current_password: str, password: str, browser: str, settings: Settings
) -> Answer:
    """Set the own password and open a new session; all others end. A wrong current password is counted.

    Raises:
        Refused: the new password cannot be taken.
    """
    bucket = bucket_name(settings.key("throttle"), Bucket.ACCOUNT, str(person.id))
    if queries.full_buckets({Bucket.ACCOUNT: bucket}, act.at):
        return Answer(must_wait=True)
    if not passwords.fits(person, current_password, settings):
        db.session.add(SignInTry(bucket=bucket, at=act.at))
        audit.record(act, "person.sign_in_failed", person)
        return Answer()
    if current_password == password:
        raise Refused("The new password is the same as the current one.")
    set_password(act, person, password, settings)
    return Answer(open_session(act, person, browser), person)


def switch_shortcuts(act: Act, person: Person, on: bool) -> None:
    person.shortcuts_on = on
    audit.record(act, "person.shortcuts_switched", person, on=on)
