"""The timetable of licenses: work in the HMIS that waits too long."""

from datetime import timedelta

from portal.licenses import actions, queries
from portal.scheduler import Job

JOBS = (
    Job(
        name="licenses.remind",
        every=timedelta(minutes=5),
        find=queries.to_remind,
        do=actions.remind,
        why="Tells staff when half of the time for work in the HMIS is over, and administrators when it is late.",
    ),
    Job(
        name="licenses.remind_duties",
        every=timedelta(hours=1),
        find=queries.duties_to_tell,
        do=actions.remind_duty,
        why="Reminds whoever runs an audit or access report of the HMIS, a week before it is due.",
    ),
)
