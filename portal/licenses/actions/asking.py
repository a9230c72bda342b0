"""User-access reports come round: agencies are asked, reminded, and what they answered is followed to its end."""

from collections.abc import Sequence
from datetime import date, timedelta

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import notices, queries
from portal.licenses.models import AccessRequest, AccessSchedule, FollowUp
from portal.licenses.rules import Answer, Asking, Rhythm, first_on, period
from portal.people.models import Organization
from portal.people.queries import zone_of_id
from portal.standing.rules import add_months, day_of


def add_schedule(
    act: Act, *, rhythm: Rhythm, day: int, days_to_answer: int, agencies: Sequence[Organization] = ()
) -> AccessSchedule:
    """Ask these agencies, or all that take part, again and again from the next such day on."""
    today = day_of(act.at, zone_of_id(None))
    made = AccessSchedule(
        rhythm=rhythm,
        day=day,
        days_to_answer=days_to_answer,
        next_on=first_on(day, today),
        agencies=list(agencies),
        made_at=act.at,
        made_by_id=act.by,
    )
    db.session.add(made)
    audit.record(act, "access_schedule.added", made, rhythm=rhythm, day=day, agencies=[one.id for one in agencies])
    return made


def stop_schedule(act: Act, held: AccessSchedule) -> None:
    """Nobody is asked by it any more; what was asked stays asked.

    Raises:
        Refused: it was stopped already.
    """
    if held.stopped_at is not None:
        raise Refused("This schedule was stopped already.")
    held.stopped_at = act.at
    audit.record(act, "access_schedule.stopped", held)


def ask_reports(act: Act, schedule_id: int) -> None:
    """One report for each agency; days that went by while nobody worked are asked for once."""
    held = queries.schedule(schedule_id)
    today = day_of(act.at, zone_of_id(None))
    if held is None or held.next_on > today:
        return
    since, until = period(held.rhythm, held.next_on)
    for agency in queries.agencies_of(held):
        if not queries.was_asked(agency.id, since, until):
            _ask(act, held, agency, (since, until))
    while held.next_on <= today:
        held.next_on = add_months(held.next_on, held.rhythm.months)
    audit.record(act, "access_schedule.came_round", held, since=since, until=until)


def _ask(act: Act, held: AccessSchedule, agency: Organization, of: tuple[date, date]) -> None:
    due_on = day_of(act.at, zone_of_id(agency.id)) + timedelta(days=held.days_to_answer)
    made = AccessRequest(schedule_id=held.id, agency=agency, since=of[0], until=of[1], asked_at=act.at, due_on=due_on)
    db.session.add(made)
    audit.record(act, "access_request.asked", made, organization=agency.id, due_on=due_on)
    notices.access_asked(act, made, Asking.FIRST)


def remind_request(act: Act, request_id: int) -> None:
    """To the agency ahead of the day; once it is over, to staff too. Answered meanwhile: no letter."""
    asked = queries.access_request(request_id)
    if asked is None or asked.review_id is not None:
        return
    is_late = day_of(act.at, zone_of_id(asked.agency_id)) > asked.due_on
    if is_late and asked.late_told_at is None:
        asked.late_told_at = act.at
    elif asked.reminded_at is not None:
        return
    asked.reminded_at = asked.reminded_at or act.at
    notices.access_asked(act, asked, Asking.LATE if is_late else Asking.SOON)
    audit.record(act, "access_request.reminded", asked, is_late=is_late)


def confirm_follow_up(act: Act, held: FollowUp) -> None:
    """Staff made the change that the agency asked for.

    Raises:
        Refused: it was done already, it is about the own access, or an end that is confirmed as work in the HMIS.
    """
    if held.done_at is not None:
        raise Refused("This was confirmed already.")
    if held.answer is Answer.END:
        raise Refused("An end is confirmed under “To do in the HMIS”.")
    if held.person_id == act.by:
        raise Refused("Somebody else confirms what changes your own access.")
    held.done_at, held.done_by_id = act.at, act.by
    audit.record(act, "follow_up.done", held, person=held.person_id, organization=held.agency_id)


def remind_follow_up(act: Act, follow_up_id: int) -> None:
    """To staff once, when its time is over."""
    held = queries.follow_up(follow_up_id)
    if held is None or held.done_at is not None or held.late_told_at is not None:
        return
    held.late_told_at = act.at
    notices.follow_up_late(act, held)
    audit.record(act, "follow_up.reminded", held)
