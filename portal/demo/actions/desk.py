"""The help desk: hours, targets, queues with their members, categories, canned responses, triage rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.audit import Act
from portal.demo.actions.register import Register
from portal.demo.actions.shipped import Shipped
from portal.people.models import Person
from portal.tickets import actions as tickets
from portal.tickets.models import CannedResponse, Category, Queue
from portal.tickets.rules import DEFAULT_TARGETS, Assign, Priority

WEEK = tuple((weekday, 8 * 60, 17 * 60) for weekday in range(5))


@dataclass
class Desk:
    """The rows of the desk by the keys of its files."""

    queues: dict[str, Queue] = field(default_factory=dict)
    members: dict[int, list[tuple[Person, float]]] = field(default_factory=dict)
    """By queue: who works in it, and the share of a post that they give to the desk."""
    categories: dict[str, Category] = field(default_factory=dict)
    needs_project: frozenset[str] = frozenset()
    canned: dict[str, CannedResponse] = field(default_factory=dict)


def set_up(register: Register, act: Act, shipped: Shipped) -> Desk:
    desk = Desk()
    tickets.set_hours(act, WEEK)
    tickets.set_targets(act, DEFAULT_TARGETS)
    for row in shipped.queues:
        _add_queue(act, desk, register, row, shipped.people["staff"])
    for row in shipped.categories:
        desk.categories[row["key"]] = tickets.add_category(
            act,
            key=row["key"],
            name=row["name"],
            hint=row["hint"],
            ask=row["ask"],
            queue=desk.queues[row["queue"]],
            is_urgent=row["urgent"],
        )
    desk.needs_project = frozenset(row["key"] for row in shipped.categories if row["needs_project"])
    for row in shipped.canned:
        desk.canned[row["key"]] = tickets.add_canned_response(
            act, title=row["title"], text=row["text"], category=desk.categories[row["category"]]
        )
    for row in shipped.triage:
        _add_rule(act, desk, register, row)
    return desk


def _add_queue(
    act: Act, desk: Desk, register: Register, row: Mapping[str, Any], staff: Sequence[Mapping[str, Any]]
) -> None:
    members = [
        (register.staff[member["key"]], float(member["load"])) for member in staff if row["key"] in member["queues"]
    ]
    queue = tickets.add_queue(
        act,
        members=[person for person, _ in members],
        key=row["key"],
        name=row["name"],
        purpose=row["purpose"],
        words=row["words"],
        is_restricted=bool(row.get("restricted")),
    )
    desk.queues[row["key"]] = queue
    desk.members[queue.id] = members


def _add_rule(act: Act, desk: Desk, register: Register, row: Mapping[str, Any]) -> None:
    then = row["then"]
    by_name = {person.name: person for person in register.staff.values()}
    assignee = by_name.get(then["assign"])
    tickets.add_triage_rule(
        act,
        name=row["name"],
        when=_when(desk, register, row["when"]),
        queue=desk.queues[then["queue"]] if then["queue"] else None,
        priority=Priority(then["priority"]) if then["priority"] else None,
        assign=Assign.PERSON if assignee else Assign(then["assign"]),
        assignee=assignee,
    )


def _when(desk: Desk, register: Register, given: Mapping[str, Any]) -> dict[str, Any]:
    """The condition with rows named by their ids."""
    ids = {
        "categories": [desk.categories[key].id for key in given.get("category", ())],
        "agencies": [register.places[key].id for key in given.get("agency", ())],
        "cocs": [register.cocs[code].id for code in given.get("coc", ())],
        "project_types": list(given.get("project_type", ())),
        "channels": list(given.get("channel", ())),
        "words": list(given.get("words", ())),
    }
    return {name: values for name, values in ids.items() if values}
