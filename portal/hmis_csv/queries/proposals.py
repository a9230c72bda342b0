"""An export held against the register as it stands now."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from portal import files
from portal.errors import Refused
from portal.hmis_csv.models import HmisExport
from portal.hmis_csv.queries.register import Register, register
from portal.hmis_csv.rules.difference import Changed, diff, plain_name
from portal.hmis_csv.rules.kept import KeptRoster, unpacked, written
from portal.hmis_csv.rules.proposal import Sieve, Sifted, as_kept
from portal.hmis_csv.rules.roster import OfProject, Project, Roster, RosterRow


@dataclass(frozen=True)
class Compared:
    """`sieve` says in which CoC a project lies."""

    roster: Roster
    held: Register
    sifted: Sifted
    sieve: Sieve

    def same_as(self, file: str, row: RosterRow) -> int | None:
        """Of a new row: what the register has under the same name without a key. Suggested, never taken for granted."""
        if file == "Organization":
            return self.held.nameless_agencies.get(plain_name(row.name))
        if isinstance(row, Project):
            return self.held.nameless_projects.get((row.organization, plain_name(row.name)))
        return None

    def names_of(self, file: str, row: RosterRow | None) -> tuple[str, str]:
        """The agency and the project that a row belongs to, by name; for a user the user's own key alone."""
        if row is None or file == "User":
            return "", ""
        if file == "Organization":
            return row.name, ""
        project = self._row("Project", row.project) if isinstance(row, OfProject) else row
        if not isinstance(project, Project):
            return "", ""
        agency = self._row("Organization", project.organization)
        return agency.name if agency else "", project.name

    @property
    def fingerprint(self) -> str:
        """SHA-256, in hex, of all that would be done: the same as long as nobody changes the register about it."""
        told = [
            [
                one.file,
                [row.key for row in one.new],
                [_moved(each) for each in one.changed],
                [each.key for each in one.retired],
            ]
            for one in self.sifted.proposal.files
        ]
        waiting = [(one.file, one.row.key, one.reason) for one in self.sifted.waiting]
        return hashlib.sha256(json.dumps([told, waiting]).encode()).hexdigest()

    def known(self, file: str, key: str) -> RosterRow | None:
        return self.held.snapshot.rows(file).get(key)

    def _row(self, file: str, key: str) -> RosterRow | None:
        return self._by_key.get((file, key)) or self.known(file, key)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], RosterRow]:
        return {(file, row.key): row for file in ("Organization", "Project") for row in self.roster.files[file]}


def _moved(change: Changed) -> list[object]:
    return [change.row.key, *((one.column, written(one.before), written(one.after)) for one in change.fields)]


def kept_roster(export: HmisExport) -> KeptRoster:
    """
    Raises:
        Refused: the roster was purged after the decision.
    """
    if export.roster is None:
        raise Refused("This export has no roster any more. Load it again.")
    return unpacked(files.read(export.roster))


def compared(kept: KeptRoster) -> Compared:
    roster = as_kept(kept.roster)
    held = register(roster)
    places: dict[str, str | None] = dict.fromkeys(held.cocs)
    places |= {f"project:{key}": one.coc.code for key, one in held.projects.items()}
    sieve = Sieve(roster, held.snapshot, places)
    return Compared(roster, held, sieve.sift(diff(held.snapshot, roster, kept.directive)), sieve)
