"""Reports of the HMIS on a calendar: planned, run, attested, reminded of."""

from datetime import date

from portal import audit, files
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.licenses import notices, queries
from portal.licenses.models import AuditDuty, AuditDutyRun
from portal.licenses.rules import DutyResult
from portal.people.models import Person
from portal.standing.rules import add_months


def add_duty(act: Act, *, title: str, about: str, runner: Person, months: int, due_on: date) -> AuditDuty:
    """A report that this person runs in the HMIS, every so many months from the first due day on."""
    made = AuditDuty(title=title, about=about, runner=runner, months=months, due_on=due_on)
    db.session.add(made)
    audit.record(act, "audit_duty.added", made, runner=runner.id, months=months, due_on=due_on)
    return made


def record_duty(
    act: Act, duty: AuditDuty, *, ran_on: date, result: DutyResult, findings: str = "", upload: Upload | None = None
) -> AuditDutyRun:
    """It was run: attest the result, keep the file, and plan the next one from the day on which this was due.

    Raises:
        Refused: the day lies ahead, or findings are missing.
    """
    if ran_on > act.at.date():
        raise Refused("Choose the day on which it was run, not one to come.")
    if result is DutyResult.FINDINGS and not findings.strip():
        raise Refused("Say what was found, and what comes of it. Leave out names and facts of clients.")
    kept = files.keep(act, upload.content, files.content_type(upload)) if upload else None
    run = AuditDutyRun(
        duty=duty,
        due_on=duty.due_on,
        ran_on=ran_on,
        recorded_at=act.at,
        recorded_by_id=act.by,
        result=result,
        findings=findings.strip(),
        file=kept,
        file_name=files.safe_name(upload.name) if upload else "",
    )
    db.session.add(run)
    times = 1
    while add_months(run.due_on, times * duty.months) <= ran_on:
        times += 1
    duty.due_on = add_months(run.due_on, times * duty.months)
    audit.record(act, "audit_duty.run", duty, ran_on=ran_on, result=result, due_on=run.due_on)
    return run


def remind_duty(act: Act, duty_id: int) -> None:
    """Once for each due day."""
    duty = queries.duty(duty_id)
    if duty is None or duty.told_for == duty.due_on:
        return
    duty.told_for = duty.due_on
    notices.duty_due(act, duty)
    audit.record(act, "audit_duty.reminded", duty, due_on=duty.due_on)
