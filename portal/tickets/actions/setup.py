"""What the desk is set up with: queues, categories, canned responses, triage rules, targets, hours."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from portal import audit, documents
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people.models import Person
from portal.tickets import queries, rules
from portal.tickets.models import (
    CannedResponse,
    Category,
    DeskHours,
    PriorityTarget,
    Queue,
    QueueMember,
    TriageRule,
)
from portal.tickets.rules import Assign, Priority

CANNED_VARIABLES = (
    "requester.first_name",
    "requester.name",
    "agency.name",
    "ticket.number",
    "ticket.subject",
    "project.name",
    "staff.name",
    "staff.first_name",
    "desk.phone",
    "desk.email",
    "desk.hours",
)


def add_queue(act: Act, *, members: Sequence[Person] = (), **facts: Any) -> Queue:
    queue = Queue(position=_next(Queue.position), **facts)
    db.session.add(queue)
    audit.record(act, "queue.added", queue)
    _set_members(queue, members)
    return queue


def change_queue(act: Act, queue: Queue, *, members: Sequence[Person], **facts: Any) -> None:
    _set(queue, facts)
    _set_members(queue, members)
    audit.record(act, "queue.changed", queue, fields=sorted(facts), members=sorted(person.id for person in members))


def _set_members(queue: Queue, members: Sequence[Person]) -> None:
    db.session.flush()
    wanted = {person.id for person in members}
    for held in list(queue.members):
        if held.person_id not in wanted:
            db.session.delete(held)
    known = {held.person_id for held in queue.members}
    db.session.add_all(QueueMember(queue_id=queue.id, person_id=person_id) for person_id in sorted(wanted - known))
    db.session.flush()
    db.session.refresh(queue, ["members"])


def add_category(act: Act, **facts: Any) -> Category:
    category = Category(position=_next(Category.position), **facts)
    db.session.add(category)
    audit.record(act, "category.added", category)
    return category


def change_category(act: Act, category: Category, **facts: Any) -> None:
    _set(category, facts)
    audit.record(act, "category.changed", category, fields=sorted(facts))


def add_canned_response(act: Act, *, title: str, text: str, category: Category | None) -> CannedResponse:
    """Raises Refused when a variable is unknown or the title is taken."""
    _check_canned(title, text, None)
    canned = CannedResponse(title=title.strip(), text=text, category=category)
    db.session.add(canned)
    audit.record(act, "canned_response.added", canned)
    return canned


def change_canned_response(
    act: Act, canned: CannedResponse, *, title: str, text: str, category: Category | None
) -> None:
    _check_canned(title, text, canned)
    canned.title, canned.text, canned.category = title.strip(), text, category
    audit.record(act, "canned_response.changed", canned)


def remove_canned_response(act: Act, canned: CannedResponse) -> None:
    audit.record(act, "canned_response.removed", canned)
    db.session.delete(canned)


def _check_canned(title: str, text: str, own: CannedResponse | None) -> None:
    unknown = [name for name in documents.variables_in(text) if name not in CANNED_VARIABLES]
    if unknown:
        raise Refused(f"There is no variable {unknown[0]}. You can use: {', '.join(CANNED_VARIABLES)}.")
    taken = db.session.scalar(select(CannedResponse).where(CannedResponse.title == title.strip()))
    if taken is not None and taken is not own:
        raise Refused("There is a canned response with this title already.")


def add_triage_rule(
    act: Act,
    *,
    name: str,
    when: Mapping[str, Any],
    queue: Queue | None,
    priority: Priority | None,
    assign: Assign | None,
    assignee: Person | None = None,
    is_on: bool = True,
) -> TriageRule:
    """A new rule stands last. Raises Refused when it sets nothing or has no condition."""
    _check_rule(when, queue, priority, assign, assignee)
    rule = TriageRule(
        position=_next(TriageRule.position),
        name=name,
        when=dict(when),
        queue=queue,
        priority=priority,
        assign=assign,
        assignee=assignee,
        is_on=is_on,
    )
    db.session.add(rule)
    audit.record(act, "triage_rule.added", rule)
    return rule


def change_triage_rule(
    act: Act,
    rule: TriageRule,
    *,
    name: str,
    when: Mapping[str, Any],
    queue: Queue | None,
    priority: Priority | None,
    assign: Assign | None,
    assignee: Person | None = None,
) -> None:
    _check_rule(when, queue, priority, assign, assignee)
    rule.name, rule.when, rule.queue, rule.priority = name, dict(when), queue, priority
    rule.assign, rule.assignee = assign, assignee
    audit.record(act, "triage_rule.changed", rule)


def switch_triage_rule(act: Act, rule: TriageRule) -> None:
    rule.is_on = not rule.is_on
    audit.record(act, "triage_rule.switched", rule, is_on=rule.is_on)


def move_triage_rule(act: Act, rule: TriageRule, up: bool) -> None:
    """One place up or down; the first rule stays first."""
    ordered = list(queries.triage_rules())
    here = ordered.index(rule)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(ordered):
        return
    ordered[here], ordered[there] = ordered[there], ordered[here]
    for position, one in enumerate(ordered, start=1):
        one.position = position
    audit.record(act, "triage_rule.moved", rule, to=rule.position)


def remove_triage_rule(act: Act, rule: TriageRule) -> None:
    """Its name stays in the record of the tickets that it changed."""
    rule.is_on, rule.removed_at = False, act.at
    audit.record(act, "triage_rule.removed", rule)


def _check_rule(
    when: Mapping[str, Any],
    queue: Queue | None,
    priority: Priority | None,
    assign: Assign | None,
    assignee: Person | None,
) -> None:
    if not any(when.values()):
        raise Refused("Give the rule at least one condition; without one it would catch every ticket.")
    if queue is None and priority is None and assign is None:
        raise Refused("Say what the rule does: a queue, a priority or an assignee.")
    if (assign is Assign.PERSON) != (assignee is not None):
        raise Refused("Choose the person whom the rule gives tickets to, or another way to assign.")


def set_targets(act: Act, targets: Mapping[Priority, rules.Target]) -> None:
    """For tickets filed or changed from now on; due times given before stay as they were promised."""
    for priority, target in targets.items():
        if target.first_response > target.resolution:
            raise Refused(f"{priority.words}: the first response cannot be due after the resolution.")
        row = db.session.get(PriorityTarget, priority) or PriorityTarget(priority=priority)
        row.first_response_minutes = int(target.first_response.total_seconds() // 60)
        row.resolution_minutes = int(target.resolution.total_seconds() // 60)
        db.session.add(row)
    audit.record_without_subject(act, "desk.targets_set", "desk", priorities=[priority.value for priority in targets])


def set_hours(act: Act, windows: Sequence[tuple[int, int, int]]) -> None:
    """The desk's week as (weekday, opens, closes), minutes after midnight. Raises Refused when no window is left."""
    if not windows:
        raise Refused("Open the desk on at least one day.")
    for weekday, opens, closes in windows:
        if not 0 <= opens < closes <= 1440:
            raise Refused("Each day must open before it closes.")
        if not 0 <= weekday <= 6:
            raise Refused("A week has seven days.")
    for held in db.session.scalars(select(DeskHours).order_by(DeskHours.id)):
        db.session.delete(held)
    db.session.flush()
    db.session.add_all(DeskHours(weekday=day, opens=opens, closes=closes) for day, opens, closes in windows)
    audit.record_without_subject(act, "desk.hours_set", "desk", windows=len(windows))


def _next(column: Any) -> int:
    return (db.session.scalar(select(func.max(column))) or 0) + 1


def _set(row: Any, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)
