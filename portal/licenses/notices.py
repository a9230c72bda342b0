"""Letters about a license, and about work in the HMIS that waits."""

from datetime import datetime
from types import MappingProxyType

from portal import web
from portal.audit import Act
from portal.licenses import queries
from portal.licenses.models import AccessRequest, AuditDuty, FollowUp, Leaver, License, WorkItem
from portal.licenses.rules import Asking, Move, Reason, Reminder
from portal.mail import outbox
from portal.mail.letters import Letter
from portal.mail.outbox import Recipient
from portal.people import queries as people
from portal.people.models import Person
from portal.policy import Role
from portal.worktime import date_words, moment_words

TO_DO = "licenses.to_do"


def _is_to_do(letter: Letter, _now: datetime) -> bool:
    return queries.is_to_do(letter.about_id or 0)


def _is_unanswered(letter: Letter, _now: datetime) -> bool:
    return queries.is_unanswered(letter.about_id or 0)


def _is_follow_up_open(letter: Letter, _now: datetime) -> bool:
    return queries.is_follow_up_open(letter.about_id or 0)


def _is_proposed(_letter: Letter, _now: datetime) -> bool:
    return bool(queries.proposed())


PROPOSED = "licenses.proposed"
UNANSWERED, FOLLOW_UP_OPEN = "licenses.unanswered", "licenses.follow_up_open"
STILL_DUE = MappingProxyType(
    {TO_DO: _is_to_do, UNANSWERED: _is_unanswered, FOLLOW_UP_OPEN: _is_follow_up_open, PROPOSED: _is_proposed}
)
"""Checks by name: a letter about what was done meanwhile is not sent."""

SUBJECTS = MappingProxyType(
    {
        Move.DECLINE: "The request for an HMIS license was declined",
        Move.ACTIVATE: "You have access to the HMIS now",
        Move.SUSPEND: "Your HMIS license is suspended",
        Move.RESTORE: "Your HMIS license is restored",
        Move.REVOKE: "Your HMIS license has ended",
    }
)
NEXT = MappingProxyType(
    {
        Move.DECLINE: "You can see the request, and what is missing, on its page.",
        Move.ACTIVATE: "Log in with the login that the help desk gives you. Never share it.",
        Move.SUSPEND: "See what is missing on the page below. Once it is cleared, the help desk unlocks your login.",
        Move.RESTORE: "Your login is unlocked again as soon as the help desk has done it in the HMIS.",
        Move.REVOKE: "If this is a mistake, ask your agency's HMIS administrator.",
    }
)


def moved(act: Act, held: License, made: Move, reason: Reason) -> None:
    """To the person, and a copy to whoever asked for the license."""
    asked = people.person(held.requested_by_id) if held.requested_by_id else None
    readers = {one.id: one for one in (held.person, asked) if one is not None and one.is_active}
    for reader in readers.values():
        outbox.queue(
            act,
            "licenses/moved",
            _to(reader),
            subject=subject_of(made, held, reader),
            about=held,
            dedupe=f"license:{held.id}:{made.value}:{act.at.isoformat()}:{reader.id}",
            link=web.link("licenses.show_license", license_id=held.id),
            person=held.person.name,
            agency=held.agency.name,
            reason=reason.words,
            what=made.words,
            next_step=NEXT[made],
            is_own=reader.id == held.person_id,
        )


def subject_of(made: Move, held: License, reader: Person) -> str:
    if reader.id == held.person_id:
        return SUBJECTS[made]
    return f"HMIS license of {held.person.name}: {held.state.words.lower()}"


def work_waits(act: Act, item: WorkItem, step: Reminder) -> None:
    """To staff; to administrators too once it is late."""
    roles = (Role.LEAD_STAFF, Role.LEAD_ADMIN) if step is Reminder.LATE else (Role.LEAD_STAFF,)
    readers = people.holders(act.at.date(), *roles) or people.staff(act.at.date())
    late = "Late" if step is Reminder.LATE else "Half of the time is over"
    for reader in readers:
        _tell_work(act, item, reader, f"{late}: {_what(item)}", step.value)


def somebody_left(act: Act, leaver: Leaver) -> None:
    """To staff at once: the clock began when the person left."""
    for item_id in queries.open_work_of(leaver.id):
        item = queries.work_item(item_id)
        for reader in people.staff(act.at.date()) if item else ():
            if item is not None:
                _tell_work(act, item, reader, f"Somebody left: {_what(item)}", "told")


