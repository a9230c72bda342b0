"""Keeping one message: masked where it must be, its files sniffed, the ticket findable by it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal import audit, contents, files, guard
from portal.audit import Act
from portal.db import db, lead_to, put
from portal.errors import Refused
from portal.files import Upload
from portal.people.models import Person
from portal.search import Text
from portal.tickets import queries, rules
from portal.tickets.models import Attachment, Message, SealedOriginal, Ticket
from portal.tickets.rules import Channel, Choice, MessageKind, SenderCheck


class HoldsClientData(Refused):
    """A file holds numbers or dates that can only be a client's."""


@dataclass(frozen=True)
class Draft:
    """What somebody wrote: text, files, and what was decided about client data found in it."""

    text: str
    uploads: Sequence[Upload] = ()
    choice: Choice = Choice.MASK
    personal_id: str = ""
    quoted: str = ""
    inbound_id: int | None = None
    mail_id: str = ""
    """Message-ID of the mail it came by, which an acknowledgement answers."""
    sender: SenderCheck | None = None
    subject: rules.SafeText | None = None
    """Of an opening: what was masked in its subject is noted and sealed with it."""


def keep_message(
    act: Act, ticket: Ticket, draft: Draft, kind: MessageKind, channel: Channel, author: Person | None, name: str = ""
) -> Message:
    """Raises Refused when the text is empty or too long, or a file is not accepted."""
    check_text(draft.text, has_files=bool(draft.uploads))
    allowed = allowed_on(ticket, author)
    safe = rules.safe(draft.text, allowed, draft.choice, draft.personal_id)
    quoted = rules.safe(draft.quoted, allowed) if draft.quoted else rules.SafeText("")
    names = [_safe_name(upload, draft, allowed) for upload in draft.uploads]
    all_parts = [safe, quoted, *names, *([draft.subject] if draft.subject else [])]
    message = Message(
        kind=kind,
        channel=channel,
        author_name=name,
        at=act.at,
        text=safe.text,
        quoted=quoted.text,
        inbound_id=draft.inbound_id,
        masked=sorted({kind for one in all_parts for kind in one.kinds}),
        sent_as_typed=draft.choice is Choice.AS_TYPED,
        sender=draft.sender,
    )
    put(message, ticket=ticket, author=author, attachments=[], original=None)
    if "messages" in vars(ticket):  # read already: what is read again must be all
        lead_to(ticket, messages=[*ticket.messages, message])
    _keep_files(act, message, draft.uploads, names)
    if any(one.original for one in all_parts if one is not quoted):
        _seal(act, ticket, message, _original(draft))
    _make_findable(ticket, message)
    if ticket.updated_at != act.at:
        ticket.updated_at = act.at
    return message


def check_text(text: str, has_files: bool = False) -> None:
    if not text.strip() and not has_files:
        raise Refused("Write a message first.")
    if len(text) > rules.TEXT_LENGTH:
        raise Refused(
            f"A message may have {rules.TEXT_LENGTH:,} characters; this one has {len(text):,}. Attach a file."
        )


def allowed_on(ticket: Ticket | None, author: Person | None) -> guard.Allowed:
    """Names and phones that are of the people at work on a ticket, not of clients."""
    people: list[Person | None] = [author]
    if ticket is not None:
        people += [ticket.requester, ticket.assignee, *(one.person for one in ticket.participants)]
    return queries.allowed(*people)


def _safe_name(upload: Upload, draft: Draft, allowed: guard.Allowed) -> rules.SafeText:
    """A file's name without client data; its ending stays, by which people know what it is."""
    stem, dot, ending = files.safe_name(upload.name).rpartition(".")
    safe = rules.safe(stem.replace("_", " "), allowed, draft.choice, draft.personal_id)
    return replace(safe, text=f"{safe.text if safe.original else stem}{dot}{ending}")


def _original(draft: Draft) -> str:
    names = [f"File: {files.safe_name(upload.name)}" for upload in draft.uploads]
    subject = [f"Subject: {draft.subject.original}"] if draft.subject and draft.subject.original else []
    return "\n".join([*subject, draft.text, *names])


def check_upload(upload: Upload) -> tuple[str, contents.Unread | None]:
    """The file's kind, and why it could not be looked over for numbers that can only be a client's, if so.

    Raises:
        Refused: the kind is not accepted.
        HoldsClientData: it holds Social Security numbers or birth dates.
    """
    kind = files.content_type(upload)
    held = contents.read(kind, upload.content)
    certain = guard.certain(held.text)
    if certain:
        raise HoldsClientData(
            f"The file “{upload.name}” seems to hold a {certain.label}. Remove client data and attach it again."
        )
    return kind, held.unread


def _keep_files(act: Act, message: Message, uploads: Sequence[Upload], names: Sequence[rules.SafeText]) -> None:
    if len(uploads) > rules.FILES_PER_MESSAGE:
        raise Refused(f"A message may carry {rules.FILES_PER_MESSAGE} files; you attached {len(uploads)}.")
    for upload, name in zip(uploads, names, strict=True):
        kind, unread = check_upload(upload)
        kept = files.keep(act, upload.content, kind)
        db.session.add(Attachment(message=message, file=kept, name=files.safe_name(name.text), unread=unread))


def _seal(act: Act, ticket: Ticket, message: Message, original: str) -> None:
    kept = files.keep(act, original.encode(), "text/plain", sealed=True)
    db.session.add(SealedOriginal(message=message, file=kept, purge_at=act.at + rules.ORIGINAL_KEPT))
    audit.record(act, "ticket.masked", ticket, message_id=message.id, kinds=message.masked)


def _make_findable(ticket: Ticket, message: Message) -> None:
    """Findable by subject, people and everything said; notes only to staff."""
    rows = [(message.kind, message.text)] if message.kind is MessageKind.OPENING else queries.texts(ticket)
    said = [text for kind, text in rows if not kind.is_internal]
    noted = [text for kind, text in rows if kind.is_internal]
    who = [ticket.requester_words, ticket.agency.name if ticket.agency else ""]
    queries.SEARCH.put(Text(ticket.id, "\n".join([ticket.subject, *who, *said]), "\n".join(noted)))
