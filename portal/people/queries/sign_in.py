"""Sessions, mailed links and failed tries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.people.models import LinkAsked, MailedLink, Membership, Organization, Person, SignedInSession, SignInTry
from portal.people.queries.register import zone_of
from portal.people.rules import ALLOWED, COUNTED_FOR, LETTERS_COUNTED_FOR, Bucket, can_be_id, session_over, token_hash
from portal.policy import Actor
from portal.settings import Settings, data_dir


@dataclass(frozen=True)
class SignedIn:
    """Whoever this request comes from, as flask-login wants it."""

    token: str
    session_id: int
    seen_at: datetime
    person: Person
    person_id: int
    name: str
    actor: Actor
    zone: ZoneInfo

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


_OPEN_SESSION = (
    select(SignedInSession)
    .where(SignedInSession.token_hash == bindparam("token_hash"), SignedInSession.ended_at.is_(None))
    .options(
        joinedload(SignedInSession.person).selectinload(Person.roles),
        joinedload(SignedInSession.person)
        .joinedload(Person.home)
        .joinedload(Organization.memberships)
        .joinedload(Membership.coc),
    )
)
"""Made once: it is asked for every page."""


def signed_in(token: str, now: datetime, settings: Settings) -> SignedIn | None:
    """The session of this token and its person with roles, in two queries; None once it is over.

    Roles begin and end with the days of UTC, so that a role ended now is ended now in every community.
    """
    held = db.session.scalars(_OPEN_SESSION, {"token_hash": token_hash(token)}).unique().one_or_none()
    if held is None:
        return None
    person = held.person
    actor = person.actor_on(now.date())
    idle = settings.staff_idle if actor.is_staff else settings.user_idle
    if actor.person_id is None or session_over(held.opened_at, held.seen_at, now, idle, settings.session_limit):
        return None
    return SignedIn(token, held.id, held.seen_at, person, person.id, person.name, actor, zone_of(person.home))


def zone_of_reader(reader: Any) -> ZoneInfo:
    """The time zone in which somebody reads a page: a signed-in person's own, else the HMIS Lead's."""
    zone: ZoneInfo | None = getattr(reader, "zone", None)
    return zone if zone is not None else zone_of(None)


def person_of_token(token: str) -> int | None:
    """Whose session a token was of, although it has ended."""
    return db.session.scalar(select(SignedInSession.person_id).where(SignedInSession.token_hash == token_hash(token)))


def open_sessions(person_id: int, now: datetime, settings: Settings, staff: bool) -> Sequence[SignedInSession]:
    """A person's sessions that would still be let in, the latest used first."""
    idle = settings.staff_idle if staff else settings.user_idle
    found = select(SignedInSession).where(
        SignedInSession.person_id == person_id,
        SignedInSession.ended_at.is_(None),
        SignedInSession.seen_at >= now - idle,
        SignedInSession.opened_at >= now - settings.session_limit,
    )
    return db.session.scalars(found.order_by(SignedInSession.seen_at.desc(), SignedInSession.id)).all()


def session_of(person_id: int, session_id: int) -> SignedInSession | None:
    if not can_be_id(session_id):
        return None
    return db.session.scalar(
        select(SignedInSession).where(SignedInSession.id == session_id, SignedInSession.person_id == person_id)
    )


def open_link(token: str, now: datetime) -> MailedLink | None:
    """The link of this token, if it can still be used."""
    found = select(MailedLink).where(
        MailedLink.token_hash == token_hash(token), MailedLink.used_at.is_(None), MailedLink.expires_at > now
    )
    link = db.session.scalar(found.options(joinedload(MailedLink.person).joinedload(Person.home))) if token else None
    return link if link is not None and link.person.is_active else None


def is_link_open(link_id: int, now: datetime) -> bool:
    """May the letter about this link still go out?"""
    found = select(MailedLink.id).where(
        MailedLink.id == link_id, MailedLink.used_at.is_(None), MailedLink.expires_at > now
    )
    return db.session.scalar(found) is not None


def was_invited(person_id: int) -> bool:
    return db.session.scalar(select(MailedLink.id).where(MailedLink.person_id == person_id).limit(1)) is not None


def full_buckets(buckets: Mapping[Bucket, str], now: datetime) -> frozenset[Bucket]:
    """Those of the buckets that are full at this moment, in one query."""
    since = {bucket: now - (LETTERS_COUNTED_FOR if bucket is Bucket.LETTER else COUNTED_FOR) for bucket in buckets}
    counts = dict(
        db.session.execute(
            select(SignInTry.bucket, func.count())
            .where(
                or_(*((SignInTry.bucket == name) & (SignInTry.at > since[bucket]) for bucket, name in buckets.items()))
            )
            .group_by(SignInTry.bucket)
            .order_by(SignInTry.bucket)
        ).all()
    )
    return frozenset(bucket for bucket, name in buckets.items() if counts.get(name, 0) >= ALLOWED[bucket])


def links_asked() -> Sequence[int]:
    return db.session.scalars(select(LinkAsked.id).order_by(LinkAsked.id).limit(500)).all()


def link_asked(asked_id: int) -> LinkAsked | None:
    return db.session.get(LinkAsked, asked_id)


@cache
def common_passwords() -> frozenset[str]:
    """What many people use as a password, lower case, from the shipped list."""
    path = data_dir("content") / "people" / "common_passwords.txt"
    return frozenset(path.read_text(encoding="utf-8").split())
