"""Lists that come in as files: what they would change, what they change, and what they never do."""

import io
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import files, web
from portal.app import JOBS
from portal.audit import AuditEvent
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.licenses import actions, queries
from portal.licenses.models import License, ListRow, LoadedList, Seats
from portal.licenses.rules import Decision, LicenseState, ListKind, ListState, Outcome
from portal.licenses.rules.columns import USUAL_WORDS, WANTED
from portal.mail.letters import Letter
from portal.people import queries as people
from portal.people.models import Person
from portal.policy import Role
from portal.scheduler import RunState, run_job
from portal.sheets import guessed, head
from portal.standing import queries as standing
from portal.standing.models import LoginReport
from tests import factories
from tests.conftest import MONDAY, form_of
from tests.licenses.conftest import Community

Browser = Callable[[Person], FlaskClient]
STAFF = """First name,Last name,E-mail,Agency,Role,License,Login ID,Title
Noor,Vale,noor@oxbow.example.org,Oxbow House,,yes,nvale,Case manager
Ada,Holt,{head},Oxbow House,security officer,,,Director
Kim,Ness,not an address,Oxbow House,,,,
Max,Orr,{executive},Oxbow House,,,,
"""


def work() -> None:
    """What the worker does in two seconds."""
    db.session.commit()
    ran = run_job(next(job for job in JOBS if job.name == "runs.work"), MONDAY)
    assert ran.failed == 0, ran.last_error
    db.session.expire_all()


def staff_list(community: Community) -> bytes:
    return STAFF.format(head=community.head.email, executive=community.executive.email).encode()


def read(
    community: Community,
    content: bytes,
    kind: ListKind = ListKind.STAFF,
    name: str = "staff.csv",
    is_complete: bool = False,
    report_on: date | None = None,
) -> LoadedList:
    """Loaded by the administrator, its columns as guessed, and read by the worker."""
    act = community.act(community.admin)
    held = actions.start_list(act, kind=kind, upload=Upload(name, content), report_on=report_on)
    usual = {column.value: USUAL_WORDS[column] for column in WANTED[kind]}
    found = guessed(head(name, content).headings, usual, {})
    columns = {column: found[column.value] for column in WANTED[kind] if column.value in found}
    actions.name_list_columns(act, held, columns, is_complete=is_complete)
    work()
    return held


def applied(community: Community, held: LoadedList) -> LoadedList:
    actions.confirm_list(community.act(community.admin), held)
    work()
    return held


def told(held: LoadedList) -> list[tuple[int | None, Outcome, str, tuple[str, ...], str]]:
    rows = db.session.scalars(queries.rows_of(held)).all()
    return [(one.row, one.outcome, one.name, tuple(one.deeds), one.why) for one in rows]


