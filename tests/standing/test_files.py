"""Past evidence from files, and the worker that reads them."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from flask import Flask

from portal import sheets
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.operations import actions as operations
from portal.scheduler import Job, Run, RunState, run_job, work_runs
from portal.standing import actions, jobs, queries
from portal.standing.models import Evidence, EvidenceBatch, EvidenceClaim
from portal.standing.rules import ClaimState, State
from portal.standing.rules.importing import Column
from tests.standing.conftest import Community

WORK = work_runs(jobs.RUNS)


def table(*rows: list[str], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def workbook(*rows: list[Any]) -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory) as book:
        sheet, days = book.add_worksheet(), book.add_format({"num_format": "mm/dd/yyyy"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, days)
                else:
                    sheet.write(number, place, cell)
    return memory.getvalue()


# ── Sheets ────────────────────────────────────────────────────────────────────────────────────────────────────────

ROWS = (["Email", "Completed"], ["robin@vale.example.org", "2026-02-20"])


@pytest.mark.parametrize(
    "content",
    [
        table(*ROWS),
        b"\xef\xbb\xbf" + table(*ROWS),
        table(*ROWS).decode().encode("utf-16"),
        table(*ROWS, delimiter=";"),
        table(["Training report of 2026", ""], *ROWS),
        table(*ROWS) + b"\n,,\n",
    ],
)
def test_csv_of_every_spelling_is_read_alike(content: bytes):
    sheet = sheets.read("trainings.csv", content)

    assert sheet.headings[:2] == ("Email", "Completed")
    assert [dict(row.cells) for row in sheet.rows] == [{"Email": "robin@vale.example.org", "Completed": "2026-02-20"}]


def test_a_workbook_gives_its_dates_and_whole_numbers_plainly():
    sheet = sheets.read("trainings.xlsx", workbook(["Email", "Completed", "Score"], ["a@b", date(2026, 2, 20), 90.0]))

    assert dict(sheet.rows[0].cells) == {"Email": "a@b", "Completed": "2026-02-20", "Score": "90"}
    assert (sheet.rows[0].number, sheet.sample("Score")) == (2, "90")


def test_headings_that_repeat_or_are_empty_are_told_apart():
    assert sheets.read("a.csv", table(["Date", "Date", "", "Who"], ["1", "2", "3", "4"])).headings == (
        "Date",
        "Date (2)",
        "Column 3",
        "Who",
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", b""), ("a.csv", b"just words\n"), ("a.xlsx", b"PK\x03\x04 broken"), ("a.csv", b"1,2,3\n4,5,6\n")],
)
def test_what_is_no_table_is_refused(name: str, content: bytes):
    with pytest.raises(Refused):
        sheets.read(name, content)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2026-03-02 00:00:00", date(2026, 3, 2)),
        ("3/2/2026", date(2026, 3, 2)),
        ("13/2/2026", None),
        ("2026-02-30", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_as_files_write_them(text: str, day: date | None):
    assert sheets.day(text) == day


def test_columns_are_guessed_by_memory_first_and_usual_words_next():
    wanted = {"email": ("email", "mail"), "on": ("date", "completed")}

    assert sheets.guessed(("Work e-mail", "Completed"), wanted, {}) == {"email": "Work e-mail", "on": "Completed"}
    assert sheets.guessed(("Mail", "Date", "Taken"), wanted, {"on": "Taken"}) == {"email": "Mail", "on": "Taken"}


# ── The batch ─────────────────────────────────────────────────────────────────────────────────────────────────────

HEADINGS = ["Email", "Completed", "Expires", "Scan"]
GOOD = [
    ["robin@vale.example.org", "2026-02-20", "", "robin.pdf"],
    ["SAM@moor.example.org", "2/21/2026", "2026-12-31", ""],
]
BAD = [
    ["", "2026-02-20", "", ""],
    ["nobody@example.org", "2026-02-20", "", ""],
    ["robin@vale.example.org", "", "", ""],
    ["robin@vale.example.org", "31/12/2025", "", ""],
    ["robin@vale.example.org", "2026-03-09", "", ""],
    ["robin@vale.example.org", "2026-02-01", "2026-01-01", ""],
    ["robin@vale.example.org", "2026-02-01", "some day", ""],
    ["robin@vale.example.org", "2026-02-20", "", ""],
]
COLUMNS = {Column.EMAIL: "Email", Column.ON: "Completed", Column.UNTIL: "Expires", Column.SCAN: "Scan"}


def started(community: Community, content: bytes | None = None, **facts: Any) -> EvidenceBatch:
    given = {"kind": "training", "key": "privacy", "of_people": True, **facts}
    upload = Upload("trainings.csv", content or table(HEADINGS, *GOOD, *BAD))
    batch = actions.start_import(community.act(community.staff), upload=upload, **given)
    db.session.commit()
    return batch


def read(community: Community, batch: EvidenceBatch, columns: dict[Column, str] = COLUMNS) -> Run:
    run = actions.map_columns(community.act(community.staff), batch, columns)
    db.session.commit()
    run_job(WORK, community.at)
    return run


def test_rows_become_claims_and_the_others_are_told_why(community: Community):
    batch = started(community)
    run = read(community, batch)

    claims = db.session.scalars(queries.claims_of(batch)).all()
    assert (run.state, run.done, run.total) == (RunState.DONE, 10, 10)
    assert [(one.row, one.person_id, one.on, one.until, one.scan_name) for one in claims] == [
        (2, community.user.id, date(2026, 2, 20), None, "robin.pdf"),
        (3, community.colleague.id, date(2026, 2, 21), date(2026, 12, 31), ""),
    ]
    assert run.refused == [
        {"row": 4, "why": "The e-mail address is missing."},
        {"row": 5, "why": "Nobody in the register has the address “nobody@example.org”."},
        {"row": 6, "why": "The day is missing."},
        {"row": 7, "why": "“31/12/2025” is not a date. Write it as 2026-03-02 or 3/2/2026."},
        {"row": 8, "why": "The day lies ahead."},
        {"row": 9, "why": "It ends before it began."},
        {"row": 10, "why": "“some day” is not a date. Write it as 2026-03-02 or 3/2/2026."},
        {"row": 11, "why": "This is on file already, or stands twice in the file, with the same day."},
    ]


def test_a_batch_counts_once_a_second_person_approved_it_and_is_marked_imported(community: Community):
    batch = started(community)
    read(community, batch)
    actions.send_batch(community.act(community.staff), batch)
    db.session.commit()

    def states() -> list[State]:
        requirement = community.requirement("privacy-training").id
        people = (community.user.id, community.colleague.id)
        found = queries.verdicts_of_people(people, community.at)
        return [next(v.state for v in found[one] if v.requirement_id == requirement) for one in people]

    before = states()
    with pytest.raises(Refused, match="Whoever entered it cannot approve it"):
        actions.approve_batch(community.act(community.staff), batch)
    number, _ = actions.approve_batch(community.act(community.admin), batch)
    db.session.commit()

    evidence = db.session.scalars(db.select(Evidence).order_by(Evidence.id)).all()
    assert (before, number, states()) == ([State.OVERDUE, State.OVERDUE], 2, [State.CURRENT, State.CURRENT])
    assert [(one.is_imported, one.recorded_at, one.recorded_by_id, one.approved_by_id) for one in evidence] == [
        (True, community.at, community.staff.id, community.admin.id)
    ] * 2
    assert {one.state for one in db.session.scalars(db.select(EvidenceClaim))} == {ClaimState.APPROVED}


def test_the_same_file_once_more_adds_nothing(community: Community):
    for _ in range(2):
        batch = started(community)
        run = read(community, batch)
    first = db.session.get_one(EvidenceBatch, 1)
    actions.send_batch(community.act(community.staff), first)
    actions.approve_batch(community.act(community.admin), first)
    db.session.commit()

    again = started(community)
    run = read(community, again)

    assert len(run.refused) == run.total == 10
    with pytest.raises(Refused, match="No row of this file can become evidence"):
        actions.send_batch(community.act(community.staff), again)


def test_agencies_are_found_by_name_short_name_and_id(community: Community):
    rows = [["A-1", "2025-01-15"], ["millrace", "2025-02-15"], ["Elsewhere", "2025-03-15"]]
    batch = started(
        community, table(["Agency", "Signed"], *rows), kind="agreement", key="participation", of_people=False
    )
    run = read(community, batch, {Column.AGENCY: "Agency", Column.ON: "Signed"})

    assert [claim.organization_id for claim in db.session.scalars(queries.claims_of(batch))] == [
        community.agency.id,
        community.other_agency.id,
    ]
    assert run.refused == [{"row": 4, "why": "No agency in the register is called “Elsewhere”."}]


def test_the_columns_are_remembered_for_the_next_file_of_the_kind(community: Community):
    batch = started(community)
    read(community, batch)

    assert queries.column_map(actions.map_name(batch)) == {
        "email": "Email",
        "on": "Completed",
        "until": "Expires",
        "scan": "Scan",
    }


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (
            {Column.EMAIL: "Email"},
            "Say which column holds this: the day on which it was done or signed.",
        ),
        ({Column.EMAIL: "Email", Column.ON: "Email"}, "Each column of the file can hold one thing only."),
    ],
)
def test_columns_that_do_not_fit_are_refused(community: Community, columns: dict[Column, str], sentence: str):
    with pytest.raises(Refused) as refusal:
        read(community, started(community), columns)

    assert refusal.value.sentence == sentence


def test_scans_go_to_the_rows_that_name_them(community: Community):
    batch = started(community)
    read(community, batch)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("scans/../Robin.PDF", b"%PDF-1.7 scan")
        archive.writestr("scans/other.pdf", b"%PDF-1.7 other")

    fitting = actions.attach_scans(
        community.act(community.staff), batch, [Upload("scans.zip", packed.getvalue()), Upload("x.pdf", b"%PDF-1.7")]
    )
    db.session.commit()

    claim = db.session.scalars(queries.claims_of(batch)).first()
    assert fitting == (1, ("other.pdf", "x.pdf"))
    assert [held.name for held in claim.files] == ["Robin.PDF"]
    assert queries.scans_of(batch) == (1, 1)


def test_a_zip_that_is_none_is_refused(community: Community):
    batch = started(community)
    read(community, batch)

    with pytest.raises(Refused, match="cannot be opened"):
        actions.attach_scans(community.act(community.staff), batch, [Upload("scans.zip", b"PK no zip")])


def test_a_batch_that_was_sent_takes_no_more_scans_and_can_be_refused_or_withdrawn(community: Community):
    batch = started(community)
    read(community, batch)
    actions.send_batch(community.act(community.staff), batch)

    with pytest.raises(Refused, match="waits for a second person"):
        actions.attach_scans(community.act(community.staff), batch, [])
    with pytest.raises(Refused, match="Only whoever loaded it"):
        actions.withdraw_batch(community.act(community.admin), batch)
    actions.refuse_batch(community.act(community.admin), batch, why="Wrong year.")
    db.session.commit()
    assert {one.state for one in db.session.scalars(db.select(EvidenceClaim))} == {ClaimState.REFUSED}
    assert db.session.scalar(db.select(db.func.count(Evidence.id))) == 0


# ── The worker ────────────────────────────────────────────────────────────────────────────────────────────────────


def run_of(kind: str, at: Any) -> Run:
    run = Run(kind=kind, asked_by_id=None, asked_at=at, total=3)
    db.session.add(run)
    db.session.commit()
    return run


def steps_of(work: Any) -> Job:
    return work_runs({"test.count": work})


def test_a_run_goes_step_by_step_and_ends(app: Flask, at: Any):
    def count(_act: Act, run: Run) -> Iterator[None]:
        while run.done < 3:
            run.done += 1
            yield

    run, other = run_of("test.count", at), run_of("test.other", at)
    ended = run_job(steps_of(count), at)

    assert (ended.done, run.state, run.done, run.ended_at is not None) == (1, RunState.DONE, 3, True)
    assert other.state is RunState.WAITING


def test_a_run_that_was_asked_to_stop_stops_at_its_next_step_and_keeps_what_is_done(app: Flask, at: Any):
    def count(act: Act, run: Run) -> Iterator[None]:
        while run.done < 3:
            run.done += 1
            if run.done == 2:
                operations.cancel_run(act, run)
            yield

    run = run_of("test.count", at)
    run_job(steps_of(count), at)

    assert (run.state, run.done) == (RunState.CANCELED, 2)


def test_a_run_that_fails_keeps_its_finished_steps_and_says_so(app: Flask, at: Any):
    def count(_act: Act, run: Run) -> Iterator[None]:
        for _ in range(3):
            run.done += 1
            if run.done == 2:
                raise ValueError("broken")
            yield

    run = run_of("test.count", at)
    ended = run_job(steps_of(count), at)

    assert (ended.failed, run.state, run.done) == (1, RunState.FAILED, 1)
    assert run_job(steps_of(count), at).failed == 0


def test_a_run_left_behind_by_a_dead_worker_is_taken_up_where_it_was(community: Community):
    batch = started(community, table(HEADINGS, *[[f"u{n}@example.org", "2026-02-20", "", ""] for n in range(450)]))
    run = actions.map_columns(community.act(community.staff), batch, COLUMNS)
    db.session.commit()
    run.state = RunState.RUNNING
    next(actions.read_batch(community.act(community.staff), run))
    db.session.commit()
    half = (run.done, len(run.refused))
    run_job(WORK, community.at)

    assert half == (200, 200)
    assert (run.state, run.done, [one["row"] for one in run.refused]) == (RunState.DONE, 450, list(range(2, 452)))


def test_rows_about_the_approver_are_left_out_and_wait_for_somebody_else(community: Community):
    rows = f"Email,Completed\n{community.user.email},2026-01-05\n{community.admin.email},2026-01-06\n"
    batch = started(community, rows.encode())
    read(community, batch, {Column.EMAIL: "Email", Column.ON: "Completed"})
    actions.send_batch(community.act(community.staff), batch)

    assert actions.approve_batch(community.act(community.admin), batch) == (1, 1)

    left = db.session.scalars(queries.claims_waiting()).one()
    assert (left.person_id, left.batch_id) == (community.admin.id, None)
    with pytest.raises(Refused, match="Nobody decides about evidence of their own"):
        actions.approve_claim(community.act(community.admin), left)
