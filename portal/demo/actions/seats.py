"""Seats: bought for who is there, more where they run short, never fewer than are used."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from portal.audit import Act, Via
from portal.db import db
from portal.demo.actions.office import Office
from portal.licenses import actions as licenses
from portal.licenses import queries
from portal.licenses.models import License
from portal.licenses.rules import SEATED, bought_on
from portal.people import queries as people
from portal.people.models import Organization

MORE = 3
"""Bought at once where none is free."""


def buy_first(office: Office, agency: Organization, asked: list[License], at: datetime) -> None:
    spare = next(one.spare for one in office.stories if office.place(one) is agency)
    for coc_id, number in Counter(one.coc_id for one in asked).items():
        _record(office, agency, coc_id, number + spare, at)


def make_room(office: Office, asked: License, at: datetime) -> None:
    """Before a license is approved."""
    used, bought = _counts(asked.agency, asked.coc_id, at)
    if used >= bought:
        _record(office, asked.agency, asked.coc_id, used + MORE, at)


def renew_for_all(office: Office, agency: Organization, at: datetime) -> None:
    """As many as are in use, so that the next request finds none."""
    for coc_id in sorted(agency.coc_ids):
        used, _ = _counts(agency, coc_id, at)
        _record(office, agency, coc_id, used, at)


def keep_up(at: datetime) -> None:
    """As many as are used, wherever copies have made them more than were bought."""
    taken = select(License.agency_id, License.coc_id).where(License.state.in_(SEATED)).distinct()
    for agency_id, coc_id in db.session.execute(taken.order_by(License.agency_id, License.coc_id)):
        agency, coc = people.organization(agency_id), people.organization(coc_id or 0)
        if agency is None or coc is None:
            continue
        used, bought = _counts(agency, coc_id, at)
        if used > bought:
            act = Act(at=at, via=Via.CLI)
            licenses.record_seats(act, agency, coc=coc, starts_on=at.date(), number=used)


def _counts(agency: Organization, coc_id: int | None, at: datetime) -> tuple[int, int]:
    """Used and bought."""
    used = select(func.count()).where(
        License.agency_id == agency.id, License.coc_id == coc_id, License.state.in_(SEATED)
    )
    rows = [(one.starts_on, one.id, one.number) for one in queries.seat_history(agency.id) if one.coc_id == coc_id]
    return db.session.scalar(used) or 0, bought_on(rows, at.date())


def _record(office: Office, agency: Organization, coc_id: int | None, number: int, at: datetime) -> None:
    coc = people.organization(coc_id or 0)
    if coc is not None:
        licenses.record_seats(office.act(at, "halvorsen"), agency, coc=coc, starts_on=at.date(), number=number)
