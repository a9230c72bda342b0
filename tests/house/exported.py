"""Rows about exports of the HMIS: one that waits for a decision, one being read, one applied with its months; users."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from portal import files
from portal.audit import Act
from portal.db import db
from portal.hmis_csv.actions.proposing import propose
from portal.hmis_csv.models import HmisExport, HmisUser, ProjectMonth, ProposedChange
from portal.hmis_csv.rules import roster
from portal.hmis_csv.rules.kept import KeptRoster, packed
from portal.hmis_csv.rules.loading import ExportState
from portal.hmis_csv.rules.months import Verdict
from portal.people.models import Organization, Person
from portal.scheduler import Run

MEASURED = ("agency", "other_agency", "other_coc")


def exported(
    act: Act, places: Mapping[str, Organization], admin_id: int, colleague: Person
) -> dict[str, Mapping[str, int]]:
    """What names them in a URL, by kind."""
    at = Act(at=act.at, by=admin_id)
    ready, loading = _export(at, ExportState.READY), _export(at, ExportState.LOADING)
    unwanted = _export(at, ExportState.READY)  # without a roster: discarding removes that from disk, for good
    run = Run(kind="hmis_csv.read", asked_by_id=admin_id, asked_at=act.at, facts={"export": loading.id})
    db.session.add(run)
    db.session.flush()
    loading.run_id = run.id
    known = _row("77", "Saltmarsh Homes")
    ready.roster = files.keep(
        at, packed(KeptRoster(roster.Roster({"Organization": (known,)}), None, 2026)), "application/json", sealed=True
    )
    propose(at, ready)
    _months(_export(at, ExportState.APPLIED), (places[name] for name in MEASURED[:2]))
    linked = HmisUser(key="u1", first_name="Robin", last_name="Ash", email=colleague.email, person_id=colleague.id)
    free = HmisUser(key="u2", first_name="Sam", last_name="Lind", email="sam@example.org")
    db.session.add_all([linked, free])
    db.session.flush()
    change = db.session.query(ProposedChange).one()
    return {
        "hmis_export": {"export_id": ready.id},
        "hmis_unwanted": {"export_id": unwanted.id},
        "hmis_loading": {"export_id": loading.id},
        "hmis_change": {"change_id": change.id},
        "hmis_linked": {"user_id": linked.id},
        "hmis_user": {"user_id": free.id},
    }


def _export(act: Act, state: ExportState) -> HmisExport:
    made = HmisExport(
        file_name="export-slim.zip",
        sha256="0" * 64,
        size=1000,
        state=state,
        loaded_at=act.at,
        loaded_by_id=act.by,
        software="Fieldnote",
        written_on=act.at.date(),
        starts_on=date(2025, 3, 1),
        ends_on=act.at.date() - timedelta(days=1),
        directive=2,
        year=2026,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _row(key: str, name: str) -> roster.Organization:
    return roster.Organization(
        key=key, updated=None, deleted=None, organization_name=name, common_name="", victim_service_provider=0
    )


def _months(export: HmisExport, agencies: Iterable[Organization]) -> None:
    for number, agency in enumerate(agencies):
        agency.code = f"{1000 + number}"
        for month in (1, 2):
            db.session.add(
                ProjectMonth(
                    export_id=export.id,
                    agency_key=agency.code,
                    project_key=f"P{number}",
                    project_name="Night Shelter",
                    project_type=1,
                    month=date(2026, month, 1),
                    is_expected=True,
                    verdict=Verdict.SEEN if month == 1 else Verdict.SILENT,
                    reason=None,
                    entries=4 * (2 - month),
                    exits=0,
                    bed_nights=0,
                    contacts=0,
                    updates=0,
                    busiest_day=2,
                    on_time=0.75,
                )
            )
