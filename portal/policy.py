"""Who may do what: one table that an auditor reads on one page.

A person holds roles, each scoped to one organization. A permission names for each role the *row rule* under which it
is given. A row says in its `scope` whom and which organizations it belongs to. Whatever is not in the table is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol


class Role(StrEnum):
    SIGNED_IN = "signed_in"
    END_USER = "end_user"
    AGENCY_ADMIN = "agency_admin"
    AGENCY_EXECUTIVE = "agency_executive"
    AGENCY_SECURITY_OFFICER = "agency_security_officer"
    LEAD_STAFF = "lead_staff"
    LEAD_ADMIN = "lead_admin"
    COC_GOVERNANCE = "coc_governance"
    FUNDER = "funder"
    VENDOR_CONTACT = "vendor_contact"

    @property
    def words(self) -> str:
        return ROLE_WORDS[self]


ROLE_WORDS: Mapping[Role, str] = MappingProxyType(
    {
        Role.SIGNED_IN: "anyone signed in",
        Role.END_USER: "end user",
        Role.AGENCY_ADMIN: "agency HMIS administrator",
        Role.AGENCY_EXECUTIVE: "agency executive",
        Role.AGENCY_SECURITY_OFFICER: "agency security officer",
        Role.LEAD_STAFF: "HMIS Lead staff",
        Role.LEAD_ADMIN: "HMIS Lead administrator",
        Role.COC_GOVERNANCE: "CoC governance",
        Role.FUNDER: "funder",
        Role.VENDOR_CONTACT: "vendor contact",
    }
)


class Rule(StrEnum):
    """Which rows a role reaches with a permission."""

    ANY = "any"
    OWN = "own"
    OWN_AGENCY = "own_agency"
    OWN_COC = "own_coc"

    @property
    def words(self) -> str:
        return RULE_WORDS[self]


RULE_WORDS: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.ANY: "every row",
        Rule.OWN: "rows the person takes part in",
        Rule.OWN_AGENCY: "rows of the organization the role is held at",
        Rule.OWN_COC: "rows of the CoC the role is held at",
    }
)


class Permission(StrEnum):
    """noun:verb. A row that `noun:read` does not give is *not found* for every other verb of that noun."""

    HOME_READ = "home:read"
    TICKET_READ = "ticket:read"
    TICKET_FILE = "ticket:file"
    TICKET_FILE_FOR_CALLER = "ticket:file_for_caller"
    TICKET_COMMENT = "ticket:comment"
    TICKET_WATCH = "ticket:watch"
    TICKET_WORK = "ticket:work"
    TICKET_EXPORT = "ticket:export"
    TICKET_READ_SEALED = "ticket:read_sealed"
    DESK_CONFIGURE = "desk:configure"
    ORGANIZATION_READ = "organization:read"
    ORGANIZATION_EDIT = "organization:edit"
    PROJECT_READ = "project:read"
    PROJECT_EDIT = "project:edit"
    PERSON_READ = "person:read"
    PERSON_EDIT = "person:edit"
    PERSON_INVITE = "person:invite"
    ROLE_GRANT = "role:grant"
    LETTER_READ = "letter:read"
    INBOUND_READ = "inbound:read"
    INBOUND_RETRY = "inbound:retry"
    RUN_READ = "run:read"
    JOB_READ = "job:read"
    AUDIT_READ = "audit:read"
    STANDING_READ = "standing:read"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_ENTER = "evidence:enter"
    EVIDENCE_APPROVE = "evidence:approve"
    WAIVER_READ = "waiver:read"
    WAIVER_GRANT = "waiver:grant"
    REQUIREMENT_READ = "requirement:read"
    REQUIREMENT_EDIT = "requirement:edit"
    LICENSE_READ = "license:read"
    LICENSE_REQUEST = "license:request"
    LICENSE_END = "license:end"
    LICENSE_APPROVE = "license:approve"
    LICENSE_WORK = "license:work"
    LICENSE_OVERRIDE = "license:override"
    SUSPENSION_PROPOSE = "suspension:propose"
    SUSPENSION_APPROVE = "suspension:approve"
    SEAT_READ = "seat:read"
    SEAT_EDIT = "seat:edit"
    COMPLIANCE_READ = "compliance:read"
    AUDIT_DUTY_READ = "audit_duty:read"
    AUDIT_DUTY_WORK = "audit_duty:work"
    AUDIT_DUTY_EDIT = "audit_duty:edit"
    RESPONSIBILITY_READ = "responsibility:read"
    RESPONSIBILITY_EDIT = "responsibility:edit"
    ACCESS_REPORT_READ = "access_report:read"
    ACCESS_REPORT_ATTEST = "access_report:attest"
    HMIS_EXPORT_READ = "hmis_export:read"
    HMIS_EXPORT_LOAD = "hmis_export:load"
    HMIS_USER_READ = "hmis_user:read"
    HMIS_USER_LINK = "hmis_user:link"
    ACCESS_SCHEDULE_READ = "access_schedule:read"
    ACCESS_SCHEDULE_EDIT = "access_schedule:edit"
    FOLLOW_UP_READ = "follow_up:read"
    FOLLOW_UP_WORK = "follow_up:work"
    LIST_LOAD = "list:load"
    CAMPAIGN_READ = "campaign:read"
    CAMPAIGN_RUN = "campaign:run"
    CAMPAIGN_PART_READ = "campaign_part:read"


_STAFF = MappingProxyType({Role.LEAD_STAFF: Rule.ANY, Role.LEAD_ADMIN: Rule.ANY})
_ADMIN = MappingProxyType({Role.LEAD_ADMIN: Rule.ANY})
_OWN = MappingProxyType({Role.SIGNED_IN: Rule.OWN})
_AGENCY_HEADS = MappingProxyType({Role.AGENCY_ADMIN: Rule.OWN_AGENCY, Role.AGENCY_EXECUTIVE: Rule.OWN_AGENCY})
_AGENCY_ADMIN = MappingProxyType({Role.AGENCY_ADMIN: Rule.OWN_AGENCY})
_AGENCY_MEMBERS = MappingProxyType(
    dict.fromkeys(
        (Role.END_USER, Role.AGENCY_ADMIN, Role.AGENCY_EXECUTIVE, Role.AGENCY_SECURITY_OFFICER), Rule.OWN_AGENCY
    )
)
_GOVERNANCE = MappingProxyType({Role.COC_GOVERNANCE: Rule.OWN_COC})
_STANDING_READERS = MappingProxyType(
    {**_OWN, **_AGENCY_HEADS, Role.AGENCY_SECURITY_OFFICER: Rule.OWN_AGENCY, **_GOVERNANCE, **_STAFF}
)
"""A person's rows lie in no CoC, so that governance reads of agencies alone."""

