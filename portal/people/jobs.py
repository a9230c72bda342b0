"""The timetable of people: links that were asked for, and what has been kept long enough."""

from datetime import datetime, timedelta

from portal.people import actions, queries
from portal.scheduler import Job


def _asked(_now: datetime) -> list[int]:
    return list(queries.links_asked())


JOBS = (
    Job(
        name="people.send_links",
        every=timedelta(seconds=5),
        find=_asked,
        do=actions.send_link,
        why="Mails the links for a new password that were asked for on the sign-in page.",
    ),
    Job(
        name="people.sweep",
        every=timedelta(hours=1),
        find=queries.due_sweeps,
        do=actions.sweep,
        why="Removes sign-in tries after 2 days, sent forms after 7, used links after 30, ended sessions after 90.",
    ),
)
