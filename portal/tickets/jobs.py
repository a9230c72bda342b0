"""The help desk's timetable."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.audit import Act
from portal.mail import fetch
from portal.scheduler import Job
from portal.tickets import actions, queries
from portal.web import installation


def _mail_waiting(now: datetime) -> Iterable[int]:
    return fetch.waiting(now)


def _take_in(act: Act, inbound_id: int) -> None:
    inbound = fetch.begin(act, inbound_id)
    if inbound is not None:
        actions.take_in_mail(act, inbound, installation())


def _close(act: Act, ticket_id: int) -> None:
    ticket = queries.ticket(ticket_id)
    if ticket is not None:
        actions.close_quiet_ticket(act, ticket)


def _purge(act: Act, original_id: int) -> None:
    original = queries.purgeable(original_id)
    if original is not None:
        actions.purge_original(act, original)


JOBS = (
    Job("tickets.take_in_mail", timedelta(seconds=5), _mail_waiting, _take_in, "Stored mail becomes messages."),
    Job(
        "tickets.close_quiet", timedelta(hours=1), queries.to_close, _close, "Tickets resolved 14 days ago are closed."
    ),
    Job(
        "tickets.purge_originals",
        timedelta(minutes=10),
        queries.originals_to_purge,
        _purge,
        "Sealed originals with client data are purged after 72 hours.",
    ),
)
