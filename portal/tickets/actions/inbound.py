"""A stored mail becomes a message: on its thread if the sender is entitled to that, else on a new ticket."""

from dataclasses import dataclass
from functools import cached_property

from portal import audit, guard
from portal.audit import Act
from portal.db import db
from portal.errors import Refused
from portal.files import Upload
from portal.mail import bounces, fetch, limits, thread, trust
from portal.mail.bodies import Flag
from portal.mail.fetch import InboundMail
from portal.mail.parse import ParsedMail, parse
from portal.mail.thread import Thread
from portal.mail.trust import Verdict
from portal.people import queries as people
from portal.people.models import Person
from portal.people.rules import normal_address
from portal.policy import Permission, allows
from portal.settings import Settings
from portal.tickets import queries, rules
from portal.tickets.actions.filing import Requester, open_ticket
from portal.tickets.actions.messages import Draft, HoldsClientData, allowed_on, check_upload
from portal.tickets.actions.talking import answer, comment
from portal.tickets.models import Message, Ticket
from portal.tickets.rules import Channel, MessageKind, SenderCheck, State

EMPTY = "(The message had no text.)"
SEALED = "(The message is encrypted, so nobody here can read it. Ask its sender to send it without encryption.)"
LEFT_OUT = "\n\n({files} left out: too many, of a kind that we do not take, or with client data inside.)"
GOES_ON = "\n\n(The message goes on in the file “{name}”.)"
WHOLE_MESSAGE = "Whole message.txt"
AUTOMATIC = "An automatic message: a vacation notice, a list, or generated mail."
FOREIGN_REPORT = "A delivery report about a letter that is not ours."
NO_SENDER = "The message names no sender."
UNREADABLE = "The message could not be understood."
OVER_LIMIT = "The message has more parts than we read. Look at the raw message."
FORGED = "The sender's domain says that this message is not from there (DMARC)."
TOO_MANY = f"This address sent more than {limits.MESSAGES_AN_HOUR} messages within an hour."
TOO_MANY_HERE = (
    f"This address wrote on one ticket more than {limits.MESSAGES_AN_HOUR_IN_A_THREAD} times within an hour. "
    "Two programs may be answering each other."
)


@dataclass(frozen=True)
class _Files:
    """What came with a mail: what may be kept, how many may not, and whether one of those held client data."""

    accepted: list[Upload]
    left_out: int
    held_client_data: bool


@dataclass(frozen=True)
class _Mail:
    """One message, read: its row, its words, who it is from as the register knows it, and where it wants to go."""

    row: InboundMail
    parsed: ParsedMail
    sender: Person | None
    verdict: Verdict
    names: Ticket | None
    settings: Settings

    @property
    def address(self) -> str:
        return self.parsed.from_address.lower()

    @property
    def name(self) -> str:
        """What a sender whom the register does not know is called."""
        return self.parsed.from_name or self.address

    @property
    def sender_id(self) -> int | None:
        return self.sender.id if self.sender else None

    @cached_property
    def names_own_letter(self) -> bool:
        """Of the ticket that it names: does it name what only this sender got?"""
        thread = Thread("ticket", self.names.id) if self.names else None
        return thread is not None and trust.names_own_letter(self.parsed, thread, self.sender_id, self.settings)

    @cached_property
    def files(self) -> _Files:
        return _sorted_out([Upload(one.filename, one.content) for one in self.parsed.attachments])

    @property
    def check(self) -> SenderCheck:
        if self.verdict is Verdict.FAILED:
            return SenderCheck.FAILED
        if Flag.SEVERAL_SENDERS in self.parsed.flags:
            return SenderCheck.UNVERIFIED
        is_sure = self.verdict is Verdict.PASSED or self.names_own_letter
        return SenderCheck.VERIFIED if is_sure else SenderCheck.UNVERIFIED


def take_in_mail(act: Act, inbound: InboundMail, settings: Settings) -> None:
    """Apply one stored mail once. What cannot be applied is parked with the reason, never lost.

    Bounces mark the letter they are about; automatic mail is set aside unless a person insists on it.
    """
    try:
        raw = fetch.raw_of(inbound)
    except Refused as refusal:
        fetch.park(act, inbound, refusal.sentence)
        return
    # What is read on the way lies in rows of earlier transactions: no reading needs what is written here flushed first.
    with db.session.no_autoflush:
        _apply(act, inbound, parse(raw, own=(settings.desk_address,)), settings)


