"""What becomes known: register facts as they stand, and the vendor's last-login reports."""

from collections.abc import Mapping, Sequence
from datetime import date

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.standing.models import LastLogin, LoginReport, RegisterNote, subject_columns
from portal.standing.queries import Unnoted


def note_register(act: Act, fresh: Sequence[Unnoted]) -> None:
    """Keep how people and organizations stand from now on, so that “as known on” can be told later."""
    for one in fresh:
        subject = subject_columns(one.kind, one.subject_id)
        db.session.add(RegisterNote(facts=one.facts, recorded_at=one.since or act.at, **subject))
    audit.record_without_subject(act, "standing.register_noted", "standing", subjects=len(fresh))


def record_logins(act: Act, report_on: date, last_logins: Mapping[int, date | None]) -> LoginReport:
    """The vendor's last-login report of a day: persons by id; None for who is listed and never logged in.

    Raises:
        Refused: the report is from a day to come, or tells of logins after its own day.
    """
    if report_on > act.at.date() or any(last and last > report_on for last in last_logins.values()):
        raise Refused("The report tells of days that lie ahead. Check the day of the report and its date columns.")
    report = LoginReport(report_on=report_on, recorded_at=act.at, recorded_by_id=act.by)
    db.session.add(report)
    db.session.flush()
    db.session.add_all(
        LastLogin(report_id=report.id, person_id=person_id, last_on=last) for person_id, last in last_logins.items()
    )
    audit.record(act, "login_report.recorded", report, report_on=report_on, people=len(last_logins))
    return report
