"""The timetable of licenses, and the long work that people ask for: lists that come in as files."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from portal.licenses import actions, queries
from portal.people import queries as people
from portal.scheduler import Job, Step
from portal.standing.rules import day_of

RUNS: Mapping[str, Step] = MappingProxyType(
    {actions.READ_LIST: actions.read_list, actions.APPLY_LIST: actions.apply_list}
)
"""For `scheduler.work_runs`, which app.py makes of every package's kinds."""


def _schedules_due(now: datetime) -> list[int]:
    return queries.schedules_due(_today(now))


def _requests_to_remind(now: datetime) -> list[int]:
    return queries.requests_to_remind(_today(now))


def _today(now: datetime) -> date:
    """Where the HMIS Lead works."""
    return day_of(now, people.zone_of_id(None))


JOBS = (
    Job(
        name="licenses.remind",
        every=timedelta(minutes=5),
        find=queries.to_remind,
        do=actions.remind,
        why="Tells staff when half of the time for work in the HMIS is over, and administrators when it is late.",
    ),
    Job(
        name="licenses.end_left",
        every=timedelta(seconds=15),
        find=queries.left_with_license,
        do=actions.end_left,
        why="Ends the HMIS license of whoever was ended in the register, and gives staff the work to do in the HMIS.",
    ),
    Job(
        name="licenses.remind_duties",
        every=timedelta(hours=1),
        find=queries.duties_to_tell,
        do=actions.remind_duty,
        why="Reminds whoever runs an audit or access report of the HMIS, a week before it is due.",
    ),
    Job(
        name="licenses.ask_reports",
        every=timedelta(minutes=30),
        find=_schedules_due,
        do=actions.ask_reports,
        why="Asks agencies to attest who has access, when the day of a schedule has come.",
    ),
    Job(
        name="licenses.remind_requests",
        every=timedelta(hours=1),
        find=_requests_to_remind,
        do=actions.remind_request,
        why="Reminds agencies of a user-access report three days ahead, and tells staff once it is overdue.",
    ),
    Job(
        name="licenses.empty_lists",
        every=timedelta(hours=6),
        find=queries.lists_to_empty,
        do=actions.empty_list,
        why="Removes the files of loaded lists, and the names in their rows, after 90 days.",
    ),
    Job(
        name="licenses.remind_follow_ups",
        every=timedelta(hours=1),
        find=queries.follow_ups_late,
        do=actions.remind_follow_up,
        why="Tells staff when what an agency answered in a user-access report was not carried out in time.",
    ),
)
