"""Somebody is named for a duty at an agency or in a CoC, from a day on, and until another."""

from datetime import date

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.models import Assignment
from portal.people.models import Organization, Person


def assign_duty(act: Act, place: Organization, *, duty: str, person: Person, starts_on: date) -> Assignment:
    """Name a person for one duty, beside whoever else was named for it.

    Raises:
        Refused: the duty is none of this place, or the person has ended, does not belong there, or was named already.
    """
    if duty not in queries.duties_at(place):
        raise Refused("Choose one of the duties in the list.")
    if person.id not in {one.id for one in queries.nameable(place)}:
        raise Refused(f"{person.name} does not work for {place.name}. Give a role there first.")
    if queries.is_named(place.id, duty, person.id):
        raise Refused(f"{person.name} was named for this already.")
    made = Assignment(place=place, duty=duty, person=person, starts_on=starts_on, given_at=act.at, given_by_id=act.by)
    db.session.add(made)
    audit.record(act, "duty.assigned", made, organization=place.id, duty=duty, person=person.id, starts_on=starts_on)
    return made


def end_assignment(act: Act, held: Assignment, *, ended_on: date) -> None:
    """From this day on the person answers for it no more. The row stays, as the history.

    Raises:
        Refused: it has ended already, or the day lies before its first.
    """
    if held.ended_on is not None:
        raise Refused("This has ended already.")
    if ended_on < held.starts_on:
        raise Refused("It cannot end before it began.")
    held.ended_on, held.ended_by_id = ended_on, act.by
    audit.record(act, "duty.ended", held, duty=held.duty, person=held.person_id, ended_on=ended_on)
