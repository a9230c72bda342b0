"""Mail for the desk, as a mailbox brings it: 62 of 100 plain, 18 with HTML, 5 with a file, 12 replies, 3 automatic."""

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from random import Random

from tests.bench import texts

KINDS = ("plain",) * 62 + ("html",) * 18 + ("file",) * 5 + ("reply",) * 12 + ("robot",) * 3
DESK = "help@desk.example.org"


def mails(number: int, senders: Sequence[str], ticket_ids: Sequence[int], random: Random) -> Iterator[bytes]:
    """Each with a sender of the register, except every tenth; replies answer the letters that the tickets sent."""
    for turn in range(number):
        sender = f"stranger{turn}@example.com" if turn % 10 == 9 else senders[turn % len(senders)]
        yield _mail(random.choice(KINDS), turn, sender, ticket_ids[turn % len(ticket_ids)], random).as_bytes()


def _mail(kind: str, turn: int, sender: str, ticket_id: int, random: Random) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Robin Sample <{sender}>"
    mail["To"] = DESK
    mail["Subject"] = texts.subject(random)
    mail["Message-ID"] = f"<mail.{turn}@example.org>"
    mail["Date"] = "Fri, 20 Nov 2026 09:00:00 -0600"
    said = texts.question(random, is_common=False, is_rare=False)
    mail.set_content(f"{said}\n\n-- \nRobin Sample\nCase manager\n")
    if kind == "html":
        mail.add_alternative(f"<html><body><p>{said}</p></body></html>", subtype="html")
    if kind == "file":
        mail.add_attachment(f"row {turn}\n" * 200, filename="rows.txt")
    if kind == "reply":
        mail["In-Reply-To"] = mail["References"] = f"<bench.{ticket_id}@desk.example.org>"
        quoted = "\n".join(f"> {line}" for line in said.splitlines())
        mail.set_content(f"{texts.remark(random)}\n\nOn Thu, Nov 19, 2026 the desk wrote:\n{quoted}\n")
    if kind == "robot":
        mail["Auto-Submitted"] = "auto-replied"
    return mail
