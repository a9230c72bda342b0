"""Seats that were bought, and the hours of the clocks."""

from collections.abc import Mapping
from datetime import date

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.models import ClockSetting, Seats
from portal.licenses.rules import ClockName
from portal.people.models import Organization

MOST_SEATS = 100_000


def record_seats(act: Act, agency: Organization, *, coc: Organization, starts_on: date, number: int) -> Seats:
    """From this day on the agency has so many seats in the CoC. Earlier rows stay, as the history.

    Raises:
        Refused: the agency does not work in the CoC, or the number makes no sense.
    """
    if coc.id not in agency.coc_ids:
        raise Refused(f"{agency.name} does not work in {coc.name}.")
    if not 0 <= number <= MOST_SEATS:
        raise Refused("Type how many seats there are in all, 0 or more.")
    row = Seats(agency=agency, coc=coc, starts_on=starts_on, number=number, recorded_at=act.at, recorded_by_id=act.by)
    db.session.add(row)
    audit.record(act, "seats.recorded", row, organization=agency.id, coc=coc.id, starts_on=starts_on, number=number)
    return row


def set_clocks(act: Act, hours: Mapping[ClockName, int]) -> None:
    """Hours of the wall clock; work that is open already keeps its time."""
    before = queries.clocks()
    for name, number in hours.items():
        if number == before[name]:
            continue
        row = queries.clock_setting(name)
        if row is None:
            row = ClockSetting(name=name, hours=number)
            db.session.add(row)
        row.hours = number
        audit.record(act, "license_clock.set", row, clock=name, hours=number)
