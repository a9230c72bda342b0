"""From a slim copy to the register: read, compared, confirmed, applied, and loaded once more."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.hmis_csv import actions, queries
from portal.hmis_csv.models import HmisExport, ProposedChange
from portal.hmis_csv.rules.loading import ChangeKind, ExportState
from portal.hmis_csv.rules.proposal import ORPHAN, VSP
from portal.hmis_csv.rules.roster import Roster
from portal.people import actions as people
from portal.people.models import Funding, Inventory, Organization, Person, Project, ProjectParticipation
from portal.people.rules import OrganizationKind, Participation
from tests import factories
from tests.hmis_csv.conftest import confirmed, copied, loaded, work
from tests.hmis_csv.generator import Truth

Spoil = Callable[..., Path]
NONE = {"new": 0, "changed": 0, "retired": 0, "waiting": 0}


def replaced(before: str, after: str) -> Callable[[bytes], bytes]:
    def change(body: bytes) -> bytes:
        assert before.encode() in body
        return body.replace(before.encode(), after.encode())

    return change


def without(line: str) -> Callable[[bytes], bytes]:
    return lambda body: b"".join(one for one in body.splitlines(keepends=True) if not one.startswith(line.encode()))


def moved(export: HmisExport) -> dict[str, dict[str, int]]:
    """What would change, by file, files without a change left out."""
    held = {file: {kind: row[kind] for kind in NONE} for file, row in export.totals.items()}
    return {file: row for file, row in held.items() if row != NONE}


def change_of(export: HmisExport, file: str, key: str) -> ProposedChange:
    found = select(ProposedChange).where(ProposedChange.export_id == export.id)
    return db.session.scalars(found.where(ProposedChange.file == file, ProposedChange.key == key)).one()


def agency(key: str) -> Organization:
    return db.session.scalars(
        select(Organization).where(Organization.code == key, Organization.kind == OrganizationKind.AGENCY)
    ).one()


def project(key: str) -> Project:
    return db.session.scalars(select(Project).where(Project.hmis_id == key)).one()


def many(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_export_is_read_compared_and_applied_and_a_second_load_changes_nothing(
    app: Flask, admin: Person, at: datetime, export: tuple[Path, Truth], tmp_path: Path
):
    copy, truth = copied(export[0], tmp_path), export[1].counts

    first = loaded(copy, admin, at)

    assert first.state is ExportState.READY
    assert {file: held["new"] for file, held in first.totals.items()} == {file: truth[file] for file in first.totals}
    assert many(Project) == 0

    confirmed(first, admin, at)

    assert (first.state, queries.run(first.run_id).refused) == (ExportState.APPLIED, [])
    assert many(Project) == truth["Project"]
    assert many(Inventory) == truth["Inventory"]
    assert agency("1008").participation is Participation.VSP
    assert (project("P-001-0").agency.code, project("P-001-0").coc.code) == ("1001", "CA-600")

    again = loaded(copy, admin, at)

    assert (again.state, again.sha256 == first.sha256) == (ExportState.APPLIED, True)
    assert {sum(held[kind] for kind in ChangeKind) for held in again.totals.values()} == {0}
    assert queries.earlier_copy(again).id == first.id


def test_what_changed_in_the_hmis_changes_here_by_key_and_never_by_name(
    app: Flask, admin: Person, at: datetime, applied: HmisExport, spoiled: Spoil, tmp_path: Path
):
    later = spoiled(
        Organization=replaced("Agency 1, Inc.", "Oxbow House"),
        Project=replaced(
            "P-002-0,1002,Project P-002-0,,2020-01-01,,1", "P-002-0,1002,Project P-002-0,,2020-01-01,2025-06-30,1"
        ),
        Funder=replaced("f3,P-002-0,46,Local,G3", "f3,P-002-0,46,Local,G-33"),
        Inventory=without("i4,"),
        User=replaced("u7,Sam,Sample,,,u7@", "u7,Robin,Sample,,,u7@"),
    )

    second = loaded(copied(later, tmp_path), admin, at)

    assert moved(second) == {
        "Organization": NONE | {"changed": 1},
        "Project": NONE | {"changed": 1},
        "Funder": NONE | {"changed": 1},
        "Inventory": NONE | {"retired": 1},
        "User": NONE | {"changed": 1},
    }
    assert change_of(second, "Organization", "1001").fields == [["OrganizationName", "Agency 1, Inc.", "Oxbow House"]]

    confirmed(second, admin, at)

    assert agency("1001").name == "Oxbow House"
    assert project("P-002-0").ended_on.isoformat() == "2025-06-30"
    assert [one.grant_id for one in db.session.scalars(select(Funding).where(Funding.hmis_id == "f3"))] == ["G-33"]
    assert list(db.session.scalars(select(Inventory.id).where(Inventory.hmis_id == "i4"))) == []


def test_what_is_gone_is_retired_with_what_hangs_on_it_and_comes_back(
    app: Flask,
    admin: Person,
    at: datetime,
    applied: HmisExport,
    export: tuple[Path, Truth],
    spoiled: Spoil,
    tmp_path: Path,
):
    gone = {
        name: (lambda body: b"".join(one for one in body.splitlines(keepends=True) if b"P-000-0" not in one))
        for name in ("Project", "ProjectCoC", "Funder", "HMISParticipation", "CEParticipation", "Inventory")
    }
    funded = many(Funding)

    second = loaded(copied(spoiled(Organization=without("1000,"), **gone), tmp_path), admin, at)

    assert moved(second) == {"Organization": NONE | {"retired": 1}, "Project": NONE | {"retired": 1}}
    confirmed(second, admin, at)
    assert (agency("1000").ended_on, project("P-000-0").ended_on, many(Funding)) == (at.date(), at.date(), funded)
    assert (
        loaded(copied(spoiled(Organization=without("1000,"), **gone), tmp_path), admin, at).state is ExportState.APPLIED
    )

    back = confirmed(loaded(copied(export[0], tmp_path), admin, at), admin, at)

    assert (back.state, agency("1000").ended_on, project("P-000-0").ended_on) == (ExportState.APPLIED, None, None)
    assert loaded(copied(export[0], tmp_path), admin, at).state is ExportState.APPLIED


def test_a_delta_retires_nothing(
    app: Flask, admin: Person, at: datetime, applied: HmisExport, spoiled: Spoil, tmp_path: Path
):
    delta = spoiled(
        Export=replaced("2026 v1.0,3,2,", "2026 v1.0,3,1,"),
        Organization=without("1000,"),
        Inventory=lambda body: body.splitlines(keepends=True)[0],
    )

    second = loaded(copied(delta, tmp_path), admin, at)

    assert (second.state, moved(second)) == (ExportState.APPLIED, {})


def test_more_than_the_set_share_stops_and_asks_for_the_number(
    app: Flask, admin: Person, at: datetime, applied: HmisExport, spoiled: Spoil, tmp_path: Path
):
    act = Act(at=at, by=admin.id)
    second = loaded(copied(spoiled(Funder=replaced(",46,Local,", ",46,County,")), tmp_path), admin, at)
    number = second.totals["Funder"]["changed"]
    assert number == second.totals["Funder"]["known"]

    with pytest.raises(Refused, match=f"More than 10 % of the rows of a file would change.*type the number {number}"):
        actions.apply_export(act, second)
    with pytest.raises(Refused, match="type the number"):
        actions.apply_export(act, second, confirmed=number - 1)
    assert second.state is ExportState.READY

    assert confirmed(second, admin, at, number).state is ExportState.APPLIED

    third = loaded(copied(spoiled(Funder=replaced(",46,Local,", ",46,State,")), tmp_path), admin, at)
    actions.set_most_change(act, most_change=100)
    assert confirmed(third, admin, at).state is ExportState.APPLIED


def test_a_register_changed_after_the_confirmation_is_left_alone_and_the_new_differences_are_shown(
    app: Flask, admin: Person, at: datetime, applied: HmisExport, spoiled: Spoil, tmp_path: Path
):
    act = Act(at=at, by=admin.id)
    second = loaded(copied(spoiled(Organization=replaced("Agency 1, Inc.", "Oxbow House")), tmp_path), admin, at)
    actions.apply_export(act, second)
    people.edit_organization(act, agency("1002"), coc_ids=agency("1002").coc_ids, name="Renamed by hand")
    db.session.commit()

    work()

    assert (second.state, second.why) == (ExportState.READY, actions.CHANGED_MEANWHILE)
    assert agency("1001").name == "Agency 1, Inc."
    assert change_of(second, "Organization", "1002").fields == [
        ["OrganizationName", "Renamed by hand", "Agency 2, Inc."]
    ]
    assert confirmed(second, admin, at).state is ExportState.APPLIED
    assert (agency("1001").name, agency("1002").name) == ("Oxbow House", "Agency 2, Inc.")


def test_a_name_is_only_suggested_and_a_person_says_that_it_is_the_same(
    app: Flask, admin: Person, at: datetime, export: tuple[Path, Truth], tmp_path: Path
):
    coc = queries.register(Roster({})).cocs["CA-600"]
    known = factories.make_organization(coc=coc, name="The Agency 3 Inc")
    shelter = factories.make_project(known, coc, name="Project P-003-0")
    db.session.commit()
    first = loaded(copied(export[0], tmp_path), admin, at)
    suggested = change_of(first, "Organization", "1003")
    assert (suggested.kind, suggested.same_as_id) == (ChangeKind.NEW, known.id)
    assert change_of(first, "Organization", "1004").same_as_id is None

    assert actions.say_same(Act(at=at, by=admin.id), suggested) == "The Agency 3 Inc"

    assert change_of(first, "Organization", "1003").kind is ChangeKind.CHANGED
    actions.say_same(Act(at=at, by=admin.id), change_of(first, "Project", "P-003-0"))
    confirmed(first, admin, at)
    assert (agency("1003").id, project("P-003-0").id) == (known.id, shelter.id)
    assert db.session.scalars(select(Organization.name).where(Organization.id == known.id)).one() == "Agency 3, Inc."


def test_what_the_register_would_refuse_waits_with_its_reason(
    app: Flask, admin: Person, at: datetime, spoiled: Spoil, tmp_path: Path
):
    first = loaded(
        copied(
            spoiled(
                Project=replaced(
                    "P-001-0,1001,Project P-001-0,,2020-01-01,,1,1,", "P-001-0,1001,Project P-001-0,,2020-01-01,,1,,"
                ),
                ProjectCoC=replaced("P-002-0,CA-600", "P-002-0,OR-501"),
                Organization=without("1003,"),
                HMISParticipation=lambda body: body + b"h900,P-008-0,1,2026-01-01,,,,u1,,X1\n",
            ),
            tmp_path,
        ),
        admin,
        at,
    )

    reasons = {
        (file, key): change_of(first, file, key).reason
        for file, key in (
            ("Project", "P-001-0"),
            ("Project", "P-002-0"),
            ("Project", "P-003-0"),
            ("Funder", "f1"),
            ("HMISParticipation", "h900"),
        )
    }
    assert reasons == {
        ("Project", "P-001-0"): "The export names no project type.",
        (
            "Project",
            "P-002-0",
        ): "Its CoC OR-501 is not in the register. Add the CoC with its number, then compare again.",
        ("Project", "P-003-0"): ORPHAN,
        ("Funder", "f1"): "Its project cannot be applied.",
        ("HMISParticipation", "h900"): VSP,
    }
    confirmed(first, admin, at)
    assert (
        list(db.session.scalars(select(Project.id).where(Project.hmis_id.in_(("P-001-0", "P-002-0", "P-003-0"))))) == []
    )
    assert many(ProjectParticipation) > 0


def test_an_export_that_was_discarded_changes_nothing_and_one_is_decided_once(
    app: Flask, admin: Person, at: datetime, export: tuple[Path, Truth], tmp_path: Path
):
    act = Act(at=at, by=admin.id)
    first = loaded(copied(export[0], tmp_path), admin, at)
    roster = first.roster

    actions.discard_export(act, first)
    db.session.commit()

    assert (first.state, roster.purged_at, many(Project)) == (ExportState.DISCARDED, at, 0)
    for decide in (actions.apply_export, actions.discard_export, actions.compare_again):
        with pytest.raises(Refused, match="does not wait for a decision"):
            decide(act, first)


def test_reading_can_be_stopped_and_leaves_nothing(
    app: Flask, admin: Person, at: datetime, export: tuple[Path, Truth], tmp_path: Path
):
    act = Act(at=at, by=admin.id)
    with copied(export[0], tmp_path).open("rb") as stream:
        first = actions.load_export(act, name="export.zip", stream=stream)
    actions.cancel_export(act, first)
    db.session.commit()

    work()

    assert (first.state, many(ProposedChange)) == (ExportState.STOPPED, 0)
    assert {part.file.purged_at is not None for part in first.parts} == {True}
    with pytest.raises(Refused, match="not being read any more"):
        actions.cancel_export(act, first)


def test_a_row_that_cannot_be_read_retires_nothing_of_its_file(
    app: Flask, admin: Person, at: datetime, applied: HmisExport, spoiled: Spoil, tmp_path: Path
):
    broken = spoiled(Inventory=lambda body: b"\n".join(body.splitlines()[:-3]) + b"\ni28,cut short\n")

    second = loaded(copied(broken, tmp_path), admin, at)

    assert (second.state, moved(second)) == (ExportState.APPLIED, {})
    assert [one["why"] for one in queries.run(second.run_id).refused] == [
        "The row has more or fewer cells than there are column names. It is set aside."
    ]
