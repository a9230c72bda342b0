"""An HMIS export in a real browser: slimmed there, looked over, confirmed; and without JavaScript."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from portal import clock, files
from portal.db import db
from portal.hmis_csv.jobs import JOBS, RUNS
from portal.hmis_csv.models import ExportPart
from portal.hmis_csv.reading.check import check
from portal.hmis_csv.reading.slim import slim
from portal.hmis_csv.rules.specification import activity_files, slim_files
from portal.people.models import Organization, Project
from portal.people.rules import OrganizationKind
from portal.scheduler import run_job, work_runs
from tests.hmis_csv.generator import CANARY, Plan, Truth, write
from tests.journeys.steps import demand_accessible, press, sign_in
from tests.journeys.town import Town

Enter = Callable[..., Page]
PATHS = ("/hmis-exports", "/hmis-exports/settings", "/hmis-users", "/consistency")


@pytest.fixture
def full(tmp_path: Path) -> tuple[Path, Truth]:
    path = tmp_path / "export.zip"
    return path, write(path, Plan(organizations=4, enrollments=800, full=True))


@pytest.fixture
def community(town: Town) -> Town:
    """The CoC has its number, so that projects find their place."""
    coc = db.session.scalars(select(Organization).where(Organization.kind == OrganizationKind.COC)).one()
    coc.code = "CA-600"
    db.session.commit()
    db.session.remove()
    return town


def work() -> None:
    for job in (work_runs(RUNS), *JOBS):
        ran = run_job(job, clock.now())
        assert ran.failed == 0, ran.last_error
    db.session.remove()


def stored() -> bytes:
    """What arrived at the portal, put together."""
    parts = db.session.scalars(select(ExportPart).order_by(ExportPart.id)).all()
    content = b"".join(files.read(part.file) for part in parts)
    db.session.remove()
    return content


def follow(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("link", name=words).first.click()


def test_a_full_export_leaves_its_clients_at_the_desk_and_brings_the_register_up_to_date(
    app: Flask, community: Town, enter: Enter, full: tuple[Path, Truth]
) -> None:
    path, truth = full
    admin, phone = enter(), enter(width=360)
    sign_in(admin, community.admin)
    sign_in(phone, community.admin)

    admin.goto("/hmis-exports")
    demand_accessible(admin)
    follow(admin, "Load an export")
    demand_accessible(admin)
    admin.locator("input[type=file]").set_input_files(path)
    expect(admin.get_by_text("Ready to send: 13 files")).to_be_visible()
    admin.get_by_text("What was left out, and what is sent").click()
    expect(admin.get_by_text("Left out whole: Client.csv, IncomeBenefits.csv")).to_be_visible()
    demand_accessible(admin)
    press(admin, "Load export")
    expect(admin.get_by_role("heading", level=1)).to_have_text("export-slim.zip")
    demand_accessible(admin)

    demand_slim_bytes(stored(), path)

    work()
    admin.reload()
    expect(admin.get_by_text("Nothing has changed yet.")).to_be_visible()
    for page in (admin, phone):
        page.goto(admin.url)
        demand_accessible(page)
    follow(admin, "Look at every row")
    demand_accessible(admin)
    follow(admin, "Agency 0, Inc.")
    demand_accessible(admin)
    admin.go_back()
    admin.go_back()
    press(admin, "Apply the changes")
    work()
    admin.reload()
    expect(admin.get_by_text("The register has taken these changes over.")).to_be_visible()
    demand_accessible(admin)
    assert db.session.scalar(select(func.count()).where(Project.hmis_id != "")) == truth.counts["Project"]
    db.session.remove()

    for page in (admin, phone):
        for address in PATHS:
            page.goto(address)
            demand_accessible(page)
    admin.goto("/consistency")
    follow(admin, "Agency 0, Inc.")
    expect(admin.get_by_role("heading", level=1)).to_contain_text("Entering data: Agency 0, Inc.")
    demand_accessible(admin)


def demand_slim_bytes(content: bytes, whole: Path) -> None:
    """No client field arrived, and nothing is lost: the browser's copy says what the desk's says."""
    with zipfile.ZipFile(io.BytesIO(content)) as copy, zipfile.ZipFile(whole) as held:
        assert copy.namelist() == [f"{name}.csv" for name in slim_files()]
        inside = {name: copy.read(name) for name in copy.namelist()}
        for name, file in activity_files().items():
            header = inside[f"{name}.csv"].splitlines()[0].decode().split(",")
            assert sorted(header) == sorted(file.keep)
        assert b"".join(held.read(name) for name in held.namelist()).count(CANARY.encode()) > 800
    assert b"".join(inside.values()).count(CANARY.encode()) == 0
    theirs, ours = check(io.BytesIO(content)), check(slim(whole).path)
    assert (theirs.counts, theirs.entry_lag, theirs.exit_lag) == (ours.counts, ours.entry_lag, ours.exit_lag)


@pytest.mark.once
def test_without_javascript_a_full_export_is_refused_and_a_copy_made_at_the_desk_is_taken(
    app: Flask, community: Town, enter: Enter, full: tuple[Path, Truth]
) -> None:
    admin = enter(java_script_enabled=False)
    sign_in(admin, community.admin)
    admin.goto("/hmis-exports/new")
    expect(admin.get_by_text("portal hmis-csv slim FILE.zip")).to_be_visible()

    admin.locator("input[type=file]").set_input_files(full[0])
    press(admin, "Load export")

    expect(admin.get_by_text("This export holds Client.csv, and client data may not come here.")).to_be_visible()
    assert stored() == b""

    admin.locator("input[type=file]").set_input_files(slim(full[0]).path)
    press(admin, "Load export")
    work()
    admin.reload()

    expect(admin.get_by_text("Nothing has changed yet.")).to_be_visible()


@pytest.mark.once
def test_what_is_no_export_is_said_in_the_browser_before_anything_is_sent(
    app: Flask, community: Town, enter: Enter, tmp_path: Path
) -> None:
    admin = enter()
    sign_in(admin, community.admin)
    admin.goto("/hmis-exports/new")
    other = tmp_path / "letters.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("letter.txt", "Hello")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and then nothing")

    for path, words in (
        (other, "The zip file holds no Export.csv"),
        (broken, "This is not a zip file that can be read"),
    ):
        admin.locator("input[type=file]").set_input_files(path)
        expect(admin.get_by_text(words)).to_be_visible()
        demand_accessible(admin)
    press(admin, "Load export")
    expect(admin.get_by_text("Choose the zip file of the export.").first).to_be_visible()


@pytest.mark.once
def test_the_browser_keeps_the_same_rows_as_the_desk_however_the_files_are_written(
    app: Flask, community: Town, enter: Enter, full: tuple[Path, Truth], tmp_path: Path
) -> None:
    """UTF-16, byte order marks, Windows line ends, quotes within quotes, rows too long, columns that nobody knows."""
    changes: dict[str, Callable[[bytes], bytes]] = {
        "Enrollment.csv": lambda body: b"\xef\xbb\xbf" + body.replace(b"\n", b"\r\n"),
        "Exit.csv": lambda body: body.decode().encode("utf-16"),
        "Services.csv": lambda body: body + b'S-1,E0,"a ""quoted"", name",2025-02-01,200,200,,,,u1,,X1,and,more\n',
        "CurrentLivingSituation.csv": lambda body: body.rstrip(b"\n"),
        "Project.csv": lambda body: b"Nickname," + body.replace(b"\nP-", b'\n"x, y",P-') + b"cut short\n",
        "Organization.csv": lambda body: body.replace(b"Agency 1, Inc.", b'The ""Oxbow"" House'),
    }
    tricky = tmp_path / "tricky.zip"
    with zipfile.ZipFile(full[0]) as whole, zipfile.ZipFile(tricky, "w", zipfile.ZIP_DEFLATED) as made:
        for name in whole.namelist():
            made.writestr(f"Export of May/{name}", changes.get(name, bytes)(whole.read(name)))
    admin = enter()
    sign_in(admin, community.admin)
    admin.goto("/hmis-exports/new")
    admin.locator("input[type=file]").set_input_files(tricky)
    expect(admin.get_by_text("Ready to send: 13 files")).to_be_visible()
    press(admin, "Load export")
    expect(admin.get_by_role("heading", level=1)).to_have_text("tricky-slim.zip")

    with zipfile.ZipFile(io.BytesIO(stored())) as theirs, zipfile.ZipFile(slim(tricky).path) as ours:
        assert theirs.namelist() == ours.namelist()
        assert [name for name in ours.namelist() if rows(theirs, name) != rows(ours, name)] == []


def rows(archive: zipfile.ZipFile, name: str) -> list[tuple[str, ...]]:
    """By column in alphabetical order, whatever the order in the file."""
    header, *held = csv.reader(io.StringIO(archive.read(name).decode()))
    order = sorted(range(len(header)), key=lambda at: header[at])
    return [tuple(row[at] for at in order) if len(row) == len(header) else tuple(row) for row in [header, *held]]
