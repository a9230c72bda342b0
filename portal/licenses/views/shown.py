"""A license as pages show it."""

from dataclasses import dataclass
from typing import Any

from flask_login import current_user

from portal.licenses.models import Leaver, License, WorkItem
from portal.licenses.rules import WorkKind
from portal.people import queries as people
from portal.policy import Permission, allows
from portal.web import act, actor
from portal.worktime import due_words, duration_words, moment_words


@dataclass(frozen=True)
class Due:
    """By when something is to be done, in words, and how much that presses."""

    relative: str
    moment: str
    tone: str


def due(item: WorkItem) -> Due:
    zone, now = people.zone_of_reader(current_user), act().at
    tone = "bad" if now >= item.due_at else "warn" if now >= item.starts_at + (item.due_at - item.starts_at) / 2 else ""
    return Due(due_words(now, item.due_at, zone), moment_words(item.due_at, zone), tone or "neutral")


def next_of(held: License) -> Due | None:
    """What is to be done in the HMIS, if anything."""
    item = held.open_work
    return due(item) if item else None


@dataclass(frozen=True)
class LeaverLine:
    """The two clocks of a leaver in words."""

    leaver: Leaver
    left: str
    told: str
    agency_took: str
    staff_took: str
    state: str
    tone: str
    icon: str


def leaver_line(one: Leaver) -> LeaverLine:
    zone, now = people.zone_of_reader(current_user), act().at
    clock = one.clock
    if one.ended_at:
        state = "Ended late" if clock.is_late(now) else "Ended in time"
        look = ("warn", "warning") if clock.is_late(now) else ("good", "check")
    else:
        state = due_words(now, one.due_at, zone).capitalize()
        look = ("bad", "late") if clock.is_late(now) else ("info", "clock")
    return LeaverLine(
        one,
        moment_words(one.left_at, zone),
        moment_words(one.told_at, zone),
        duration_words(clock.agency_took),
        duration_words(clock.staff_took(now)) + ("" if one.ended_at else " so far"),
        state,
        look[0],
        look[1],
    )


def story(held: License) -> list[dict[str, Any]]:
    """Who, when, why: the steps of a license and what was confirmed in the HMIS, in order of time.

    A note is read by staff and by whoever wrote it; others read the reason.
    """
    is_staff = allows(actor(), Permission.LICENSE_WORK, held)
    zone = people.zone_of_reader(current_user)
    names = people.person_names(
        one for one in (*(step.by_id for step in held.steps), *(item.done_by_id for item in held.work)) if one
    )
    told = [
        (
            step.at,
            {
                "who": names.get(step.by_id or 0, "The portal"),
                "words": f"{step.move.words} ({step.reason.words}).",
                "when": moment_words(step.at, zone),
                "detail": step.note.words if step.note and (is_staff or step.by_id == actor().person_id) else "",
            },
        )
        for step in held.steps
    ]
    told += [
        (
            item.done_at,
            {
                "who": names.get(item.done_by_id or 0, "The portal"),
                "words": f"confirmed in the HMIS: {item.kind.words.lower()}.",
                "when": moment_words(item.done_at, zone),
                "icon": "done",
            },
        )
        for item in held.work
        if item.done_at is not None and item.kind is not WorkKind.GRANT
    ]
    return [line for _, line in sorted(told, key=lambda pair: pair[0])]
