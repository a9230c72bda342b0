"""Lists that were loaded, and their rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.files import KeptFile
from portal.licenses.models import ListRow, LoadedList
from portal.licenses.rules import KEPT_FOR, Decision, ListState, Outcome
from portal.people.models import MailedLink, Person
from portal.people.rules import LinkKind, can_be_id
from portal.scheduler import Run
from portal.tables import Order

LATEST_LISTS = Order((LoadedList.id,), descending=True)
BY_ROW = Order((ListRow.id,))


def one_list(list_id: int) -> LoadedList | None:
    if not can_be_id(list_id):
        return None
    shown = (joinedload(LoadedList.loaded_by), joinedload(LoadedList.confirmed_by), joinedload(LoadedList.file))
    return db.session.scalar(select(LoadedList).where(LoadedList.id == list_id).options(*shown))


def lists() -> Select[LoadedList]:
    """The latest first."""
    return select(LoadedList).order_by(LoadedList.id.desc()).options(joinedload(LoadedList.loaded_by))


def lists_to_empty(now: datetime) -> list[int]:
    """Loaded so long ago that the names in them are needed no more; never one that the worker is at."""
    found = select(LoadedList.id).join(KeptFile, KeptFile.id == LoadedList.file_id)
    old = found.where(
        LoadedList.loaded_at < now - KEPT_FOR,
        LoadedList.state.not_in((ListState.READING, ListState.APPLYING)),
        KeptFile.purged_at.is_(None),
    )
    return list(db.session.scalars(old.order_by(LoadedList.id)))


def rows_of(held: LoadedList, outcome: Outcome | None = None) -> Select[ListRow]:
    """In the order of the file; leavers, which stand in no row, come last."""
    found = select(ListRow).where(ListRow.list_id == held.id)
    if outcome is not None:
        found = found.where(ListRow.outcome == outcome)
    return found.order_by(ListRow.id).options(joinedload(ListRow.person), joinedload(ListRow.agency))


def row_of(list_id: int, row_id: int) -> ListRow | None:
    if not can_be_id(row_id):
        return None
    return db.session.scalar(select(ListRow).where(ListRow.id == row_id, ListRow.list_id == list_id))


def outcomes(held: LoadedList) -> Mapping[Outcome, int]:
    """How many rows have which outcome."""
    rows = select(ListRow.outcome, func.count()).where(ListRow.list_id == held.id).group_by(ListRow.outcome)
    return {row.outcome: row[1] for row in db.session.execute(rows.order_by(ListRow.outcome))}


def to_do_in(held: LoadedList) -> Select[ListRow]:
    """What confirming carries out: new and changed rows, those decided about, and leavers chosen to end."""
    return select(ListRow).where(ListRow.list_id == held.id, _IS_TO_DO).order_by(ListRow.id)


_IS_TO_DO = ListRow.done_at.is_(None) & (
    ListRow.outcome.in_((Outcome.NEW, Outcome.CHANGED))
    | ListRow.decision.in_((Decision.SAME, Decision.OTHER, Decision.END))
)


def undecided(held: LoadedList) -> int:
    """Rows that look like somebody known, about which nobody decided."""
    found = select(func.count()).where(
        ListRow.list_id == held.id, ListRow.outcome == Outcome.LOOKS_LIKE, ListRow.decision.is_(None)
    )
    return db.session.scalar(found) or 0


def to_do_count(held: LoadedList) -> int:
    return db.session.scalar(select(func.count()).where(ListRow.list_id == held.id, _IS_TO_DO)) or 0


def refused_rows(held: LoadedList) -> Sequence[tuple[int, str]]:
    """Number in the file and reason."""
    found = select(ListRow.row, ListRow.why).where(
        ListRow.list_id == held.id, ListRow.outcome == Outcome.REFUSED, ListRow.row.is_not(None)
    )
    return [(row or 0, why) for row, why in db.session.execute(found.order_by(ListRow.row))]


def uninvited(held: LoadedList) -> Select[Person]:
    """People of this list who can neither sign in nor were ever invited."""
    of_it = select(ListRow.person_id).where(ListRow.list_id == held.id, ListRow.done_at.is_not(None))
    invited = select(MailedLink.person_id).where(MailedLink.kind == LinkKind.INVITATION)
    found = select(Person).where(
        Person.id.in_(of_it), Person.ended_on.is_(None), Person.password_hash.is_(None), Person.id.not_in(invited)
    )
    return found.order_by(Person.last_name, Person.first_name, Person.id).options(joinedload(Person.home))


BY_NAME = Order((Person.last_name, Person.first_name, Person.id))


def run_of(held: LoadedList) -> Run | None:
    return db.session.get(Run, held.run_id) if held.run_id else None