TABLE: Mapping[Permission, Mapping[Role, Rule]] = MappingProxyType(
    {
        Permission.HOME_READ: {Role.SIGNED_IN: Rule.ANY},
        Permission.TICKET_READ: {**_OWN, **_AGENCY_HEADS, **_STAFF},
        Permission.TICKET_FILE: {Role.SIGNED_IN: Rule.ANY},
        Permission.TICKET_FILE_FOR_CALLER: {**_STAFF},
        Permission.TICKET_COMMENT: {**_OWN, **_AGENCY_ADMIN, **_STAFF},
        Permission.TICKET_WATCH: {**_OWN, **_AGENCY_HEADS, **_STAFF},
        Permission.TICKET_WORK: {**_STAFF},
        Permission.TICKET_EXPORT: {**_AGENCY_HEADS, **_STAFF},
        Permission.TICKET_READ_SEALED: {**_ADMIN},
        Permission.DESK_CONFIGURE: {**_ADMIN},
        Permission.ORGANIZATION_READ: {**_AGENCY_MEMBERS, **_GOVERNANCE, **_STAFF},
        Permission.ORGANIZATION_EDIT: {**_ADMIN},
        Permission.PROJECT_READ: {**_AGENCY_MEMBERS, **_GOVERNANCE, **_STAFF},
        Permission.PROJECT_EDIT: {**_ADMIN},
        Permission.PERSON_READ: {**_OWN, **_AGENCY_HEADS, **_STAFF},
        Permission.PERSON_EDIT: {**_STAFF},
        Permission.PERSON_INVITE: {**_STAFF},
        Permission.ROLE_GRANT: {**_ADMIN},
        Permission.LETTER_READ: {**_STAFF},
        Permission.INBOUND_READ: {**_STAFF},
        Permission.INBOUND_RETRY: {**_STAFF},
        Permission.RUN_READ: {**_OWN, **_ADMIN},
        Permission.JOB_READ: {**_ADMIN},
        Permission.AUDIT_READ: {**_ADMIN},
        # Whoever enters evidence never approves it: the action sees to that second person.
        Permission.STANDING_READ: {**_STANDING_READERS},
        Permission.EVIDENCE_READ: {**_STANDING_READERS},
        Permission.EVIDENCE_ENTER: {**_STAFF},
        Permission.EVIDENCE_APPROVE: {**_STAFF},
        Permission.WAIVER_READ: {**_STANDING_READERS},
        Permission.WAIVER_GRANT: {**_ADMIN},
        Permission.REQUIREMENT_READ: {**_STAFF},
        Permission.REQUIREMENT_EDIT: {**_ADMIN},
        # An agency asks for licenses and ends them; the HMIS Lead grants. Whoever proposes a suspension never approves
        # it: the action sees to that. Governance compares agencies without names of people.
        Permission.LICENSE_READ: {**_OWN, **_AGENCY_HEADS, **_STAFF},
        Permission.LICENSE_REQUEST: {**_AGENCY_ADMIN, **_STAFF},
        Permission.LICENSE_END: {**_AGENCY_ADMIN, **_STAFF},
        Permission.LICENSE_APPROVE: {**_STAFF},
        Permission.LICENSE_WORK: {**_STAFF},
        Permission.LICENSE_OVERRIDE: {**_ADMIN},
        Permission.SUSPENSION_PROPOSE: {**_STAFF},
        Permission.SUSPENSION_APPROVE: {**_STAFF},
        Permission.SEAT_READ: {**_AGENCY_HEADS, **_STAFF},
        Permission.SEAT_EDIT: {**_ADMIN},
        Permission.COMPLIANCE_READ: {**_AGENCY_HEADS, **_GOVERNANCE, **_STAFF},
        Permission.AUDIT_DUTY_READ: {**_STAFF},
        Permission.AUDIT_DUTY_WORK: {**_STAFF},
        Permission.AUDIT_DUTY_EDIT: {**_ADMIN},
        Permission.RESPONSIBILITY_READ: {**_AGENCY_HEADS, **_GOVERNANCE, **_STAFF},
        Permission.RESPONSIBILITY_EDIT: {**_AGENCY_ADMIN, **_STAFF},
        Permission.ACCESS_REPORT_READ: {**_AGENCY_HEADS, **_STAFF},
        Permission.ACCESS_REPORT_ATTEST: {**_AGENCY_ADMIN, **_STAFF},
        # What an export changes in the register is for those who may change the register.
        Permission.HMIS_EXPORT_READ: {**_ADMIN},
        Permission.HMIS_EXPORT_LOAD: {**_ADMIN},
        Permission.HMIS_USER_READ: {**_STAFF},
        Permission.HMIS_USER_LINK: {**_STAFF},
        Permission.ACCESS_SCHEDULE_READ: {**_STAFF},
        Permission.ACCESS_SCHEDULE_EDIT: {**_ADMIN},
        Permission.FOLLOW_UP_READ: {**_AGENCY_HEADS, **_STAFF},
        Permission.FOLLOW_UP_WORK: {**_STAFF},
        # A staff list makes people and gives roles, so it is loaded by whoever may do that by hand.
        Permission.LIST_LOAD: {**_ADMIN},
        Permission.CAMPAIGN_READ: {**_STAFF},
        Permission.CAMPAIGN_RUN: {**_ADMIN},
        Permission.CAMPAIGN_PART_READ: {**_AGENCY_HEADS, **_STAFF},
    }
)


