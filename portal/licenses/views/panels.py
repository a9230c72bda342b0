"""What licenses show on the records of people and organizations."""

from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from portal.licenses import queries
from portal.licenses.rules import OPEN, ClockName
from portal.licenses.views.blueprint import agencies_with, may_end_at
from portal.people.models import Organization, Person
from portal.people.rules import OrganizationKind, Participation
from portal.policy import Permission, allows
from portal.web import act, actor


def person_panel(person: Person) -> Markup | None:
    """The person's licenses, and what may be done next."""
    if not allows(actor(), Permission.LICENSE_READ, person):
        return None
    held = queries.licenses_of(actor(), person.id)
    places = [one for one in agencies_with(Permission.LICENSE_END) if one.id in person.scope.organizations]
    may_end = person.id != actor().person_id and any(may_end_at(one) for one in places)
    may_ask = allows(actor(), Permission.LICENSE_REQUEST, person) and not any(one.state in OPEN for one in held)
    return _panel(
        "licenses/_person_panel.html",
        person=person,
        held=held,
        ask_href=url_for("licenses.request_license", agency=person.home_id, email=person.email) if may_ask else "",
        end_href=url_for("licenses.end_access", person_id=person.id) if may_end and person.is_active else "",
    )


def end_person_panel(person: Person) -> Markup | None:
    """Before somebody is ended: the licenses that this ends too, and the clock that it starts."""
    held = [one for one in queries.licenses_of(actor(), person.id) if one.state in OPEN]
    if not held:
        return None
    return _panel(
        "licenses/_end_person_panel.html",
        person=person,
        held=held,
        hours=queries.clocks()[ClockName.LEAVER],
        end_href=url_for("licenses.end_access", person_id=person.id, agency=held[0].agency_id),
    )


def organization_panel(organization: Organization) -> Markup | None:
    """An agency's seats, and the ways to its licenses and its compliance; of a CoC the way to its agencies'."""
    if organization.kind is OrganizationKind.COC:
        return _coc_panel(organization)
    takes_part = organization.participation is Participation.PARTICIPATING
    if organization.kind is not OrganizationKind.AGENCY or not takes_part:
        return None
    may_read = allows(actor(), Permission.SEAT_READ, organization)
    may_compare = allows(actor(), Permission.COMPLIANCE_READ, organization)
    if not may_read and not may_compare:
        return None
    return _panel(
        "licenses/_organization_panel.html",
        organization=organization,
        seats=queries.seat_rows(actor(), act().at.date(), organization.id) if may_read else [],
        may_read=may_read,
        may_compare=may_compare,
        may_ask=allows(actor(), Permission.LICENSE_REQUEST, organization),
    )


def _coc_panel(coc: Organization) -> Markup | None:
    may_compare = allows(actor(), Permission.COMPLIANCE_READ, coc)
    may_read = allows(actor(), Permission.RESPONSIBILITY_READ, coc)
    if not may_compare and not may_read:
        return None
    return _panel("licenses/_coc_panel.html", coc=coc, may_compare=may_compare, may_read=may_read)


def _panel(template: str, **facts: Any) -> Markup:
    return Markup(render_template(template, **facts))  # noqa: S704  # our own template
