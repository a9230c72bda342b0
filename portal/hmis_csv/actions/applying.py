"""What a person confirmed is applied to the register by the register's own actions, all of it or nothing."""

from collections.abc import Iterator

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.hmis_csv import queries
from portal.hmis_csv.actions.loading import drop_roster
from portal.hmis_csv.actions.proposing import demand_ready, propose
from portal.hmis_csv.actions.roster import Placing
from portal.hmis_csv.actions.users import keep_users
from portal.hmis_csv.models import HmisExport
from portal.hmis_csv.rules.loading import ExportState
from portal.hmis_csv.rules.proposal import above, is_empty, moved_rows
from portal.scheduler import Run

APPLY = "hmis_csv.apply"
CHANGED_MEANWHILE = "The register changed after you confirmed, so nothing was applied. Look over what would change now."


def apply_export(act: Act, export: HmisExport, *, confirmed: int | None = None) -> Run:
    """Ask the worker to apply what was proposed. `confirmed` is the number of rows that a person named.

    Raises:
        Refused: it does not wait for a decision, nothing is to change, another one is being applied, or more changes
            than the community has set and the number was not named.
    """
    demand_ready(export)
    if queries.is_under_way():
        raise Refused("Another export is being applied. Wait until it is done, then compare again.")
    if is_empty(export.totals):
        raise Refused("There is nothing to apply. Discard this export.")
    most, moved = queries.most_change(), moved_rows(export.totals)
    if above(export.totals, most) and confirmed != moved:
        raise Refused(f"More than {most} % of the rows of a file would change. To go on, type the number {moved}.")
    run = Run(kind=APPLY, asked_by_id=act.by, asked_at=act.at, facts={"export": export.id}, total=1)
    db.session.add(run)
    db.session.flush()
    export.state, export.run_id, export.why = ExportState.APPLYING, run.id, ""
    export.decided_at, export.decided_by_id = act.at, act.by
    audit.record(act, "hmis_export.confirmed", export, run=run.id, rows=moved)
    return run


def apply_changes(act: Act, run: Run) -> Iterator[None]:
    """A step of `scheduler.work_runs`: one transaction. Changed meanwhile, the register is left alone.

    What lies on disk is removed only once that transaction is kept, so that a crash finds it again.
    """
    export = queries.export(run.facts["export"])
    if export is None:
        return
    if export.state is ExportState.APPLYING:
        _apply(act, run, export)
        yield
    if export.state is ExportState.APPLIED:
        drop_roster(act, export)


def _apply(act: Act, run: Run, export: HmisExport) -> None:
    base = export.base
    found = propose(act, export)
    if export.base != base:
        export.state, export.why = ExportState.READY, CHANGED_MEANWHILE
        audit.record(act, "hmis_export.changed_meanwhile", export)
        return
    placing = Placing(act, found)
    placing.apply()
    keep_users(act, export, found)
    export.state = ExportState.APPLIED
    run.done, run.refused = 1, placing.refused
    audit.record(act, "hmis_export.applied", export, refused=len(placing.refused))
