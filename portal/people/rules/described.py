"""A kept state of a row in words, and what changed between two of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.people.rules.comparable import check_words
from portal.people.rules.descriptors import PROJECT_ELEMENTS, Descriptor
from portal.people.rules.elements import Shape
from portal.people.rules.kinds import JobKind, RegisterKind
from portal.people.rules.register import PROJECT_TYPES, ZONES, OrganizationKind, Participation
from portal.policy import Role
from portal.worktime import date_words

Facts = Mapping[str, Any]
Names = Mapping[tuple[RegisterKind, int], str]
"""What organizations and projects are called, for those that a state names by id."""

UNKNOWN = "not kept then"


@dataclass(frozen=True)
class Line:
    """One fact in words. `group` and `row` are empty for the row's own facts; several rows may stand in one group."""

    label: str
    words: str
    group: str = ""
    row: str = ""


def named_in(facts: Facts) -> dict[RegisterKind, set[int]]:
    """Ids of the organizations and projects whose names it takes to word this state."""
    places: set[int] = set(facts.get("cocs", ()))
    places |= {facts[name] for name in ("agency_id", "coc_id", "home_id") if name in facts}
    places |= {role["organization_id"] for role in facts.get("roles", ())}
    affiliated = facts.get("descriptors", {}).get(Descriptor.AFFILIATION, ())
    return {RegisterKind.ORGANIZATION: places, RegisterKind.PROJECT: {one["residential_id"] for one in affiliated}}


def described(kind: RegisterKind, facts: Facts, words: Facts, names: Names) -> list[Line]:
    """All facts that say something, in the order of the page. Words that were emptied are left out."""
    lines = _DESCRIBING[kind](facts, words, names)
    return [line for line in lines if line.words]


def _organization(facts: Facts, words: Facts, names: Names) -> Iterable[Line]:
    kind = OrganizationKind(facts["kind"])
    part = facts.get("participation")
    yield Line("Name", words.get("name", ""))
    yield Line("Short name", words.get("short_name", ""))
    yield Line("Kind", kind.words)
    yield Line("Part in HMIS", Participation(part).words if part else "")
    yield Line("CoC number" if kind is OrganizationKind.COC else "ID in the HMIS", facts.get("code", ""))
    yield Line("Works in", ", ".join(_place(names, coc_id) for coc_id in facts.get("cocs", ())))
    yield Line("Time zone", ZONES.get(facts.get("time_zone") or "", facts.get("time_zone") or ""))
    for name, label in (("city", "City"), ("phone", "Phone"), ("mail_domain", "Mail domain")):
        yield Line(label, words.get(name, ""))
    yield Line("Letters", "Links only" if facts.get("link_only_letters") else "")
    yield Line("Ended", _day(facts.get("ended_on")))
    for day, name in facts.get("holidays", ()):
        yield Line(_day(day), name, "Help desk closed", day)
    yield from _database(facts.get("comparable"))


def _database(held: Facts | None) -> Iterable[Line]:
    if not held:
        return
    group, latest = "Comparable database", held.get("latest") or {}
    yield Line("Product", held.get("product", ""), group)
    yield Line("Vendor", held.get("vendor", ""), group)
    yield Line("Checked", _day(latest.get("checked_on")), group)
    yield Line("Answers", check_words(latest["answers"]) if latest else "", group)
    yield Line("Next check due", _day(latest.get("next_due_on")), group)


def _project(facts: Facts, words: Facts, names: Names) -> Iterable[Line]:
    kind: int = facts["project_type"]
    yield Line("Name", words.get("name", ""))
    yield Line("Agency", _place(names, facts["agency_id"]))
    yield Line("Continuum of Care", _place(names, facts["coc_id"]))
    yield Line("Project type", f"{PROJECT_TYPES.get(kind, 'Unknown')} ({kind})")
    yield Line("Project ID in the HMIS", facts.get("hmis_id", ""))
    typed = "Yes" if facts.get("is_funded") else "No"
    by_grants = Descriptor.FUNDING in facts.get("descriptors", {})
    yield Line("Funded by the CoC or ESG program", "As its funding sources say" if by_grants else typed)
    yield Line("Operating since", _day(facts.get("starts_on")))
    yield Line("Ended", _day(facts.get("ended_on")))
    for element in PROJECT_ELEMENTS:
        yield Line(element.label, element.words(words.get(element.name, facts.get(element.name))))
    for descriptor in Descriptor:
        for row in facts.get("descriptors", {}).get(descriptor.value, ()):
            yield from _descriptor(descriptor, row, names)


def _descriptor(kind: Descriptor, row: Facts, names: Names) -> Iterable[Line]:
    for element in kind.elements:
        value = row.get(element.name)
        if element.shape is Shape.PROJECT:
            said = names.get((RegisterKind.PROJECT, value or 0), UNKNOWN)
        else:
            said = element.words(value)
        yield Line(element.label, said, kind.heading, str(row["id"]))
    yield Line("ID in the HMIS", row.get("hmis_id") or "", kind.heading, str(row["id"]))


def _person(facts: Facts, words: Facts, names: Names) -> Iterable[Line]:
    job = facts.get("job_kind")
    labels = {
        "first_name": "First name",
        "last_name": "Last name",
        "email": "E-mail address",
        "phone": "Phone",
        "job_title": "Job title",
    }
    for name, label in labels.items():
        yield Line(label, words.get(name, ""))
    yield Line("Kind of job", JobKind(job).words if job else "")
    yield Line("Works at", _place(names, facts["home_id"]))
    yield Line("Ended", _day(facts.get("ended_on")))
    for role in facts.get("roles", ()):
        said = f"{Role(role['role']).words} at {_place(names, role['organization_id'])}"
        yield Line("Role", said, "Roles", str(role["id"]))
        yield Line("From", _day(role["starts_on"]), "Roles", str(role["id"]))
        yield Line("Until", _day(role["ended_on"]), "Roles", str(role["id"]))


_DESCRIBING = {
    RegisterKind.ORGANIZATION: _organization,
    RegisterKind.PROJECT: _project,
    RegisterKind.PERSON: _person,
}


def _place(names: Names, organization_id: int) -> str:
    return names.get((RegisterKind.ORGANIZATION, organization_id), UNKNOWN)


def _day(written: str | None) -> str:
    return date_words(date.fromisoformat(written)) if written else ""


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[str]:
    """What changed from one state to the next, a phrase for each fact; a whole row that came or went is one phrase."""
    old, new = _rows(before), _rows(after)
    phrases = []
    for key in [*old, *(key for key in new if key not in old)]:
        group, row = key
        if row and key not in old:
            phrases.append(f"{group}: added {_told(new[key])}")
        elif row and key not in new:
            phrases.append(f"{group}: removed {_told(old[key])}")
        else:
            phrases += _changed(group, old.get(key, {}), new.get(key, {}))
    return phrases


def _rows(lines: Sequence[Line]) -> dict[tuple[str, str], dict[str, str]]:
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines:
        rows.setdefault((line.group, line.row), {})[line.label] = line.words
    return rows


def _told(row: Mapping[str, str]) -> str:
    return "; ".join(f"{label} {words}" for label, words in row.items())


def _changed(group: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[str]:
    for label in [*old, *(label for label in new if label not in old)]:
        was, now = old.get(label, ""), new.get(label, "")
        if was != now:
            about = f"{group}, {label}" if group else label
            yield f"{about}: from {_quoted(was)} to {_quoted(now)}"


def _quoted(words: str) -> str:
    return f"“{words}”" if words else "nothing"
