"""The frame of every page: who reads, the places of their role, what can be made new, and whether this is a demo.

It must stand on error pages too: when nobody can be asked who reads, it is the frame of somebody signed out.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flask import current_app, has_request_context, request, url_for
from flask_login import current_user

from portal import web
from portal.dashboards.queries import Away
from portal.people.queries import SignedIn
from portal.policy import Actor, Permission, Role, allows, reach

IS_DEMO = "portal.dashboards.is_demo"
BANNER = "This is a demo. Every person and agency here is invented."


@dataclass(frozen=True)
class Place:
    label: str
    href: str
    icon: str
    key: str
    """The letter that goes there after `g`."""
    current: bool
    parts: tuple["Part", ...] = ()
    """Shown below the place while one is in it."""


@dataclass(frozen=True)
class Part:
    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Link:
    label: str
    href: str
    icon: str = ""


@dataclass(frozen=True)
class Reader:
    name: str
    role_words: str
    agency: str


@dataclass(frozen=True)
class Layout:
    portal_name: str
    search_url: str
    sign_out_url: str
    person: Reader | None = None
    places: tuple[Place, ...] = ()
    new_links: tuple[Link, ...] = ()
    person_links: tuple[Link, ...] = ()
    banner: str = ""
    shortcuts_on: bool = False
    nav_label: str = "Places"


def layout() -> Layout:
    """No query for somebody signed out; for others at most one, whether this is a demo, until it is known to be one."""
    try:
        reader = current_user if has_request_context() and current_user.is_authenticated else None
        return _signed_in(reader) if reader else _signed_out()
    except Away:
        return _signed_out()


def _signed_out() -> Layout:
    asks = has_request_context() and request.endpoint != "people.sign_in"
    return Layout(
        portal_name=web.installation().portal_name,
        search_url=url_for("dashboards.search"),
        sign_out_url=url_for("people.sign_out"),
        person_links=(Link("Sign in", url_for("people.sign_in")),) if asks else (),
        banner=BANNER if current_app.extensions.get(IS_DEMO) else "",
    )


def _signed_in(reader: SignedIn) -> Layout:
    is_demo = _is_demo()
    return Layout(
        portal_name=web.installation().portal_name,
        search_url=url_for("dashboards.search"),
        sign_out_url=url_for("people.sign_out"),
        person=Reader(reader.name, role_words(reader.actor), reader.person.home.name),
        places=tuple(_places(reader.actor)),
        new_links=tuple(_new_links(reader.actor)),
        person_links=tuple(_person_links(reader.actor, is_demo)),
        banner=BANNER if is_demo else "",
        shortcuts_on=reader.person.shortcuts_on,
    )


def _is_demo() -> bool:
    """Asked until it is one; a demo stays a demo."""
    if not current_app.extensions.get(IS_DEMO):
        ask: Callable[[], bool] = current_app.extensions["portal.is_demo"]
        current_app.extensions[IS_DEMO] = ask()
    return bool(current_app.extensions[IS_DEMO])


_ROLES_SHOWN = (
    Role.LEAD_ADMIN,
    Role.LEAD_STAFF,
    Role.COC_GOVERNANCE,
    Role.AGENCY_EXECUTIVE,
    Role.AGENCY_ADMIN,
    Role.AGENCY_SECURITY_OFFICER,
    Role.FUNDER,
    Role.VENDOR_CONTACT,
    Role.END_USER,
)
"""The one that tells most comes first."""


def role_words(actor: Actor) -> str:
    """ "HMIS Lead administrator"; being an end user besides goes without saying."""
    held = [role for role in _ROLES_SHOWN if role in actor.roles]
    telling = [role.words for role in held if role is not Role.END_USER or len(held) == 1]
    words = ", ".join(telling[:2])
    return words[:1].upper() + words[1:]


def _places(actor: Actor) -> Iterator[Place]:
    here = _here()
    yield Place("Home", url_for("dashboards.show_home"), "home", "h", here == "home")
    yield Place("Help desk", url_for("tickets.list_tickets"), "ticket", "t", here == "tickets")
    if _sees_people(actor):
        label, view, icon = "People & licenses", "people.list_people", "people"
        yield Place(label, url_for(view), icon, "p", here == "people", tuple(_register_parts(actor)))
    elif actor.organizations(Role.COC_GOVERNANCE, Role.AGENCY_SECURITY_OFFICER):
        label, view, icon = "Organizations", "people.list_organizations", "agency"
        yield Place(label, url_for(view), icon, "p", here == "people", tuple(_register_parts(actor)))
    if allows(actor, Permission.LETTER_READ):
        yield Place("Settings", url_for("operations.show_settings"), "settings", "s", here == "settings")


_REGISTER = (
    (Permission.PERSON_READ, "People", "people.list_people"),
    (Permission.ORGANIZATION_READ, "Organizations", "people.list_organizations"),
    (Permission.PROJECT_READ, "HMIS projects", "people.list_projects"),
    (Permission.LICENSE_REQUEST, "Licenses", "licenses.list_licenses"),
    (Permission.COMPLIANCE_READ, "Agency compliance", "licenses.show_compliance"),
    (Permission.COMPLIANCE_READ, "Entering data", "hmis_csv.show_consistency"),
    (Permission.HMIS_EXPORT_READ, "HMIS exports", "hmis_csv.list_exports"),
    (Permission.EVIDENCE_ENTER, "Requirements and evidence", "standing.list_evidence"),
    (Permission.CAMPAIGN_READ, "Campaigns", "campaigns.list_campaigns"),
)


def _register_parts(actor: Actor) -> Iterator[Part]:
    """The lists of people, organizations and licenses that this role may open."""
    for needed, label, view in _REGISTER:
        if allows(actor, needed) and (view != "people.list_people" or _sees_people(actor)):
            yield Part(label, url_for(view), request.endpoint == view)


def _here() -> str:
    """Which place the page that is shown belongs to; "" for one's own account and the like."""
    package = (request.endpoint or "").partition(".")[0]
    if request.path.startswith("/settings"):
        return "settings"
    if package in ("standing", "licenses", "campaigns", "hmis_csv"):
        return "people"
    if package == "people" and not request.path.startswith(("/organizations", "/people", "/projects")):
        return ""
    return "home" if request.endpoint == "dashboards.show_home" else package


