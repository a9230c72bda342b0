""" "Entering data consistently": what a month says of an agency, and the column of agency compliance."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.db import db
from portal.hmis_csv import queries
from portal.hmis_csv.models import HmisExport, ProjectMonth
from portal.hmis_csv.rules.consistency import (
    NO_EXPORT,
    NOT_IN_EXPORT,
    OLD_EXPORT,
    Window,
    agency_cell,
    month_cell,
)
from portal.hmis_csv.rules.loading import ExportState
from portal.hmis_csv.rules.months import Reason, Verdict
from portal.licenses.rules import Cell, Tone
from portal.people.models import Organization, Person
from portal.policy import Role
from tests import factories
from tests.hmis_csv.conftest import confirmed, copied, loaded
from tests.hmis_csv.generator import Plan, Truth, write

SignIn = Callable[[FlaskClient, Person], FlaskClient]
JAN, FEB, MAR = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)
SEEN, LATE, BATCH, SILENT = Verdict.SEEN, Verdict.LATE, Verdict.BATCH, Verdict.SILENT
NEVER, UNKNOWN = Verdict.NOT_EXPECTED, Verdict.NOT_MEASURABLE
QUARTER = Window(JAN, date(2025, 3, 31))


@pytest.mark.pure
@pytest.mark.parametrize(
    ("verdicts", "tone", "words"),
    [
        ({SEEN: 3}, Tone.GOOD, "3 of 3 projects"),
        ({SEEN: 1}, Tone.GOOD, "Data entered"),
        ({SEEN: 2, SILENT: 1}, Tone.BAD, "Nothing entered: 1 of 3"),
        ({SEEN: 1, LATE: 2, NEVER: 4}, Tone.WARN, "Entered late: 2 of 3"),
        ({BATCH: 1}, Tone.WARN, "Entered in one batch"),
        ({NEVER: 4}, Tone.NEUTRAL, "Not expected"),
        ({NEVER: 1, UNKNOWN: 1}, Tone.NEUTRAL, "Not measurable"),
    ],
)
def test_a_month_of_an_agency_is_its_worst_project(verdicts: dict[Verdict, int], tone: Tone, words: str):
    assert month_cell(verdicts) == Cell(tone, words)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("months", "tone", "words"),
    [
        ({JAN: [SEEN], FEB: [SEEN], MAR: [SEEN]}, Tone.GOOD, "3 of 3 project months fine"),
        ({JAN: [SILENT], FEB: [SEEN], MAR: [SEEN, LATE]}, Tone.WARN, "2 of 4 project months fine"),
        ({JAN: [SEEN], FEB: [SEEN], MAR: [SILENT, SEEN]}, Tone.BAD, "Nothing entered in 1 of 2 projects"),
        ({JAN: [NEVER], FEB: [NEVER], MAR: [NEVER]}, Tone.NEUTRAL, "Not expected"),
        ({JAN: [UNKNOWN], FEB: [NEVER], MAR: [UNKNOWN]}, Tone.NEUTRAL, "Not measurable"),
    ],
)
def test_an_agency_is_red_by_its_last_whole_month_and_amber_by_earlier_ones(
    months: dict[date, list[Verdict]], tone: Tone, words: str
):
    assert agency_cell(months, QUARTER) == Cell(tone, words)


@pytest.mark.pure
@pytest.mark.parametrize("reason", [NEVER, UNKNOWN])
def test_what_is_never_expected_or_cannot_be_measured_is_never_red(reason: Verdict):
    for other in Verdict:
        assert month_cell({reason: 3, other: 1}).tone == month_cell({other: 1}).tone or other in (NEVER, UNKNOWN)
    assert month_cell({reason: 3}).tone is Tone.NEUTRAL
    assert agency_cell({MAR: [reason] * 3}, QUARTER).tone is Tone.NEUTRAL


@pytest.mark.pure
def test_only_months_that_lie_wholly_in_the_export_judge():
    assert Window(date(2025, 1, 2), date(2025, 3, 30)).whole_months == (FEB,)
    assert Window(date(2024, 1, 1), date(2025, 3, 31)).whole_months == (JAN, FEB, MAR)
    assert Window(JAN, date(2025, 1, 30)).whole_months == ()


def column(now: datetime) -> dict[str, Cell]:
    """By key of the agency in the HMIS."""
    ids = {one.id: one.code for one in db.session.scalars(select(Organization).where(Organization.code.like("1%")))}
    return {ids[one]: cell for one, cell in queries.consistency_cells(tuple(ids), now).items()}


def test_the_column_says_nothing_before_an_export_was_confirmed_and_when_it_is_old(
    app: Flask, admin: Person, at: datetime, export: tuple[Path, Truth], tmp_path: Path
):
    factories.make_organization(code="1001")
    db.session.commit()
    held = loaded(copied(export[0], tmp_path), admin, at)
    assert column(at) == {"1001": NO_EXPORT}

    confirmed(held, admin, at)

    written = datetime(2026, 1, 5, tzinfo=at.tzinfo)
    assert set(column(written + timedelta(days=80)).values()) == {OLD_EXPORT}
    told = column(written)
    assert (told["1008"], {cell.tone for cell in told.values()} >= {Tone.NEUTRAL}) == (
        Cell(Tone.NEUTRAL, "Not expected"),
        True,
    )
    new = factories.make_organization(code="1999")
    assert queries.consistency_cells((new.id,), written) == {new.id: NOT_IN_EXPORT}


def test_a_victim_service_provider_and_a_comparable_database_are_never_red(
    app: Flask, admin: Person, at: datetime, applied: HmisExport
):
    never = [Reason.VSP, Reason.COMPARABLE, Reason.NOT_PARTICIPATING, Reason.NOT_OPERATING]
    rows = db.session.scalars(select(ProjectMonth).where(ProjectMonth.reason.in_(never))).all()

    assert {(row.verdict, row.is_expected) for row in rows} == {(NEVER, False)}
    assert {row.reason for row in rows} >= {Reason.VSP, Reason.NOT_PARTICIPATING}
    assert {row.agency_key for row in rows if row.reason is Reason.VSP} == {"1008"}


def test_a_delta_measures_nothing_and_the_last_whole_export_still_speaks(
    app: Flask, admin: Person, at: datetime, applied: HmisExport, tmp_path: Path
):
    path = tmp_path / "delta.zip"
    write(path, Plan(organizations=9, enrollments=200, seed=3, directive=1))

    delta = loaded(copied(path, tmp_path), admin, at)

    assert delta.state is ExportState.APPLIED
    assert {
        row.verdict for row in db.session.scalars(select(ProjectMonth).where(ProjectMonth.export_id == delta.id))
    } <= {
        UNKNOWN,
        NEVER,
    }
    assert queries.measured_export().id == applied.id


def test_an_agency_sees_its_own_months_and_no_others(
    app: Flask, client: FlaskClient, sign_in: SignIn, applied: HmisExport
):
    own = db.session.scalars(select(Organization).where(Organization.code == "1001")).one()
    head = factories.make_person(own, Role.AGENCY_ADMIN)
    db.session.commit()
    desk = sign_in(client, head)

    page = desk.get("/consistency").get_data(as_text=True)
    file = desk.get("/consistency?format=csv").get_data(as_text=True)

    assert ("Agency 1, Inc." in page, "Agency 2, Inc." in page) == (True, False)
    assert {line.split('"')[1] for line in file.splitlines()[1:]} == {"Agency 1, Inc."}
    assert desk.get(f"/organizations/{own.id}/consistency").status_code == 200


def test_the_file_holds_months_and_counts_and_not_a_single_day(
    app: Flask, client: FlaskClient, sign_in: SignIn, admin: Person, applied: HmisExport
):
    desk = sign_in(client, admin)

    lines = desk.get("/consistency?format=csv").get_data(as_text=True).lstrip("\ufeff").splitlines()

    assert lines[0].split(",")[:6] == ["Agency", "Project", "Project type", "Month", "Expected", "Result"]
    assert len(lines) - 1 == len(db.session.scalars(select(ProjectMonth.id)).all())
    assert desk.get("/consistency?format=xlsx").mimetype.endswith("sheet")
