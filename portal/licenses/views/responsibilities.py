"""Whom each agency has named, and who answers for what."""

from flask.typing import ResponseReturnValue

from portal.licenses import queries
from portal.licenses.views.blueprint import blueprint, nav
from portal.people import queries as people
from portal.people.models import Organization
from portal.people.rules import OrganizationKind
from portal.policy import Permission, allows, reach
from portal.web import act, actor, not_found, page, requires


@blueprint.get("/licenses/contacts")
@requires(Permission.RESPONSIBILITY_READ)
def list_contacts() -> ResponseReturnValue:
    rows = queries.contacts(actor(), act().at.date())
    named = reach(actor(), Permission.SEAT_READ)
    return page(
        "licenses/list_contacts.html",
        rows=rows,
        roles=queries.CONTACTS,
        gaps=sum(row.gaps for row in rows),
        cocs=[one for one in people.cocs() if allows(actor(), Permission.RESPONSIBILITY_READ, one)],
        names_shown_at={one.agency.id for one in rows if named.everything or one.agency.id in named.organizations},
        nav=nav("licenses.list_contacts"),
    )


@blueprint.get("/organizations/<int:organization_id>/responsibilities")
@requires(Permission.RESPONSIBILITY_READ, on=people.organization)
def show_responsibilities(place: Organization) -> ResponseReturnValue:
    if place.kind not in (OrganizationKind.AGENCY, OrganizationKind.COC):
        not_found()
    return page(
        "licenses/show_responsibilities.html",
        place=place,
        held=queries.responsibilities(place, act().at.date()),
        names_shown=place.kind is OrganizationKind.COC or allows(actor(), Permission.SEAT_READ, place),
        may_name=allows(actor(), Permission.PERSON_INVITE),
    )
