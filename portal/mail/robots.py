"""Senders that are programs: what must never be answered by machine, and what reports about our own mail.

Answering a machine makes two machines answer each other forever. RFC 3834 (automatic responses), RFC 3464 (delivery
reports), RFC 8098 (read receipts) and RFC 5965 (abuse reports) say how programs mark their mail; qmail, Exim and old
Exchange servers do not follow them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.mail import charsets, headers
from portal.mail.addresses import Mailbox
from portal.mail.attachments import attachment
from portal.mail.hygiene import Notes, block, one_line
from portal.mail.parts import Part
from portal.mail.transfer import decoded

LOOP_HEADER = "X-HMIS-Loop"
NEVER_ANSWERED = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
# Exchange puts DR, RN and NRN on ordinary mail too: they ask for no reports, not for no replies.
SUPPRESSED = frozenset({"all", "oof", "autoreply"})
READ_LIMIT = 200_000

_DAEMON = re.compile(r"(?i)mailer-?_?daemon|mail-?daemon|postmaster|microsoftexchange[0-9a-f]{20,40}")
_NO_REPLY = re.compile(r"(?i)(?:no|do-?_?\.?not|dont)[-_.]?reply(?![a-z])")


@dataclass(frozen=True)
class Bounce:
    """What a delivery report says: ids of the mail it is about, and the first recipient that failed.

    `action` is failed, delayed, delivered, relayed, expanded or ""; `status` an enhanced code (RFC 3463) or "".
    """

    message_ids: tuple[str, ...]
    action: str
    status: str
    recipient: str
    diagnostic: str = ""


def is_auto_reply(root: Part, senders: Sequence[Mailbox], own: Iterable[str] = ()) -> bool:
    """Whether this must never be answered automatically. `own` are our addresses and domains, in lower case."""
    return (
        _marked_automatic(root)
        or any(root.raw_all(name) for name in ("x-autoreply", "x-autorespond", "list-id", LOOP_HEADER))
        or has_null_sender(root)
        or any(_is_machine(box) for box in senders)
        or root.get_content_type() == "multipart/report"
        or _is_ours(root, senders, frozenset(own))
    )


def _marked_automatic(root: Part) -> bool:
    submitted = (_token(value) for value in root.raw_all("auto-submitted"))
    suppressed = {
        _token(each) for value in root.raw_all("x-auto-response-suppress") for each in value[:2000].split(",")
    }
    return (
        any(each != "no" for each in submitted)
        or any(_token(value) in NEVER_ANSWERED for value in root.raw_all("precedence"))
        or bool(suppressed & SUPPRESSED)
    )


def _token(value: str) -> str:
    """The first word of a header in lower case, comments and parameters gone."""
    return re.sub(r"\([^()]*\)", " ", value[:2000]).partition(";")[0].strip().strip("\"'").lower()


def has_null_sender(root: Part) -> bool:
    return any("".join(value[:200].split()) == "<>" for value in root.raw_all("return-path"))


def _is_machine(box: Mailbox) -> bool:
    local = (box.address.rpartition("@")[0] or box.name) if box.address else box.name
    return bool(_DAEMON.fullmatch(local.partition("+")[0]) or (box.address and _NO_REPLY.match(local)))


def _is_ours(root: Part, senders: Sequence[Mailbox], own: frozenset[str]) -> bool:
    """From one of our addresses, with or without a plus sign, or with a Message-ID of a domain that is ours alone.

    An address alone makes no domain ours: people who write to the desk may have their mail at the same domain.
    """
    ids = headers.message_ids(root.raw("message-id")[:5000])
    return any(_without_tag(box.address.lower()) in own for box in senders) or any(
        each.strip("<>").rpartition("@")[2].lower() in own for each in ids
    )


def _without_tag(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def report_type(root: Part) -> str:
    """Of a multipart/report: "delivery-status", "disposition-notification", "feedback-report", …; else ""."""
    if root.get_content_type() != "multipart/report":
        return ""
    declared = root.parameters("content-type").get("report-type", "").strip().lower()
    kinds = {part.get_content_type().removeprefix("message/") for part in root.parts()}
    known = ("delivery-status", "disposition-notification", "feedback-report")
    return next((kind for kind in known if kind in kinds), "") or declared


def bounce_of(root: Part, senders: Sequence[Mailbox], text: str, notes: Notes) -> Bounce | None:
    """The delivery report in this message, or None. Only its own structure counts, never an attached message."""
    kind = report_type(root)
    if kind not in {"", "delivery-status"}:
        return None
    parts = [root] if root.get_content_maintype() != "multipart" else _own_parts(root)
    status = next((part for part in parts if _is_status(part)), None)
    if status is not None and not kind and not (_is_daemon(root, senders) or _marked_automatic(root)):
        return None  # somebody passes on a report that came to them
    if status is None and not (kind or _is_unmarked_bounce(root, senders, parts, text)):
        return None
    report = block(_readable(status, notes)) if status is not None else ""
    return _bounce(report or text[:READ_LIMIT], (*_returned(parts, notes), text[:READ_LIMIT]), root)


def _own_parts(root: Part) -> list[Part]:
    """The parts of the message itself, not those of messages inside it."""
    found: list[Part] = []
    for part in root.parts():
        found += _own_parts(part) if part.get_content_maintype() == "multipart" else [part]
    return found


def _is_status(part: Part) -> bool:
    return part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}


def _readable(part: Part, notes: Notes) -> str:
    content = attachment(part, 1, notes).content if part.parts() else decoded(part, notes, READ_LIMIT)
    return charsets.decode(content[:READ_LIMIT])


_QMAIL = re.compile(r"(?i)this is the qmail-send program|^-{3} below this line is a copy of the message", re.MULTILINE)
_CODE = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_SMTP_REPLY = re.compile(r"(?<![\d.])[45]\d\d[ \-#]")
_RETURNED_TYPES = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})
_ENCLOSED_ID = re.compile(r"^[> \t]{0,10}message-id:\s{0,5}(<[^<>\s]{1,500}>)", re.MULTILINE | re.IGNORECASE)


def _is_daemon(root: Part, senders: Sequence[Mailbox]) -> bool:
    return has_null_sender(root) or any(_is_machine(box) for box in senders)


def _is_unmarked_bounce(root: Part, senders: Sequence[Mailbox], parts: Sequence[Part], text: str) -> bool:
    """qmail, Exim, Exchange and their like: a daemon or the null sender, and the shape of a returned message."""
    if not _is_daemon(root, senders):
        return False
    if root.raw_all("x-failed-recipients") or _QMAIL.search(text[:READ_LIMIT]):
        return True
    returned = any(part.get_content_type() in _RETURNED_TYPES for part in parts)
    coded = bool(_CODE.search(text[:READ_LIMIT]) or _SMTP_REPLY.search(text[:READ_LIMIT]))
    enclosed = bool(_ENCLOSED_ID.search(text[:READ_LIMIT]))
    return (coded and (returned or enclosed)) or (returned and any(_is_mailer(box) for box in senders))


def _is_mailer(box: Mailbox) -> bool:
    """A mail program for sure; a postmaster may be a person with an attachment."""
    local = box.address.rpartition("@")[0] or box.name
    return bool(_DAEMON.fullmatch(local)) and local.lower() != "postmaster"


def _returned(parts: Sequence[Part], notes: Notes) -> list[str]:
    """The headers of the returned message, whole or alone."""
    return [block(_readable(part, notes)) for part in parts if part.get_content_type() in _RETURNED_TYPES]


_FIELD = re.compile(
    r"^(action|status|final-recipient|original-recipient|diagnostic-code):[ \t]{0,20}"
    r"([^\n]{0,1000}(?:\n[ \t][^\n]{0,1000}){0,20})",
    re.MULTILINE | re.IGNORECASE,
)
_ADDRESS = re.compile(r"[^\s<>;:,()\"]{1,64}@[^\s<>;:,()\"]{1,250}")


def _bounce(report: str, sources: Sequence[str], root: Part) -> Bounce:
    blocks = [_fields(each) for each in re.split(r"\n[ \t]*\n", report)[:200]]
    recipients = [each for each in blocks if "final-recipient" in each or "action" in each]
    first = next((each for each in recipients if each.get("action", "").lower() == "failed"), None)
    first = first or (recipients[0] if recipients else {})
    code = (
        _CODE.search(first.get("status", "")) or _CODE.search(first.get("diagnostic-code", "")) or _CODE.search(report)
    )
    status = code.group() if code else ""
    address = first.get("final-recipient") or first.get("original-recipient") or root.raw("x-failed-recipients")
    found = _ADDRESS.search(one_line(address[:1000])) or _ADDRESS.search("" if first else _told(report))
    return Bounce(
        message_ids=_enclosed_ids(sources)
        or headers.message_ids(root.raw("in-reply-to") + " " + root.raw("references")),
        action=_token(first.get("action", "")) or ("delayed" if status.startswith("4") else "" if first else "failed"),
        status=status,
        recipient=found.group().rstrip(".") if found else "",
        diagnostic=one_line(first.get("diagnostic-code", ""))[:500],
    )


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text):
        found.setdefault(match[1].lower(), one_line(match[2]))
    return found


def _told(report: str) -> str:
    """The part of an unmarked report before the returned message, where the failed address stands."""
    return re.split(r"(?mi)^-{2,} ?(?:below this line|this is a copy|original message)", report, maxsplit=1)[0]


def _enclosed_ids(sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[1] for source in sources for match in _ENCLOSED_ID.finditer(source)))[:20]
