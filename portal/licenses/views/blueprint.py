"""The blueprint that all views of licenses stand on, and the lists of this place."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, url_for

from portal.people import queries as people
from portal.people.models import Organization
from portal.people.rules import OrganizationKind
from portal.policy import Permission, allows, reach
from portal.web import actor

blueprint = Blueprint("licenses", __name__)

_LISTS = (
    ("Licenses", "licenses.list_licenses", Permission.LICENSE_READ),
    ("To do in the HMIS", "licenses.list_work", Permission.LICENSE_WORK),
    ("Leavers", "licenses.list_leavers", Permission.LICENSE_END),
    ("Suspensions", "licenses.propose_suspensions", Permission.SUSPENSION_PROPOSE),
    ("Seats", "licenses.list_seats", Permission.SEAT_READ),
    ("User access", "licenses.show_access", Permission.ACCESS_REPORT_READ),
    ("HMIS reports", "licenses.list_duties", Permission.AUDIT_DUTY_READ),
    ("Contacts", "licenses.list_contacts", Permission.RESPONSIBILITY_READ),
    ("Loaded lists", "licenses.list_lists", Permission.LIST_LOAD),
    ("Agency compliance", "licenses.show_compliance", Permission.COMPLIANCE_READ),
)


_ACCESS = (
    ("Who has access", "licenses.show_access", Permission.ACCESS_REPORT_READ),
    ("Asked reports", "licenses.list_requests", Permission.ACCESS_REPORT_READ),
    ("Follow-ups", "licenses.list_follow_ups", Permission.FOLLOW_UP_READ),
    ("Schedules", "licenses.list_schedules", Permission.ACCESS_SCHEDULE_READ),
)


def nav(current: str) -> list[dict[str, Any]]:
    """The lists that the reader may open."""
    return _open_to_reader(_LISTS, current)


def access_pages(current: str) -> list[dict[str, Any]]:
    """The pages of user access that the reader may open."""
    return _open_to_reader(_ACCESS, current)


def _open_to_reader(pages: Sequence[tuple[str, str, Permission]], current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "href": url_for(endpoint), "current": endpoint == current}
        for label, endpoint, permission in pages
        if allows(actor(), permission)
    ]


def agencies_with(permission: Permission) -> list[Organization]:
    """The agencies in force, and the HMIS Lead, for which the reader may do this."""
    held = reach(actor(), permission)
    lead = people.hmis_lead()
    known = [*people.organizations_of_kind(OrganizationKind.AGENCY), *([lead] if lead else [])]
    return [one for one in known if held.everything or one.id in held.organizations]


def may_end_at(place: Organization) -> bool:
    """The HMIS Lead's own people are ended only by who may grant roles, as on the pages of people."""
    return place.kind is not OrganizationKind.HMIS_LEAD or allows(actor(), Permission.ROLE_GRANT)