def _apply(act: Act, inbound: InboundMail, parsed: ParsedMail, settings: Settings) -> None:
    fetch.note_facts(inbound, parsed)
    if parsed.is_bounce and not inbound.is_insisted:
        _take_bounce(act, inbound, parsed)
        return
    if parsed.is_auto_reply and not inbound.is_insisted:
        fetch.ignore(act, inbound, AUTOMATIC)
        return
    mail = _read(inbound, parsed, settings)
    reason = _reason_to_park(act, mail)
    if reason:
        fetch.park(act, inbound, reason)
        return
    _take(act, mail)


def _take_bounce(act: Act, inbound: InboundMail, parsed: ParsedMail) -> None:
    letter = bounces.record_bounce(act, parsed)
    if letter is None:
        fetch.ignore(act, inbound, FOREIGN_REPORT)
    else:
        fetch.mark_taken(act, inbound, "letter", letter.id)


def _read(inbound: InboundMail, parsed: ParsedMail, settings: Settings) -> _Mail:
    """Who has left is nobody whom we know: the address may be somebody else's by now."""
    known = people.writer(normal_address(parsed.from_address))
    named = thread.find_thread(parsed, settings)
    return _Mail(
        row=inbound,
        parsed=parsed,
        sender=known if known is not None and known.is_active else None,
        verdict=trust.verdict(parsed, settings),
        names=queries.ticket(named.id) if named is not None and named.kind == "ticket" else None,
        settings=settings,
    )


def _reason_to_park(act: Act, mail: _Mail) -> str:
    """Why a person should look at it first; whoever insists has looked."""
    if not mail.address:
        return UNREADABLE if Flag.UNREADABLE in mail.parsed.flags else NO_SENDER
    if mail.row.is_insisted:
        return ""
    if Flag.OVER_LIMIT in mail.parsed.flags:
        return OVER_LIMIT
    if mail.verdict is Verdict.FAILED:
        return FORGED
    if mail.names is not None and limits.too_many_in(Thread("ticket", mail.names.id), mail.address, act.at):
        return TOO_MANY_HERE
    return TOO_MANY if limits.too_many_from(mail.address, act.at, besides=mail.row) else ""


def _take(act: Act, mail: _Mail) -> None:
    mail.row.may_be_acknowledged = not mail.row.is_insisted and (
        mail.sender is not None or mail.verdict is Verdict.PASSED
    )
    db.session.flush()  # the limits on automatic answers ask the database
    try:
        message = _taken(act, mail)
    except Refused as refusal:
        db.session.rollback()
        fetch.note_facts(mail.row, mail.parsed)
        fetch.park(act, mail.row, refusal.sentence)
        return
    thread.remember(act, mail.row.message_id, Thread("ticket", message.ticket.id))
    fetch.mark_taken(act, mail.row, "ticket", message.ticket.id)
    if _has_client_data(mail, message):
        fetch.purge_early(mail.row, act.at + rules.ORIGINAL_KEPT)


def _taken(act: Act, mail: _Mail) -> Message:
    by = Act(at=act.at, by=mail.sender_id, via=act.via)
    draft, left_out = _draft(mail)
    if mail.names is not None and mail.names.state is not State.CLOSED and _is_entitled(act, mail, mail.names):
        message = _said(by, mail, mail.names, draft)
    else:
        message = _opened(by, mail, draft).messages[0]
    if left_out:
        audit.record(by, "ticket.files_left_out", message.ticket, count=left_out)
    return message


def _is_entitled(act: Act, mail: _Mail, ticket: Ticket) -> bool:
    """Whoever may write on the ticket when signed in may write on it by mail; a stranger only on the own ticket."""
    if not _is_believed(act, mail):
        return False
    if mail.sender is None:
        return ticket.requester_id is None and ticket.requester_address.lower() == mail.address
    return allows(mail.sender.actor_on(act.at.date()), Permission.TICKET_COMMENT, ticket)


