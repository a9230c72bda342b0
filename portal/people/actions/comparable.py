"""A victim service provider's comparable database: what it is, and each check of it."""

from collections.abc import Mapping
from datetime import date

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import queries
from portal.people.actions.keeping import record
from portal.people.models import ComparableCheck, ComparableDatabase, Organization, RegisterChoice
from portal.people.rules import CheckAnswer, Participation, RegisterChoiceName, check_items, months_after
from portal.worktime import date_words


def put_comparable_database(act: Act, agency: Organization, *, product: str, vendor: str) -> ComparableDatabase:
    """Say which database the agency keeps, or that it keeps another one now. What changes nothing leaves no trace.

    Raises:
        Refused: the agency is not a victim service provider.
    """
    if agency.participation is not Participation.VSP:
        raise Refused(f"{agency.name} is not a victim service provider. Only those keep a comparable database.")
    held = queries.comparable_database(agency.id)
    if held is not None and (held.product, held.vendor) == (product, vendor):
        return held
    if held is None:
        held = ComparableDatabase(agency=agency)
        db.session.add(held)
    held.product, held.vendor = product, vendor
    record(act, "comparable.named", agency)
    return held


def record_check(
    act: Act, database: ComparableDatabase, *, checked_on: date, answers: Mapping[str, CheckAnswer], note: str = ""
) -> ComparableCheck:
    """The checklist was gone through with the agency. The next check is due as the HMIS Lead chose.

    Raises:
        Refused: the day lies ahead, or nothing was looked at.
    """
    if checked_on > act.at.date():
        raise Refused(f"{date_words(checked_on)} lies ahead. Choose the day on which the check took place.")
    known = {item.code for item in check_items()}
    given = {code: answer for code, answer in answers.items() if code in known}
    if all(answer is CheckAnswer.NOT_LOOKED_AT for answer in given.values()):
        raise Refused("Answer at least one item of the checklist.")
    check = ComparableCheck(
        database=database,
        checked_on=checked_on,
        next_due_on=months_after(checked_on, queries.register_choice(RegisterChoiceName.CHECK_MONTHS)),
        answers={code: answer.value for code, answer in given.items()},
        note=note,
        recorded_at=act.at,
        recorded_by_id=act.by,
    )
    db.session.add(check)
    db.session.flush()
    db.session.refresh(database)
    record(act, "comparable.checked", database.agency, check=check.id, on=checked_on)
    return check


def choose(act: Act, name: RegisterChoiceName, number: int) -> None:
    """The HMIS Lead chooses a number that no source sets."""
    if queries.register_choice(name) == number:
        return
    held = db.session.scalar(db.select(RegisterChoice).where(RegisterChoice.name == name))
    if held is None:
        held = RegisterChoice(name=name)
        db.session.add(held)
    held.number = number
    audit.record(act, "register_choice.set", held, choice=name, number=number)
