"""How sure it is that a mail is from whom it says: what our own mail server found, and what only its reader can know.

Anyone can write any name into From. Two things speak for a sender: DMARC, which our own mail server checked and noted
(RFC 8601; RFC 7489), and that the mail names something which we sent to this reader alone.
"""

import re
from enum import StrEnum

from sqlalchemy import select

from portal.db import db
from portal.mail.letters import Letter
from portal.mail.parse import ParsedMail
from portal.mail.thread import REFERENCES_LOOKED_UP, Thread, bracketed, reply_token
from portal.settings import Settings


class Verdict(StrEnum):
    """What our mail server found about the From address."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """No result, no policy of the sender's domain, or no server of ours that checks."""


_ASIDE = re.compile(r'"(?:[^"\\]|\\.)*"|\\.')
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"dmarc\s*=\s*([a-z]+)\b(.*)", re.DOTALL)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*([^\s;]+)")


def verdict(parsed: ParsedMail, settings: Settings) -> Verdict:
    """Reads only the topmost result under our own server's name; a sender can forge any other one.

    The server must remove results under its own name from mail that comes in (RFC 8601, section 5), as all common
    ones do.
    """
    if not settings.authserv_id:
        return Verdict.UNKNOWN
    noted = (_plain(value) for name, value in parsed.headers if name == "authentication-results")
    ours = next((text for text in noted if _server(text) == settings.authserv_id), "")
    results = [found for part in ours.split(";")[1:] if (found := _RESULT.fullmatch(part.strip()))]
    domain = parsed.from_address.rpartition("@")[2].lower()
    verdicts = {_verdict(found[1], found[2], domain) for found in results}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.FAILED if Verdict.FAILED in verdicts else Verdict.UNKNOWN


def _plain(value: str) -> str:
    """Without quoted strings and comments, in which a sender's own words may stand."""
    text, before = _ASIDE.sub("", value), ""
    while text != before:
        text, before = _COMMENT.sub(" ", text), text
    return text.lower()


def _server(text: str) -> str:
    words = text.partition(";")[0].split()
    return words[0] if words else ""


def _verdict(result: str, properties: str, domain: str) -> Verdict:
    of = _HEADER_FROM.search(properties)
    if result == "fail":
        return Verdict.FAILED
    about_sender = of is not None and of[1].rpartition("@")[2] == domain
    return Verdict.PASSED if result == "pass" and about_sender else Verdict.UNKNOWN


def names_own_letter(parsed: ParsedMail, thread: Thread, person_id: int | None, settings: Settings) -> bool:
    """Does it name what only this sender got from us: the own reply address, or a letter to the own address?

    `person_id` is the sender's; None for somebody whom the register does not know.
    """
    token = reply_token(parsed, settings)
    if token is not None:
        return (token.thread, token.person_id) == (thread, person_id)
    named = [bracketed(one) for one in (parsed.in_reply_to, *parsed.references[-REFERENCES_LOOKED_UP:])]
    message_ids = [one for one in named if one]
    if not message_ids:
        return False
    letter = (
        select(Letter.id)
        .where(Letter.message_id.in_(message_ids))
        .where(Letter.thread_kind == thread.kind, Letter.thread_id == thread.id)
        .where(Letter.to_address == parsed.from_address.lower())
    )
    return db.session.scalar(letter.order_by(Letter.id).limit(1)) is not None


def names_anothers_address(parsed: ParsedMail, person_id: int | None, settings: Settings) -> bool:
    """A reply address that we gave to somebody else."""
    token = reply_token(parsed, settings)
    return token is not None and token.person_id != person_id
