"""A verdict as pages show it: icon, word, date, sentence, and where it leads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask import current_app, url_for

from portal.people.models import Organization, Person
from portal.policy import Permission, allows
from portal.standing import queries, rules
from portal.standing.rules import EvidenceKind, State, SubjectKind, Terms, Verdict
from portal.web import actor
from portal.worktime import date_words


def kinds() -> Mapping[str, EvidenceKind]:
    """The kinds of evidence by code, as app.py joined them."""
    held: Iterable[EvidenceKind] = current_app.extensions.get("portal.evidence_kinds", rules.KINDS)
    return {kind.code: kind for kind in held}


def kind_words(code: str) -> str:
    known = kinds().get(code)
    return known.words if known else code.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Line:
    """One requirement of one subject."""

    requirement_id: int
    title: str
    state: State
    date_words: str
    sentence: str
    version_href: str
    evidence_href: str
    is_imported: bool
    clear_words: str
    clear_href: str
    enter_href: str
    waive_href: str

    @property
    def href(self) -> str:
        """Its evidence, else what clears it."""
        return self.evidence_href or self.clear_href


def lines(verdicts: Iterable[Verdict], subject: Person | Organization) -> list[Line]:
    """For those verdicts that a version in force stands behind."""
    known = kinds()
    return [_line(one, one.terms, subject, known) for one in verdicts if one.terms is not None]


def _line(one: Verdict, terms: Terms, subject: Person | Organization, known: Mapping[str, EvidenceKind]) -> Line:
    kind = known.get(terms.kind)
    to_do = one.state not in (State.CURRENT, State.NOT_REQUIRED, State.WAIVED, State.NOT_MEASURABLE)
    here: dict[str, Any] = {"person": subject.id} if isinstance(subject, Person) else {"organization": subject.id}
    which = f"{terms.kind}/{terms.key}"
    may_enter = allows(actor(), Permission.EVIDENCE_ENTER, subject) and one.state is not State.NOT_REQUIRED
    may_waive = to_do and allows(actor(), Permission.WAIVER_GRANT, subject)
    may_see_evidence = one.evidence is not None and allows(actor(), Permission.EVIDENCE_READ, subject)
    may_open = allows(actor(), Permission.REQUIREMENT_READ)
    return Line(
        requirement_id=one.requirement_id,
        title=terms.title,
        state=one.state,
        date_words=date_of(one),
        sentence=rules.sentence(one),
        version_href=url_for("standing.show_requirement", requirement_id=one.requirement_id) if may_open else "",
        evidence_href=url_for("standing.show_evidence", evidence_id=one.evidence_id) if may_see_evidence else "",
        is_imported=one.evidence is not None and one.evidence.is_imported,
        clear_words=kind.clear_words if kind and to_do else "",
        clear_href=kind.clear_link(terms.key) if kind and kind.clear_link and to_do and not may_enter else "",
        enter_href=url_for("standing.enter_evidence", which=which, **here) if may_enter else "",
        waive_href=url_for("standing.grant_waiver", requirement=one.requirement_id, **here) if may_waive else "",
    )


def date_of(one: Verdict) -> str:
    """The one date that matters: by when, since when, or until when."""
    if one.state is State.OVERDUE:
        return f"since {date_words(one.since)}" if one.since else ""
    if one.state is State.WAIVED:
        return f"through {date_words(one.until)}" if one.until else ""
    day: date | None = one.until if one.state is State.GRACE else one.due_on
    return f"{'through' if one.state is State.CURRENT else 'by'} {date_words(day)}" if day else ""


def subject_kind(subject: Person | Organization) -> SubjectKind:
    return SubjectKind.PERSON if isinstance(subject, Person) else SubjectKind.ORGANIZATION


def standing_href(kind: SubjectKind, subject_id: int) -> str:
    if kind is SubjectKind.PERSON:
        return url_for("standing.person_standing", person_id=subject_id)
    return url_for("standing.organization_standing", organization_id=subject_id)


class Shows(Protocol):
    """Evidence, a claim of it, or a file of them."""

    kind: Any
    key: Any


def titles() -> Callable[[Shows], str]:
    """For each piece of evidence what it shows, as a title; two queries for all."""
    known = queries.titles()
    return lambda one: known.get((one.kind, one.key)) or f"{kind_words(one.kind)}: {one.key}"
