"""User-access reports that agencies attest, and reports of the HMIS: its logins, and duties with their files."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from portal.audit import Act, Via
from portal.db import db
from portal.demo.actions.evidence import LICENSED
from portal.demo.actions.office import Office
from portal.demo.rules import AgencyStory, sheet
from portal.files import Upload
from portal.licenses import actions as licenses
from portal.licenses import queries
from portal.licenses.models import AccessReview, AuditDuty, FollowUp
from portal.licenses.rules import Answer, DutyResult, Rhythm, period
from portal.standing import actions as standing
from portal.standing.rules import Audience, Authority, Recurrence, SubjectKind, add_months

RHYTHM = Rhythm.QUARTERLY
ASKED_AGO, DAYS_TO_ANSWER = 20, 24
ANSWERED_AFTER = timedelta(days=17)
CHANGES = 14
"""One of so many people gets other projects."""
LOGIN_REPORTS = 4
IDLE_AT, IDLE_DAYS = "tannery", 130
FILES_KEPT = 3
"""Runs of a duty, the latest ones, that have their file."""


def set_up(office: Office, _act: Act) -> None:
    for number, asked_on in enumerate(_rounds(office)):
        if not number:
            office.add(asked_on - timedelta(days=5), 15, partial(_set_schedule, office, asked_on))
        office.add(asked_on, 15, _ask)
        for story in office.stories:
            is_late = story.attests_late and asked_on == _rounds(office)[-1]
            if story.agreement is not None and not is_late:
                answers_on = asked_on + ANSWERED_AFTER
                office.add(answers_on, 18, partial(_attest, office, story, asked_on), len(story.key))
    for row in office.content["duties"]:
        office.add(office.eve + timedelta(days=7), 18, partial(_plan_duty, office, row))
    office.add(office.ago(240), 17, lambda at: _ask_refresher(office, at))
    for number in range(LOGIN_REPORTS):
        office.add(add_months(office.ago(3), -number), 17, lambda at: _load_logins(office, at))


def _rounds(office: Office) -> list[date]:
    """The days on which agencies were asked to attest, the last one not long ago."""
    last = office.ago(ASKED_AGO)
    last = last.replace(day=min(last.day, 28))
    return [add_months(last, -RHYTHM.months), last]


def _set_schedule(office: Office, asked_on: date, at: datetime) -> None:
    licenses.add_schedule(office.act(at, "tso"), rhythm=RHYTHM, day=asked_on.day, days_to_answer=DAYS_TO_ANSWER)


def _ask(at: datetime) -> None:
    for one in queries.schedules_due(at.date()):
        licenses.ask_reports(Act(at=at, via=Via.JOB), one)


def _attest(office: Office, story: AgencyStory, asked_on: date, at: datetime) -> None:
    """Everybody stays; some need other projects, which staff see to some days later."""
    agency, (since, until) = office.place(story), period(RHYTHM, asked_on)
    people = {line.person.id for line in queries.access_report(agency.id, since, until) if line.is_current}
    answers = {one: Answer.CHANGE if one % CHANGES == 0 else Answer.KEEP for one in sorted(people)}
    words = office.content["wishes"]
    wishes = {one: words[one // CHANGES % len(words)] for one, answer in answers.items() if answer is Answer.CHANGE}
    act = Act(at=at, by=office.admin(agency).id)
    review = licenses.attest_access(act, agency, since=since, until=until, answers=answers, wishes=wishes)
    office.add(at.date() + timedelta(days=3), 17, partial(_follow_up, office, review, asked_on))


def _follow_up(office: Office, review: AccessReview, asked_on: date, at: datetime) -> None:
    """Of the latest, one in three waits still."""
    found = select(FollowUp).where(FollowUp.review_id == review.id, FollowUp.done_at.is_(None)).order_by(FollowUp.id)
    for one in db.session.scalars(found).all():
        if asked_on != _rounds(office)[-1] or one.person_id // CHANGES % 3:
            licenses.confirm_follow_up(office.act(at, "achterberg"), one)


def _plan_duty(office: Office, row: Mapping[str, Any], at: datetime) -> None:
    """Planned so that the next one falls on its day from the demo's day on; run on time, the latest with the file."""
    months, next_on = row["months"], office.ago(-row["days_ahead"])
    times = 1
    while add_months(next_on, -months * (times + 1)) > at.date():
        times += 1
    duty = licenses.add_duty(
        office.act(at, "halvorsen"),
        title=row["title"],
        about=row["about"],
        runner=office.register.staff[row["runner"]],
        months=months,
        due_on=add_months(next_on, -months * times),
    )
    for number in range(times, 0, -1):
        on = min(add_months(next_on, -months * number), office.day)
        office.add(on, 19, partial(_run_duty, office, duty, row, number))


def _run_duty(office: Office, duty: AuditDuty, row: Mapping[str, Any], left: int, at: datetime) -> None:
    """`left` runs are to come, this one included, until the demo's day."""
    found = str(row.get("findings", "")) if left == FILES_KEPT else ""
    licenses.record_duty(
        Act(at=at, by=duty.runner_id),
        duty,
        ran_on=at.date(),
        result=DutyResult.FINDINGS if found else DutyResult.CLEAN,
        findings=found,
        upload=_export(office, row, at.date()) if left <= FILES_KEPT else None,
    )


def _export(office: Office, row: Mapping[str, Any], on: date) -> Upload:
    """As the HMIS would write it: logins and counts, no names."""
    rng = office.rng(f"{row['file']} {on}")
    rows = [
        (f"kv{number:03}", rng.randint(4, 60), *(on.replace(day=rng.randint(1, 28)) for _ in row["head"][2:]))
        for number in range(1, 13)
    ]
    return Upload(f"{row['file']}-{on}.csv", sheet(row["head"], rows))


def _ask_refresher(office: Office, at: datetime) -> None:
    """A requirement of the community's own, which is measured by the vendor's reports of last logins."""
    act, row = office.act(at, "tso"), office.content["refresher"]
    made = standing.add_requirement(
        act,
        code=row["code"],
        title=row["title"],
        about=row["about"],
        source=row["source"],
        authority=Authority.LOCAL,
        kind="training",
        key="refresher",
        subject_kind=SubjectKind.PERSON,
        audience=Audience(roles=LICENSED),
        recurrence=Recurrence.IDLE,
        idle_days=90,
        first_days=14,
        effective_on=at.date(),
    )
    standing.publish(act, made)


def _load_logins(office: Office, at: datetime) -> None:
    """Everybody has been there in the last weeks, but for one person."""
    report_on = at.date() - timedelta(days=1)
    idle = office.staying(IDLE_AT)[-1]
    last = {}
    for agency in office.agencies():
        for one in office.members(agency, LICENSED):
            days = office.rng(f"login {one.id} {report_on}").randint(0, 20)
            last[one.id] = max(report_on - timedelta(days=days), office.eve)
    last[idle.id] = min(office.ago(IDLE_DAYS), report_on)
    standing.record_logins(office.act(at, "achterberg"), report_on, last)
