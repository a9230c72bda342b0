"""Standing in the browser: whose page shows what, and the ways through."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.db import db
from portal.people.models import Person
from portal.scheduler import run_job, work_runs
from portal.standing import actions, jobs, queries
from portal.standing.models import Evidence, EvidenceBatch, EvidenceClaim, Waiver
from portal.standing.rules import Authority, ClaimState, State, SubjectKind
from tests.people.steps import complaint, headings, send
from tests.standing.conftest import Community

Open = Callable[[Person], FlaskClient]
PERSON = SubjectKind.PERSON
WORK = work_runs(jobs.RUNS)


def text(page: TestResponse, selector: str) -> list[str]:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [found.get_text(" ", strip=True) for found in soup.select(selector)]


def links(page: TestResponse, selector: str) -> list[str]:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [found["href"] for found in soup.select(f"{selector} a")]


def privacy(community: Community, person: Person, on: date = date(2026, 2, 20)) -> Evidence:
    act = community.act(community.staff)
    evidence = actions.record_evidence(act, "training", PERSON, person.id, "privacy", on)
    db.session.commit()
    return evidence


def test_everybody_sees_the_own_standing_with_reasons_and_what_clears_it(community: Community, browser: Open):
    evidence = privacy(community, community.user)

    page = browser(community.user).get(f"/people/{community.user.id}/standing")

    assert headings(page) == ["Standing of Robin Vale"]
    assert text(page, ".summary") == ["4 of 5 are not met."]
    assert text(page, ".work-list__title") == [
        "End user agreement signed",
        "HMIS software training",
        "Data security training",
        "Security certification",
        "Privacy and confidentiality training",
    ]
    assert text(page, "td[data-label=Why]")[-1] == "Done on Feb 20, 2026; good through Feb 20, 2027."
    assert links(page, "td[data-label='To do']")[-1] == f"/evidence/{evidence.id}"
    assert links(page, "td[data-label='To do']")[0] == "/tickets/new"


def test_the_two_dates_stand_in_the_url_and_the_page_says_which(community: Community, browser: Open):
    privacy(community, community.user)
    path = f"/people/{community.user.id}/standing"
    client = browser(community.user)

    def said(query: str) -> tuple[str, str]:
        page = client.get(path + query)
        row = dict(zip(text(page, ".work-list__title"), text(page, "td[data-label=State]"), strict=True))
        words = text(page, "main p")
        told = next(one for one in words if one.startswith("As of"))
        return row["Privacy and confidentiality training"], told.partition(" Show")[0]

    assert said("") == ("Current", "As of Mar 2, 2026, by what is known today.")
    assert said("?as_of=2026-02-25") == ("Current", "As of Feb 25, 2026, by what is known today.")
    assert said("?as_of=2026-02-25&known_on=2026-02-25") == (
        "Overdue",
        "As of Feb 25, 2026, as it was computed that day.",
    )
    assert said("?as_of=2026-02-01&known_on=2026-03-02") == (
        "Overdue",
        "As of Feb 1, 2026, by what was known on Mar 2, 2026.",
    )
    assert said("?as_of=nonsense") == ("Current", "As of Mar 2, 2026, by what is known today.")


def test_an_agencys_page_shows_its_own_standing_and_its_people_by_state(community: Community, browser: Open):
    privacy(community, community.user)
    page = browser(community.head).get(f"/organizations/{community.agency.id}/standing")

    assert text(page, ".work-list__title") == [
        "Participation agreement on file",
        "Agency security checklist",
        "Agency monitored",
    ]
    rows = text(page, ".plain-table")[0]
    assert "Privacy and confidentiality training 2 overdue 1 current" in rows
    assert text(page, ".plain-table")[1].startswith("People with something unmet or due Person Not met Most pressing")
    assert "Robin Vale" in page.get_data(as_text=True)


def test_coc_governance_sees_numbers_and_no_names(community: Community, browser: Open):
    page = browser(community.governor).get(f"/organizations/{community.agency.id}/standing")

    assert page.status_code == 200
    assert "3 overdue" in page.get_data(as_text=True)
    assert [
        name for name in ("Robin Vale", "Sam Moor", "Ada Holt", "Lee Ford") if name in page.get_data(as_text=True)
    ] == []


def test_who_may_open_what(community: Community, browser: Open):
    person, place = f"/people/{community.user.id}/standing", f"/organizations/{community.agency.id}/standing"
    readers = {
        community.user: (200, 404),
        community.colleague: (404, 404),
        community.stranger: (404, 404),
        community.head: (200, 200),
        community.officer: (200, 200),
        community.governor: (404, 200),
        community.staff: (200, 200),
    }

    found = {
        reader.name: tuple(browser(reader).get(path).status_code for path in (person, place)) for reader in readers
    }

    assert found == {reader.name: expected for reader, expected in readers.items()}


def test_panels_stand_on_records_for_who_may_read_them(community: Community, browser: Open):
    privacy(community, community.user)
    person = browser(community.staff).get(f"/people/{community.user.id}")
    agency = browser(community.head).get(f"/organizations/{community.agency.id}")
    other = browser(community.user).get(f"/organizations/{community.agency.id}")

    titles = [heading for heading in text(person, ".columns__side .panel__title") if heading == "Standing"]
    assert titles == ["Standing"]
    assert "Privacy and confidentiality training Current through Feb 20, 2027" in text(person, ".columns__side li")
    assert "Standing" in text(agency, ".columns__side .panel__title")
    assert "Standing" not in text(other, ".columns__side .panel__title")


def test_evidence_by_hand_from_entry_to_approval(community: Community, browser: Open):
    staff, admin = browser(community.staff), browser(community.admin)
    path = f"/evidence/new?person={community.user.id}"

    wrong = send(staff, path, which="training/privacy", on="2026-03-09", note="Sheet")
    entered = send(staff, path, which="training/privacy", on="2026-02-20", note="Sign-in sheet of the class")
    claim = db.session.scalars(db.select(EvidenceClaim)).one()
    own = staff.get(f"/evidence/claims/{claim.id}")
    listed = admin.get("/evidence/waiting")
    approved = send(admin, f"/evidence/claims/{claim.id}/approve", page=f"/evidence/claims/{claim.id}")
    evidence = db.session.scalars(db.select(Evidence)).one()

    assert (wrong.status_code, complaint(wrong)) == (409, "The day lies ahead. Enter what has happened.")
    assert entered.headers["Location"] == f"/people/{community.user.id}/standing"
    assert "somebody else of the HMIS Lead approves it" in own.get_data(as_text=True)
    assert text(own, ".page-head__actions") == ["Withdraw"]
    assert text(listed, ".work-list__title") == ["Robin Vale Privacy and confidentiality training"]
    assert approved.headers["Location"] == "/evidence/waiting"
    assert (evidence.key, evidence.on, evidence.approved_by_id) == ("privacy", date(2026, 2, 20), community.admin.id)
    page = staff.get(f"/evidence/{evidence.id}")
    assert headings(page) == ["Training of Robin Vale"]
    assert "Approved by Ines Roe" in text(page, ".columns__side")[0]


def test_an_own_entry_is_refused_with_a_sentence(community: Community, browser: Open):
    staff = browser(community.staff)
    send(staff, f"/evidence/new?person={community.user.id}", which="training/privacy", on="2026-02-20")
    page = send(staff, "/evidence/claims/1/approve", page="/evidence/claims/1")

    assert page.status_code == 409
    assert "Whoever entered it cannot approve it." in page.get_data(as_text=True)


def test_a_refusal_needs_a_reason_and_keeps_it(community: Community, browser: Open):
    send(
        browser(community.staff), f"/evidence/new?person={community.user.id}", which="training/privacy", on="2026-02-20"
    )
    admin = browser(community.admin)
    page = admin.get("/evidence/claims/1")
    hidden = {
        field["name"]: field.get("value", "")
        for field in BeautifulSoup(page.get_data(as_text=True), "html.parser").select("form.form input[type=hidden]")
    }

    empty = admin.post("/evidence/claims/1/refuse", data=hidden)
    ssn = admin.post("/evidence/claims/1/refuse", data={**hidden, "why": "Not 219-09-9999."})
    refused = admin.post("/evidence/claims/1/refuse", data={**hidden, "why": "Another person's sheet."})

    assert (empty.status_code, complaint(empty)) == (422, "Why not: Say why, so that it can be mended.")
    assert complaint(ssn) == "Why not: This looks like a client's Social Security number. Leave it out."
    assert refused.headers["Location"] == "/evidence/waiting"
    claim = db.session.get_one(EvidenceClaim, 1)
    assert (claim.state, claim.why_refused) == (ClaimState.REFUSED, "Another person's sheet.")


def test_evidence_is_corrected_beside_what_is_on_file(community: Community, browser: Open):
    evidence = privacy(community, community.user)
    send(
        browser(community.staff),
        f"/evidence/{evidence.id}/correct",
        deed="void",
        on="2026-02-20",
        note="It was somebody of the same name.",
    )
    send(browser(community.admin), "/evidence/claims/1/approve", page="/evidence/claims/1")
    page = browser(community.staff).get(f"/evidence/{evidence.id}")

    assert text(page, ".page-head .tag") == ["Superseded"]
    assert [row.is_void for row in db.session.scalars(db.select(Evidence).order_by(Evidence.id))] == [False, True]


def test_a_requirement_is_drafted_previewed_and_published(community: Community, browser: Open):
    privacy(community, community.user, on=date(2025, 6, 1))
    admin = browser(community.admin)
    requirement = community.requirement("privacy-training")
    path = f"/requirements/{requirement.id}"
    fields = {
        "title": "Privacy training",
        "authority": "local_policy",
        "kind": "training",
        "key": "privacy",
        "roles": "end_user",
        "recurrence": "rolling",
        "months": "6",
        "due_soon_days": "30",
        "grace_days": "0",
        "first_days": "",
        "effective_on": "2026-03-10",
        "people": "",
        "organizations": "Oxbow House",
    }

    wrong = send(admin, f"{path}/change", **{**fields, "months": "", "organizations": "Nowhere"})
    drafted = send(admin, f"{path}/change", **fields)
    preview = admin.get(f"{path}/preview")
    untouched = next(
        one.state
        for one in queries.verdicts_of_person(community.user.id, community.at, as_of=date(2026, 3, 10))
        if one.requirement_id == requirement.id
    )
    published = send(admin, f"{path}/publish", page=f"{path}/preview")
    exported = admin.get(f"{path}/preview?format=csv")

    assert wrong.status_code == 422
    assert "Months: Type a number of months from 1 to 120." in complaint(wrong)
    assert "The register has nobody, or more than one, called “Nowhere”." in complaint(wrong)
    assert drafted.headers["Location"] == f"{path}/preview"
    assert text(preview, ".summary") == [
        "On Mar 10, 2026, 5 would stand otherwise: 1 would no longer meet it, 4 would newly meet it."
    ]
    assert untouched is State.CURRENT
    assert published.headers["Location"] == path
    assert [version.number for version in community.requirement("privacy-training").published] == [1, 2]
    assert exported.headers["Location"] == path


def test_a_new_requirement_is_added_and_its_draft_discarded(community: Community, browser: Open):
    admin = browser(community.admin)
    fields = {
        "code": "window",
        "title": "Certify in fall",
        "authority": "local_policy",
        "kind": "certification",
        "key": "fall",
        "subject_kind": "person",
        "recurrence": "window",
        "opens": "9/1",
        "due_soon_days": "0",
        "grace_days": "0",
        "effective_on": "2026-03-02",
    }
    wrong = send(admin, "/requirements/new", **fields, closes="9/31")
    added = send(admin, "/requirements/new", **fields, closes="9/30")
    path = added.headers["Location"].removesuffix("/preview")
    listed = admin.get("/requirements")
    discarded = send(admin, f"{path}/discard", page=f"{path}/preview")

    assert complaint(wrong) == "Window closes: Type month and day, such as 9/1."
    assert "Certify in fall Version 1 from Mar 2, 2026" in text(listed, ".work-list__title")
    assert discarded.headers["Location"] == "/requirements"
    assert admin.get(path).status_code == 404


def test_an_empty_portal_offers_the_shipped_requirements(bare: Community, browser: Open):
    admin = browser(bare.admin)
    empty = admin.get("/requirements")
    send(admin, "/requirements/shipped", page="/requirements")

    assert "Nothing is required yet" in text(empty, ".empty__why")[0]
    assert len(queries.requirements()) == 8


def test_the_community_start_is_set(community: Community, browser: Open):
    admin = browser(community.admin)
    send(admin, "/requirements/start", starts_on="2026-03-01", catch_up_on="2026-06-30")
    page = admin.get("/requirements")

    assert "This community counts from Mar 1, 2026; older gaps may be made up until Jun 30, 2026." in text(
        page, ".page-head__lead"
    )


def test_past_evidence_from_file_to_approval(community: Community, browser: Open):
    staff, admin = browser(community.staff), browser(community.admin)
    content = b"Email,Completed,Scan\nrobin@vale.example.org,2026-02-20,robin.pdf\nnobody@example.org,2026-02-20,\n"

    started = send(
        staff,
        "/evidence/imports/new",
        which="training/privacy",
        of="people",
        file=(io.BytesIO(content), "trainings.csv"),
    )
    path = started.headers["Location"].removesuffix("/columns")
    asked = staff.get(f"{path}/columns")
    send(staff, f"{path}/columns", email="Email", on="Completed", until="", scan="Scan")
    waiting = staff.get(path)
    run_job(WORK, community.at)
    read = staff.get(path)
    scans = send(
        staff,
        f"{path}/scans",
        page=path,
        **{"scans-files": (io.BytesIO(b"%PDF-1.7 scan"), "robin.pdf")},
    )
    refused = staff.get(f"{path}/refused")
    send(staff, f"{path}/send", page=path)
    own = staff.get(path)
    send(admin, f"{path}/approve", page=path)
    evidence = db.session.scalars(db.select(Evidence)).one()
    file = browser(community.user).get(f"/evidence/{evidence.id}/files/1")

    assert text(asked, "option[selected]") == [
        "Email (robin@vale.example.org)",
        "Completed (2026-02-20)",
        "Scan (robin.pdf)",
    ]
    assert "It waits for its turn." in waiting.get_data(as_text=True)
    assert text(read, ".summary") == ["2 rows were read: 1 can become evidence, 1 was refused."]
    assert scans.status_code == 302
    assert refused.get_data(as_text=True).removeprefix("\ufeff").splitlines() == [
        "Email,Completed,Scan,Row,Why refused",
        "nobody@example.org,2026-02-20,,3,Nobody in the register has the address “nobody@example.org”.",
    ]
    assert text(own, ".page-head__actions") == ["Withdraw"]
    assert (evidence.is_imported, evidence.approved_by_id) == (True, community.admin.id)
    assert (file.status_code, file.data) == (200, b"%PDF-1.7 scan")
    assert browser(community.colleague).get(f"/evidence/{evidence.id}/files/1").status_code == 404


def test_a_file_that_is_no_table_is_refused_with_all_else_kept(community: Community, browser: Open):
    page = send(
        browser(community.staff),
        "/evidence/imports/new",
        which="training/privacy",
        of="people",
        file=(io.BytesIO(b"MZ not a table"), "tool.csv"),
    )

    assert page.status_code == 409
    assert "is not what its name says" in complaint(page)
    assert db.session.scalar(db.select(db.func.count(EvidenceBatch.id))) == 0


def test_a_waiver_is_granted_shown_and_ended(community: Community, browser: Open):
    admin = browser(community.admin)
    requirement = community.requirement("privacy-training")
    path = f"/waivers/new?person={community.user.id}&requirement={requirement.id}"
    send(
        admin,
        path,
        requirement_id=str(requirement.id),
        starts_on="2026-03-01",
        ends_on="2026-06-30",
        reason="On leave.",
    )
    waiver = db.session.scalars(db.select(Waiver)).one()
    own = browser(community.user).get(f"/waivers/{waiver.id}")
    send(admin, f"/waivers/{waiver.id}/end", last_day="2026-03-31")

    assert headings(own) == ["Privacy and confidentiality training, waived for Robin Vale"]
    assert text(own, ".page-head__actions") == []
    assert db.session.get_one(Waiver, waiver.id).last_day == date(2026, 3, 31)
    assert browser(community.stranger).get(f"/waivers/{waiver.id}").status_code == 404
    assert text(admin.get("/waivers"), ".work-list__title") == ["Robin Vale"]


def test_lists_page_and_export(community: Community, browser: Open):
    for month in range(1, 28):
        privacy(community, community.user, on=date(2025, 6, month))
    staff = browser(community.staff)
    first = staff.get("/evidence")
    second = staff.get(links(first, ".pager")[0])
    exported = staff.get("/evidence?format=csv").get_data(as_text=True)

    assert (len(text(first, ".work-list__title")), len(text(second, ".work-list__title"))) == (25, 2)
    assert len(exported.splitlines()) == 28


@pytest.mark.parametrize("path", ["/evidence/waiting", "/evidence/imports", "/waivers", "/evidence"])
def test_empty_lists_say_why_and_what_comes_next(community: Community, browser: Open, path: str):
    page = browser(community.staff).get(path)

    assert [len(words) > 40 for words in text(page, ".empty__why")] == [True]


def test_how_somebody_stands_is_told_without_the_tags_of_authority(community: Community, browser: Open):
    for path in (f"/people/{community.user.id}/standing", f"/organizations/{community.agency.id}/standing"):
        page = browser(community.head).get(path)
        shown = page.get_data(as_text=True).casefold()
        tags = [one.value for one in (Authority.SHOULD, Authority.STRATEGY) if one.words in shown]
        assert (page.status_code, tags) == (200, [])
