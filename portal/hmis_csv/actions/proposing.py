"""What an export would change, written down row by row for a person to look over."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.hmis_csv import queries
from portal.hmis_csv.models import HmisExport, ProposedChange
from portal.hmis_csv.queries.proposals import Compared
from portal.hmis_csv.rules.difference import Changed, FileProposal
from portal.hmis_csv.rules.kept import written
from portal.hmis_csv.rules.loading import ChangeKind, ExportState
from portal.hmis_csv.rules.roster import RosterRow, compared
from portal.people import actions as people
from portal.people import queries as register

RESTORED = "The register had retired it, and the export holds it again."


def propose(act: Act, export: HmisExport) -> Compared:
    """Hold the export against the register as it stands now; an earlier proposal is replaced."""
    found = queries.compared(queries.kept_roster(export))
    db.session.execute(delete(ProposedChange).where(ProposedChange.export_id == export.id))
    rows = list(_rows(export, found))
    if rows:
        db.session.execute(insert(ProposedChange), rows)
    export.totals = found.sifted.totals
    export.base = found.fingerprint
    audit.record(act, "hmis_export.compared", export)
    return found


def compare_again(act: Act, export: HmisExport) -> None:
    """
    Raises:
        Refused: it does not wait for a decision.
    """
    demand_ready(export)
    export.why = ""
    propose(act, export)


def demand_ready(export: HmisExport) -> None:
    """Raises Refused when the export does not wait for a decision."""
    if export.state is not ExportState.READY:
        raise Refused("This export does not wait for a decision.")


def say_same(act: Act, change: ProposedChange) -> str:
    """A new row is what the register has under the same name: it is given the row's key there. Gives its name.

    Raises:
        Refused: nothing of that name waits for a key.
    """
    demand_ready(change.export)
    known_id = change.same_as_id
    if known_id is None or change.kind is not ChangeKind.NEW:
        raise Refused("The register has nothing of this name without a key.")
    name = _give_key(act, change.file, known_id, change.key)
    audit.record(act, "hmis_export.key_given", change.export, file=change.file, known=known_id)
    propose(act, change.export)
    return name


def _give_key(act: Act, file: str, known_id: int, key: str) -> str:
    if file == "Organization":
        agency = register.organization(known_id)
        if agency is None or agency.code:
            raise Refused("This agency has a key already. Compare again.")
        people.edit_organization(act, agency, coc_ids=agency.coc_ids, code=key)
        return agency.name
    project = register.project(known_id)
    if project is None or project.hmis_id:
        raise Refused("This project has a key already. Compare again.")
    people.edit_project(act, project, agency=project.agency, coc=project.coc, hmis_id=key)
    return project.name


def _rows(export: HmisExport, found: Compared) -> Iterator[dict[str, Any]]:
    for one in found.sifted.proposal.files:
        yield from _of_file(export, found, one)
    for waits in found.sifted.waiting:
        yield _row(export, found, waits.file, waits.row, ChangeKind.WAITING, reason=waits.reason)


def _of_file(export: HmisExport, found: Compared, one: FileProposal) -> Iterator[dict[str, Any]]:
    for row in one.new:
        made = _row(export, found, one.file, row, ChangeKind.NEW, fields=_facts(row))
        yield {**made, "same_as_id": found.same_as(one.file, row)}
    for change in one.changed:
        reason = RESTORED if change.restored else ""
        yield _row(export, found, one.file, change.row, ChangeKind.CHANGED, fields=_fields(change), reason=reason)
    for gone in one.retired:
        known = found.known(one.file, gone.key)
        if known is not None:
            yield _row(export, found, one.file, known, ChangeKind.RETIRED, reason=f"{gone.why.words}.")


def _row(
    export: HmisExport,
    found: Compared,
    file: str,
    row: RosterRow,
    kind: ChangeKind,
    fields: list[list[object]] | None = None,
    reason: str = "",
) -> dict[str, Any]:
    agency, project = found.names_of(file, row)
    return {
        "export_id": export.id,
        "file": file,
        "key": row.key,
        "kind": kind,
        "agency": USERS if file == "User" else agency,
        "project": project or (row.name if file == "User" else ""),
        "fields": fields or [],
        "reason": reason[:300],
        "same_as_id": None,
    }


USERS = "Users of the HMIS"


def _facts(row: RosterRow) -> list[list[object]]:
    """Of a new row all that it says."""
    facts = ((column, written(getattr(row, name))) for column, name in compared(type(row)).items())
    return [[column, None, value] for column, value in facts if value not in (None, "")]


def _fields(change: Changed) -> list[list[object]]:
    return [[one.column, written(one.before), written(one.after)] for one in change.fields]
