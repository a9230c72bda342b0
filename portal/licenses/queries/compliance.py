"""Agency compliance: one row for each CHO, in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.licenses.models import License
from portal.licenses.rules import SEATED, Cell, Column, LicenseState, Tone, of_verdicts, worst
from portal.licenses.rules.compliance import NOT_SET_UP, to_do_by
from portal.people.models import Membership, Organization
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Actor, Permission, reach
from portal.standing import queries as standing
from portal.standing.rules import State, Verdict

Source = Callable[[Sequence[int], datetime], Mapping[int, Cell]]
"""A column that another package fills: its cells by agency. app.py hands them over by column."""


@dataclass(frozen=True)
class AgencyRow:
    agency: Organization
    cells: Mapping[Column, Cell]

    @property
    def need(self) -> int:
        return worst(self.cells.values())


@dataclass(frozen=True)
class HolderLine:
    """A person with a license at the agency, and what is asked of her."""

    license: License
    verdicts: Sequence[Verdict]

    @property
    def is_valid(self) -> bool:
        return all(one.state.is_met for one in self.verdicts)


@dataclass(frozen=True)
class Reasons:
    """What the cells of one agency are made of."""

    row: AgencyRow
    holders: Sequence[HolderLine]
    verdicts: Sequence[Verdict]

    def of_kind(self, kind: str) -> list[Verdict]:
        return [one for one in self.verdicts if one.terms and one.terms.kind == kind]


def compliance(actor: Actor, now: datetime, sources: Mapping[Column, Source]) -> list[AgencyRow]:
    """The agencies that the actor may compare, what needs most first."""
    agencies = _agencies(actor)
    ids = [one.id for one in agencies]
    holders = _holders(ids, now)
    own = standing.verdicts_of_organizations(ids, now)
    given = {column: source(ids, now) for column, source in sources.items()}
    rows = [_row(one, holders.get(one.id, ()), own.get(one.id, ()), given) for one in agencies]
    return sorted(rows, key=lambda row: (-row.need, row.agency.name))


def _agencies(actor: Actor) -> Sequence[Organization]:
    held = reach(actor, Permission.COMPLIANCE_READ)
    in_cocs = select(Membership.organization_id).where(Membership.coc_id.in_(held.cocs))
    found = select(Organization).where(
        Organization.kind == OrganizationKind.AGENCY,
        Organization.participation == Participation.PARTICIPATING,
        Organization.ended_on.is_(None),
        true() if held.everything else or_(Organization.id.in_(held.organizations), Organization.id.in_(in_cocs)),
    )
    loaded = found.options(selectinload(Organization.memberships).joinedload(Membership.coc))
    return db.session.scalars(loaded.order_by(Organization.name, Organization.id)).all()


def _holders(agency_ids: Collection[int], now: datetime) -> Mapping[int, list[HolderLine]]:
    states = (*SEATED, LicenseState.SUSPENDED)
    found = select(License).where(License.agency_id.in_(agency_ids), License.state.in_(states))
    held = db.session.scalars(found.order_by(License.agency_id, License.id).options(joinedload(License.person))).all()
    told = standing.verdicts_of_people({one.person_id for one in held}, now)
    lines: dict[int, list[HolderLine]] = defaultdict(list)
    for one in held:
        asked = [verdict for verdict in told.get(one.person_id, ()) if verdict.state is not State.NOT_REQUIRED]
        lines[one.agency_id].append(HolderLine(one, asked))
    return lines


def _row(
    agency: Organization,
    holders: Sequence[HolderLine],
    own: Sequence[Verdict],
    given: Mapping[Column, Mapping[int, Cell]],
) -> AgencyRow:
    kinds: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in own:
        if verdict.terms:
            kinds[verdict.terms.kind].append(verdict)
    cells = {
        Column.LICENSES: _licenses(holders),
        Column.CONSISTENCY: NOT_SET_UP,
        Column.TRAINING: _training(holders),
        Column.AGREEMENT: of_verdicts(kinds["agreement"]),
        Column.CHECKLIST: of_verdicts(kinds["checklist"]),
        Column.FINDINGS: NOT_SET_UP,
    }
    cells.update({column: found[agency.id] for column, found in given.items() if agency.id in found})
    return AgencyRow(agency, cells)


def _licenses(holders: Sequence[HolderLine]) -> Cell:
    """Of the licenses that are in use, how many holders meet all that is asked of them."""
    active = [line for line in holders if line.license.state is LicenseState.ACTIVE]
    if not active:
        return Cell(Tone.NEUTRAL, "No active license")
    valid = sum(line.is_valid for line in active)
    due = [one for line in active for one in line.verdicts if one.state in (State.GRACE, State.DUE_SOON)]
    tone = Tone.BAD if valid < len(active) else Tone.WARN if due else Tone.GOOD
    return Cell(tone, f"{valid} of {len(active)} valid", min(filter(None, map(to_do_by, due)), default=None))


def _training(holders: Sequence[HolderLine]) -> Cell:
    """People whose trainings are all met, of those who must take any."""
    states: Counter[State] = Counter()
    due: list[Verdict] = []
    for line in holders:
        trainings = [one for one in line.verdicts if one.terms and one.terms.kind == "training"]
        if trainings:
            states[min((one.state for one in trainings), key=lambda state: state.need)] += 1
            due += [one for one in trainings if one.state in (State.GRACE, State.DUE_SOON)]
    people = states.total()
    if not people:
        return Cell(Tone.NEUTRAL, "Nobody to train")
    met = sum(number for state, number in states.items() if state.is_met)
    tone = Tone.BAD if met < people else Tone.WARN if due else Tone.GOOD
    return Cell(tone, f"{met} of {people} people", min(filter(None, map(to_do_by, due)), default=None))


def reasons(agency: Organization, now: datetime, sources: Mapping[Column, Source]) -> Reasons:
    holders = _holders((agency.id,), now).get(agency.id, [])
    own = standing.verdicts_of_organization(agency.id, now)
    given = {column: source([agency.id], now) for column, source in sources.items()}
    bound = [one for one in own if one.state is not State.NOT_REQUIRED]
    by_name = sorted(holders, key=lambda line: (line.is_valid, line.license.person.last_name, line.license.id))
    return Reasons(_row(agency, holders, own, given), by_name, bound)
