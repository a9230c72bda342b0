"""One raw message as facts, for any bytes whatever.

The standard library finds the parts, within limits; everything that it, or the sender, gets wrong is repaired around it
and told in `problems`. A message over a limit, or one that could not be understood, has a flag that says so; its raw
bytes are what counts, and somebody should look at it.
"""

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from portal.mail import headers, robots
from portal.mail.addresses import RECIPIENTS_KEPT, Mailbox, mailboxes
from portal.mail.attachments import ParsedAttachment
from portal.mail.bodies import Flag, Reader
from portal.mail.hygiene import Notes
from portal.mail.parts import OVER_LIMIT, Grove, Part, grow
from portal.mail.robots import Bounce
from portal.mail.visible import visible_reply

SUBJECT_LIMIT = 1000
HEADERS_KEPT = 200
HEADER_KEPT_LENGTH = 2000
SEVERAL_SENDERS = "The message has several From headers; the first with an address is taken."
NO_SENDER = "The message names no sender."
NO_DATE = "The date of the message is missing or cannot be read."
NOT_UNDERSTOOD = "The message could not be understood."
_ENVELOPE = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "apparently-to")
_FORWARDS = ("fw:", "fwd:", "wg:", "tr:", "rv:", "enc:", "i:", "doorst:", "vs:")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ParsedMail:
    """A message that came in. Text has line feeds only and no control characters; headers are one line.

    Message ids keep their angle brackets; "" where one is missing. `recipients` are all addresses the message may have
    been sent to, from the envelope first. `headers` are the first 200, decoded, names in lower case, in order.
    """

    subject: str
    from_address: str
    from_name: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    date: datetime | None
    body_text: str
    body_html: str
    visible_reply: str
    attachments: tuple[ParsedAttachment, ...]
    is_auto_reply: bool
    is_bounce: bool
    bounce: Bounce | None
    delivered_to: tuple[str, ...]
    recipients: tuple[str, ...]
    problems: tuple[str, ...]
    flags: frozenset[Flag]
    headers: tuple[tuple[str, str], ...]


def parse(raw: bytes, own: Collection[str] = ()) -> ParsedMail:
    """Never raises. `own` are our own addresses and domains: mail from there is never answered."""
    notes = Notes()
    try:
        return _parsed(raw, notes, frozenset(each.lower() for each in own))
    except Exception:
        log.debug("a message could not be understood", exc_info=True)
    notes.add(NOT_UNDERSTOOD)
    return _parsed(b"", notes, frozenset())


def as_json(parsed: ParsedMail) -> dict[str, Any]:
    """The object that `portal mail parse` prints."""
    plain = ("subject", "from_address", "from_name", "message_id", "in_reply_to")
    return {
        **{name: getattr(parsed, name) for name in plain},
        "to": list(parsed.to),
        "cc": list(parsed.cc),
        "references": list(parsed.references),
        "date": parsed.date.isoformat() if parsed.date else None,
        "body_text": parsed.body_text,
        "visible_reply": parsed.visible_reply,
        "attachments": [
            {"filename": each.filename, "content_type": each.content_type, "size": each.size}
            for each in parsed.attachments
        ],
        "is_auto_reply": parsed.is_auto_reply,
        "is_bounce": parsed.is_bounce,
    }


def main_json(raw: bytes) -> str:
    return json.dumps(as_json(parse(raw)))


