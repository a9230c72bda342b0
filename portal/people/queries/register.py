"""Organizations and HMIS projects."""

from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import holidays as holiday_library
from sqlalchemy import Select, bindparam, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db, plain_rows
from portal.people.models import Holiday, Membership, Organization, Project
from portal.people.queries.comparable import part_in_hmis, takes_part_so
from portal.people.rules import OrganizationKind, PartInHmis, can_be_id
from portal.policy import Actor, Permission, reach

FALLBACK_ZONE = ZoneInfo("America/New_York")

_WITH_COCS = selectinload(Organization.memberships).joinedload(Membership.coc)


def organization(organization_id: int) -> Organization | None:
    if not can_be_id(organization_id):
        return None
    return db.session.scalar(select(Organization).where(Organization.id == organization_id).options(_WITH_COCS))


def organizations_visible_to(actor: Actor) -> Select[Organization]:
    held = reach(actor, Permission.ORGANIZATION_READ)
    in_cocs = select(Membership.organization_id).where(Membership.coc_id.in_(held.cocs))
    reached = or_(
        Organization.id.in_(held.organizations),
        Organization.id.in_(held.cocs) & (Organization.kind == OrganizationKind.COC),
        Organization.id.in_(in_cocs) & (Organization.kind != OrganizationKind.COC),
    )
    return (
        select(Organization)
        .where(true() if held.everything else reached)
        .order_by(Organization.name, Organization.id)
        .options(_WITH_COCS)
    )


def organizations_found(
    actor: Actor,
    q: str = "",
    kind: OrganizationKind | None = None,
    coc_id: int | None = None,
    ended: bool = False,
    part: tuple[PartInHmis, date] | None = None,
) -> Select[Organization]:
    """The visible organizations that match all filters; only those in force unless `ended`. `part` holds on a day."""
    found = organizations_visible_to(actor)
    if part is not None:
        found = found.where(part_in_hmis(*part))
    if q:
        found = found.where(
            or_(*(column.icontains(q, autoescape=True) for column in (Organization.name, Organization.code)))
        )
    if kind is not None:
        found = found.where(Organization.kind == kind)
    if coc_id is not None:
        members = select(Membership.organization_id).where(Membership.coc_id == coc_id)
        found = found.where(or_(Organization.id == coc_id, Organization.id.in_(members)))
    return found.where(Organization.ended_on.is_not(None) if ended else Organization.ended_on.is_(None))


def agencies_visible_to(actor: Actor) -> Select[Organization]:
    return organizations_visible_to(actor).where(
        Organization.kind == OrganizationKind.AGENCY, Organization.ended_on.is_(None)
    )


def agencies_listed(actor: Actor) -> Sequence[Organization]:
    """The agencies in force that one may see, for choosing from."""
    return db.session.scalars(agencies_visible_to(actor)).all()


def organizations_listed(actor: Actor) -> Sequence[Organization]:
    """The organizations in force that one may see, for choosing from."""
    return db.session.scalars(organizations_visible_to(actor).where(Organization.ended_on.is_(None))).all()


def organizations_of_kind(*kinds: OrganizationKind) -> Sequence[Organization]:
    """Those in force, of these kinds or of any, by name."""
    found = select(Organization).where(Organization.ended_on.is_(None)).options(_WITH_COCS)
    if kinds:
        found = found.where(Organization.kind.in_(kinds))
    return db.session.scalars(found.order_by(Organization.name, Organization.id)).all()


def cocs() -> Sequence[Organization]:
    return organizations_of_kind(OrganizationKind.COC)


_COC_NAMES = (
    select(Organization.id, Organization.short_name)
    .where(Organization.kind == OrganizationKind.COC, Organization.ended_on.is_(None))
    .order_by(Organization.name, Organization.id)
)


def coc_names() -> Sequence[tuple[int, str]]:
    """Id and short name of the CoCs in force, for choosing from."""
    return [(row.id, row.short_name) for row in plain_rows(_COC_NAMES)]


def hmis_lead() -> Organization | None:
    found = select(Organization).where(Organization.kind == OrganizationKind.HMIS_LEAD, Organization.ended_on.is_(None))
    return db.session.scalar(found.order_by(Organization.id).limit(1))


def is_in_use(coc: Organization) -> bool:
    """Does anything in force still lie in this CoC?"""
    member = (
        select(Membership.organization_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.coc_id == coc.id, Organization.ended_on.is_(None))
    )
    project_there = select(Project.id).where(Project.coc_id == coc.id, Project.ended_on.is_(None))
    return bool(db.session.scalar(select(or_(member.exists(), project_there.exists()))))


def project(project_id: int) -> Project | None:
    if not can_be_id(project_id):
        return None
    return db.session.scalar(
        select(Project)
        .where(Project.id == project_id)
        .options(joinedload(Project.agency).options(_WITH_COCS), joinedload(Project.coc))
    )


def projects_visible_to(actor: Actor) -> Select[Project]:
    held = reach(actor, Permission.PROJECT_READ)
    reached = or_(Project.agency_id.in_(held.organizations), Project.coc_id.in_(held.cocs))
    return (
        select(Project)
        .where(true() if held.everything else reached)
        .order_by(Project.name, Project.id)
        .options(joinedload(Project.agency), joinedload(Project.coc))
    )


