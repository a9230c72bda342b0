"""How a person or an agency stands, on two dates, and the panels on their records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import panels
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.policy import Permission, allows, reach
from portal.standing import queries, rules
from portal.standing.forms import DatesForm
from portal.standing.rules import State, Verdict
from portal.standing.views.blueprint import blueprint
from portal.standing.views.shown import Line, lines, standing_href, subject_kind
from portal.web import act, actor, page, requires
from portal.worktime import date_words

PRESSING = frozenset({State.OVERDUE, State.GRACE, State.NEVER_MET, State.DUE_SOON})
PEOPLE_SHOWN = 25


@dataclass(frozen=True)
class Dates:
    """What the page tells about: as of one day, as known on another."""

    as_of: date | None
    known_on: date | None
    words: str
    is_today: bool
    then_href: str
    """The same day by what was known at its end."""
    today_href: str


def _dates(form: DatesForm, here: str, today: date) -> Dates:
    chosen = form.chosen()
    as_of, known_on = chosen.get("as_of"), chosen.get("known_on")
    said = f"As of {date_words(as_of or today)}"
    if known_on is None:
        said += ", by what is known today."
    elif known_on == (as_of or today):
        said += ", as it was computed that day."
    else:
        said += f", by what was known on {date_words(known_on)}."
    then = f"{here}?as_of={as_of.isoformat()}&known_on={as_of.isoformat()}" if as_of and as_of != known_on else ""
    return Dates(as_of, known_on, said, as_of is None and known_on is None, then, here)


@blueprint.get("/people/<int:person_id>/standing")
@requires(Permission.STANDING_READ, on=people.person)
def person_standing(person: Person) -> ResponseReturnValue:
    form = DatesForm.from_url()
    here = url_for("standing.person_standing", person_id=person.id)
    dates = _dates(form, here, rules.day_of(act().at, people.zone_of(person.home)))
    found = queries.verdicts_of_person(person.id, act().at, dates.as_of, dates.known_on)
    return page(
        "standing/person_standing.html",
        person=person,
        filters=form,
        dates=dates,
        lines=[line for line in lines(found, person) if line.state is not State.NOT_REQUIRED],
        others=[line for line in lines(found, person) if line.state is State.NOT_REQUIRED],
        summary_words=rules.summary(found),
        waivers=queries.waivers_of(person_id=person.id),
        asked=panels.slot("standing.person").shown(person),
        may_see_record=allows(actor(), Permission.PERSON_READ, person),
        may_enter=allows(actor(), Permission.EVIDENCE_ENTER, person),
    )


@dataclass(frozen=True)
class Needing:
    """Somebody of the agency with something unmet or due, and the most pressing of it."""

    name: str
    href: str
    line: Line
    unmet: int


@blueprint.get("/organizations/<int:organization_id>/standing")
@requires(Permission.STANDING_READ, on=people.organization)
def organization_standing(organization: Organization) -> ResponseReturnValue:
    form = DatesForm.from_url()
    here = url_for("standing.organization_standing", organization_id=organization.id)
    dates = _dates(form, here, rules.day_of(act().at, people.zone_of(organization)))
    found = queries.verdicts_of_organization(organization.id, act().at, dates.as_of, dates.known_on)
    members = people.people_of([organization.id])
    held = queries.verdicts_of_people([one.id for one in members], act().at, dates.as_of, dates.known_on)
    names_shown = _sees_people(organization)
    return page(
        "standing/organization_standing.html",
        organization=organization,
        filters=form,
        dates=dates,
        lines=[line for line in lines(found, organization) if line.state is not State.NOT_REQUIRED],
        others=[line for line in lines(found, organization) if line.state is State.NOT_REQUIRED],
        summary_words=rules.summary(found),
        counts=_counts(held.values()),
        members=len(members),
        needing=_needing(members, held) if names_shown else [],
        names_shown=names_shown,
        most=PEOPLE_SHOWN,
        waivers=queries.waivers_of(organization_id=organization.id),
        may_enter=allows(actor(), Permission.EVIDENCE_ENTER, organization),
    )


def _sees_people(organization: Organization) -> bool:
    """CoC governance reads of agencies, not of the people in them."""
    seen = reach(actor(), Permission.STANDING_READ)
    return seen.everything or organization.id in seen.organizations


def _counts(held: Iterable[Sequence[Verdict]]) -> list[tuple[str, dict[State, int]]]:
    """For each requirement of people its title and how many stand how."""
    counted: dict[int, tuple[str, dict[State, int]]] = {}
    for one in chain.from_iterable(held):
        if one.terms is not None and one.state is not State.NOT_REQUIRED:
            _, states = counted.setdefault(one.requirement_id, (one.terms.title, {}))
            states[one.state] = states.get(one.state, 0) + 1
    ordered = [
        (title, {state: states[state] for state in State if state in states}) for title, states in counted.values()
    ]
    return sorted(ordered, key=lambda row: row[0])


def _needing(members: Sequence[Person], held: Mapping[int, Sequence[Verdict]]) -> list[Needing]:
    """Who most needs to do something comes first."""
    found: list[tuple[Person, Sequence[Verdict]]] = []
    for person in members:
        pressing = [one for one in held.get(person.id, ()) if one.state in PRESSING]
        if pressing:
            found.append((person, pressing))
    found.sort(key=_most_unmet)
    return [_need(person, pressing) for person, pressing in found]


def _most_unmet(row: tuple[Person, Sequence[Verdict]]) -> tuple[int, int, str]:
    person, pressing = row
    return (-sum(not one.state.is_met for one in pressing), pressing[0].state.need, person.name)


def _need(person: Person, pressing: Sequence[Verdict]) -> Needing:
    unmet = sum(not one.state.is_met for one in pressing)
    href = url_for("standing.person_standing", person_id=person.id)
    return Needing(person.name, href, lines(pressing[:1], person)[0], unmet)


def person_panel(person: Person) -> Markup | None:
    """What is asked of a person, beside the record; nothing for who may not read it."""
    return _panel(person, queries.verdicts_of_person(person.id, act().at)) if _may_read(person) else None


def organization_panel(organization: Organization) -> Markup | None:
    if not _may_read(organization):
        return None
    return _panel(organization, queries.verdicts_of_organization(organization.id, act().at))


def _may_read(subject: Person | Organization) -> bool:
    return allows(actor(), Permission.STANDING_READ, subject)


def _panel(subject: Person | Organization, found: tuple[Verdict, ...]) -> Markup:
    shown = [line for line in lines(found, subject) if line.state is not State.NOT_REQUIRED]
    href = standing_href(subject_kind(subject), subject.id)
    return Markup(render_template("standing/_panel.html", lines=shown, href=href))  # noqa: S704  # our own template
