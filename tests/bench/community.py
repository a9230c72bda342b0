"""The community that is measured: a register of 260 people and the help desk as it is shipped."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import yaml

from portal.audit import Act
from portal.db import db
from portal.people import actions as people
from portal.people.models import Person
from portal.policy import Role
from portal.settings import data_dir
from portal.tickets import actions as desk
from portal.tickets.models import Category, Queue
from portal.tickets.rules import Assign, Priority
from tests import factories

COCS, AGENCIES, PROJECTS, STAFF, USERS = 2, 14, 40, 12, 246


def make_register(act: Act, random: Random) -> list[Person]:
    """Returns the staff: the first of them is the reader whose pages are measured, the second an administrator."""
    lead = factories.make_lead(name="Crossfield Data Commons")
    cocs = [factories.make_coc(name=f"Region {number} CoC", code=f"XX-50{number}") for number in range(1, COCS + 1)]
    for coc in cocs:
        people.add_default_holidays(act, coc, act.at.year)
        people.add_default_holidays(act, coc, act.at.year + 1)
    agencies = [
        factories.make_organization(coc=cocs[number % COCS], name=f"Agency {number + 1}") for number in range(AGENCIES)
    ]
    for number in range(PROJECTS):
        place = number % AGENCIES
        factories.make_project(agencies[place], cocs[place % COCS], name=f"Shelter {number + 1}")
    staff = [
        factories.make_person(lead, Role.LEAD_ADMIN if number == 1 else Role.LEAD_STAFF, first_name="Dana")
        for number in range(STAFF)
    ]
    for _ in range(USERS):
        factories.make_person(random.choice(agencies), Role.END_USER, job_title="Case manager")
    return staff


def make_desk(act: Act, staff: Sequence[Person]) -> None:
    """The queues, categories, canned responses and rules that are shipped; all staff in every open queue."""
    queues = {row["key"]: _queue(act, row, staff) for row in _shipped("queues")}
    categories = {
        row["key"]: desk.add_category(
            act,
            **{name: row[name] for name in ("key", "name", "hint", "ask")},
            queue_id=queues[row["queue"]].id,
            is_urgent=row["urgent"],
        )
        for row in _shipped("categories")
    }
    db.session.flush()
    for row in _shipped("canned"):
        desk.add_canned_response(act, title=row["title"], text=row["text"], category=categories[row["category"]])
    for row in _shipped("triage", "rules"):
        _add_rule(act, row, queues, categories)


def _shipped(name: str, key: str | None = None) -> list[dict[str, Any]]:
    content = (data_dir("content") / "tickets" / f"{name}.yml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = yaml.safe_load(content)[key or name]
    return rows


def _queue(act: Act, row: Mapping[str, Any], staff: Sequence[Person]) -> Queue:
    is_restricted = bool(row.get("restricted"))
    facts = {name: row[name] for name in ("key", "name", "purpose", "words")}
    return desk.add_queue(act, members=staff[1:2] if is_restricted else staff, is_restricted=is_restricted, **facts)


def _add_rule(
    act: Act, row: Mapping[str, Any], queues: Mapping[str, Queue], categories: Mapping[str, Category]
) -> None:
    given, then = row["when"], row["then"]
    when = {
        "categories": [categories[key].id for key in given.get("category", ())],
        "project_types": list(given.get("project_type", ())),
        "channels": list(given.get("channel", ())),
        "words": list(given.get("words", ())),
    }
    desk.add_triage_rule(
        act,
        name=row["name"],
        when={name: values for name, values in when.items() if values},
        queue=queues[then["queue"]] if then["queue"] else None,
        priority=Priority(then["priority"]) if then["priority"] else None,
        assign=Assign(then["assign"]),
    )
