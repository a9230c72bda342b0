"""The timetable of operations."""

from datetime import timedelta

from portal.operations import actions, queries
from portal.scheduler import Job

JOBS = (
    Job(
        "operations.tell_of_mail",
        timedelta(minutes=10),
        queries.to_tell_of_mail,
        actions.tell_of_mail,
        "Tells HMIS Lead administrators once a day of letters that do not reach their readers.",
    ),
)