def _sees_people(actor: Actor) -> bool:
    """More of them than oneself."""
    seen = reach(actor, Permission.PERSON_READ)
    return seen.everything or bool(seen.organizations or seen.cocs)


def _new_links(actor: Actor) -> Iterable[Link]:
    offered = (
        (Permission.TICKET_FILE, "File a ticket", "tickets.file_ticket", "ticket"),
        (Permission.TICKET_FILE_FOR_CALLER, "File for a caller", "tickets.file_for_caller", "phone"),
        (Permission.ORGANIZATION_EDIT, "Add a person", "people.add_person", "person"),
        (Permission.ORGANIZATION_EDIT, "Add an organization", "people.add_organization", "agency"),
        (Permission.PROJECT_EDIT, "Add an HMIS project", "people.add_project", "project"),
    )
    return (Link(label, url_for(view), icon) for needed, label, view, icon in offered if allows(actor, needed))


def _person_links(actor: Actor, is_demo: bool) -> Iterator[Link]:
    yield Link("Your account", url_for("people.account"), "person")
    view = "mine" if actor.is_staff else "all"
    yield Link("Your tickets", url_for("tickets.list_tickets", view=view), "ticket")
    yield Link("Your standing", url_for("standing.person_standing", person_id=actor.person_id), "verified")
    if is_demo and "demo.list_letters" in current_app.view_functions:
        yield Link("What was mailed", url_for("demo.list_letters"), "mail")
