"""What happened to people, organizations and projects, in words."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from portal.people.rules.descriptors import Descriptor
from portal.policy import Role
from portal.worktime import date_words

EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "person.added": "added this person",
        "person.edited": "changed the details",
        "person.address_changed": "changed the e-mail address",
        "person.invited": "sent an invitation",
        "person.link_asked": "asked for a link to set a new password",
        "person.password_set": "set a new password",
        "person.signed_in": "signed in",
        "person.sign_in_failed": "tried to sign in with a wrong password",
        "person.signed_out": "signed out",
        "person.sessions_ended": "ended all sessions",
        "person.demo_entered": "entered from the demo's list of people",
        "person.shortcuts_switched": "switched single-key shortcuts",
        "person.told_what_waits": "was told that evidence waits",
        "person.ended": "ended this person's access",
        "person.returned": "brought this person back",
        "role.granted": "gave the role {role} at {organization}",
        "role.ended": "ended the role {role} at {organization}",
        "organization.added": "added this organization",
        "organization.edited": "changed the details",
        "organization.ended": "ended this organization",
        "organization.returned": "brought this organization back",
        "holiday.added": "added the holiday on {day}",
        "holiday.removed": "removed the holiday on {day}",
        "project.added": "added this project",
        "project.edited": "changed the details",
        "project.ended": "ended this project",
        "project.returned": "brought this project back",
        "comparable.named": "said which comparable database it keeps",
        "comparable.checked": "recorded the check of the comparable database on {on}",
        "register_choice.set": "chose {number} months between checks of comparable databases",
        "descriptor.added": "added the {descriptor}",
        "descriptor.changed": "changed the {descriptor}",
        "descriptor.ended": "gave the {descriptor} its last day, {on}",
        "descriptor.removed": "removed the {descriptor}",
    }
)


def event_words(name: str, facts: Mapping[str, Any], organizations: Mapping[int, str]) -> str:
    """A half sentence that follows the name of whoever did it. Events of other packages fall back to their verb."""
    words = EVENT_WORDS.get(name)
    if words is None:
        return name.partition(".")[2].replace("_", " ")
    role, descriptor = facts.get("role"), facts.get("descriptor")
    return words.format(
        role=Role(role).words if role in list(Role) else "unknown",
        organization=organizations.get(facts.get("organization", 0), "an organization"),
        descriptor=Descriptor(descriptor).words if descriptor in list(Descriptor) else "description",
        number=facts.get("number", ""),
        day=_day(facts, "day"),
        on=_day(facts, "on"),
    )


def _day(facts: Mapping[str, Any], name: str) -> str:
    return date_words(date.fromisoformat(facts[name])) if facts.get(name) else ""
