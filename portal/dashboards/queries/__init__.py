"""Reading for first pages: numbers by GROUP BY, lists of a few rows, each in a constant number of queries."""

from sqlalchemy.exc import SQLAlchemyError as Away

from portal.dashboards.queries.community import AgencyNumbers, agency_numbers, open_tickets
from portal.dashboards.queries.found import Found, found, ticket_numbered
from portal.dashboards.queries.results import months
from portal.dashboards.queries.staff import (
    Change,
    OwnNumbers,
    QueueNumbers,
    Trouble,
    changes,
    letters_held_back,
    letters_in_trouble,
    mail_in_trouble,
    own_numbers,
    pressing,
    queue_numbers,
    unassigned_urgent,
)

__all__ = [
    "AgencyNumbers",
    "Away",
    "Change",
    "Found",
    "OwnNumbers",
    "QueueNumbers",
    "Trouble",
    "agency_numbers",
    "changes",
    "found",
    "letters_held_back",
    "letters_in_trouble",
    "mail_in_trouble",
    "months",
    "open_tickets",
    "own_numbers",
    "pressing",
    "queue_numbers",
    "ticket_numbered",
    "unassigned_urgent",
]
