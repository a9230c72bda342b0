"""Organizations, HMIS projects with their descriptors, people, roles, sessions and mailed links."""

from portal.people.models.comparable import ComparableCheck, ComparableDatabase, RegisterChoice
from portal.people.models.descriptors import (
    MODELS,
    Affiliation,
    CoordinatedEntry,
    Dated,
    Funding,
    Inventory,
    OfProject,
    ProjectLocation,
    ProjectParticipation,
)
from portal.people.models.people import Person, RoleGrant
from portal.people.models.register import DemoMark, Holiday, Membership, Organization, Project
from portal.people.models.sign_in import LinkAsked, MailedLink, SignedInSession, SignInTry
from portal.people.models.versions import RegisterVersion

__all__ = [
    "MODELS",
    "Affiliation",
    "ComparableCheck",
    "ComparableDatabase",
    "CoordinatedEntry",
    "Dated",
    "DemoMark",
    "Funding",
    "Holiday",
    "Inventory",
    "LinkAsked",
    "MailedLink",
    "Membership",
    "OfProject",
    "Organization",
    "Person",
    "Project",
    "ProjectLocation",
    "ProjectParticipation",
    "RegisterChoice",
    "RegisterVersion",
    "RoleGrant",
    "SignInTry",
    "SignedInSession",
]
