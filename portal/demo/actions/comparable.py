"""The comparable database of the victim service provider: named, and looked at once a year."""

from datetime import datetime, timedelta
from functools import partial

from portal.audit import Act
from portal.demo.actions.office import Office
from portal.people import actions as people
from portal.people import queries
from portal.people.models import ComparableDatabase
from portal.people.rules import CheckAnswer, Participation, check_items

NAMED_AFTER = timedelta(days=14)
CHECKED_AGO = (350, 480)


def set_up(office: Office, _act: Act) -> None:
    for agency in office.content["comparable"]["agencies"]:
        office.add(office.eve + NAMED_AFTER, 16, partial(_name, office, agency))
        for number, ago in enumerate(CHECKED_AGO):
            office.add(office.ago(ago), 16, partial(_check, office, agency, number))


def _name(office: Office, key: str, at: datetime) -> None:
    agency, row = office.register.places[key], office.content["comparable"]
    if agency.participation is Participation.VSP:
        people.put_comparable_database(
            office.act(at, "halvorsen"), agency, product=row["product"], vendor=row["vendor"]
        )


def _check(office: Office, key: str, earlier: int, at: datetime) -> None:
    """The first time some items were open, of which the next time one is left."""
    database: ComparableDatabase | None = queries.comparable_database(office.register.places[key].id)
    if database is None:
        return
    items = check_items()
    answers = {one.code: CheckAnswer.YES for one in items}
    for item in items[-1 - 2 * earlier :]:
        answers[item.code] = CheckAnswer.PARTLY
    people.record_check(
        office.act(at, "lindqvist"),
        database,
        checked_on=at.date(),
        answers=answers,
        note=office.content["comparable"]["note"],
    )
