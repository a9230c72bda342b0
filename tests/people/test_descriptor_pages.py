"""HUD's elements on a project's page, from the first row to the file."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit import Act
from portal.db import db
from portal.people import actions, queries
from portal.people.models import Project
from portal.people.rules import Descriptor, Participation
from tests.conftest import MONDAY
from tests.factories import make_coc, make_organization, make_project
from tests.people.steps import complaint, facts, rows, send, text

ACT = Act(at=MONDAY)


@pytest.fixture
def project(app: Flask, clock_at: Callable[[datetime], None]) -> Project:
    coc = make_coc()
    made = make_project(make_organization(coc=coc, name="Oxbow House"), coc, name="Oxbow Night Shelter", hmis_id="P-17")
    db.session.commit()
    return made


def cells(page: object, kind: Descriptor) -> list[str]:
    return text(page, f"#{kind.value} tbody th, #{kind.value} tbody td")


def test_a_row_is_added_edited_ended_and_removed(project: Project, desk: FlaskClient):
    here, kind = f"/projects/{project.id}", Descriptor.PARTICIPATION
    empty = desk.get(here)

    wrong = send(desk, f"{here}/participation/new", type="", starts_on="2025-01-01", ended_on="")
    added = send(desk, f"{here}/participation/new", type="1", starts_on="2025-01-01", ended_on="", hmis_id="s_1")
    (row,) = queries.descriptors_of_kind(project, kind)
    shown = desk.get(here)
    send(desk, f"{here}/participation/{row.id}/edit", type="1", starts_on="2024-10-01", ended_on="", hmis_id="s_1")
    early = send(desk, f"{here}/participation/{row.id}/end", ended_on="2024-09-30")
    send(desk, f"{here}/participation/{row.id}/end", ended_on="2026-02-28")
    ended = desk.get(here)
    send(desk, f"{here}/participation/{row.id}/remove")

    assert text(empty, f"#{kind.value} .quiet") == ["Nothing is on record. Add the HMIS participation ."]
    assert complaint(wrong) == "Takes part by: Fill in “Takes part by”."
    assert added.headers["Location"] == f"{here}#participation"
    assert cells(shown, kind)[1] == "since Jan 1, 2025"
    assert "Takes part in HMIS" in text(shown, ".page-head .tag")
    assert complaint(early) == "It cannot end before its first day, Oct 1, 2024."
    assert cells(ended, kind)[1] == "Oct 1, 2024 to Feb 28, 2026"
    assert text(ended, ".page-head .tag") == ["HMIS participation not on record"]
    assert queries.descriptors_of_kind(project, kind) == []


def test_what_is_told_above_the_form_keeps_what_was_typed(project: Project, desk: FlaskClient):
    actions.put_descriptor(ACT, project, Descriptor.PARTICIPATION, type=0, starts_on=date(2025, 1, 1))
    db.session.commit()

    answer = send(desk, f"/projects/{project.id}/participation/new", type="1", starts_on="2026-01-01", hmis_id="new")

    assert answer.status_code == 409
    assert complaint(answer).startswith("Two periods overlap: the one from Jan 1, 2025 must end before")
    assert 'value="new"' in answer.get_data(as_text=True)


def test_an_id_that_another_row_has_is_refused_at_its_field(project: Project, desk: FlaskClient):
    actions.put_descriptor(ACT, project, Descriptor.FUNDING, hmis_id="7", funder=2, starts_on=date(2025, 1, 1))
    db.session.commit()

    answer = send(desk, f"/projects/{project.id}/funding/new", funder="3", starts_on="2025-01-01", hmis_id="7")

    assert complaint(answer) == "ID in the HMIS: A row of Oxbow Night Shelter has this ID already."


def test_a_retired_code_stays_where_it_stands(project: Project, desk: FlaskClient):
    row = actions.put_descriptor(ACT, project, Descriptor.FUNDING, funder=47, starts_on=date(2021, 1, 1))
    db.session.commit()

    path = f"/projects/{project.id}/funding/{row.id}/edit"
    saved = send(desk, path, funder="47", grant_id="XX-1", starts_on="2021-01-01")
    fresh = send(desk, f"/projects/{project.id}/funding/new", funder="47", starts_on="2021-01-01")

    assert saved.status_code == 302
    assert (row.funder, row.grant_id) == (47, "XX-1")
    assert complaint(fresh) == "Funder and program: Choose one of the list."


def test_a_victim_service_provider_is_told_why_its_project_cannot_take_part(project: Project, desk: FlaskClient):
    vsp = make_organization(coc=project.coc, name="Harbor Light", participation=Participation.VSP)
    safe = make_project(vsp, project.coc)
    db.session.commit()

    answer = send(desk, f"/projects/{safe.id}/participation/new", type="1", starts_on="2025-01-01")

    assert complaint(answer) == (
        "Harbor Light is a victim service provider and may by law not enter clients in HMIS. "
        "Choose “Comparable database” or “Not participating”."
    )


def test_the_projects_own_elements_are_edited_and_shown_in_words(project: Project, desk: FlaskClient):
    fields = {
        "name": "Oxbow Homes",
        "agency_id": str(project.agency_id),
        "coc_id": str(project.coc_id),
        "project_type": "13",
        "starts_on": "2024-01-01",
        "rrh_subtype": "2",
        "housing_type": "3",
        "pit_count": "12",
    }
    send(desk, f"/projects/{project.id}/edit", **fields)
    page = desk.get(f"/projects/{project.id}")

    assert facts(page)["Project type"] == "Rapid re-housing (13)"
    assert facts(page)["Kind of rapid re-housing (2.02.A)"] == "Housing with or without services"
    assert facts(page)["Housing type (2.02.D)"] == "Tenant-based"
    assert "Target population (2.02.7)" not in facts(page)


@pytest.mark.parametrize("path", ["nonsense/new", "location/1/end", "funding/999/edit"])
def test_what_does_not_exist_is_not_found(project: Project, desk: FlaskClient, path: str):
    actions.put_descriptor(ACT, project, Descriptor.LOCATION, coc_code="XX-501")
    db.session.commit()

    assert desk.get(f"/projects/{project.id}/{path}").status_code == 404


def test_all_rows_of_a_kind_go_into_one_file(project: Project, desk: FlaskClient):
    actions.put_descriptor(
        ACT, project, Descriptor.FUNDING, hmis_id="7", funder=2, grant_id="=XX1", starts_on=date(2025, 1, 1)
    )
    db.session.commit()

    answer = desk.get("/projects/descriptors/funding?format=csv")
    (row,) = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="Funder.csv"'
    assert row == {
        "Agency": "Oxbow House",
        "Project": "Oxbow Night Shelter",
        "ProjectID": "P-17",
        "FunderID": "7",
        "Funder": "2",
        "Funder and program": "CoC, permanent supportive housing",
        "OtherFunder": "",
        "GrantID": "'=XX1",
        "StartDate": "2025-01-01",
        "EndDate": "",
    }


def test_the_list_finds_projects_by_how_they_take_part(project: Project, desk: FlaskClient):
    kinds = {"In": 1, "Beside": 2, "Out": 0}
    for name, kind in kinds.items():
        made = make_project(project.agency, project.coc, name=name)
        actions.put_descriptor(ACT, made, Descriptor.PARTICIPATION, type=kind, starts_on=date(2025, 1, 1))
    db.session.commit()

    found = [rows(desk.get(f"/projects?part={part}")) for part in ("1", "2", "0", "unknown")]

    assert found == [["In"], ["Beside"], ["Out"], ["Oxbow Night Shelter"]]


def test_an_agency_that_differs_from_its_projects_says_so_on_its_page(project: Project, desk: FlaskClient):
    actions.put_descriptor(ACT, project, Descriptor.PARTICIPATION, type=0, starts_on=date(2025, 1, 1))
    db.session.commit()

    (said,) = text(desk.get(f"/organizations/{project.agency_id}"), ".notice")

    assert said.startswith("The agency is registered as participating, but none of its projects takes part in HMIS")


def test_grants_on_record_say_whether_a_project_is_funded(project: Project, desk: FlaskClient):
    here = f"/projects/{project.id}"
    before = desk.get(here), desk.get(f"{here}/edit")
    kind = Descriptor.FUNDING
    old = actions.put_descriptor(ACT, project, kind, funder=2, starts_on=date(2024, 1, 1), ended_on=date(2026, 3, 1))
    db.session.commit()
    lapsed = desk.get(here)
    actions.put_descriptor(ACT, project, kind, old, funder=2, starts_on=date(2024, 1, 1), ended_on=date(2026, 3, 2))
    db.session.commit()
    running = desk.get(here), desk.get(f"{here}/edit")

    term = "Funded by the CoC or ESG program"
    assert [facts(page)[term] for page in (before[0], lapsed, running[0])] == ["No", "No", "Yes"]
    assert [term in text(page, "label") for page in (before[1], running[1])] == [True, False]
    exported = csv.DictReader(io.StringIO(desk.get("/projects?format=csv").get_data().decode("utf-8-sig")))
    assert [row["Funded by CoC or ESG"] for row in exported] == ["yes"]
