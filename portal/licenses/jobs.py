"""The timetable of licenses, and the long work that people ask for: lists that come in as files."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from portal.licenses import actions, queries
from portal.scheduler import Job, Step

RUNS: Mapping[str, Step] = MappingProxyType(
    {actions.READ_LIST: actions.read_list, actions.APPLY_LIST: actions.apply_list}
)
"""For `scheduler.work_runs`, which app.py makes of every package's kinds."""

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
