"""Rows about entitlement: requirements, evidence and claims of it, waivers, files; licenses and what is to do."""

from collections.abc import Mapping
from datetime import date, timedelta

from portal.audit import Act
from portal.db import db
from portal.files import Upload
from portal.licenses import actions as licenses
from portal.licenses import queries as license_queries
from portal.licenses.models import AccessReview, Assignment, FollowUp, License, LicenseStep, LoadedList, WorkItem
from portal.licenses.rules import (
    Answer,
    DutyResult,
    LicenseState,
    ListKind,
    Move,
    Outcome,
    Reason,
    Rhythm,
    WorkKind,
)
from portal.licenses.rules.columns import ListColumn
from portal.people.models import Organization, Person
from portal.people.rules import OrganizationKind
from portal.policy import Role
from portal.scheduler import Run, RunState, Step
from portal.standing import actions as standing
from portal.standing import queries as standing_queries
from portal.standing.actions.requirements import shipped
from portal.standing.models import EvidenceBatch, EvidenceClaim, Requirement
from portal.standing.rules import SubjectKind
from portal.standing.rules.importing import Column
from tests import factories

AGENCIES = ("agency", "other_agency", "other_coc")
SHEET = b"E-mail address,Date,Scan\n%s,2026-01-05,scan.pdf\nnobody@example.org,2026-01-05,\n"
LIST_COLUMNS = {
    ListColumn.FIRST_NAME: "First",
    ListColumn.LAST_NAME: "Last",
    ListColumn.EMAIL: "E-mail",
    ListColumn.AGENCY: "Agency",
}
SCAN = b"%PDF-1.7 signed"
Rows = dict[tuple[str, str, str], Mapping[str, int]]