def projects_found(
    actor: Actor,
    q: str = "",
    agency_id: int | None = None,
    coc_id: int | None = None,
    project_type: int | None = None,
    ended: bool = False,
    takes_part: tuple[int | None, date] | None = None,
) -> Select[Project]:
    """The visible projects that match all filters; only those in force unless `ended`.

    `takes_part` is how on which day (HUD list 2.08.1); None for those of which nothing is on record then.
    """
    found = projects_visible_to(actor)
    if takes_part is not None:
        found = found.where(takes_part_so(*takes_part))
    if q:
        found = found.where(or_(Project.name.icontains(q, autoescape=True), Project.hmis_id == q))
    for column, wanted in (
        (Project.agency_id, agency_id),
        (Project.coc_id, coc_id),
        (Project.project_type, project_type),
    ):
        if wanted is not None:
            found = found.where(column == wanted)
    return found.where(Project.ended_on.is_not(None) if ended else Project.ended_on.is_(None))


def projects_of(agency_ids: Iterable[int]) -> Sequence[Project]:
    """The projects in force of these agencies, by name."""
    ids = tuple(agency_ids)
    found = select(Project).where(Project.agency_id.in_(ids) if ids else false(), Project.ended_on.is_(None))
    loaded = found.options(joinedload(Project.agency), joinedload(Project.coc))
    return db.session.scalars(loaded.order_by(Project.name, Project.id)).all()


_PROJECT_NAMES = (
    select(Project.id, Project.name)
    .where(Project.agency_id == bindparam("agency_id"), Project.ended_on.is_(None))
    .order_by(Project.name, Project.id)
)


def project_names(agency_id: int) -> Sequence[tuple[int, str]]:
    """Id and name of the agency's projects in force, for choosing from."""
    return [(row.id, row.name) for row in plain_rows(_PROJECT_NAMES, agency_id=agency_id)]


def zone_of(organization: Organization | None) -> ZoneInfo:
    """Its own time zone, else its first CoC's, else the HMIS Lead's, else New York's."""
    known = own_zone(organization) if organization is not None else None
    if known is not None:
        return known
    lead = hmis_lead()
    return (lead.zone if lead else None) or FALLBACK_ZONE


def own_zone(organization: Organization) -> ZoneInfo | None:
    places = (organization, *(membership.coc for membership in organization.memberships))
    return next((place.zone for place in places if place.zone), None)


_OWN_ZONE = select(Organization.time_zone).where(Organization.id == bindparam("organization_id"))


def zone_of_id(organization_id: int | None) -> ZoneInfo:
    """The same, by id; without one the HMIS Lead's."""
    own = plain_rows(_OWN_ZONE, organization_id=organization_id).scalar_one_or_none() if organization_id else None
    if own:
        return ZoneInfo(own)
    return zone_of(organization(organization_id) if organization_id is not None else None)


_HOLIDAYS = select(Holiday.day).where(Holiday.coc_id == bindparam("coc_id")).order_by(Holiday.day)


def holidays(coc_id: int) -> tuple[date, ...]:
    """The days on which this CoC's help desk is closed, in order of time."""
    return tuple(plain_rows(_HOLIDAYS, coc_id=coc_id).scalars())


def holidays_listed(coc_id: int, since: date) -> Sequence[Holiday]:
    found = select(Holiday).where(Holiday.coc_id == coc_id, Holiday.day >= since)
    return db.session.scalars(found.order_by(Holiday.day, Holiday.id)).all()


def holidays_ahead(coc_ids: Iterable[int], since: date, most: int = 6) -> Sequence[Holiday]:
    """The next days on which the help desk is closed for one of these CoCs."""
    ids = tuple(coc_ids)
    found = select(Holiday).where(Holiday.coc_id.in_(ids) if ids else false(), Holiday.day >= since)
    return db.session.scalars(found.order_by(Holiday.day, Holiday.coc_id, Holiday.id).limit(most)).all()


def holiday(coc_id: int, holiday_id: int) -> Holiday | None:
    if not can_be_id(holiday_id):
        return None
    return db.session.scalar(select(Holiday).where(Holiday.coc_id == coc_id, Holiday.id == holiday_id))


def default_holidays(year: int) -> tuple[tuple[date, str], ...]:
    """The federal holidays of the United States (5 U.S.C. 6103), with their observed days."""
    return tuple(sorted(holiday_library.country_holidays("US", years=year).items()))


def organization_names(organization_ids: Iterable[int]) -> dict[int, str]:
    ids = tuple(organization_ids)
    found = select(Organization.id, Organization.name).where(Organization.id.in_(ids) if ids else false())
    return {row.id: row.name for row in db.session.execute(found.order_by(Organization.id))}


def is_empty() -> bool:
    """Nobody has used this database yet: it has no organization."""
    return not db.session.scalar(select(func.count()).select_from(select(Organization.id).limit(1).subquery()))
