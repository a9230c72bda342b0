"""Invitations and resets by mailed one-use link, and new passwords."""

import secrets
from dataclasses import replace

from sqlalchemy import update

from portal import audit
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.people import notices, queries
from portal.people.actions import passwords
from portal.people.actions.people import void_links
from portal.people.actions.sign_in import end_sessions
from portal.people.models import LinkAsked, MailedLink, Person, SignInTry
from portal.people.rules import Bucket, LinkKind, bucket_name, normal_address, token_hash
from portal.settings import Settings

LINK_GONE = "This link was used before or is too old. Ask for a new one."


def invite(act: Act, person: Person) -> None:
    """Mail a link with which the person sets a password and can then sign in.

    Raises:
        Refused: the person has ended or can sign in already.
    """
    if not person.is_active:
        raise Refused(f"{person.name} has no access any more. Bring the person back first.")
    if person.password_hash:
        raise Refused(f"{person.name} can sign in already. A new password comes from “Forgot your password?”.")
    link, token = make_link(act, person, LinkKind.INVITATION)
    audit.record(act, "person.invited", person)
    notices.invitation(act, link, token)


def make_link(act: Act, person: Person, kind: LinkKind) -> tuple[MailedLink, str]:
    """A link and its token, which is kept nowhere: it leaves in the letter or on the operator's screen."""
    token = secrets.token_urlsafe(32)
    link = MailedLink(
        kind=kind, person=person, token_hash=token_hash(token), made_at=act.at, expires_at=act.at + kind.lasts
    )
    db.session.add(link)
    db.session.flush()
    return link, token


def ask_link(act: Act, email: str, settings: Settings) -> None:
    """Note that somebody wants a link; a job looks whether the address is known, so that asking costs always the same.

    More than a few an hour to one address are passed over in silence. Links that were mailed before stay good.
    """
    known = normal_address(email)
    bucket = bucket_name(settings.key("throttle"), Bucket.LETTER, known)
    audit.record_without_subject(act, "person.link_asked", "person")
    if not known or queries.full_buckets({Bucket.LETTER: bucket}, act.at):
        return
    db.session.add_all((SignInTry(bucket=bucket, at=act.at), LinkAsked(address=known, at=act.at)))


def send_link(act: Act, asked_id: int) -> None:
    """Mail the link that was asked for, if the address is of somebody who may sign in; forget the address."""
    asked = queries.link_asked(asked_id)
    if asked is None:
        return
    person = queries.person_by_email(asked.address)
    db.session.delete(asked)
    if person is None or not person.is_active or not (person.password_hash or queries.was_invited(person.id)):
        return
    link, token = make_link(act, person, LinkKind.RESET)
    audit.record(act, "person.link_asked", person)
    notices.reset(act, link, token)


def use_link(act: Act, token: str, password: str, settings: Settings) -> Person:
    """Use the link up and set its person's password; the caller may open a session.

    Raises:
        Refused: the link cannot be used any more, or the password cannot be taken (the link then stays good).
    """
    link = queries.open_link(token, act.at)
    if link is None:
        raise Refused(LINK_GONE)
    used = db.session.execute(
        update(MailedLink)
        .where(MailedLink.id == link.id, MailedLink.used_at.is_(None), MailedLink.expires_at > act.at)
        .values(used_at=act.at)
        .returning(MailedLink.id)
    )
    if used.scalar_one_or_none() is None:
        raise Refused(LINK_GONE)
    set_password(replace(act, by=link.person_id), link.person, password, settings)
    return link.person


def set_password(act: Act, person: Person, password: str, settings: Settings) -> None:
    """All sessions end and all mailed links die; who had a password before is told by letter.

    Raises:
        Refused: says what is wrong with the password.
    """
    passwords.demand_good(person, password, settings)
    is_first = person.password_hash is None
    person.password_hash = passwords.hashed(password, settings)
    end_sessions(act, person)
    void_links(act, person)
    audit.record(act, "person.password_set", person)
    if not is_first:
        notices.password_changed(act, person)
