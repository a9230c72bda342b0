"""The worker carries a confirmed list out, row by row; what cannot be done is told with the reason."""

from collections.abc import Iterator, Sequence
from datetime import date

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.licenses import queries
from portal.licenses.actions.leaving import end_access
from portal.licenses.actions.life import change_login, take_in_license
from portal.licenses.actions.setup import record_seats
from portal.licenses.models import ListRow, LoadedList
from portal.licenses.rules import Decision, ListKind, ListState, Outcome
from portal.licenses.rules.roster import Judged, judged, roles_of
from portal.licenses.rules.staff import DETAILS, Facts
from portal.people import actions as people_actions
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.scheduler import Run
from portal.standing import actions as standing

AT_ONCE = 25
"""Rows of one transaction: each may add a person, grant roles and give a license. A login report is one in all."""
CHANGED_MEANWHILE = "The register changed since the file was read. Load the file again to see what is left to do."


def apply_list(act: Act, run: Run) -> Iterator[None]:
    """A step of `scheduler.work_runs`; taken up again after a crash it goes on with the rows that are not done."""
    held = queries.one_list(run.facts["list"])
    if held is None or held.state is not ListState.APPLYING:
        return
    left = [row.id for row in db.session.scalars(queries.to_do_in(held))]
    run.total = run.done + len(left)
    portions = (
        [left] if held.kind is ListKind.LOGINS else [left[at : at + AT_ONCE] for at in range(0, len(left), AT_ONCE)]
    )
    for ids in portions:
        rows = [db.session.get_one(ListRow, one) for one in ids]
        failed = _logins_told(act, held, rows) if held.kind is ListKind.LOGINS else _carried_out(act, held, rows)
        run.refused = [*run.refused, *failed]
        run.done += len(ids)
        yield
    held.state = ListState.DONE
    audit.record(act, "list.applied", held, rows=run.total, refused=len(run.refused))


def _carried_out(act: Act, held: LoadedList, rows: Sequence[ListRow]) -> list[dict[str, object]]:
    """Each row as a whole or not at all."""
    refused: list[dict[str, object]] = []
    for row in rows:
        try:
            with db.session.begin_nested():
                _carry_out(act, held, row)
                row.done_at = act.at
                db.session.flush()
        except Refused as why:
            row.outcome, row.why = Outcome.REFUSED, why.sentence
            refused.append({"row": row.row, "why": why.sentence})
    return refused


def _carry_out(act: Act, held: LoadedList, row: ListRow) -> None:
    if held.kind is ListKind.SEATS:
        _seats_recorded(act, row)
    elif row.outcome is Outcome.LEAVER:
        person, agency = people.person(row.person_id or 0), people.organization(row.agency_id or 0)
        if person is None or agency is None:
            raise Refused(CHANGED_MEANWHILE)
        end_access(act, person, agency=agency, left_at=act.at)
    else:
        _person_listed(act, row)


def _seats_recorded(act: Act, row: ListRow) -> None:
    agency, coc = people.organization(row.agency_id or 0), people.organization(row.facts["coc_id"])
    if agency is None or coc is None:
        raise Refused(CHANGED_MEANWHILE)
    starts_on = date.fromisoformat(row.facts["starts_on"])
    record_seats(act, agency, coc=coc, starts_on=starts_on, number=row.facts["number"])


def _person_listed(act: Act, row: ListRow) -> None:
    """What the person confirmed and nothing else: judged anew against the register as it is now."""
    facts = Facts.from_json(row.facts)
    decided = row.person_id if row.decision is Decision.SAME else None
    found = judged(facts, queries.register(facts, decided), decided, is_other=True)
    if found.outcome is Outcome.REFUSED:
        raise Refused(found.why)
    agency = people.organization(facts.agency_id)
    if agency is None or not set(found.deeds) <= set(row.deeds):
        raise Refused(CHANGED_MEANWHILE)
    person = _person(act, found, agency)
    for role in roles_of(facts):
        if not any(one.role is role and one.organization_id == agency.id and not one.ended_on for one in person.roles):
            people_actions.grant_role(act, person, role=role, organization=agency)
    if facts.has_license:
        _license_held(act, person, agency, facts)
    row.person_id = person.id


def _person(act: Act, found: Judged, agency: Organization) -> Person:
    """Added without an invitation, or found and changed."""
    said = {name: getattr(found.facts, name) for name in DETAILS}
    if found.person_id is None:
        return people_actions.add_person(act, home=agency, email=found.facts.email, **said)
    person = people.person(found.person_id)
    if person is None:
        raise Refused(CHANGED_MEANWHILE)
    changed = {
        name: words for name, words in said.items() if words and words.casefold() != getattr(person, name).casefold()
    }
    email = found.facts.email or person.email
    if changed or email != person.email:
        people_actions.edit_person(act, person, email=email, home=person.home, **changed)
    return person


def _license_held(act: Act, person: Person, agency: Organization, facts: Facts) -> None:
    held = queries.open_license(person.id, agency.id)
    if held is None:
        coc = people.organization(facts.coc_id) if facts.coc_id else None
        take_in_license(act, person, agency=agency, coc=coc, login_id=facts.login_id)
    elif held.login_id != facts.login_id:
        change_login(act, held, facts.login_id)


def _logins_told(act: Act, held: LoadedList, rows: Sequence[ListRow]) -> list[dict[str, object]]:
    """One report of all rows."""
    last = {row.person_id: _day(row.facts["last_on"]) for row in rows if row.person_id is not None}
    if held.report_on is not None and last:
        standing.record_logins(act, held.report_on, last)
    for row in rows:
        row.done_at = act.at
    return []


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
