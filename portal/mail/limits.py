"""Who writes too much, and to whom the portal answers by itself; both keep machines from talking to each other."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from portal.db import plain_rows
from portal.mail.fetch import InboundMail, InboundState, sender_hash
from portal.mail.letters import Auto, Letter, LetterState
from portal.mail.thread import Thread, bracketed

MESSAGES_AN_HOUR = 30
"""From one address; more waits for a person."""
MESSAGES_AN_HOUR_IN_A_THREAD = 10
"""From one address; two programs that take part in one thread would otherwise write to each other for ever."""
ACKNOWLEDGEMENTS = ((timedelta(minutes=10), 1), (timedelta(days=1), 5))
"""To one address, at most so many within so long."""


_FROM = select(func.count()).where(
    InboundMail.sender_hash == bindparam("sender_hash"),
    InboundMail.received_at > bindparam("since", type_=InboundMail.received_at.type),
)
_FROM_INTO = _FROM.where(
    InboundMail.state == InboundState.TAKEN,
    InboundMail.about_kind == bindparam("kind"),
    InboundMail.about_id == bindparam("subject_id"),
)


def too_many_from(address: str, now: datetime, besides: InboundMail | None = None) -> bool:
    """Counts what was noted by `fetch.note_facts`; `besides` is the mail that is being taken in and counts too."""
    since, digest = now - timedelta(hours=1), sender_hash(address)
    if besides is None:
        return _count(_FROM, sender_hash=digest, since=since) > MESSAGES_AN_HOUR
    others = _FROM.where(InboundMail.id != bindparam("besides"))
    return _count(others, sender_hash=digest, since=since, besides=besides.id) >= MESSAGES_AN_HOUR


def too_many_in(thread: Thread, address: str, now: datetime) -> bool:
    """Counts what was taken into the thread within the hour."""
    facts = {"since": now - timedelta(hours=1), "kind": thread.kind, "subject_id": thread.id}
    return _count(_FROM_INTO, sender_hash=sender_hash(address), **facts) >= MESSAGES_AN_HOUR_IN_A_THREAD


def _count(statement: Select[int], **values: Any) -> int:
    return int(plain_rows(statement, **values).scalar_one())


_EXCEPTED = (
    select(InboundMail.id)
    .where(InboundMail.message_id == bindparam("message_id"), InboundMail.may_be_acknowledged.is_(False))
    .limit(1)
)


def may_reply(to_message_id: str, to_address: str, now: datetime) -> bool:
    """May the portal by itself answer this mail that came in? Not one that a rule or a person excepted from it."""
    excepted = plain_rows(_EXCEPTED, message_id=bracketed(to_message_id)).first()
    return excepted is None and may_acknowledge(to_address, now)


_WITHIN = [bindparam(f"since{place}", type_=Letter.made_at.type) for place in range(len(ACKNOWLEDGEMENTS))]
_ACKNOWLEDGED = select(
    *(func.count(case((Letter.made_at > since, 1))).label(f"within{place}") for place, since in enumerate(_WITHIN))
).where(
    Letter.to_address == bindparam("to_address"),
    Letter.made_at > _WITHIN[-1],
    Letter.auto == Auto.REPLIED,
    Letter.state != LetterState.NOT_NEEDED,
)
"""How many within each span, of which the last is the longest."""


def may_acknowledge(to_address: str, now: datetime) -> bool:
    since = {f"since{place}": now - span for place, (span, _) in enumerate(ACKNOWLEDGEMENTS)}
    found = plain_rows(_ACKNOWLEDGED, to_address=to_address.strip().lower(), **since).one()
    return all(count < most for count, (_, most) in zip(found, ACKNOWLEDGEMENTS, strict=True))
