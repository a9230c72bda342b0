"""A small community: a person of every role, and of every kind of row one that is theirs and some that are not."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import clock
from portal import db as database
from portal.app import create_app
from portal.audit import Act, Via
from portal.db import db
from portal.files import Upload
from portal.mail import fetch
from portal.mail.letters import Letter
from portal.people import actions as people
from portal.people.models import (
    ComparableCheck,
    ComparableDatabase,
    Holiday,
    Organization,
    Person,
    Project,
    SignedInSession,
)
from portal.people.rules import Descriptor, OrganizationKind
from portal.policy import Role
from portal.scheduler import Run
from portal.settings import Settings
from portal.tickets import actions
from portal.tickets.actions import Draft, Requester
from portal.tickets.models import Ticket
from portal.tickets.rules import Assign, Priority
from tests import factories
from tests.conftest import MONDAY, settings_for
from tests.house.campaigns import Campaigns
from tests.house.entitled import Entitled
from tests.house.exported import exported

RELATIONS = ("own", "agency", "other_agency", "other_coc", "restricted")
"""Whose a row is: the person's own; of agency A, where people of agencies work; of agency B, same CoC; of agency C
in another CoC; and a restricted ticket of somebody at agency A."""
PUBLIC = "public"
PASSWORD = "quiet otters paint barns"
CLIENT_DATA = "Her Social Security number is 219-09-9999, please merge."

Arguments = Mapping[str, int]


@dataclass
class World:
    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    """Person ids by role."""
    rows: dict[tuple[str, str, str], Arguments] = field(default_factory=dict)
    """What a URL needs to name a row: by kind, role of the visitor, and relation."""
    _cookies: dict[str, str] = field(default_factory=dict)
    _pristine: sqlite3.Connection | None = None

    @property
    def settings(self) -> Settings:
        settings: Settings = self.app.extensions["portal.settings"]
        return settings

    def client(self, role: str) -> FlaskClient:
        """A browser of its own in which somebody of this role is signed in; nobody for "public"."""
        client = self.app.test_client()
        if role in self._cookies:
            client.set_cookie("portal", self._cookies[role])
        return client

    def keep_cookie(self, role: str, client: FlaskClient) -> None:
        """From here on this role's browsers begin with this one's cookie."""
        cookie = client.get_cookie("portal")
        self._cookies[role] = cookie.value if cookie else ""

    def let_in(self, role: str) -> None:
        """Sign the role's person in and keep the cookie."""
        token = people.open_session(Act(at=MONDAY, by=self.people[role]), db.session.get_one(Person, self.people[role]))
        db.session.commit()
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        self.keep_cookie(role, client)

    def remember(self) -> None:
        """This is how the database is found again by `restore`. SQLite alone."""
        self._pristine = sqlite3.connect(":memory:")
        with sqlite3.connect(self._file) as now:
            now.backup(self._pristine)

    def restore(self) -> None:
        assert self._pristine is not None
        target = sqlite3.connect(self._file)
        self._pristine.backup(target)
        target.close()

    @property
    def _file(self) -> str:
        return self.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")


@contextmanager
def community(folder: Path) -> Iterator[World]:
    """The community on a SQLite database in this folder; the clock stands still on a Monday."""
    app = create_app(settings_for(f"sqlite:///{folder / 'community.db'}", folder))
    app.testing = True
    world = World(app)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: MONDAY)
        with app.app_context():
            database.upgrade()
            _Builder(world).build()
            db.session.remove()
        world.remember()
        yield world
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


HOMES: Mapping[Role, str] = MappingProxyType(
    {
        Role.SIGNED_IN: "agency",
        Role.END_USER: "agency",
        Role.AGENCY_ADMIN: "agency",
        Role.AGENCY_EXECUTIVE: "agency",
        Role.AGENCY_SECURITY_OFFICER: "agency",
        Role.LEAD_STAFF: "lead",
        Role.LEAD_ADMIN: "lead",
        Role.COC_GOVERNANCE: "coc",
        Role.FUNDER: "partner",
        Role.VENDOR_CONTACT: "vendor",
    }
)


