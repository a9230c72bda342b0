"""Reading how the installation runs."""

from sqlalchemy.exc import SQLAlchemyError as Away

from portal.operations.queries.access import access_matrix
from portal.operations.queries.health import Standing, pulse, standing
from portal.operations.queries.mail import (
    header_lines,
    inbound_listed,
    letter_for,
    letters_listed,
    mail_for,
    tickets_seen,
)
from portal.operations.queries.trail import Line, TrailFilters, told, trail
from portal.operations.queries.trouble import MailTrouble, mail_trouble, to_tell_of_mail, told_key
from portal.operations.queries.work import job_names, job_runs, latest_job_runs, run, runs

__all__ = [
    "Away",
    "Line",
    "MailTrouble",
    "Standing",
    "TrailFilters",
    "access_matrix",
    "header_lines",
    "inbound_listed",
    "job_names",
    "job_runs",
    "latest_job_runs",
    "letter_for",
    "letters_listed",
    "mail_for",
    "mail_trouble",
    "pulse",
    "run",
    "runs",
    "standing",
    "tickets_seen",
    "to_tell_of_mail",
    "told",
    "told_key",
    "trail",
]