def _is_believed(act: Act, mail: _Mail) -> bool:
    """Is it from whom it says, as far as writing on the ticket that it names needs?

    DMARC, or a letter that only this sender got, says so. Without either, an address is believed only where our mail
    server checks none, and never for staff, whose words go out as the desk's.
    """
    if mail.check is SenderCheck.VERIFIED:
        return True
    if Flag.SEVERAL_SENDERS in mail.parsed.flags or mail.verdict is Verdict.FAILED:
        return False
    if mail.settings.authserv_id or trust.names_anothers_address(mail.parsed, mail.sender_id, mail.settings):
        return False
    return mail.sender is None or not mail.sender.actor_on(act.at.date()).is_staff


def _said(act: Act, mail: _Mail, ticket: Ticket, draft: Draft) -> Message:
    """Staff who answer a letter answer the requester; everybody else comments."""
    sender = mail.sender
    if sender is None:
        return comment(act, ticket, None, draft, name=mail.name, channel=Channel.MAIL)
    works = allows(sender.actor_on(act.at.date()), Permission.TICKET_WORK, ticket)
    if works and sender is not ticket.requester and ticket.state.is_open:
        return answer(act, ticket, sender, draft, channel=Channel.MAIL)
    return comment(act, ticket, sender, draft, channel=Channel.MAIL)


def _opened(act: Act, mail: _Mail, draft: Draft) -> Ticket:
    """A subject is never missing and never a way into another thread."""
    stranger = Requester(None, mail.name, mail.address)
    return open_ticket(
        act,
        Requester(mail.sender) if mail.sender else stranger,
        subject=mail.parsed.subject.strip() or "(no subject)",
        draft=draft,
        category=queries.category_by_key("other"),
        channel=Channel.MAIL,
        possibly_about=mail.names,
    )


def _draft(mail: _Mail) -> tuple[Draft, int]:
    """The message's text and accepted files, and how many files were not accepted."""
    parsed, is_reply = mail.parsed, mail.names is not None
    text = parsed.visible_reply if is_reply and parsed.visible_reply.strip() else parsed.body_text
    quoted = parsed.body_text.replace(text, "", 1).strip() if is_reply and text != parsed.body_text else ""
    uploads = [*_overflow(text, mail.sender), *mail.files.accepted]
    left_out = mail.files.left_out + len(uploads[rules.FILES_PER_MESSAGE :])
    draft = Draft(
        text=SEALED if Flag.ENCRYPTED in parsed.flags and not text.strip() else _shown(text, left_out),
        uploads=uploads[: rules.FILES_PER_MESSAGE],
        quoted=quoted[: rules.TEXT_LENGTH],
        inbound_id=mail.row.id,
        mail_id=mail.row.message_id,
        sender=mail.check,
    )
    return draft, left_out


def _sorted_out(uploads: list[Upload]) -> _Files:
    accepted, held_client_data = [], False
    for upload in uploads:
        try:
            check_upload(upload)
        except Refused as refusal:
            held_client_data = held_client_data or isinstance(refusal, HoldsClientData)
        else:
            accepted.append(upload)
    return _Files(accepted, len(uploads) - len(accepted), held_client_data)


def _shown(text: str, left_out: int) -> str:
    files = "1 file" if left_out == 1 else f"{left_out} files"
    remark = LEFT_OUT.format(files=f"{files} {'was' if left_out == 1 else 'were'}") if left_out else ""
    text = text.strip() or EMPTY
    if len(text) > rules.TEXT_LENGTH:
        remark = GOES_ON.format(name=WHOLE_MESSAGE) + remark
    return text[: rules.TEXT_LENGTH - len(remark)] + remark


def _overflow(text: str, sender: Person | None) -> list[Upload]:
    """What is too long for a message is kept whole as a file, client data masked."""
    if len(text.strip()) <= rules.TEXT_LENGTH:
        return []
    safe = rules.safe(text.strip(), queries.allowed(sender))
    return [Upload(WHOLE_MESSAGE, safe.text.encode())]


def _has_client_data(mail: _Mail, message: Message) -> bool:
    """In what became the message, in a file left out, or in the subject, of which a thread keeps only the first."""
    if mail.files.held_client_data:
        return True
    if message.masked or message.kind is MessageKind.OPENING:
        return bool(message.masked)
    return bool(guard.findings(mail.parsed.subject, allowed=allowed_on(message.ticket, mail.sender)))
