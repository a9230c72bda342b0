"""Pages of the register as it stood at the end of a past day: one frame for all records, one for all lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.audit import AuditEvent
from portal.people import queries
from portal.people.models import Organization, RegisterVersion
from portal.people.queries import PastFilter, Row
from portal.people.rules import ZONES, Line, OrganizationKind, RegisterKind
from portal.people.views.lists import register_nav
from portal.tables import Column, Count, Order, Slice, Sorting, counted, export_links, exported, sliced
from portal.web import act, actor, page

ENDPOINTS = {
    RegisterKind.ORGANIZATION: ("people.organization", "organization_id", "Organizations"),
    RegisterKind.PROJECT: ("people.project", "project_id", "HMIS projects"),
    RegisterKind.PERSON: ("people.person", "person_id", "People"),
}
FILTERED_BY = {"coc_id": "coc", "agency_id": "agency", "home_id": "organization"}
"""The filter of the list by which rows are found that name an organization so."""
SHOWN_OF_EACH = 25
SORTING = Sorting({"name": Order((RegisterVersion.title, RegisterVersion.id))}, "name")


def asked_day() -> date | None:
    """The past day that the URL asks for; None for today, for a day that lies ahead, and for what is no day."""
    try:
        day = date.fromisoformat(request.args.get("as_of", ""))
    except ValueError:
        return None
    return day if day < _today() else None


def _zone() -> ZoneInfo:
    return queries.zone_of_reader(current_user)


def _today() -> date:
    return act().at.astimezone(_zone()).date()


def yesterday() -> date:
    """The latest day that is past where the reader is."""
    return _today() - timedelta(days=1)


@dataclass(frozen=True)
class Past:
    """What the banner of every page of the past says."""

    day: date
    zone: str
    now_href: str
    kept_since: datetime | None


def _past(day: date) -> Past:
    zone = str(_zone())
    kept = {name: value for name, value in request.args.items() if name not in ("as_of", "after", "before", "format")}
    href = url_for(request.endpoint or "", **{**(request.view_args or {}), **kept})
    return Past(day, ZONES.get(zone, zone), href, queries.kept_since())


def past_record(row: Row, day: date) -> ResponseReturnValue:
    """The row as it stood at the end of that day, without anything to do."""
    kind = queries.kind_of(row)
    moment = queries.end_of(day, _zone())
    kept = queries.past_state(actor(), row, moment)
    lines = queries.lines_of([kept], moment)[kept.id] if kept else []
    endpoint, name, title = ENDPOINTS[kind]
    place: dict[str, Any] = {name: row.id}
    here = url_for(endpoint, **place)
    return page(
        "people/_past_record.html",
        past=_past(day),
        kept=kept,
        groups=_grouped(lines),
        related=_related(row, day, moment) if kept and isinstance(row, Organization) else [],
        here=here,
        history=f"{here}/history",
        kind=kind,
        trail=(title, url_for(_list_of(kind), as_of=day.isoformat())),
    )


@dataclass(frozen=True)
class Related:
    """Projects or people that an organization had."""

    title: str
    count: Count
    rows: Sequence[Mapping[str, str]]
    label: str
    """the fact shown beside each name"""
    href: str


def _related(row: Organization, day: date, moment: datetime) -> list[Related]:
    is_coc = row.kind is OrganizationKind.COC
    return [
        _had(row, day, moment, RegisterKind.PROJECT, "coc_id" if is_coc else "agency_id", "Project type"),
        _had(row, day, moment, RegisterKind.PERSON, "home_id", "Roles"),
    ]


def _had(row: Organization, day: date, moment: datetime, kind: RegisterKind, by: str, label: str) -> Related:
    found = queries.past_states(actor(), kind, moment, PastFilter(facts=((by, row.id),)))
    states = queries.listed(found, SHOWN_OF_EACH)
    asked: dict[str, Any] = {FILTERED_BY[by]: row.id, "as_of": day.isoformat()}
    return Related(
        ENDPOINTS[kind][2],
        counted(found),
        _linked(kind, day, states, _said(states, moment)),
        label,
        url_for(_list_of(kind), **asked),
    )


def _list_of(kind: RegisterKind) -> str:
    return {
        RegisterKind.ORGANIZATION: "people.list_organizations",
        RegisterKind.PROJECT: "people.list_projects",
        RegisterKind.PERSON: "people.list_people",
    }[kind]


def _grouped(lines: Sequence[Line]) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """By group and row: label and words. The row's own facts stand under ""."""
    groups: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for line in lines:
        groups.setdefault(line.group, {}).setdefault(line.row, []).append((line.label, line.words))
    return groups


def past_list(
    kind: RegisterKind, day: date, filters: Any, fields: Sequence[str], wanted: PastFilter, labels: Sequence[str]
) -> ResponseReturnValue:
    """The list as it stood at the end of that day. `fields` are the filters that hold for the past as well.

    `labels` are the facts that the list has columns for, besides the name.
    """
    moment = queries.end_of(day, _zone())
    found = queries.past_states(actor(), kind, moment, wanted)
    told = partial(_said, moment=moment)
    columns = [Column("Name", lambda said: said[""]), *(_column(label) for label in labels)]
    title = ENDPOINTS[kind][2]
    file = exported(found, SORTING.order(), columns, f"{title.lower()} {day}".replace(" ", "-"), told)
    if file is not None:
        return file
    states = sliced(found, SORTING.order())
    return page(
        "people/_past_list.html",
        past=_past(day),
        filters=[filters[field] for field in (*fields, "as_of")],
        title=title,
        labels=labels,
        rows=_linked(kind, day, states.rows, told(states.rows)),
        slice=states,
        count=counted(found),
        here=url_for(_list_of(kind)),
        exports=export_links(),
        nav=register_nav(_list_of(kind)),
    )


def _linked(
    kind: RegisterKind, day: date, states: Sequence[RegisterVersion], said: Sequence[Mapping[str, str]]
) -> list[dict[str, str]]:
    """Each row with the way to its page of that day."""
    endpoint, name, _title = ENDPOINTS[kind]
    places: list[dict[str, Any]] = [{name: one.subject_id, "as_of": day.isoformat()} for one in states]
    return [{**row, "href": url_for(endpoint, **place)} for row, place in zip(said, places, strict=True)]


def told(row: Row, events: Slice[AuditEvent]) -> dict[str, Any]:
    """For a page of history: its lines, what changed at each moment, and today, before which one may look."""
    moments = {event.at for event in events.rows}
    return {
        "events": events,
        "lines": queries.in_words(events.rows),
        "changes": queries.changes_at(actor(), row, moments, act().at),
        "yesterday": yesterday(),
    }


def _column(label: str) -> Column:
    return Column(label, lambda said: said.get(label, ""))


def _said(states: Sequence[RegisterVersion], moment: datetime) -> list[dict[str, str]]:
    """Of each state its own facts by label, the name under "", and of its roles what they are."""
    lines = queries.lines_of(states, moment)
    return [{"": one.title, **_facts(lines[one.id])} for one in states]


def _facts(lines: Sequence[Line]) -> dict[str, str]:
    said = {line.label: line.words for line in lines if not line.group}
    roles = [line.words for line in lines if line.group == "Roles" and line.label == "Role"]
    return {**said, **({"Roles": "; ".join(roles)} if roles else {})}
