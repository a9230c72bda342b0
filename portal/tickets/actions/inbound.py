"""A stored mail becomes a message: on its thread if the sender is entitled to that, else on a new ticket."""

from portal import audit, files
from portal.audit import Act
from portal.errors import Refused
from portal.files import Upload
from portal.mail import bounces, fetch, limits, thread
from portal.mail.fetch import InboundMail
from portal.mail.parse import ParsedMail, parse
from portal.people import queries as people
from portal.people.models import Person
from portal.policy import Permission, allows
from portal.settings import Settings
from portal.tickets import queries, rules
from portal.tickets.actions.filing import Requester, open_ticket
from portal.tickets.actions.messages import Draft
from portal.tickets.actions.talking import answer, comment
from portal.tickets.models import Message, Ticket
from portal.tickets.rules import Channel, State

EMPTY = "(The message had no text.)"


def take_in_mail(act: Act, inbound: InboundMail, settings: Settings) -> None:
    """Apply one stored mail once. What cannot be applied is parked with the reason, never lost.

    Bounces mark the letter they are about; automatic mail reaches a thread only as far as it never answers itself.
    """
    parsed = parse(fetch.raw_of(inbound), own=(settings.desk_address,))
    fetch.note_facts(inbound, parsed)
    if parsed.is_bounce:
        _take_bounce(act, inbound, parsed)
        return
    if parsed.is_auto_reply:
        fetch.ignore(act, inbound, "An automatic message: a vacation notice, a list, or generated mail.")
        return
    reason = _reason_to_park(act, parsed)
    if reason:
        fetch.park(act, inbound, reason)
        return
    ticket = _taken(act, inbound, parsed, settings)
    if parsed.message_id:
        thread.remember(act, parsed.message_id, thread.Thread("ticket", ticket.id))
    fetch.mark_taken(act, inbound, "ticket", ticket.id)


def _take_bounce(act: Act, inbound: InboundMail, parsed: ParsedMail) -> None:
    letter = bounces.record_bounce(act, parsed)
    if letter is None:
        fetch.ignore(act, inbound, "A delivery report about a letter that is not ours.")
    else:
        fetch.mark_taken(act, inbound, "letter", letter.id)


def _reason_to_park(act: Act, parsed: ParsedMail) -> str:
    if not parsed.from_address:
        return "The message names no sender."
    if limits.too_many_from(parsed.from_address, act.at):
        return "This address sent more than 30 messages within an hour."
    return ""


def _taken(act: Act, inbound: InboundMail, parsed: ParsedMail, settings: Settings) -> Ticket:
    sender = people.person_by_email(parsed.from_address)
    named = thread.find_thread(parsed, settings)
    ticket = queries.ticket(named.id) if named is not None and named.kind == "ticket" else None
    draft, left_out = _draft(inbound, parsed, is_reply=ticket is not None)
    by = Act(at=act.at, by=sender.id if sender else None, via=act.via)
    if ticket is not None and _is_entitled(act, ticket, sender, parsed) and ticket.state is not State.CLOSED:
        message = _said(by, ticket, sender, draft, parsed)
        taken = message.ticket
    else:
        taken = _opened(by, parsed, sender, draft, ticket)
    if left_out:
        audit.record(by, "ticket.files_left_out", taken, count=left_out)
    return taken


def _is_entitled(act: Act, ticket: Ticket, sender: Person | None, parsed: ParsedMail) -> bool:
    """Whoever may write on the ticket when signed in may write on it by mail; a stranger only on the own ticket."""
    if sender is None:
        return ticket.requester_id is None and ticket.requester_address.lower() == parsed.from_address.lower()
    actor = sender.actor_on(act.at.date())
    return allows(actor, Permission.TICKET_COMMENT, ticket)


def _said(act: Act, ticket: Ticket, sender: Person | None, draft: Draft, parsed: ParsedMail) -> Message:
    """Staff who answer a letter answer the requester; everybody else comments."""
    works = sender is not None and allows(sender.actor_on(act.at.date()), Permission.TICKET_WORK, ticket)
    if sender is not None and works and sender is not ticket.requester and ticket.state.is_open:
        return answer(act, ticket, sender, draft, channel=Channel.MAIL)
    return comment(act, ticket, sender, draft, name=parsed.from_name, channel=Channel.MAIL)


def _opened(act: Act, parsed: ParsedMail, sender: Person | None, draft: Draft, possibly_about: Ticket | None) -> Ticket:
    """A subject is never missing and never a way into another thread."""
    requester = Requester(sender) if sender else Requester(None, parsed.from_name, parsed.from_address)
    return open_ticket(
        act,
        requester,
        subject=parsed.subject.strip() or "(no subject)",
        draft=draft,
        category=queries.category_by_key("other"),
        channel=Channel.MAIL,
        possibly_about=possibly_about,
    )


def _draft(inbound: InboundMail, parsed: ParsedMail, is_reply: bool) -> tuple[Draft, int]:
    """The message's text and accepted files, and how many files were not accepted."""
    uploads, left_out = [], 0
    for attachment in parsed.attachments:
        upload = Upload(attachment.filename, attachment.content)
        try:
            files.content_type(upload)
        except Refused:
            left_out += 1
            continue
        uploads.append(upload)
    left_out += max(0, len(uploads) - rules.FILES_PER_MESSAGE)
    text = parsed.visible_reply if is_reply and parsed.visible_reply.strip() else parsed.body_text
    quoted = parsed.body_text if is_reply and text != parsed.body_text else ""
    draft = Draft(
        text=text.strip()[: rules.TEXT_LENGTH] or EMPTY,
        uploads=uploads[: rules.FILES_PER_MESSAGE],
        quoted=quoted[: rules.TEXT_LENGTH],
        inbound_id=inbound.id,
        mail_id=parsed.message_id,
    )
    return draft, left_out