class _Builder:
    def __init__(self, world: World) -> None:
        self.world = world
        self.act = Act(at=MONDAY - timedelta(hours=2))
        self.places: dict[str, Organization] = {}
        self.colleagues: dict[str, Person] = {}
        self.projects: dict[str, Project] = {}
        self.participation: dict[str, int] = {}

    def build(self) -> None:
        self._places()
        self._people()
        self._desk()
        entitled = Entitled(self.world.rows, self.act, self.places, self.colleagues)
        campaigns = Campaigns(self.world.rows, self.act, self.places)
        for role, person_id in self.world.people.items():
            person = db.session.get_one(Person, person_id)
            campaigns.rows_of(role, person)
            self._rows_of(role, person)
            entitled.rows_of(role, person)
        self._mail_and_runs()
        exports = exported(self.act, self.places, self.world.people[Role.LEAD_ADMIN.value], self.colleagues["agency"])
        for role in (*self.world.people, PUBLIC):
            for kind, arguments in exports.items():
                self._row(kind, role, "own", **arguments)
        db.session.commit()
        for role in self.world.people:
            self.world.let_in(role)

    def _places(self) -> None:
        coc, other_coc = factories.make_coc(name="Kestrel CoC"), factories.make_coc(name="Plover CoC")
        kinds = OrganizationKind
        self.places = {
            "coc": coc,
            "lead": factories.make_lead(name="Crossfield HMIS"),
            "agency": factories.make_organization(coc=coc, name="Oxbow House"),
            "other_agency": factories.make_organization(coc=coc, name="Millrace Shelter"),
            "other_coc": factories.make_organization(coc=other_coc, name="Saltmarsh Homes"),
            "partner": factories.make_organization(kinds.PARTNER, name="Harbor Fund"),
            "vendor": factories.make_organization(kinds.VENDOR, name="Fieldnote Software"),
        }
        for key in ("agency", "other_agency", "other_coc"):
            home = other_coc if key == "other_coc" else coc
            self.projects[key] = factories.make_project(self.places[key], home, name=f"Night Shelter {key}")
            self.participation[key] = people.put_descriptor(
                self.act, self.projects[key], Descriptor.PARTICIPATION, type=1, starts_on=date(2025, 1, 1)
            ).id
        db.session.add(Holiday(coc_id=coc.id, day=date(2026, 7, 3), name="Founders Day"))
        db.session.flush()

    def _people(self) -> None:
        for role, home in HOMES.items():
            held = () if role is Role.SIGNED_IN else (role,)
            person = factories.make_person(self.places[home], *held, first_name="Robin", last_name=role.value.title())
            self.world.people[role.value] = person.id
        for key in ("agency", "other_agency", "other_coc"):
            self.colleagues[key] = factories.make_person(self.places[key], Role.END_USER, last_name=f"Colleague {key}")
            people.set_password(self.act, self.colleagues[key], PASSWORD, self.world.settings)
        self.bystander = factories.make_person(self.places["partner"], last_name="Bystander")
        self.staff = factories.make_person(self.places["lead"], Role.LEAD_STAFF, first_name="Dana", last_name="Whit")

    def _desk(self) -> None:
        member = db.session.get_one(Person, self.world.people["lead_staff"])
        queue = actions.add_queue(
            self.act, key="first_line", name="First line", words="Help desk team", members=[self.staff, member]
        )
        restricted = actions.add_queue(
            self.act, key="grievances", name="Grievances", words="A team", members=[self.staff], is_restricted=True
        )
        self.category = actions.add_category(self.act, key="other", name="Something else", queue_id=queue.id)
        self.grievance = actions.add_category(self.act, key="grievance", name="A grievance", queue_id=restricted.id)
        canned = actions.add_canned_response(
            self.act, title="Reset a password", text="Hello {{ requester.first_name }}.", category=self.category
        )
        rules = [
            actions.add_triage_rule(
                self.act,
                name=name,
                when={"words": [word]},
                queue=queue,
                priority=Priority.HIGH,
                assign=Assign.BY_LOAD,
            )
            for name, word in (("Reports first", "APR"), ("Exits", "exit interview"))
        ]
        db.session.flush()
        for role in (*self.world.people, PUBLIC):
            self._row("queue", role, "own", queue_id=queue.id)
            self._row("category", role, "own", category_id=self.category.id)
            self._row("canned", role, "own", canned_id=canned.id)
            self._row("rule", role, "own", rule_id=rules[1].id)

    def _row(self, kind: str, role: str, relation: str, **arguments: int) -> None:
        self.world.rows[kind, role, relation] = arguments

    def _rows_of(self, role: str, person: Person) -> None:
        for relation in RELATIONS:
            self._ticket_rows(role, relation, self._ticket_of(person, relation))
        self._register_rows(role, person)
        self._row("session", role, "own", session_id=self._session_of(person))
        self._row("session", role, "agency", session_id=self._session_of(self.colleagues["agency"]))

    def _session_of(self, person: Person) -> int:
        people.open_session(self.act, person, "Firefox on Linux")
        db.session.flush()
        return db.session.scalars(select(func.max(SignedInSession.id))).one()

    def _ticket_of(self, person: Person, relation: str) -> Ticket:
        requester = {"own": person, "restricted": self.colleagues["agency"]}.get(relation) or self.colleagues[relation]
        return actions.open_ticket(
            Act(at=self.act.at, by=requester.id),
            Requester(requester),
            subject="A word about my supervisor" if relation == "restricted" else f"APR shows no exits ({relation})",
            draft=Draft(CLIENT_DATA, uploads=[Upload("steps.txt", b"First, then second.")]),
            category=self.grievance if relation == "restricted" else self.category,
        )

    def _ticket_rows(self, role: str, relation: str, ticket: Ticket) -> None:
        noted = Draft("Only staff read this.", [Upload("note.txt", b"Internal.")])
        actions.add_note(self.act, ticket, self.staff, noted)
        actions.add_participant(self.act, ticket, self.bystander)
        db.session.flush()
        db.session.refresh(ticket)
        opening, note = sorted(ticket.messages, key=lambda one: one.id)
        here = {"ticket_id": ticket.id}
        self._row("ticket", role, relation, **here)
        self._row("file", role, relation, **here, attachment_id=opening.attachments[0].id)
        self._row("note_file", role, relation, **here, attachment_id=note.attachments[0].id)
        self._row("original", role, relation, **here, message_id=opening.id)
        self._row("participant", role, relation, **here, person_id=self.bystander.id)
        about = select(func.min(Letter.id)).where(Letter.about_kind == "ticket", Letter.about_id == ticket.id)
        self._row("letter", role, relation, letter_id=db.session.scalars(about).one())

    def _register_rows(self, role: str, person: Person) -> None:
        homes = {"own": person.home, **{key: self.places[key] for key in RELATIONS[1:4]}}
        for relation, home in homes.items():
            known = person if relation == "own" else self.colleagues[relation]
            self._row("organization", role, relation, organization_id=home.id)
            self._row("check", role, relation, organization_id=home.id)
            self._row("one_check", role, relation, organization_id=home.id, check_id=self._check_of(home))
            self._row("person", role, relation, person_id=known.id)
            if known.roles:
                self._row("role", role, relation, person_id=known.id, role_id=known.roles[0].id)
            if relation != "own":
                project_id = self.projects[relation].id
                self._row("project", role, relation, project_id=project_id)
                self._row("participation", role, relation, project_id=project_id, row_id=self.participation[relation])
        coc = self.places["coc"]
        holiday = db.session.scalars(select(Holiday)).one()
        self._row("coc", role, "own", organization_id=coc.id)
        self._row("holiday", role, "own", organization_id=coc.id, holiday_id=holiday.id)

    def _check_of(self, home: Organization) -> int:
        """A bare row: organizations of every kind have one here, as if they all had been victim service providers."""
        held = db.session.scalar(select(ComparableDatabase).where(ComparableDatabase.agency_id == home.id))
        if held is None:
            held = ComparableDatabase(agency_id=home.id, product="Safe Notes")
            facts = {"checked_on": date(2025, 9, 1), "next_due_on": date(2026, 9, 1), "recorded_at": self.act.at}
            held.checks = [ComparableCheck(answers={"apart": "yes"}, **facts)]
            db.session.add(held)
            db.session.flush()
        return held.checks[0].id

    def _mail_and_runs(self) -> None:
        raw = b"From: sam@example.com\r\nTo: help@desk.example.org\r\nSubject: Hello\r\n\r\nHi.\r\n"
        mail = fetch.store(Act(at=self.act.at, via=Via.MAIL), raw, mailbox="test")
        assert mail is not None
        fetch.park(self.act, mail, "The message names no sender.")
        run = Run(kind="demo.scale", asked_by_id=None, asked_at=self.act.at, total=10)
        db.session.add(run)
        db.session.flush()
        for role, person_id in self.world.people.items():
            own = Run(kind="demo.scale", asked_by_id=person_id, asked_at=self.act.at, total=10)
            db.session.add(own)
            db.session.flush()
            self._row("own_run", role, "own", run_id=own.id)
        for role in (*self.world.people, PUBLIC):
            self._row("inbound", role, "own", inbound_id=mail.id)
            self._row("run", role, "own", run_id=run.id)
