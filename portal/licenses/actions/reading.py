"""The worker reads the rows of a list: what each would change, and why some cannot be taken."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date

from portal import audit, sheets
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.actions.lists import whole_sheet
from portal.licenses.models import ListRow, LoadedList
from portal.licenses.rules import ListKind, ListState, Outcome
from portal.licenses.rules.columns import ListColumn
from portal.licenses.rules.register import Known, PersonKnown
from portal.licenses.rules.roster import Judged, Seen, judged
from portal.licenses.rules.staff import read_facts
from portal.licenses.rules.told import LoginFacts, judged_login, judged_seats, read_login, read_seats
from portal.scheduler import Run
from portal.standing import queries as standing

AT_ONCE = 200
"""Rows of one transaction."""

Judge = Callable[[sheets.Row], ListRow]


def read_list(act: Act, run: Run) -> Iterator[None]:
    """A step of `scheduler.work_runs`: taken up again after a crash it reads all and keeps what was not kept yet."""
    held = queries.one_list(run.facts["list"])
    if held is None or held.state is not ListState.READING:
        return
    try:
        sheet = whole_sheet(held)
    except Refused as refused:
        held.state, held.why_failed = ListState.FAILED, refused.sentence
        audit.record(act, "list.unreadable", held)
        return
    run.total = len(sheet.rows)
    reader = READERS[held.kind](held, sheet)
    for start in range(0, len(sheet.rows), AT_ONCE):
        portion = [reader.row(one) for one in sheet.rows[start : start + AT_ONCE]]
        if start < run.done:
            continue
        db.session.add_all(portion)
        run.refused = [*run.refused, *_refused(portion)]
        run.done = start + len(portion)
        yield
    if not _is_wanted(held):
        return
    db.session.add_all(reader.missing())
    held.state = ListState.READ
    audit.record(act, "list.read", held, rows=run.total, refused=len(run.refused))


def _is_wanted(held: LoadedList) -> bool:
    """Nobody has withdrawn it since its last portion."""
    db.session.refresh(held, ["state"], with_for_update=True)
    return held.state is ListState.READING


def _refused(rows: list[ListRow]) -> list[dict[str, object]]:
    return [{"row": one.row, "why": one.why} for one in rows if one.outcome is Outcome.REFUSED]


class _Reader(ABC):
    """Holds rows against the register as it stands; makes the rows that a person looks over."""

    def __init__(self, held: LoadedList, sheet: sheets.Sheet) -> None:
        self.held = held
        self.known: Known = queries.register()
        self.headings = {ListColumn(name): heading for name, heading in held.columns.items()}

    def cells(self, row: sheets.Row) -> Mapping[ListColumn, str]:
        return {column: row.cells.get(heading, "") for column, heading in self.headings.items()}

    def row(self, row: sheets.Row) -> ListRow:
        cells = self.cells(row)
        try:
            return self.judged(row.number, cells)
        except Refused as refused:
            return self.made(row.number, Outcome.REFUSED, _called(cells), why=refused.sentence)

    @abstractmethod
    def judged(self, number: int, cells: Mapping[ListColumn, str]) -> ListRow:
        """What the row would change. Raises Refused with the reason why it cannot be taken."""

    def missing(self) -> list[ListRow]:
        return []

    def made(self, number: int | None, outcome: Outcome, name: str, **facts: object) -> ListRow:
        return ListRow(list_id=self.held.id, row=number, outcome=outcome, name=name[:250], **facts)


def _called(cells: Mapping[ListColumn, str]) -> str:
    """What a refused row is known again by."""
    names = (cells.get(ListColumn.FIRST_NAME, ""), cells.get(ListColumn.LAST_NAME, ""))
    others = (ListColumn.NAME, ListColumn.EMAIL, ListColumn.LOGIN_ID, ListColumn.AGENCY)
    return " ".join(names).strip() or next((cells[one] for one in others if cells.get(one)), "")


class _Staff(_Reader):
    def __init__(self, held: LoadedList, sheet: sheets.Sheet) -> None:
        super().__init__(held, sheet)
        self.seen = Seen()
        self.present: set[int] = set()
        self.agencies: set[int] = set()

    def judged(self, number: int, cells: Mapping[ListColumn, str]) -> ListRow:
        self._note(cells)
        found = judged(read_facts(cells, self.known), self.known)
        found = found if found.outcome is Outcome.REFUSED else self._alone(number, found)
        return self.made(
            number,
            found.outcome,
            found.name,
            facts=asdict(found.facts),
            deeds=list(found.deeds),
            why=found.why,
            person_id=found.person_id or found.suggested_id,
            agency_id=found.facts.agency_id,
        )

    def _note(self, cells: Mapping[ListColumn, str]) -> None:
        """Whoever stands in the file is not missing from it, even in a row that cannot be taken."""
        login_id, address = cells.get(ListColumn.LOGIN_ID, ""), cells.get(ListColumn.EMAIL, "").lower()
        self.present |= self.known.by_login.get(login_id.lower(), frozenset()) if login_id else frozenset()
        self.present |= {self.known.by_email[address]} if address in self.known.by_email else set()
        agency_id = self.known.names.get(cells.get(ListColumn.AGENCY, "").lower())
        self.agencies |= {agency_id} if agency_id else set()

    def _alone(self, number: int, found: Judged) -> Judged:
        """Held against the rows above: the same twice is refused, a newcomer is added once."""
        self.present |= {found.suggested_id} if found.suggested_id else set()
        wrong = self.seen.wrong(number, found.facts, found.person_id)
        if wrong:
            return replace(found, outcome=Outcome.REFUSED, why=wrong, deeds=())
        if found.person_id or self.seen.is_new(number, found.facts):
            return found
        facts = replace(found.facts, first_name="", last_name="", job_title="", phone="")
        return replace(found, facts=facts, deeds=found.deeds[1:])

    def missing(self) -> list[ListRow]:
        if not self.held.is_complete or not self.agencies:
            return []
        return [
            self._leaver(person, agency_id)
            for person, agency_id in queries.people_at(self.agencies)
            if person.id not in self.present
        ]

    def _leaver(self, person: PersonKnown, agency_id: int) -> ListRow:
        held = person.licenses.get(agency_id)
        deed = "Access ends" if held is None else f"Access ends, HMIS license {held.login_id}".rstrip()
        return self.made(None, Outcome.LEAVER, person.name, deeds=[deed], person_id=person.id, agency_id=agency_id)


class _Seats(_Reader):
    def __init__(self, held: LoadedList, sheet: sheets.Sheet) -> None:
        super().__init__(held, sheet)
        self.bought = queries.seats_bought()
        self.seen: dict[tuple[int, int, date], int] = {}

    def judged(self, number: int, cells: Mapping[ListColumn, str]) -> ListRow:
        typed = cells.get(ListColumn.STARTS_ON, "")
        facts = read_seats(cells, sheets.day(typed) if typed else self.held.report_on, self.known)
        earlier = self.seen.setdefault((facts.agency_id, facts.coc_id, facts.starts_on), number)
        if earlier != number:
            raise Refused(f"This stands twice in the file: row {earlier} has the same agency, CoC and day.")
        outcome, deed = judged_seats(facts, self.bought.get((facts.agency_id, facts.coc_id), []))
        kept = {"coc_id": facts.coc_id, "number": facts.number, "starts_on": facts.starts_on.isoformat()}
        place = self.known.places[facts.agency_id].name
        deeds = [deed] if deed else []
        return self.made(number, outcome, place, facts=kept, deeds=deeds, agency_id=facts.agency_id)


class _Logins(_Reader):
    """Somebody with several logins is as active as the latest of them."""

    def __init__(self, held: LoadedList, sheet: sheets.Sheet) -> None:
        super().__init__(held, sheet)
        self.told = {
            person_id: {one.report_on: one.last_on for one in sorted(known, key=lambda one: one.recorded_at)}
            for person_id, known in standing.logins(None).items()
        }
        self.latest: dict[int, date] = {}
        for row in sheet.rows:
            self._note(self.cells(row))

    def _note(self, cells: Mapping[ListColumn, str]) -> None:
        try:
            person, facts = self._whose(cells)
        except Refused:
            return
        if facts.last_on is not None:
            self.latest[person.id] = max(facts.last_on, self.latest.get(person.id, facts.last_on))

    def _whose(self, cells: Mapping[ListColumn, str]) -> tuple[PersonKnown, LoginFacts]:
        report_on = self.held.report_on or date.min
        facts = read_login(cells, sheets.day(cells.get(ListColumn.LAST_LOGIN, "")), report_on)
        person = self.known.person(facts.login_id, facts.email)
        if person is None:
            raise Refused("Nobody in the register has this login ID or address.")
        return person, facts

    def judged(self, number: int, cells: Mapping[ListColumn, str]) -> ListRow:
        person, facts = self._whose(cells)
        facts = replace(facts, last_on=self.latest.get(person.id))
        report_on = self.held.report_on or date.min
        outcome, deed = judged_login(facts, self.told.get(person.id, {}), report_on)
        kept = {"last_on": facts.last_on.isoformat() if facts.last_on else None}
        return self.made(number, outcome, person.name, facts=kept, deeds=[deed] if deed else [], person_id=person.id)


READERS: Mapping[ListKind, type[_Reader]] = {
    ListKind.STAFF: _Staff,
    ListKind.SEATS: _Seats,
    ListKind.LOGINS: _Logins,
}
