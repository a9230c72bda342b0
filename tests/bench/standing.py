"""Standing of many people: all of them anew, and the page of one.

`python -m tests.bench.standing` measures 10,000 people × 6 requirements on SQLite; with a database's URL as its
argument, on that (empty) database. `measured(app)` is for a step of the whole bench, on a database of any filling.
"""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import event, insert

from portal import clock
from portal import db as database
from portal.app import create_app
from portal.audit import Act
from portal.db import db
from portal.licenses.models import License
from portal.licenses.rules import LicenseState
from portal.people import actions as people
from portal.people.models import Organization, Person, RoleGrant
from portal.policy import Role
from portal.standing import actions, queries
from portal.standing.models import Evidence
from portal.standing.rules import Audience, Authority, Recurrence, SubjectKind
from tests import factories
from tests.conftest import settings_for

AT = clock.now()
PEOPLE, REQUIREMENTS, AGENCIES = 10_000, 6, 300
LONG_AGO = AT.date() - timedelta(days=425)


def fill(number: int = PEOPLE) -> int:
    """End users with a license and four of six requirements met at random days; gives the id of one of them."""
    coc, lead = factories.make_coc(), factories.make_lead()
    admin = factories.make_person(lead, Role.LEAD_ADMIN)
    agencies = [factories.make_organization(coc=coc) for _ in range(AGENCIES)]
    for code in range(REQUIREMENTS):
        _require(admin, f"rule-{code}")
    first = _people(agencies, number)
    ids = range(first, first + number)
    rows = [
        {
            "kind": "training",
            "key": f"rule-{code}",
            "on": LONG_AGO + timedelta(days=(7 * one + 31 * code) % 420),
            "person_id": one,
            "recorded_at": AT - timedelta(days=1),
            "is_imported": True,
            "is_void": False,
            "source_kind": "",
        }
        for one in ids
        for code in range(4)
    ]
    db.session.execute(insert(Evidence), rows)
    db.session.commit()
    return first


def _require(admin: Person, code: str) -> None:
    act = Act(at=AT - timedelta(days=400), by=admin.id)
    made = actions.add_requirement(
        act,
        code=code,
        title=code,
        authority=Authority.LOCAL,
        kind="training",
        key=code,
        subject_kind=SubjectKind.PERSON,
        audience=Audience(roles=frozenset({Role.END_USER})),
        recurrence=Recurrence.ROLLING,
        months=12,
        effective_on=LONG_AGO,
    )
    actions.publish(act, made)


def _people(agencies: list[Organization], number: int) -> int:
    homes = [agencies[one % len(agencies)].id for one in range(number)]
    person = {"first_name": "Robin", "phone": "", "job_title": "", "added_at": AT - timedelta(days=500)}
    people_rows = [
        {**person, "last_name": f"Sample{one}", "email": f"bench{one}@example.org", "home_id": home}
        for one, home in enumerate(homes)
    ]
    ids = list(db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people_rows))
    held = list(zip(ids, homes, strict=True))
    grants = [
        {"person_id": one, "role": Role.END_USER, "organization_id": home, "starts_on": LONG_AGO} for one, home in held
    ]
    licenses = [
        {
            "person_id": one,
            "agency_id": home,
            "state": LicenseState.ACTIVE,
            "moved_at": AT,
            "requested_at": AT,
            "login_id": f"login-{one}",
        }
        for one, home in held
    ]
    db.session.execute(insert(RoleGrant), grants)
    db.session.execute(insert(License), licenses)
    return int(ids[0])


def measured(app: Flask, person_id: int) -> dict[str, float]:
    """Everybody anew, the best of three (of the CPU too, for busy machines), and the page of one person."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        found = [_all_anew(asked) for _ in range(3)]
        verdicts = sum(len(told) for told in queries.verdicts_of_people(None, AT).values())
        db.session.rollback()
        client = app.test_client()
        token = people.open_session(Act(at=AT, by=person_id), db.session.get_one(Person, person_id))
        db.session.commit()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        client.get(f"/people/{person_id}/standing")
        asked.clear()
        began = time.perf_counter()
        answer = client.get(f"/people/{person_id}/standing")
        took = time.perf_counter() - began
        event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return {
        "verdicts": verdicts,
        "all: seconds": min(one for one, _, _ in found),
        "all: of the CPU": min(one for _, one, _ in found),
        "all: queries": found[0][2],
        "one page: ms": took * 1000,
        "one page: queries": len(asked),
    }


def _all_anew(asked: list[str]) -> tuple[float, float, int]:
    asked.clear()
    began, worked = time.perf_counter(), time.process_time()
    queries.verdicts_of_people(None, AT)
    took = time.perf_counter() - began, time.process_time() - worked
    db.session.rollback()
    return *took, len(asked)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'standing.db'}"
        app = create_app(settings_for(url, Path(folder)))
        with app.app_context():
            database.upgrade()
            person_id = fill()
        for name, number in measured(app, person_id).items():
            print(f"{name:20} {number:12,.3f}")


if __name__ == "__main__":
    main()
