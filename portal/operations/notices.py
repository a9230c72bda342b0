"""The letters of operations."""

from portal import web
from portal.audit import Act
from portal.mail import outbox
from portal.mail.outbox import Recipient
from portal.operations import queries
from portal.operations.queries import MailTrouble
from portal.people.models import Person


def mail_trouble(act: Act, reader: Person, trouble: MailTrouble) -> None:
    """To an HMIS Lead administrator; one a day at most, whatever happens."""
    outbox.queue(
        act,
        "operations/mail_trouble",
        Recipient(reader.email, reader.name, reader.id),
        subject="Look after the mail: " + " and ".join(_parts(trouble)),
        about=reader,
        dedupe=queries.told_key(reader, act.at),
        undelivered=trouble.undelivered,
        held_back=trouble.held_back,
        undelivered_link=web.link("operations.list_letters", state="undelivered"),
        held_link=web.link("operations.set_mail_limits"),
    )


def _parts(trouble: MailTrouble) -> list[str]:
    lost = f"{trouble.undelivered:,} {'letter' if trouble.undelivered == 1 else 'letters'} not delivered"
    held = f"{trouble.held_back:,} held back"
    return [words for number, words in ((trouble.undelivered, lost), (trouble.held_back, held)) if number]
