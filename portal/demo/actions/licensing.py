"""Licenses of the demo: asked for, approved, given in the HMIS, suspended, restored, revoked; and leavers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy import select

from portal.audit import Act
from portal.db import db
from portal.demo.actions import evidence, seats
from portal.demo.actions.evidence import missed
from portal.demo.actions.office import Office
from portal.demo.rules import Newcomer, Progress
from portal.demo.rules.calendar import DAY
from portal.licenses import actions as licenses
from portal.licenses import queries
from portal.licenses.models import License, WorkItem
from portal.licenses.rules import Reason
from portal.people import actions as people
from portal.people.models import Organization, Person
from portal.policy import Role

FOUNDED = timedelta(days=8)
"""After the first evening the agencies ask for the licenses of who has worked with the HMIS all along."""
TOLD_AFTER, DONE_AFTER = (16, 17, 41, 15, 70, 1), (3, 30, 2, 4, None, None)
"""Hours from leaving to telling, and from there to the end in the HMIS, leaver by leaver; None: not done yet."""


def set_up(office: Office, _act: Act) -> None:
    first = office.eve + FOUNDED
    for number, agency in enumerate(office.agencies()):
        office.add(first, 15, partial(_found, office, agency), minute=number)
    office.add(office.ago(200), 16, lambda at: _suspend(office, at))
    office.add(office.ago(90), 17, lambda at: _revoke(office, at))
    office.add(office.ago(75), 17, lambda at: _decline(office, "lantern", at))
    office.add(office.ago(40), 17, lambda at: _decline(office, "coulee", at))
    office.add(office.ago(55), 17, lambda at: _withdraw(office, "juniper", at))
    office.add(office.ago(30), 16, lambda at: _propose(office, 0, at))
    office.add(office.ago(28), 16, lambda at: _approve_suspension(office, at))
    office.add(office.ago(1), 21, lambda at: _propose(office, 1, at))


def _found(office: Office, agency: Organization, at: datetime) -> None:
    """Requests of an agency; approved the next day, and done in the HMIS the day after."""
    act = Act(at=at, by=office.admin(agency).id)
    asked = [
        licenses.request_license(
            act, agency, email=person.email, reason=Reason.NEW_DUTIES, coc=_coc(office, agency, number)
        )
        for number, person in enumerate(office.members(agency, {Role.END_USER}))
    ]
    seats.buy_first(office, agency, asked, at)
    office.add(at.date() + DAY, 15, lambda then: _approve(office, asked, then), minute=at.minute)
    office.add(at.date() + 2 * DAY, 15, lambda then: _confirm(office, asked, then), minute=at.minute)


def _coc(office: Office, agency: Organization, number: int) -> Organization | None:
    """Every third works for the second CoC of an agency with two."""
    cocs = [one for one in office.register.cocs.values() if one.id in agency.coc_ids]
    return cocs[1] if len(cocs) > 1 and number % 3 == 2 else cocs[0]


def _approve(office: Office, asked: Sequence[License], at: datetime) -> None:
    """Where something is missing, an administrator decides."""
    for one in asked:
        seats.make_room(office, one, at)
        unmet = queries.prerequisites(one, at).unmet
        if unmet:
            act = office.act(at, "halvorsen")
            licenses.approve(act, one, override=True, note=office.note("overridden"), by_admin=True)
        else:
            licenses.approve(office.act(at, "achterberg"), one)


def _confirm(office: Office, asked: Sequence[License], at: datetime) -> None:
    for one in asked:
        _do_in_hmis(office, one, at)


def _do_in_hmis(office: Office, held: License, at: datetime) -> None:
    to_do = select(WorkItem).where(
        WorkItem.license_id == held.id, WorkItem.done_at.is_(None), WorkItem.dropped_at.is_(None)
    )
    login = held.person.email.partition("@")[0].replace(".", "")
    licenses.confirm_work(office.act(at, "nakai"), db.session.scalars(to_do).one(), login_id=login)


def let_ask(office: Office, one: Newcomer, at: datetime) -> None:
    """A new colleague, from the request to the first login, as far as it has come by the day."""
    agency = office.register.places[one.place]
    act = Act(at=at, by=office.admin(agency).id)
    held = licenses.request_license(
        act,
        agency,
        email=one.email,
        first_name=one.first_name,
        last_name=one.last_name,
        job_title=one.job_title,
        reason=Reason.NEW_COLLEAGUE,
    )
    people.edit_person(act, held.person, email=one.email, home=agency, phone=one.phone)
    if one.progress is Progress.ASKED:
        office.add(office.day, 21, lambda then: seats.renew_for_all(office, agency, then))
        return
    began = at.date()
    approved_on = began + 3 * DAY if one.progress > Progress.EVIDENCE_WAITS else None
    office.add(began + DAY, 16, lambda then: _begin(office, held.person, then, approved_on))
    if one.progress > Progress.READY:
        office.add(began + 5 * DAY, 16, lambda then: _approve(office, [held], then))
    if one.progress is Progress.ACTIVE:
        office.add(began + 6 * DAY, 16, lambda then: _let_in(office, held, then))


def _begin(office: Office, person: Person, at: datetime, approved_on: date | None) -> None:
    office.passwords.give(Act(at=at), person)
    evidence.take_first_steps(office, person, at, approved_on)


def _let_in(office: Office, held: License, at: datetime) -> None:
    _do_in_hmis(office, held, at)
    office.register.enroll(held.person, (Role.END_USER,))


def let_leave(office: Office, person: Person, on: date, number: int) -> None:
    """Leaves in the afternoon; the agency tells sooner or later, and staff end it in the HMIS."""
    left_at = datetime.combine(on, time(22), UTC)
    told_at = left_at + timedelta(hours=TOLD_AFTER[number])
    office.leaving.add(person.id)
    office.add(told_at.date(), told_at.hour, lambda at: _tell_leaver(office, person, left_at, number, at))


def _tell_leaver(office: Office, person: Person, left_at: datetime, number: int, at: datetime) -> None:
    act = Act(at=at, by=office.admin(person.home).id)
    licenses.end_access(act, person, agency=person.home, left_at=left_at)
    office.register.strike(person)
    done_after = DONE_AFTER[number]
    if done_after is not None:
        done_at = at + timedelta(hours=done_after)
        held = _license(person)
        office.add(done_at.date(), done_at.hour, lambda then: _do_in_hmis(office, held, then))


def _license(person: Person) -> License:
    found = select(License).where(License.person_id == person.id).order_by(License.id.desc()).limit(1)
    return db.session.scalars(found).one()


def _suspend(office: Office, at: datetime) -> None:
    """On leave for some months."""
    held = _license(office.staying("kfhp")[-1])
    licenses.suspend(office.act(at, "barrientos"), held, reason=Reason.AWAY, note=office.note("away"))
    office.add(at.date(), 20, lambda then: _do_in_hmis(office, held, then))
    office.add(at.date() + 80 * DAY, 16, lambda then: _restore(office, held, then))


def _restore(office: Office, held: License, at: datetime) -> None:
    licenses.restore(office.act(at, "barrientos"), held, reason=Reason.CAME_BACK, note=office.note("back"))
    office.add(at.date(), 19, lambda then: _do_in_hmis(office, held, then))


def _revoke(office: Office, at: datetime) -> None:
    """Other duties, at the same agency."""
    person = office.staying("city")[-1]
    held = _license(person)
    licenses.revoke(office.act(at, "barrientos"), held, reason=Reason.NEW_DUTIES, note=office.note("duties"))
    office.register.strike(person)
    office.register.enroll(person, ())
    office.add(at.date(), 20, lambda then: _do_in_hmis(office, held, then))


def _ask_for_intake(office: Office, place: str, at: datetime) -> License:
    """For somebody of the agency who has no license."""
    agency = office.register.places[place]
    without = next(one for one in office.register.at_home[agency.id] if not one.roles)
    act = Act(at=at, by=office.admin(agency).id)
    return licenses.request_license(act, agency, email=without.email, reason=Reason.NEW_DUTIES)


def _decline(office: Office, place: str, at: datetime) -> None:
    held = _ask_for_intake(office, place, at)
    act = office.act(at + timedelta(hours=2), "barrientos")
    licenses.decline(act, held, reason=Reason.NO_NEED, note=office.note("declined"))


def _withdraw(office: Office, place: str, at: datetime) -> None:
    held = _ask_for_intake(office, place, at)
    act = Act(at=at + timedelta(hours=1), by=held.requested_by_id)
    licenses.withdraw(act, held, reason=Reason.MISTAKE, note=office.note("withdrawn"))


def _propose(office: Office, number: int, at: datetime) -> None:
    licenses.propose_suspensions(office.act(at, "lindqvist"), [_license(missed(office)[number]).id])


def _approve_suspension(office: Office, at: datetime) -> None:
    held = _license(missed(office)[0])
    licenses.approve_suspensions(office.act(at, "tso"), [held.id])
    office.add(at.date(), 21, lambda then: _do_in_hmis(office, held, then))