class Entitled:
    """Adds its rows for one visitor after the other; those of other people are made once and shared."""

    def __init__(
        self, rows: Rows, act: Act, places: Mapping[str, Organization], colleagues: Mapping[str, Person]
    ) -> None:
        self.rows, self.at, self.places, self.colleagues = rows, act.at, places, colleagues
        self.dana, self.noor, self.admin = (
            factories.make_person(places["lead"], role, first_name=first, last_name="Sage")
            for first, role in (("Dana", Role.LEAD_STAFF), ("Noor", Role.LEAD_STAFF), ("Ines", Role.LEAD_ADMIN))
        )
        standing.load_defaults(Act(at=self.at - timedelta(days=400), by=self.admin.id), date(2025, 1, 26))
        db.session.flush()
        self.shared: dict[tuple[str, str], Mapping[str, int]] = {}
        self._of_places: dict[int, Mapping[str, Mapping[str, int]]] = {}
        for relation in AGENCIES:
            self._holders(relation)
            self._of(relation, colleagues[relation], places[relation])
        self._suspension(self.dana, "agency")
        self._alone = {**self._requirements(), **self._duties(), **self._lists(), **self._schedules()}

    def act(self, by: Person) -> Act:
        return Act(at=self.at, by=by.id)

    def rows_of(self, role: str, person: Person) -> None:
        """All that a visitor of this role is tried on."""
        self._of("own", person, person.home)
        self._own_licenses(person)
        self.shared["strange_file", "own"] = {
            **self.shared["evidence", "own"],
            "file_id": self.shared["evidence_file", "other_agency"]["file_id"],
        }
        for (kind, relation), arguments in self.shared.items():
            self.rows[kind, role, relation] = arguments
        is_staff = role in (Role.LEAD_STAFF, Role.LEAD_ADMIN)
        author = person if is_staff else self.dana
        self._entered(role, author, person)
        if role == Role.LEAD_STAFF:
            self._suspension(person, "other_agency")
        for kind, arguments in {**self._alone, **self._batches("", self.dana), **self._batches("own_", author)}.items():
            self.rows[kind, role, "own"] = arguments

    def _entered(self, role: str, author: Person, person: Person) -> None:
        """Claims that the visitor has entered, as far as she may."""
        for relation in ("own", *AGENCIES):
            subject = person if relation == "own" else self.colleagues[relation]
            claim = self._claim(author, SubjectKind.PERSON, subject.id, date(2026, 1, 9), "software")
            self.rows["entered_claim", role, relation] = {"claim_id": claim.id}

    # Standing

    def _of(self, relation: str, person: Person, place: Organization) -> None:
        rows = self._subject(SubjectKind.PERSON, person.id, "privacy-training")
        if place.id not in self._of_places:
            self._of_places[place.id] = self._subject(SubjectKind.ORGANIZATION, place.id, "participation-agreement")
        for kind, arguments in {**rows, **self._of_places[place.id]}.items():
            self.shared[kind, relation] = arguments

    def _subject(self, kind: SubjectKind, subject_id: int, code: str) -> Mapping[str, Mapping[str, int]]:
        """For a person, or with "place_" before its kind for an organization."""
        requirement = self._requirement(code)
        what = (requirement.latest.key, requirement.latest.kind)
        first = self._claim(self.dana, kind, subject_id, date(2026, 1, 5), *what)
        held = standing.approve_claim(self.act(self.noor), first)
        waits = self._claim(self.dana, kind, subject_id, date(2026, 2, 2), *what)
        waiver = standing.grant_waiver(
            self.act(self.admin),
            requirement,
            subject_kind=kind,
            subject_id=subject_id,
            starts_on=date(2026, 2, 1),
            ends_on=date(2026, 6, 30),
            reason="Parental leave.",
        )
        db.session.flush()
        evidence, claim = {"evidence_id": held.id}, {"claim_id": waits.id}
        made: dict[str, Mapping[str, int]] = {
            "subject": {kind.value: subject_id},
            "evidence": evidence,
            "evidence_file": {**evidence, "file_id": first.files[0].id},
            "claim": claim,
            "claim_file": {**claim, "file_id": waits.files[0].id},
            "waiver": {"waiver_id": waiver.id},
        }
        prefix = "place_" if kind is SubjectKind.ORGANIZATION else ""
        return {f"{prefix}{name}": arguments for name, arguments in made.items()}

    def _claim(
        self, by: Person, subject_kind: SubjectKind, subject_id: int, on: date, key: str, kind: str = "training"
    ) -> EvidenceClaim:
        claim = standing.enter_evidence(
            self.act(by),
            kind=kind,
            key=key,
            subject_kind=subject_kind,
            subject_id=subject_id,
            on=on,
            uploads=[Upload("scan.pdf", SCAN)],
        )
        db.session.flush()
        db.session.refresh(claim)
        return claim

    def _requirements(self) -> dict[str, Mapping[str, int]]:
        """One that stands as published, and one with a draft of its next version."""
        held, changed = (self._requirement(code) for code in ("end-user-agreement", "privacy-training"))
        terms = next(one for one in shipped() if one["code"] == changed.code)
        again = {name: value for name, value in terms.items() if name != "code"}
        standing.draft_change(
            self.act(self.admin), changed, **{**again, "grace_days": 45, "effective_on": self.at.date()}
        )
        db.session.flush()
        return {"requirement": {"requirement_id": held.id}, "draft": {"requirement_id": changed.id}}

    def _requirement(self, code: str) -> Requirement:
        found = standing_queries.requirement_by_code(code)
        assert found is not None
        return found

    def _batches(self, prefix: str, by: Person) -> dict[str, Mapping[str, int]]:
        """A file whose columns nobody named yet, one that was read, one that waits for a second person."""
        new, read, sent = (self._batch(by) for _ in range(3))
        for one in (read, sent):
            self._read(by, one)
        standing.send_batch(self.act(by), sent)
        db.session.flush()
        made = {"new_batch": new, "batch": read, "sent_batch": sent}
        return {f"{prefix}{kind}": {"batch_id": one.id} for kind, one in made.items()}

    def _batch(self, by: Person) -> EvidenceBatch:
        sheet = SHEET % self.colleagues["agency"].email.encode()
        batch = standing.start_import(
            self.act(by), kind="training", key="data-security", of_people=True, upload=Upload("past.csv", sheet)
        )
        db.session.flush()
        return batch

    def _read(self, by: Person, batch: EvidenceBatch) -> None:
        """As the worker would."""
        columns = {Column.EMAIL: "E-mail address", Column.ON: "Date", Column.SCAN: "Scan"}
        run = standing.map_columns(self.act(by), batch, columns)
        for _ in standing.read_batch(self.act(by), run):
            db.session.flush()
        run.state, run.ended_at = RunState.DONE, self.at

    # Licenses

    def _holders(self, relation: str) -> None:
        """At each agency one license of each kind that staff have something to do about."""
        place = self.places[relation]
        active = self._granted(place, f"Active {relation}")
        self._confirm(active)
        waits = self._granted(place, f"Waiting {relation}")
        suspended = self._granted(place, f"Suspended {relation}")
        self._confirm(suspended)
        self.shared["assignment", relation] = {"assignment_id": self._assignment(place, self.colleagues[relation]).id}
        self.shared["follow_up", relation] = {"follow_up_id": self._follow_up(place, self.colleagues[relation]).id}
        licenses.suspend(self.act(self.noor), suspended, reason=Reason.SECURITY)
        asked = self._ask(self.colleagues[relation], place)
        db.session.flush()
        assert waits.open_work is not None
        self._license_rows(relation, asked, active, suspended, waits.open_work)

    def _license_rows(self, relation: str, asked: License, active: License, suspended: License, work: WorkItem) -> None:
        for kind, one in (("license", asked), ("active", active), ("suspended", suspended)):
            self.shared[kind, relation] = {"license_id": one.id}
        self.shared["work", relation] = {"item_id": work.id}

    def _ask(self, person: Person, place: Organization) -> License:
        held = licenses.request_license(self.act(self.dana), place, email=person.email, reason=Reason.NEW_COLLEAGUE)
        db.session.flush()
        return held

    def _granted(self, place: Organization, last_name: str) -> License:
        held = self._ask(factories.make_person(place, Role.END_USER, last_name=last_name), place)
        licenses.approve(self.act(self.admin), held, override=True, by_admin=True, note="The shelter opens today.")
        db.session.flush()
        db.session.refresh(held)
        return held

    def _confirm(self, held: License) -> None:
        assert held.open_work is not None
        licenses.confirm_work(self.act(self.noor), held.open_work, login_id=f"login-{held.id}")
        db.session.flush()
        db.session.refresh(held)

    def _own_licenses(self, person: Person) -> None:
        """Asked for at home; two more as bare rows, without the role that an approval would bring."""
        works_in_hmis = person.home.kind in (OrganizationKind.AGENCY, OrganizationKind.HMIS_LEAD)
        asked = self._ask(person, person.home if works_in_hmis else self.places["agency"])
        active = self._bare(
            person, self.places["other_agency"], LicenseState.ACTIVE, Move.ACTIVATE, Reason.DONE_IN_HMIS
        )
        suspended = self._bare(person, self.places["other_coc"], LicenseState.SUSPENDED, Move.SUSPEND, Reason.SECURITY)
        work = WorkItem(
            license=suspended, kind=WorkKind.SUSPEND, starts_at=self.at, due_at=self.at + timedelta(hours=24)
        )
        db.session.add(work)
        db.session.flush()
        self._license_rows("own", asked, active, suspended, work)

    def _bare(self, person: Person, agency: Organization, state: LicenseState, move: Move, reason: Reason) -> License:
        held = License(
            person=person, agency=agency, state=state, moved_at=self.at, requested_at=self.at, login_id="robin"
        )
        held.steps = [LicenseStep(at=self.at, by_id=self.noor.id, move=move, state=state, reason=reason)]
        db.session.add(held)
        db.session.flush()
        return held

    def _suspension(self, by: Person, relation: str) -> None:
        licenses.propose_suspensions(self.act(by), {self.shared["active", relation]["license_id"]})
        db.session.flush()

    def _follow_up(self, place: Organization, person: Person) -> FollowUp:
        """The agency asked for a change of somebody's access."""
        review = AccessReview(agency_id=place.id, since=date(2026, 2, 1), until=date(2026, 3, 1), attested_at=self.at)
        held = FollowUp(
            review=review,
            agency_id=place.id,
            person_id=person.id,
            answer=Answer.CHANGE,
            wish="One project more",
            opened_at=self.at,
            due_at=self.at + timedelta(days=7),
        )
        db.session.add(held)
        db.session.flush()
        return held

    def _assignment(self, place: Organization, person: Person) -> Assignment:
        held = licenses.assign_duty(
            self.act(self.admin), place, duty="admin-releases", person=person, starts_on=date(2026, 1, 1)
        )
        db.session.flush()
        return held

    def _schedules(self) -> dict[str, Mapping[str, int]]:
        held = licenses.add_schedule(self.act(self.admin), rhythm=Rhythm.MONTHLY, day=1, days_to_answer=14)
        db.session.flush()
        return {"schedule": {"schedule_id": held.id}}

    def _lists(self) -> dict[str, Mapping[str, int]]:
        """A file whose columns nobody named yet; one that was read, with a row to decide; one that is carried out."""
        lists = [self._list() for _ in range(4)]
        for one in lists[1:]:
            self._carried(one, licenses.name_list_columns(self.act(self.admin), one, LIST_COLUMNS), licenses.read_list)
        done = lists[2]
        self._carried(done, licenses.confirm_list(self.act(self.admin), done), licenses.apply_list)
        licenses.confirm_list(self.act(self.admin), lists[3])
        row = db.session.scalars(license_queries.rows_of(lists[1], Outcome.LOOKS_LIKE)).one()
        made = {"new_list": lists[0], "list": lists[1], "done_list": done, "running_list": lists[3]}
        alone: dict[str, Mapping[str, int]] = {kind: {"list_id": one.id} for kind, one in made.items()}
        return {**alone, "list_row": {"list_id": lists[1].id, "row_id": row.id}}

    def _list(self) -> LoadedList:
        """Each adds somebody of its own, and asks about a colleague's name."""
        known = self.colleagues["agency"]
        sheet = "First,Last,E-mail,Agency\nNew,Comer,new@example.org,Oxbow House\n"
        sheet += f"{known.first_name},{known.last_name},alike@example.org,Oxbow House\nKim,Ness,none,Oxbow House\n"
        held = licenses.start_list(
            self.act(self.admin), kind=ListKind.STAFF, upload=Upload("staff.csv", sheet.encode())
        )
        db.session.flush()
        return held

    def _carried(self, held: LoadedList, run: Run, step: Step) -> None:
        """As the worker would."""
        for _ in step(self.act(self.admin), run):
            db.session.flush()
        run.state, run.ended_at = RunState.DONE, self.at
        db.session.flush()

    def _duties(self) -> dict[str, Mapping[str, int]]:
        duty, other = (
            licenses.add_duty(
                self.act(self.admin), title=title, about="", runner=self.dana, months=3, due_on=date(2026, 2, 1)
            )
            for title in ("Audit report", "Access report")
        )
        run = licenses.record_duty(
            self.act(self.dana),
            duty,
            ran_on=date(2026, 2, 3),
            result=next(one for one in DutyResult if one is not DutyResult.FINDINGS),
            upload=Upload("audit.pdf", SCAN),
        )
        db.session.flush()
        assert run.file_id is not None
        return {
            "duty": {"duty_id": duty.id},
            "duty_file": {"duty_id": duty.id, "file": run.file_id},
            "strange_duty_file": {"duty_id": other.id, "file": run.file_id},
        }
