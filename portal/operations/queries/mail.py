"""Letters and incoming mail for operators.

A letter about a ticket says what the ticket says. Who may not read the ticket finds neither the letter's words nor the
mail that it was made from.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.mail import fetch, headers, letters
from portal.mail.fetch import InboundMail, InboundState
from portal.mail.hygiene import Notes, one_line
from portal.mail.letters import Letter, LetterState
from portal.policy import Actor
from portal.tickets import queries as tickets
from portal.tickets.models import Ticket

_HEADER_LENGTH = 300
_SHOWN = frozenset(
    {
        "authentication-results",
        "auto-submitted",
        "content-transfer-encoding",
        "content-type",
        "date",
        "from",
        "in-reply-to",
        "list-id",
        "message-id",
        "mime-version",
        "precedence",
        "received",
        "references",
        "reply-to",
        "return-path",
        "sender",
        "to",
        "user-agent",
        "x-mailer",
    }
)
"""Headers that say how a mail came here. Subject and the like are the writer's words, and stay sealed."""


def letters_listed(states: Collection[LetterState] = (), to: str = "") -> Select[Letter]:
    return letters.listed(*states, to_address=to)


def inbound_listed(states: Collection[InboundState] = ()) -> Select[InboundMail]:
    return fetch.listed(*states).options(joinedload(InboundMail.raw_file))


def tickets_seen(actor: Actor, rows: Iterable[Letter | InboundMail]) -> frozenset[int]:
    """Of the tickets that these rows are about, those that the actor may read; one query."""
    ids = {row.about_id for row in rows if row.about_kind == Ticket.__tablename__ and row.about_id}
    if not ids:
        return frozenset()
    seen = tickets.visible_to(actor).with_only_columns(Ticket.id).where(Ticket.id.in_(ids)).order_by(Ticket.id)
    return frozenset(db.session.scalars(seen))


def letter_for(actor: Actor, letter_id: int) -> Letter | None:
    """The letter, unless it is about a ticket that the actor may not read."""
    found = letters.letter(letter_id)
    return found if found is not None and _may_see(actor, found) else None


def mail_for(actor: Actor, inbound_id: int) -> InboundMail | None:
    statement = select(InboundMail).where(InboundMail.id == inbound_id).options(joinedload(InboundMail.raw_file))
    found = db.session.scalar(statement)
    return found if found is not None and _may_see(actor, found) else None


def _may_see(actor: Actor, row: Letter | InboundMail) -> bool:
    return row.about_kind != Ticket.__tablename__ or row.about_id in tickets_seen(actor, [row])


def header_lines(arrived: InboundMail) -> Sequence[tuple[str, str]]:
    """How the mail came here, by its own headers, in order; Refused when the raw message is not kept any more."""
    block = headers.repair(fetch.raw_of(arrived), Notes()).headers.decode("utf-8", "replace")
    lines: list[list[str]] = []
    for line in block.split("\n"):
        if line[:1] in (" ", "\t") and lines:
            lines[-1][1] += f" {line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            lines.append([name.strip(), value.strip()])
    return [(name, _value(name, value)) for name, value in lines if name.lower() in _SHOWN]


def _value(name: str, value: str) -> str:
    """Without the name of a file, which a sender may have called after a client."""
    plain = one_line(value.partition(";")[0] if name.lower() == "content-type" else value)
    return plain if len(plain) <= _HEADER_LENGTH else f"{plain[:_HEADER_LENGTH]}…"
