"""Results of the help desk for a CoC: numbers by month, nobody's name."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Float, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.dashboards.rules import Month
from portal.db import db, is_sqlite
from portal.tickets.models import Ticket

DAY_IN_SECONDS = 86_400

Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def months(coc_ids: Collection[int], starts: Sequence[datetime]) -> Sequence[Month]:
    """One Month for each pair of neighboring moments; tickets of these CoCs alone, three queries in all."""
    opened = _counts(coc_ids, Ticket.opened_at, starts)
    resolved = _counts(coc_ids, Ticket.resolved_at, starts)
    answers = _medians(coc_ids, starts)
    return [
        Month(start, opened.get(number, 0), resolved.get(number, 0), answers.get(number))
        for number, (start, _) in enumerate(pairwise(starts))
    ]


def _counts(coc_ids: Collection[int], at: Moment, starts: Sequence[datetime]) -> dict[int, int]:
    month = _month(at, starts)
    rows = db.session.execute(
        select(month, func.count()).where(*_within(coc_ids, at, starts)).group_by(month).order_by(month)
    )
    return {number: count for number, count in rows}  # noqa: C416  # a row is not a tuple to the type checker


def _within(coc_ids: Collection[int], at: Moment, starts: Sequence[datetime]) -> tuple[ColumnElement[bool], ...]:
    return Ticket.coc_id.in_(coc_ids), at >= starts[0], at < starts[-1]


def _month(at: Moment, starts: Sequence[datetime]) -> Any:
    """The number of the month, by the community's own calendar, which no database needs to know."""
    return case(*((at < end, number) for number, end in enumerate(starts[1:])), else_=len(starts)).label("month")


def _medians(coc_ids: Collection[int], starts: Sequence[datetime]) -> dict[int, timedelta]:
    """The middle first answer of each month, and the mean of the two in the middle of an even number."""
    answered = (
        select(_month(Ticket.opened_at, starts), _seconds().label("seconds"))
        .where(*_within(coc_ids, Ticket.opened_at, starts), Ticket.first_responded_at.is_not(None))
        .subquery()
    )
    ranked = select(
        answered.c.month,
        answered.c.seconds,
        func.row_number().over(partition_by=answered.c.month, order_by=answered.c.seconds).label("rank"),
        func.count().over(partition_by=answered.c.month).label("number"),
    ).subquery()
    rows = db.session.execute(
        select(ranked.c.month, func.avg(ranked.c.seconds))
        .where(ranked.c.rank * 2 >= ranked.c.number, ranked.c.rank * 2 <= ranked.c.number + 2)
        .group_by(ranked.c.month)
        .order_by(ranked.c.month)
    )
    return {month: timedelta(seconds=round(float(seconds))) for month, seconds in rows}


def _seconds() -> Any:
    """From opening to the first answer, around the clock."""
    if is_sqlite():
        days = func.julianday(Ticket.first_responded_at, type_=Float) - func.julianday(Ticket.opened_at, type_=Float)
        return days * DAY_IN_SECONDS
    return extract("epoch", Ticket.first_responded_at - Ticket.opened_at)