@dataclass(frozen=True)
class Grant:
    """One role held at one organization (its id)."""

    role: Role
    organization_id: int


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a person with roles, or a stranger (`person_id` None, no grants)."""

    person_id: int | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants) | ({Role.SIGNED_IN} if self.person_id else frozenset())

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & {Role.LEAD_STAFF, Role.LEAD_ADMIN})

    def organizations(self, *roles: Role) -> frozenset[int]:
        """Ids of the organizations at which one of these roles is held."""
        return frozenset(grant.organization_id for grant in self.grants if grant.role in roles)


STRANGER = Actor()


@dataclass(frozen=True)
class Scope:
    """To whom a row belongs: people by id, the organizations it is of, the CoCs it lies in."""

    people: frozenset[int] = frozenset()
    organizations: frozenset[int] = frozenset()
    cocs: frozenset[int] = frozenset()
    is_restricted: bool = False
    """Only for those named in `people` and for HMIS Lead administrators, whatever else the table gives."""


class Scoped(Protocol):
    @property
    def scope(self) -> Scope: ...


@dataclass(frozen=True)
class Reach:
    """What an actor reaches with one permission, for turning into SQL by `visible_to`."""

    everything: bool = False
    own: bool = False
    organizations: frozenset[int] = field(default_factory=frozenset)
    cocs: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return self.everything or self.own or bool(self.organizations) or bool(self.cocs)


def reach(actor: Actor, permission: Permission) -> Reach:
    held = tuple(_held(actor, permission))
    return Reach(
        everything=any(rule is Rule.ANY for rule, _ in held),
        own=any(rule is Rule.OWN for rule, _ in held),
        organizations=frozenset(place for rule, place in held if rule is Rule.OWN_AGENCY and place is not None),
        cocs=frozenset(place for rule, place in held if rule is Rule.OWN_COC and place is not None),
    )


def allows(actor: Actor, permission: Permission, thing: Scoped | None = None) -> bool:
    """May the actor do this to the thing? Without a thing: to any thing at all."""
    if thing is None:
        return bool(reach(actor, permission))
    scope = thing.scope
    return any(_covers(rule, actor, place, scope) for rule, place in _held(actor, permission))


def reading(permission: Permission) -> Permission:
    """The permission that lets one see the noun of `permission`; itself where the noun cannot be read alone."""
    noun = permission.value.partition(":")[0]
    return next((known for known in Permission if known.value == f"{noun}:read"), permission)


def _held(actor: Actor, permission: Permission) -> Iterable[tuple[Rule, int | None]]:
    given = TABLE[permission]
    if actor.person_id is not None and Role.SIGNED_IN in given:
        yield given[Role.SIGNED_IN], None
    for grant in actor.grants:
        if grant.role in given:
            yield given[grant.role], grant.organization_id


def _covers(rule: Rule, actor: Actor, place: int | None, scope: Scope) -> bool:
    if scope.is_restricted and actor.person_id not in scope.people and Role.LEAD_ADMIN not in actor.roles:
        return False
    if rule is Rule.ANY:
        return True
    if rule is Rule.OWN:
        return actor.person_id in scope.people
    if rule is Rule.OWN_AGENCY:
        return place in scope.organizations
    return place in scope.cocs
