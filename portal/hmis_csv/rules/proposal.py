"""What an export may change. Rows that the register would refuse wait with their reason, as does what hangs on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from portal.hmis_csv.rules.difference import FileProposal, Proposal, RosterSnapshot
from portal.hmis_csv.rules.loading import FEWEST, ChangeKind
from portal.hmis_csv.rules.places import DESCRIPTORS, descriptor_facts
from portal.hmis_csv.rules.roster import (
    CEParticipation,
    HMISParticipation,
    OfProject,
    Organization,
    Participation,
    Project,
    ProjectCoC,
    Roster,
    RosterRow,
    User,
)
from portal.people.rules import overlap, problem_of

ORPHAN = "What it belongs to is neither in the export nor in the register."
OVERLAP = "Its days overlap with those of another row of the same project."
VSP = "Its agency is a victim service provider, which may by law not enter clients in HMIS."
Totals = Mapping[str, Mapping[str, Any]]
"""By file: how many rows of each ChangeKind, and how many are "known" to the register."""


@dataclass(frozen=True)
class Waiting:
    file: str
    row: RosterRow
    reason: str


@dataclass(frozen=True)
class Sifted:
    proposal: Proposal
    waiting: tuple[Waiting, ...]

    @property
    def totals(self) -> dict[str, dict[str, int]]:
        return {
            one.file: {
                ChangeKind.NEW.value: len(one.new),
                ChangeKind.CHANGED.value: len(one.changed),
                ChangeKind.RETIRED.value: len(one.retired),
                ChangeKind.WAITING.value: sum(each.file == one.file for each in self.waiting),
                "known": one.known,
            }
            for one in self.proposal.files
        }


class Sieve:
    def __init__(self, roster: Roster, snapshot: RosterSnapshot, cocs: Mapping[str, str | None]) -> None:
        """`cocs` has the number of every CoC of the register, and by "project:KEY" where a known project lies now."""
        self._snapshot = snapshot
        self._cocs = cocs
        self._located = _locations(roster)
        self._vsp = {
            row.key
            for row in roster.alive("Organization")
            if isinstance(row, Organization) and row.victim_service_provider
        }
        self._agency_of = {row.key: row.organization for row in roster.alive("Project") if isinstance(row, Project)}
        self._overlapping = _overlapping(roster)
        self._held: set[str] = set()
        """keys of projects that wait"""

    def sift(self, proposal: Proposal) -> Sifted:
        waiting: list[Waiting] = []
        ending = {one.key for file in proposal.files if file.file == "Project" for one in file.retired}
        files = tuple(self._file(one, ending, waiting) for one in proposal.files)
        return Sifted(Proposal(files), tuple(waiting))

    def _file(self, one: FileProposal, ending: set[str], waiting: list[Waiting]) -> FileProposal:
        held = [Waiting(one.file, row, ORPHAN) for row in one.waiting]
        rows = (*one.new, *(change.row for change in one.changed))
        held += [Waiting(one.file, row, reason) for row in rows if (reason := self._reason(one.file, row))]
        keys = {each.row.key for each in held}
        if one.file == "Project":
            self._held |= keys
        waiting += held
        return replace(
            one,
            new=tuple(row for row in one.new if row.key not in keys),
            changed=tuple(change for change in one.changed if change.row.key not in keys),
            retired=tuple(each for each in one.retired if self._project_of(one.file, each.key) not in ending),
            waiting=(),
        )

    def _project_of(self, file: str, key: str) -> str | None:
        """What is retired with its project is not told again row by row."""
        row = self._snapshot.rows(file).get(key)
        return row.project if isinstance(row, OfProject) else None

    def _reason(self, file: str, row: RosterRow) -> str | None:
        if isinstance(row, Project):
            return self._of_project(row)
        if not isinstance(row, OfProject):
            return None
        if row.project in self._held:
            return "Its project cannot be applied."
        takes_part = isinstance(row, HMISParticipation) and row.type == Participation.HMIS
        if takes_part and self._agency_of.get(row.project) in self._vsp:
            return VSP
        if (file, row.key) in self._overlapping:
            return OVERLAP
        return problem_of(DESCRIPTORS[file].elements, descriptor_facts(file, row))

    def _of_project(self, row: Project) -> str | None:
        if row.type is None:
            return "The export names no project type."
        if row.operating_end and row.operating_end < row.operating_start:
            return "It ends before it starts."
        if self.coc_of(row.key) is None:
            codes = self._located.get(row.key)
            named = f"Its CoC {codes[0]} is not in the register." if codes else "The export names no CoC for it."
            return f"{named} Add the CoC with its number, then compare again."
        return None

    def coc_of(self, project: str) -> str | None:
        """The number of the CoC that the project lies in: where it lies now if the export agrees, else its first."""
        codes = [code for code in self._located.get(project, ()) if code in self._cocs]
        held = self._cocs.get(f"project:{project}")
        if held and (held in codes or not codes):
            return held
        return codes[0] if codes else None


def _locations(roster: Roster) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in roster.alive("ProjectCoC"):
        if isinstance(row, ProjectCoC):
            found.setdefault(row.project, []).append(row.coc_code)
    return {project: sorted(set(codes)) for project, codes in found.items()}


def _overlapping(roster: Roster) -> set[tuple[str, str]]:
    """The later of two rows of which the register takes only one a day."""
    found: set[tuple[str, str]] = set()
    for file in ("HMISParticipation", "CEParticipation"):
        rows: dict[str, list[HMISParticipation | CEParticipation]] = {}
        for row in roster.alive(file):
            if isinstance(row, HMISParticipation | CEParticipation):
                rows.setdefault(row.project, []).append(row)
        found |= {(file, key) for each in rows.values() for key in _later(each)}
    return found


def _later(rows: Sequence[HMISParticipation | CEParticipation]) -> Iterable[str]:
    for before, after in pairwise(sorted(rows, key=lambda one: (one.start, one.key))):
        if overlap((before.start, before.end), (after.start, after.end)):
            yield after.key


def as_kept(roster: Roster) -> Roster:
    """As the register keeps it: addresses of users in lower case."""
    users = tuple(
        replace(row, email=row.email.lower()) for row in roster.files.get("User", ()) if isinstance(row, User)
    )
    return replace(roster, files={**roster.files, **({"User": users} if "User" in roster.files else {})})


def above(totals: Totals, percent: int) -> list[str]:
    """Files of which more than so many percent of the known rows would change or be retired."""
    return [
        file
        for file, held in totals.items()
        if held["known"] and _moved(held) >= FEWEST and _moved(held) * 100 > percent * held["known"]
    ]


def moved_rows(totals: Totals) -> int:
    """Rows that the register holds and that would change or be retired."""
    return sum(_moved(held) for held in totals.values())


def _moved(held: Mapping[str, Any]) -> int:
    return int(held[ChangeKind.CHANGED] + held[ChangeKind.RETIRED])


def is_empty(totals: Totals) -> bool:
    kinds = (ChangeKind.NEW, ChangeKind.CHANGED, ChangeKind.RETIRED)
    return not any(held[kind] for held in totals.values() for kind in kinds)
