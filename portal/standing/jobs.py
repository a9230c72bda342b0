"""The timetable of standing, and the long work that people ask for."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from portal.scheduler import Job, Step
from portal.standing import actions, queries

RUNS: Mapping[str, Step] = MappingProxyType({actions.IMPORT: actions.read_batch})
"""For `scheduler.work_runs`, which app.py makes of every package's kinds."""

JOBS = (
    Job(
        "standing.note_register",
        timedelta(minutes=5),
        queries.unnoted,
        actions.note_register,
        "Notes how people and agencies stand in the register, so that past days can be told as they were known.",
    ),
    Job(
        "standing.tell_waiting",
        timedelta(minutes=30),
        queries.to_tell,
        actions.tell_waiting,
        "Tells staff once a day that evidence waits for a second person.",
    ),
)
