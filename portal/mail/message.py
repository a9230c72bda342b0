"""A letter as the bytes that a mail server takes."""

import hashlib
import hmac
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from portal.mail.letters import Auto, Letter
from portal.settings import Settings

LOOP_HEADER = "X-HMIS-Loop"
"""Carries this installation's mark; mail that comes in with it is our own and is never answered."""


def loop_mark(settings: Settings) -> str:
    """Names the installation without telling anything about its key."""
    return hmac.new(settings.secret_key, b"mail loop", hashlib.sha256).hexdigest()[:32]


def build(letter: Letter, settings: Settings) -> bytes:
    """The whole message, the same bytes at each try, lines ending in CRLF.

    Raises:
        ValueError: an address or a header that the rules of mail do not allow.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(settings.portal_name, addr_spec=settings.desk_address)
    message["To"] = Address(letter.to_name, addr_spec=letter.to_address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.made_at)
    message["Message-ID"] = letter.message_id
    for name, value in _thread_headers(letter).items():
        message[name] = value
    for name, value in _robot_headers(letter, settings).items():
        message[name] = value
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return _with_fixed_boundary(message, letter).as_bytes()


def _thread_headers(letter: Letter) -> dict[str, str]:
    headers = {"Reply-To": letter.reply_to, "In-Reply-To": letter.in_reply_to, "References": letter.references}
    return {name: value for name, value in headers.items() if value}


def _robot_headers(letter: Letter, settings: Settings) -> dict[str, str]:
    """All that keeps other machines from answering (RFC 3834; [MS-OXCMAIL] for the suppress header).

    A person's answer is marked too: it is the portal that sends it, and a vacation reply to it helps nobody.
    """
    replied = letter.auto is Auto.REPLIED
    headers = {
        "Auto-Submitted": "auto-replied" if replied else "auto-generated",
        "X-Auto-Response-Suppress": "All",
        LOOP_HEADER: loop_mark(settings),
    }
    return headers if letter.auto is Auto.WRITTEN else {**headers, "Precedence": "bulk"}


def _with_fixed_boundary(message: EmailMessage, letter: Letter) -> EmailMessage:
    message.set_boundary(f"=_{hashlib.sha256(letter.message_id.encode()).hexdigest()[:40]}")
    return message