def counts() -> Mapping[str, int]:
    tables = (Person, License, Seats, LoginReport, Letter)
    return {table.__tablename__: db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_a_staff_list_says_exactly_what_would_change_and_changes_nothing(community: Community):
    before = counts()

    held = read(community, staff_list(community))

    assert told(held) == [
        (
            2,
            Outcome.NEW,
            "Noor Vale",
            (
                "New person",
                "Role: end user at Oxbow House",
                "HMIS license at Oxbow House, login ID nvale",
            ),
            "",
        ),
        (
            3,
            Outcome.CHANGED,
            "Ada Holt",
            ("Job title: none → Director", "Role: agency security officer at Oxbow House"),
            "",
        ),
        (4, Outcome.REFUSED, "Kim Ness", (), "“not an address” is not an e-mail address."),
        (5, Outcome.UNCHANGED, "Max Orr", (), ""),
    ]
    assert (held.state, counts()) == (ListState.READ, before)


def test_what_was_confirmed_is_carried_out_and_a_second_load_of_the_same_file_changes_nothing(community: Community):
    applied(community, read(community, staff_list(community)))

    noor = people.person_by_email("noor@oxbow.example.org")
    license_ = queries.open_license(noor.id, community.agency.id)
    assert (noor.job_title, noor.home_id, [one.role for one in noor.roles]) == (
        "Case manager",
        community.agency.id,
        [Role.END_USER],
    )
    assert (license_.state, license_.login_id, license_.open_work) == (LicenseState.ACTIVE, "nvale", None)
    after = counts()

    again = read(community, staff_list(community))

    assert [one[1] for one in told(again)] == [
        Outcome.UNCHANGED,
        Outcome.UNCHANGED,
        Outcome.REFUSED,
        Outcome.UNCHANGED,
    ]
    with pytest.raises(Refused, match="Nothing of this list would change the register"):
        actions.confirm_list(community.act(community.admin), again)
    assert counts() == after


def test_nobody_is_invited_before_somebody_says_so(community: Community):
    held = applied(community, read(community, staff_list(community)))
    assert db.session.scalars(select(Letter.notice)).all() == []

    number = actions.invite_listed(community.act(community.admin), held)

    assert (number, db.session.scalars(select(Letter.notice)).all()) == (
        2,
        ["people/invitation", "people/invitation"],
    )
    with pytest.raises(Refused):
        actions.invite_listed(community.act(community.admin), held)


def test_somebody_is_known_again_by_the_login_then_by_the_address_and_never_by_the_name(community: Community):
    held = community.active("noor@oxbow.example.org")
    rows = (
        "First name,Last name,E-mail,Agency,Login ID\n"
        f"Noor,Stone,noor.stone@oxbow.example.org,Oxbow House,nvale\n"
        f"Robin,Ash,{community.executive.email},Oxbow House,nvale\n"
        "Robin,Ash,other@oxbow.example.org,Oxbow House,\n"
        "Robin,Ash,other@oxbow.example.org,Millrace,\n"
    )

    found = told(read(community, rows.encode()))

    assert [(row, outcome, name, deeds) for row, outcome, name, deeds, _ in found] == [
        (
            2,
            Outcome.CHANGED,
            "Noor Vale",
            (
                "E-mail address: noor@oxbow.example.org → noor.stone@oxbow.example.org",
                "Last name: Vale → Stone",
            ),
        ),
        (3, Outcome.REFUSED, "Robin Ash", ()),
        (4, Outcome.LOOKS_LIKE, "Robin Ash", ("New person",)),
        (5, Outcome.NEW, "Robin Ash", ()),
    ]
    assert found[1][4] == "The login ID belongs to Noor Vale, the e-mail address to Max Orr."
    assert found[2][4] == f"Robin Ash ({community.user.email}) is there already. Is it the same person?"
    assert held.person.last_name == "Vale"


@pytest.mark.parametrize(("decision", "people_more"), [(Decision.SAME, 0), (Decision.OTHER, 1), (None, 0)])
def test_a_person_decides_about_the_same_name(community: Community, decision: Decision | None, people_more: int):
    rows = b"First name,Last name,E-mail,Agency,Title\nRobin,Ash,robin.ash@example.org,Oxbow House,Night lead\n"
    rows += b"Kim,Ness,kim@example.org,Oxbow House,\n"
    held = read(community, rows)
    before = counts()["person"]
    if decision:
        row = db.session.scalars(queries.rows_of(held, Outcome.LOOKS_LIKE)).one()
        actions.decide_row(community.act(community.admin), held, row, decision)

    applied(community, held)

    user = people.person(community.user.id)
    moved = ("robin.ash@example.org", "Night lead") if decision is Decision.SAME else (user.email, "")
    assert counts()["person"] == before + 1 + people_more
    assert (user.email, user.job_title) == moved


def test_nobody_is_ended_by_absence_unless_the_list_is_complete_and_a_person_ticks_it(community: Community):
    held = community.active("noor@oxbow.example.org")
    rows = f"E-mail,Agency\n{community.head.email},Oxbow House\n{community.executive.email},Oxbow House\n".encode()

    part = read(community, rows)
    assert db.session.scalars(queries.rows_of(part, Outcome.LEAVER)).all() == []

    whole = read(community, rows, is_complete=True)
    missing = db.session.scalars(queries.rows_of(whole, Outcome.LEAVER)).all()
    assert [(one.name, one.deeds) for one in missing] == [
        ("Noor Vale", ["Access ends, HMIS license nvale"]),
        ("Robin Ash", ["Access ends"]),
    ]
    with pytest.raises(Refused, match="Nothing of this list"):
        actions.confirm_list(community.act(community.admin), whole)
    actions.choose_leavers(community.act(community.admin), whole, {missing[0].id}, Decision.END)
    applied(community, whole)

    states = (queries.one_license(held.id).state, people.person(community.user.id).is_active)
    assert states == (LicenseState.REVOKED, True)
    assert queries.leaver_of(held.person_id, community.agency.id).ended_at is None


def test_somebody_in_a_row_that_was_refused_is_not_missing(community: Community):
    rows = f"E-mail,Agency,Role\n{community.head.email},Oxbow House,\n{community.user.email},Oxbow House,captain\n"

    held = read(community, rows.encode(), is_complete=True)

    missing = db.session.scalars(queries.rows_of(held, Outcome.LEAVER)).all()
    assert [one.name for one in missing] == ["Max Orr"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Kim,Ness,kim@example.org,Nowhere,,,,", "No agency in the register is called “Nowhere”."),
        ("Kim,Ness,kim@example.org,,,,,", "The agency is missing."),
        ("Kim,Ness,kim@example.org,Safe Harbor,,yes,kness,", "does not take part in HMIS"),
        ("Kim,Ness,kim@example.org,Oxbow House,HMIS Lead administrator,,,", "is not a role that a list can give"),
        ("Kim,Ness,kim@example.org,Oxbow House,,maybe,,", "is neither yes nor no"),
        ("Kim,Ness,kim@example.org,Oxbow House,,yes,,", "says that there is a license, and no login ID"),
        ("=1+1,Ness,kim@example.org,Oxbow House,,,,", "looks like a formula"),
        (",Ness,kim@example.org,Oxbow House,,,,", "give the first and the last name too"),
        ("Kim,Ness,,Oxbow House,,yes,kness,", "give the e-mail address too"),
        ("Kim,Ness," + "k" * 300 + "@example.org,Oxbow House,,,,", "is not an e-mail address"),
        ("K" * 81 + ",Ness,kim@example.org,Oxbow House,,,,", "is too long"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(community: Community, row: str, why: str):
    held = read(community, f"{STAFF.splitlines()[0]}\n{row}\n".encode())

    [(number, outcome, _, _, reason)] = told(held)
    assert (number, outcome) == (2, Outcome.REFUSED)
    assert why in reason


def test_the_same_twice_and_contradictions_in_one_file_are_refused(community: Community):
    rows = (
        "First name,Last name,E-mail,Agency,Login ID\n"
        "Kim,Ness,kim@example.org,Oxbow House,kness\n"
        "Kim,Ness,kim@example.org,Oxbow House,kness\n"
        "Pat,Lowe,kim@example.org,Millrace,\n"
        "Pat,Lowe,pat@example.org,Millrace,kness\n"
    )

    assert [(row, why) for row, outcome, _, _, why in told(read(community, rows.encode()))] == [
        (2, ""),
        (3, "This stands twice in the file: row 2 is about the same person at the same agency."),
        (4, "Row 2 has the same person or address with another name. An address belongs to one person."),
        (5, "Row 2 has the same login ID for somebody else."),
    ]


def test_what_changed_since_the_file_was_read_is_not_overwritten(community: Community):
    held = read(community, staff_list(community))
    factories.make_person(
        community.other, email="noor@oxbow.example.org", first_name="Nora", last_name="Vale", job_title="Cook"
    )

    applied(community, held)

    run = queries.run_of(held)
    assert [(one["row"], one["why"]) for one in run.refused] == [
        (2, "The register changed since the file was read. Load the file again to see what is left to do.")
    ]
    assert (held.state, people.person_by_email("noor@oxbow.example.org").first_name) == (ListState.DONE, "Nora")


def test_seats_are_loaded_and_the_same_file_again_changes_nothing(community: Community):
    rows = b"Agency,Seats,From\nOxbow House,12,2026-03-01\nMillrace,many,2026-03-01\nOxbow House,13,2026-03-01\n"

    first = read(community, rows, ListKind.SEATS)
    assert told(first) == [
        (2, Outcome.NEW, "Oxbow House", ("0 → 12 seats from Mar 1, 2026",), ""),
        (3, Outcome.REFUSED, "Millrace", (), "“many” is not a number of seats."),
        (
            4,
            Outcome.REFUSED,
            "Oxbow House",
            (),
            "This stands twice in the file: row 2 has the same agency, CoC and day.",
        ),
    ]
    applied(community, first)

    again = told(read(community, rows, ListKind.SEATS))

    assert [one.number for one in db.session.scalars(select(Seats))] == [12]
    assert again[0][1] is Outcome.UNCHANGED


def test_a_last_login_report_is_told_to_standing_once(community: Community):
    held = community.active("noor@oxbow.example.org")
    rows = f"User ID,E-mail,Last login\nNVALE,,1/5/2026 4:15 PM\nnobody,,2026-01-05\n,{community.user.email},never\n"
    report_on = date(2026, 3, 1)

    first = read(community, rows.encode(), ListKind.LOGINS, report_on=report_on)
    assert told(first) == [
        (2, Outcome.NEW, "Noor Vale", ("Last login Jan 5, 2026, as of Mar 1, 2026",), ""),
        (3, Outcome.REFUSED, "nobody", (), "Nobody in the register has this login ID or address."),
        (4, Outcome.NEW, "Robin Ash", ("Never logged in, as of Mar 1, 2026",), ""),
    ]
    applied(community, first)
    again = read(community, rows.encode(), ListKind.LOGINS, report_on=report_on)

    assert [one[1] for one in told(again)] == [Outcome.UNCHANGED, Outcome.REFUSED, Outcome.UNCHANGED]
    assert {
        person_id: [(one.report_on, one.last_on) for one in known]
        for person_id, known in standing.logins({held.person_id, community.user.id}).items()
    } == {held.person_id: [(report_on, date(2026, 1, 5))], community.user.id: [(report_on, None)]}


def test_a_login_after_the_report_or_a_report_to_come_is_refused(community: Community):
    rows = f"E-mail,Last login\n{community.user.email},2026-03-02\n".encode()

    held = read(community, rows, ListKind.LOGINS, report_on=date(2026, 3, 1))

    assert told(held)[0][4] == "The login lies after the day of the report."
    with pytest.raises(Refused, match="a day to come"):
        actions.start_list(
            community.act(community.admin),
            kind=ListKind.LOGINS,
            upload=Upload("logins.csv", rows),
            report_on=date(2026, 3, 3),
        )


def test_stopped_work_goes_on_where_it_stood(community: Community):
    rows = "First name,Last name,E-mail,Agency\n"
    rows += "".join(f"Kim,Ness{n},kim{n}@example.org,Oxbow House\n" for n in range(60))
    held = read(community, rows.encode())
    before = counts()["person"]
    run = actions.confirm_list(community.act(community.admin), held)
    run.cancel_asked = True
    work()
    assert (run.state, run.done, counts()["person"] - before) == (RunState.CANCELED, 25, 25)

    applied(community, held)

    assert (held.state, counts()["person"] - before) == (ListState.DONE, 60)


def test_whoever_loads_a_list_cannot_end_the_own_access_by_it(community: Community):
    lead = people.hmis_lead()
    rows = f"E-mail,Agency\n{community.staff.email},{lead.name}\n{community.second.email},{lead.name}\n".encode()
    held = read(community, rows, is_complete=True)
    missing = db.session.scalars(queries.rows_of(held, Outcome.LEAVER)).one()

    with pytest.raises(Refused, match="You cannot end your own access"):
        actions.choose_leavers(community.act(community.admin), held, {missing.id}, Decision.END)


def test_every_step_of_a_list_is_on_record_without_anybodys_name(community: Community):
    applied(community, read(community, staff_list(community)))

    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.kind == "loaded_list").order_by(AuditEvent.id)
    ).all()
    assert [one.name for one in events] == [
        "list.loaded",
        "list.columns_named",
        "list.read",
        "list.confirmed",
        "list.applied",
    ]


# ── Hostile files ─────────────────────────────────────────────────────────────────────────────────────────────────


def workbook(*rows: tuple[object, ...], formulas: bool = False, merged: bool = False) -> bytes:
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        if merged:
            sheet.merge_range(0, 0, 0, 3, "Staff of Oxbow House, spring")
        for number, row in enumerate(rows, start=2 if merged else 0):
            for place, cell in enumerate(row):
                if formulas and isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(number, place, cell)
                else:
                    sheet.write(number, place, cell)
    return memory.getvalue()


HEADINGS = ("First name", "Last name", "E-mail", "Agency")
KIM = ("Kim", "Ness", "kim@example.org", "Oxbow House")
TEXT = "First name;Last name;E-mail;Agency\nKim;Peña;kim@example.org;Oxbow House\n"


@pytest.mark.parametrize(
    ("name", "content", "last_name"),
    [
        ("bom.csv", b"\xef\xbb\xbf" + TEXT.encode(), "Peña"),
        ("wide.csv", TEXT.encode("utf-16"), "Peña"),
        ("windows.csv", TEXT.encode("cp1252"), "Peña"),
        ("tabs.txt", TEXT.replace(";", "\t").encode(), "Peña"),
        ("book.xlsx", workbook(HEADINGS, KIM), "Ness"),
        ("merged.xlsx", workbook(HEADINGS, KIM, merged=True), "Ness"),
    ],
)
def test_files_of_every_making_are_read(community: Community, name: str, content: bytes, last_name: str):
    [(_, outcome, who, _, _)] = told(read(community, content, name=name))

    assert (outcome, who) == (Outcome.NEW, f"Kim {last_name}")


def bent_zip() -> bytes:
    return workbook(HEADINGS, KIM)[:-200]


def word_bomb() -> bytes:
    """An Excel file of some kilobytes whose words unpack to 50 MB."""
    import zipfile

    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", "<a>" * (50 * 1024 * 1024 // 3))
    return memory.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n\n", "No headings were found"),
        ("one.csv", b"Name\nKim\n", "No headings were found"),
        ("list.pdf", b"%PDF-1.7", "Choose a CSV or Excel"),
        ("picture.csv", b"PK\x03\x04 no table", "is not what its name says"),
        ("text.xlsx", TEXT.encode(), "is not what its name says"),
        ("bent.xlsx", bent_zip(), "is not what its name says"),
        ("bomb.xlsx", word_bomb(), "too large to be read"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(community: Community, name: str, content: bytes, sentence: str):
    before = counts()

    with pytest.raises(Refused, match=sentence):
        actions.start_list(community.act(community.admin), kind=ListKind.STAFF, upload=Upload(name, content))

    assert counts() == before


def test_too_many_rows_are_told_once_the_worker_has_looked(community: Community):
    rows = b"E-mail,Agency\n" + b"kim@example.org,Oxbow House\n" * 200_000

    held = read(community, rows)

    assert (held.state, held.why_failed, told(held)) == (
        ListState.FAILED,
        "The file has more than 50,000 rows. Split it.",
        [],
    )


def test_formulas_of_a_workbook_are_never_run_and_empty_cells_are_told(community: Community):
    content = workbook(HEADINGS, ("=1+1", "Ness", "kim@example.org", '=HYPERLINK("x")'), formulas=True)

    [(_, outcome, _, _, why)] = told(read(community, content, name="book.xlsx"))

    assert (outcome, why) == (Outcome.REFUSED, "No agency in the register is called “0”.")


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_goes_through_the_browser_from_file_to_invitation(community: Community, browser: Browser):
    admin = browser(community.admin)
    form = form_of(admin.get("/licenses/lists/new"))
    file = (io.BytesIO(staff_list(community)), "staff.csv")
    answer = admin.post("/licenses/lists/new", data={**form, "kind": "staff", "file": file})
    columns = admin.get(answer.location)
    assert [one["value"] for one in BeautifulSoup(columns.data, "html.parser").select("option[selected]")][:4] == [
        "E-mail",
        "Login ID",
        "First name",
        "Last name",
    ]
    chosen = {
        "first_name": "First name",
        "last_name": "Last name",
        "email": "E-mail",
        "agency": "Agency",
        "roles": "Role",
        "license": "License",
        "login_id": "Login ID",
        "job_title": "Title",
    }
    answer = admin.post(answer.location, data={**form_of(columns), "name": "", "coc": "", "phone": "", **chosen})
    here = answer.location
    assert "It waits for its turn" in admin.get(here).get_data(as_text=True)
    work()

    shown = admin.get(here).get_data(as_text=True)
    assert "2 changes wait for you to carry them out." in shown
    assert "HMIS license at Oxbow House, login ID nvale" in shown
    admin.post(f"{here}/confirm", data=form_of(admin.get(here)))
    work()
    assert "2 people of this list cannot sign in" in admin.get(here).get_data(as_text=True)
    invite = admin.get(f"{here}/invite")
    answer = admin.post(f"{here}/invite", data={**form_of(invite), "whom": "all"}, follow_redirects=True)
    assert "2 invitations are on the way." in answer.get_data(as_text=True)

    second = admin.post(
        "/licenses/lists/new",
        data={
            **form_of(admin.get("/licenses/lists/new")),
            "kind": "staff",
            "file": (io.BytesIO(staff_list(community)), "staff again.csv"),
        },
    )
    assert "A file with these columns was loaded before." in admin.get(second.location).get_data(as_text=True)


def test_refused_rows_come_as_a_file_in_which_no_formula_runs(community: Community, browser: Browser):
    rows = b"First name,Last name,E-mail,Agency\n=cmd(),Ness,kim@example.org,Oxbow House\n"
    held = read(community, rows)

    text = browser(community.admin).get(f"/licenses/lists/{held.id}/refused").get_data(as_text=True)

    assert text.lstrip("\ufeff").splitlines() == [
        "First name,Last name,E-mail,Agency,Row,Why refused",
        "'=cmd(),Ness,kim@example.org,Oxbow House,2,“=cmd()” looks like a formula. Write the words themselves.",
    ]


def test_only_administrators_of_the_hmis_lead_load_lists(community: Community, browser: Browser):
    held = read(community, staff_list(community))

    visitors = (community.admin, community.staff, community.head)
    assert [browser(one).get(f"/licenses/lists/{held.id}").status_code for one in visitors] == [200, 404, 404]
    assert browser(community.staff).get("/licenses/lists").status_code == 403


def test_ten_times_the_rows_cost_no_more_queries_to_read(community: Community, count_queries: Callable[..., object]):
    """The register is read once, whatever the length of the file."""
    rows = "First name,Last name,E-mail,Agency\n"
    few = rows + "".join(f"Kim,Ness{n},kim{n}@example.org,Oxbow House\n" for n in range(5))
    many = rows + "".join(f"Kim,Ness{n},kim{n}@example.org,Oxbow House\n" for n in range(50))

    first = count_queries(lambda: read(community, few.encode()))
    second = count_queries(lambda: read(community, many.encode()))

    assert first == second


def test_after_90_days_the_file_and_the_names_go_and_the_counts_stay(community: Community, browser: Browser):
    held = applied(community, read(community, staff_list(community)))
    job = next(one for one in JOBS if one.name == "licenses.empty_lists")
    assert run_job(job, MONDAY + timedelta(days=89)).done == 0
    kept = files.read(held.file)
    folder = community_folder()
    assert b"nvale" not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

    assert run_job(job, MONDAY + timedelta(days=91)).done == 1
    assert run_job(job, MONDAY + timedelta(days=92)).done == 0

    db.session.expire_all()
    assert b"nvale" in kept
    assert {(one.name, one.why, tuple(one.deeds)) for one in db.session.scalars(select(ListRow))} == {("", "", ())}
    assert queries.outcomes(held) == {
        Outcome.NEW: 1,
        Outcome.CHANGED: 1,
        Outcome.REFUSED: 1,
        Outcome.UNCHANGED: 1,
    }
    admin = browser(community.admin)
    assert "The file and the names in it were removed" in admin.get(f"/licenses/lists/{held.id}").get_data(as_text=True)
    assert admin.get(f"/licenses/lists/{held.id}/refused").status_code == 404


def community_folder() -> Path:
    """Where files are kept."""
    return web.installation().data / "files"