@dataclass(frozen=True)
class _Envelope:
    """The headers of a message, read."""

    root: Part
    hints: tuple[str, ...]
    notes: Notes

    def line(self, name: str) -> str:
        """The first value that says something, as one line."""
        lines = (headers.line_of(raw, self.hints, self.notes) for raw in self.root.raw_all(name)[:10])
        return next((line for line in lines if line), "")

    def boxes(self, *names: str) -> list[Mailbox]:
        values = chain.from_iterable(self.root.raw_all(name)[:20] for name in names)
        texts = (headers.text_of(raw, self.hints, self.notes) for raw in values)
        return [box for text in texts for box in mailboxes(text, self.notes)][:RECIPIENTS_KEPT]

    def ids(self, name: str) -> tuple[str, ...]:
        value = " ".join(headers.text_of(raw, (), self.notes) for raw in self.root.raw_all(name)[:10])
        return headers.message_ids(value)

    def all(self) -> tuple[tuple[str, str], ...]:
        kept = [(name.lower(), value[:HEADER_KEPT_LENGTH]) for name, value in self.root.raw_items()][:HEADERS_KEPT]
        return tuple((name, headers.line_of(value, self.hints, self.notes)) for name, value in kept)


def _parsed(raw: bytes, notes: Notes, own: frozenset[str]) -> ParsedMail:
    root = grow(raw, notes) if raw.strip() else Grove(notes).part()
    reader = Reader(notes)
    letter = reader.read(root)
    text = letter.text.strip("\n").rstrip()
    envelope = _Envelope(root, reader.charsets, notes)
    senders, sender = _senders(envelope, reader.flags)
    bounce = robots.bounce_of(root, senders, text, notes)
    automatic = bounce is not None or robots.is_auto_reply(root, senders, own)
    subject = envelope.line("subject")[:SUBJECT_LIMIT]
    date = headers.moment(envelope.line("date"))
    to, cc = _addresses(envelope.boxes("to")), _addresses(envelope.boxes("cc"))
    delivered_to = _addresses(envelope.boxes(*_ENVELOPE))
    if raw.strip() and date is None:
        notes.add(NO_DATE)
    _flag(reader.flags, root, notes)
    return ParsedMail(
        subject=subject,
        from_address=sender.address,
        from_name=sender.name,
        to=to,
        cc=cc,
        message_id=next(iter(envelope.ids("message-id")), ""),
        in_reply_to=next(iter(envelope.ids("in-reply-to")), ""),
        references=envelope.ids("references"),
        date=date,
        body_text=text,
        body_html=letter.html,
        visible_reply=visible_reply(text, forwarded=subject.lower().startswith(_FORWARDS)),
        attachments=tuple(reader.files),
        is_auto_reply=automatic,
        is_bounce=bounce is not None,
        bounce=bounce,
        delivered_to=delivered_to,
        recipients=tuple(dict.fromkeys((*delivered_to, *to, *cc)))[:RECIPIENTS_KEPT],
        problems=tuple(notes),
        flags=frozenset(reader.flags),
        headers=envelope.all(),
    )


def _senders(envelope: _Envelope, flags: set[Flag]) -> tuple[list[Mailbox], Mailbox]:
    """Everybody in From, and the one who counts: the first with an address, else Sender."""
    senders = envelope.boxes("from")
    if len(envelope.root.raw_all("from")) > 1:
        flags.add(Flag.SEVERAL_SENDERS)
        envelope.notes.add(SEVERAL_SENDERS)
    addressed = [box for box in (*senders, *envelope.boxes("sender")) if box.address]
    if not addressed:
        envelope.notes.add(NO_SENDER)
    sender = next(iter(addressed or senders), Mailbox("", ""))
    if any("@" in word and word.strip("<>()\"'").lower() != sender.address.lower() for word in sender.name.split()):
        flags.add(Flag.NAME_SHOWS_ADDRESS)
    return senders, sender


def _addresses(boxes: Sequence[Mailbox]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(box.address for box in boxes if box.address))


def _flag(flags: set[Flag], root: Part, notes: Notes) -> None:
    kind = robots.report_type(root)
    if kind == "disposition-notification":
        flags.add(Flag.READ_RECEIPT)
    if kind == "feedback-report":
        flags.add(Flag.ABUSE_REPORT)
    if root.raw_all("list-id"):
        flags.add(Flag.LIST)
    if OVER_LIMIT & set(notes):
        flags.add(Flag.OVER_LIMIT)
    if NOT_UNDERSTOOD in notes:
        flags.add(Flag.UNREADABLE)