def _what(item: WorkItem) -> str:
    return f"{item.kind.words.lower()} of {item.license.person.name} in the HMIS"


def _tell_work(act: Act, item: WorkItem, reader: Person, subject: str, step: str) -> None:
    zone = people.zone_of(reader.home)
    outbox.queue(
        act,
        "licenses/work_waits",
        _to(reader),
        subject=subject,
        about=item,
        dedupe=f"work:{item.id}:{step}:{reader.id}",
        still_due=TO_DO,
        link=web.link("licenses.confirm_work", item_id=item.id),
        person=item.license.person.name,
        agency=item.license.agency.name,
        to_do=item.kind.to_do,
        login_id=item.license.login_id,
        due=moment_words(item.due_at, zone),
        is_late=act.at >= item.due_at,
    )


def duty_due(act: Act, duty: AuditDuty) -> None:
    outbox.queue(
        act,
        "licenses/duty_due",
        _to(duty.runner),
        subject=f"Run by {date_words(duty.due_on)}: {duty.title}",
        about=duty,
        dedupe=f"duty:{duty.id}:{duty.due_on.isoformat()}",
        link=web.link("licenses.show_duty", duty_id=duty.id),
        title=duty.title,
        about_words=duty.about,
        due=date_words(duty.due_on),
    )


def suspensions_wait(act: Act, number: int) -> None:
    """To everybody of the HMIS Lead but whoever proposed them."""
    waits = "1 suspension waits" if number == 1 else f"{number} suspensions wait"
    for reader in people.staff(act.at.date()):
        if reader.id == act.by:
            continue
        outbox.queue(
            act,
            "licenses/suspensions_wait",
            _to(reader),
            subject=f"Approve: {waits} for a second person",
            about=reader,
            dedupe=f"suspensions:{act.at.isoformat()}:{act.by}:{reader.id}",
            still_due=PROPOSED,
            link=web.link("licenses.approve_suspensions"),
            number=number,
        )


def access_asked(act: Act, asked: AccessRequest, step: Asking) -> None:
    """To the agency's HMIS administrators; to staff where there is none, and too once it is overdue."""
    own = [grant.person for grant in queries.attesters(asked.agency_id, act.at.date())]
    others = people.staff(act.at.date()) if not own or step is Asking.LATE else ()
    due = date_words(asked.due_on)
    subject = {
        Asking.FIRST: f"Attest by {due}: who has access at {asked.agency.name}",
        Asking.SOON: f"Due {due}: attest who has access at {asked.agency.name}",
        Asking.LATE: f"Overdue since {due}: attest who has access at {asked.agency.name}",
    }[step]
    for reader in {one.id: one for one in (*own, *others)}.values():
        outbox.queue(
            act,
            "licenses/access_asked",
            _to(reader),
            subject=subject,
            about=asked,
            dedupe=f"access:{asked.id}:{step.value}:{reader.id}",
            still_due=UNANSWERED,
            link=web.link(
                "licenses.attest_access",
                organization_id=asked.agency_id,
                since=asked.since.isoformat(),
                until=asked.until.isoformat(),
            ),
            agency=asked.agency.name,
            period=f"{date_words(asked.since)} through {date_words(asked.until)}",
            due=due,
            is_late=step is Asking.LATE,
            is_own=reader in own,
            has_admin=bool(own),
        )


def follow_up_late(act: Act, held: FollowUp) -> None:
    """To staff."""
    for reader in people.staff(act.at.date()):
        outbox.queue(
            act,
            "licenses/follow_up_late",
            _to(reader),
            subject=f"Late: {held.answer.words.lower()} for {held.person.name} ({held.agency.name})",
            about=held,
            dedupe=f"follow-up:{held.id}:late:{reader.id}",
            still_due=FOLLOW_UP_OPEN,
            link=web.link("licenses.list_follow_ups"),
            person=held.person.name,
            agency=held.agency.name,
            wish=held.wish,
            due=moment_words(held.due_at, people.zone_of(reader.home)),
        )


def _to(person: Person) -> Recipient:
    return Recipient(person.email, person.name, person.id)
