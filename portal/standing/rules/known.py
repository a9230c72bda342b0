"""What the register was known to say: notes of people and organizations, each with its moment."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from portal.policy import Role
from portal.standing.rules.calendar import day_of, end_of_day
from portal.standing.rules.facts import PlaceFacts, ProjectSpan, RoleSpan
from portal.standing.rules.words import Place


class Note(NamedTuple):
    """The facts of one person or organization, plain as JSON, from this moment on until the next note."""

    facts: Mapping[str, Any]
    recorded_at: datetime


def person_note(home_id: int, added_on: date, ended_on: date | None, roles: Sequence[RoleSpan]) -> dict[str, Any]:
    return {
        "home": home_id,
        "added": added_on.isoformat(),
        "ended": _iso(ended_on),
        "roles": sorted(
            [span.role.value, span.organization_id, span.starts_on.isoformat(), _iso(span.ended_on) or ""]
            for span in roles
        ),
    }


def place_note(facts: PlaceFacts) -> dict[str, Any]:
    return {
        "place": facts.place.value,
        "cocs": sorted(facts.cocs),
        "ended": _iso(facts.ended_on),
        "projects": sorted(
            [one.project_type, one.coc_id, one.starts_on.isoformat(), _iso(one.ended_on) or ""]
            for one in facts.projects
        ),
    }


def spans_known(notes: Sequence[Note], known_on: datetime, zone: ZoneInfo) -> tuple[RoleSpan, ...]:
    """The person's roles by the last note known at the moment, and where the person worked when, by all of them.

    Working somewhere is the role “anyone signed in” at that organization.
    """
    known = sorted((note for note in notes if note.recorded_at <= known_on), key=lambda note: note.recorded_at)
    if not known:
        return ()
    last = known[-1].facts
    held = tuple(
        RoleSpan(Role(role), place, date.fromisoformat(starts), _day(ends))
        for role, place, starts, ends in last["roles"]
    )
    return (*held, *_homes(known, zone))


def _homes(known: Sequence[Note], zone: ZoneInfo) -> list[RoleSpan]:
    last = known[-1].facts
    moves = [(known[0].facts["home"], date.fromisoformat(last["added"]))]
    for note in known[1:]:
        if note.facts["home"] != moves[-1][0]:
            moves.append((note.facts["home"], day_of(note.recorded_at, zone)))
    ends = [*(day for _, day in moves[1:]), _day(last["ended"])]
    return [RoleSpan(Role.SIGNED_IN, place, day, end) for (place, day), end in zip(moves, ends, strict=True)]


def place_known(notes: Sequence[Note], as_of: date, known_on: datetime, zone: ZoneInfo) -> PlaceFacts | None:
    """The organization as it stood on the day, by what was known at the moment; projects by the last note known."""
    known = sorted((note for note in notes if note.recorded_at <= known_on), key=lambda note: note.recorded_at)
    if not known:
        return None
    ended = end_of_day(as_of, zone)
    then = next((note for note in reversed(known) if note.recorded_at <= ended), known[0]).facts
    last = known[-1].facts
    return PlaceFacts(
        Place(then["place"]),
        frozenset(then["cocs"]),
        tuple(ProjectSpan(kind, coc, date.fromisoformat(on), _day(end)) for kind, coc, on, end in last["projects"]),
        _day(last["ended"]),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
