"""How an empty portal gets its first administrator."""

from portal import audit, web
from portal.audit import Act
from portal.errors import Refused
from portal.people import queries
from portal.people.actions.links import make_link
from portal.people.actions.people import add_person, grant_role
from portal.people.actions.register import add_organization
from portal.people.models import Organization, Person
from portal.people.rules import LinkKind, OrganizationKind, normal_address
from portal.policy import Role


def first_admin(act: Act, email: str, portal_name: str = "HMIS Lead", another: bool = False) -> str:
    """Make this address an HMIS Lead administrator; gives the absolute one-use link to set a password.

    Raises:
        Refused: there is an administrator already (unless `another`), or the address is unusable or of somebody ended.
    """
    if not another and queries.has_administrator(act.at.date()):
        raise Refused("There is an administrator already, who can add others in the browser.")
    lead = queries.hmis_lead() or _lead(act, portal_name)
    person = queries.person_by_email(normal_address(email)) or _administrator(act, lead, email)
    if not any(role.role is Role.LEAD_ADMIN and not role.ended_on for role in person.roles):
        grant_role(act, person, role=Role.LEAD_ADMIN, organization=lead)
    _, token = make_link(act, person, LinkKind.INVITATION)
    audit.record(act, "person.invited", person)
    return web.link("people.use_link", token=token)


def _lead(act: Act, name: str) -> Organization:
    return add_organization(
        act, kind=OrganizationKind.HMIS_LEAD, name=name, short_name=name[:60], time_zone=str(queries.FALLBACK_ZONE)
    )


def _administrator(act: Act, lead: Organization, email: str) -> Person:
    """The name is a stand-in until the person writes the own one."""
    return add_person(act, home=lead, email=email, first_name="HMIS Lead", last_name="Administrator")
