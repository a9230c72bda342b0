"""Entering and leaving: tries, sessions, the demo's door."""

import secrets
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, delete, update

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import queries
from portal.people.actions import passwords
from portal.people.models import Person, SignedInSession, SignInTry
from portal.people.queries import SignedIn
from portal.people.rules import SEEN_EVERY, Bucket, bucket_name, normal_address, token_hash
from portal.settings import Settings


@dataclass(frozen=True)
class Origin:
    """Where a try comes from: a network, a device that signed in as this address before ("" for none), a browser."""

    network: str
    device: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Answer:
    """What a try came to: a session's token, else whether one has to wait."""

    token: str = ""
    person: Person | None = None
    must_wait: bool = False


def sign_in(act: Act, address: str, password: str, origin: Origin, settings: Settings) -> Answer:
    """Open a session, or count the failed try. Known and unknown addresses cost the same and get the same."""
    buckets = _buckets(normal_address(address) or address, origin, settings.key("throttle"))
    if queries.full_buckets(buckets, act.at):
        return Answer(must_wait=True)
    person = queries.person_by_email(normal_address(address))
    if not passwords.fits(person, password, settings) or person is None:
        _count_failure(act, person, buckets)
        return Answer()
    passwords.refresh(person, password, settings)
    forgiven = [buckets[bucket] for bucket in (Bucket.PAIR, Bucket.DEVICE) if bucket in buckets]
    db.session.execute(delete(SignInTry).where(SignInTry.bucket.in_(forgiven)))
    return Answer(open_session(act, person, origin.browser), person)


def _buckets(address: str, origin: Origin, key: bytes) -> dict[Bucket, str]:
    """A known device has a bucket of its own, which no flood from elsewhere can fill."""
    if origin.device:
        return {Bucket.DEVICE: bucket_name(key, Bucket.DEVICE, origin.device, address)}
    return {
        Bucket.PAIR: bucket_name(key, Bucket.PAIR, address, origin.network),
        Bucket.ADDRESS: bucket_name(key, Bucket.ADDRESS, address),
        Bucket.NETWORK: bucket_name(key, Bucket.NETWORK, origin.network),
    }


def _count_failure(act: Act, person: Person | None, buckets: dict[Bucket, str]) -> None:
    db.session.add_all(SignInTry(bucket=name, at=act.at) for name in buckets.values())
    if person is None:
        audit.record_without_subject(act, "person.sign_in_failed", "person")
    else:
        audit.record(act, "person.sign_in_failed", person)


def open_session(act: Act, person: Person, browser: str = "") -> str:
    """A new session under a new random token, which the caller puts into the cookie."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        SignedInSession(
            token_hash=token_hash(token),
            person_id=person.id,
            opened_at=act.at,
            seen_at=act.at,
            browser=browser[:60],
        )
    )
    audit.record(replace(act, by=person.id), "person.signed_in", person)
    return token


def enter_demo(act: Act, person: Person, browser: str = "") -> str:
    """A session without a password. The view `people.enter_demo` alone calls it, after asking who asks from where.

    Raises:
        Refused: the database is not a demo, or the person has ended.
    """
    if queries.demo_mark() is None or not person.is_active:
        raise Refused("Only the people of a demo community can be entered as.")
    audit.record(replace(act, by=person.id), "person.demo_entered", person)
    return open_session(act, person, browser)


def sign_out(act: Act, reader: SignedIn) -> None:
    _end_sessions_where(act, SignedInSession.id == reader.session_id)
    audit.record(act, "person.signed_out", reader.person)


def end_session(act: Act, session: SignedInSession) -> None:
    _end_sessions_where(act, SignedInSession.id == session.id)
    audit.record(act, "person.signed_out", session.person)


def end_sessions(act: Act, person: Person, but: int | None = None) -> None:
    """Sign the person out everywhere, at once; `but` is the id of a session that stays."""
    _end_sessions_where(act, (SignedInSession.person_id == person.id) & (SignedInSession.id != (but or 0)))
    audit.record(act, "person.sessions_ended", person)


def _end_sessions_where(act: Act, which: ColumnElement[bool]) -> None:
    db.session.execute(update(SignedInSession).where(which, SignedInSession.ended_at.is_(None)).values(ended_at=act.at))


def note_seen(act: Act, reader: SignedIn) -> None:
    """Keep that the session was in use, at most once a minute.

    The one write outside of a request's own transaction: call it when the request has been settled.
    """
    if act.at - reader.seen_at < SEEN_EVERY:
        return
    db.session.execute(
        update(SignedInSession)
        .where(SignedInSession.id == reader.session_id, SignedInSession.seen_at < act.at)
        .values(seen_at=act.at)
    )
    db.session.commit()
