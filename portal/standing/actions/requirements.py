"""A requirement: drafted, previewed, published as a version, retired."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

import yaml

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.settings import data_dir
from portal.standing import queries
from portal.standing.models import CommunityStartSet, Requirement, RequirementVersion
from portal.standing.rules import Audience, Authority, Recurrence, SubjectKind, problem

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
KEY = re.compile(r"[a-z0-9][a-z0-9.:-]{0,79}")
CATCH_UP_DAYS = 90


def add_requirement(act: Act, *, code: str, **terms: Any) -> Requirement:
    """A new requirement with its first version as a draft; it binds nobody before it is published.

    Raises:
        Refused: the code is taken or unusable, or the terms make no sense.
    """
    if not _CODE.fullmatch(code):
        raise Refused("Use small letters, digits and hyphens for the code, such as privacy-training.")
    if queries.requirement_by_code(code) is not None:
        raise Refused("There is a requirement with this code already.")
    requirement = Requirement(code=code, added_at=act.at, versions=[])
    db.session.add(requirement)
    db.session.flush()
    requirement.versions.append(_drafted(act, RequirementVersion(number=1), terms))
    audit.record(act, "requirement.added", requirement, code=code)
    return requirement


def draft_change(act: Act, requirement: Requirement, **terms: Any) -> RequirementVersion:
    """Write the next version down, in place of a draft that is there already; nothing holds before it is published.

    Raises:
        Refused: the terms make no sense, or it would bind another kind of subject.
    """
    if requirement.published and terms["subject_kind"] is not requirement.latest.subject_kind:
        raise Refused("A requirement keeps its kind of subject. Add another requirement instead.")
    draft = requirement.draft
    if draft is None:
        draft = RequirementVersion(number=queries.next_number(requirement))
        requirement.versions.append(draft)
    _drafted(act, draft, terms)
    audit.record(act, "requirement.drafted", requirement, number=draft.number)
    return draft


def _drafted(act: Act, version: RequirementVersion, terms: Mapping[str, Any]) -> RequirementVersion:
    for name, value in terms.items():
        setattr(version, name, value.as_json() if isinstance(value, Audience) else value)
    version.drafted_at, version.drafted_by_id = act.at, act.by
    if not KEY.fullmatch(version.key):
        raise Refused("Use small letters, digits and hyphens for the key of the evidence, such as end-user.")
    wrong = problem(_filled(version).terms(published_at=act.at))
    if wrong:
        raise Refused(wrong)
    return version


def _filled(version: RequirementVersion) -> RequirementVersion:
    """With the defaults that the database would give, so that the rules can read it."""
    for column in RequirementVersion.__table__.columns:
        if getattr(version, column.key) is None and column.default is not None and column.default.is_scalar:
            setattr(version, column.key, column.default.arg)
    return version


def discard_draft(act: Act, requirement: Requirement) -> None:
    """Take the draft back. A requirement that never was published goes with it.

    Raises:
        Refused: there is no draft.
    """
    draft = requirement.draft
    if draft is None:
        raise Refused("There is no draft to discard.")
    audit.record(act, "requirement.draft_discarded", requirement, number=draft.number)
    is_new = not requirement.published
    requirement.versions.remove(draft)
    db.session.delete(draft)
    db.session.flush()
    if is_new:
        db.session.delete(requirement)


def publish(act: Act, requirement: Requirement) -> RequirementVersion:
    """The draft becomes a version that never changes, and holds from its effective date.

    Raises:
        Refused: there is no draft, or it would hold before the version that it follows.
    """
    draft = requirement.draft
    if draft is None:
        raise Refused("There is no draft to publish. Change the requirement first.")
    before = requirement.published[-1] if requirement.published else None
    if before is not None and draft.effective_on < before.effective_on:
        raise Refused("The version before it holds from a later day. Choose an effective date that is not before it.")
    draft.published_at, draft.published_by_id = act.at, act.by
    audit.record(act, "requirement.published", requirement, number=draft.number, effective_on=draft.effective_on)
    return draft


def ask_anew(act: Act, requirement: Requirement, *, evidence_from: date, first_days: int) -> RequirementVersion:
    """Publish a version by which everybody does it again within so many days: a new text of an agreement, say.

    Raises:
        Refused: a draft is being written, which this would overtake.
    """
    if requirement.draft is not None or not requirement.published:
        raise Refused("Publish or discard the draft of this requirement first.")
    latest = requirement.published[-1]
    terms = {name: getattr(latest, name) for name in _TERMS}
    draft_change(
        act,
        requirement,
        **{**terms, "effective_on": evidence_from, "evidence_from": evidence_from, "first_days": first_days},
    )
    return publish(act, requirement)


_TERMS = (
    "title",
    "about",
    "authority",
    "source",
    "kind",
    "key",
    "subject_kind",
    "audience",
    "recurrence",
    "months",
    "opens_month",
    "opens_day",
    "closes_month",
    "closes_day",
    "times",
    "idle_days",
    "due_soon_days",
    "grace_days",
    "first_days",
    "effective_on",
    "evidence_from",
    "is_retired",
)


def set_community_start(act: Act, *, starts_on: date, catch_up_on: date | None = None) -> CommunityStartSet:
    """From this day on gaps count; older ones may be made up until `catch_up_on`.

    Raises:
        Refused: the time to catch up would be over before the start.
    """
    until = catch_up_on or starts_on + timedelta(days=CATCH_UP_DAYS)
    if until < starts_on:
        raise Refused("The day by which older gaps are made up cannot lie before the start.")
    start = CommunityStartSet(starts_on=starts_on, catch_up_on=until, recorded_at=act.at, recorded_by_id=act.by)
    db.session.add(start)
    audit.record(act, "standing.start_set", start, starts_on=starts_on, catch_up_on=until)
    return start


def load_defaults(act: Act, effective_on: date | None = None) -> int:
    """Publish the shipped requirements that are not there yet, by code; gives how many were new."""
    fresh = [held for held in shipped() if queries.requirement_by_code(held["code"]) is None]
    for held in fresh:
        requirement = add_requirement(act, **{**held, "effective_on": effective_on or act.at.date()})
        publish(act, requirement)
    return len(fresh)


@cache
def shipped() -> tuple[Mapping[str, Any], ...]:
    """content/standing/requirements.yml as terms."""
    text = (data_dir("content") / "standing" / "requirements.yml").read_text(encoding="utf-8")
    return tuple(MappingProxyType(_read(held)) for held in yaml.safe_load(text)["requirements"])


def _read(held: dict[str, Any]) -> dict[str, Any]:
    subject = SubjectKind(held.pop("subject", SubjectKind.PERSON))
    opens, closes = (
        str(held.pop(name, default)).split("-") for name, default in (("opens", "1-1"), ("closes", "12-31"))
    )
    return {
        **held,
        "subject_kind": subject,
        "audience": Audience.from_json(held.pop("audience")),
        "authority": Authority(held["authority"]),
        "recurrence": Recurrence(held["recurrence"]),
        "opens_month": int(opens[0]),
        "opens_day": int(opens[1]),
        "closes_month": int(closes[0]),
        "closes_day": int(closes[1]),
    }
