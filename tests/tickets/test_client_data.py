"""Client data on its way in: files of every kind, colleagues who are named, what staff are told."""

import io

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.contents import Unread
from portal.db import db
from portal.errors import Refused
from portal.files import KeptFile, Upload
from portal.mail.fetch import InboundMail
from portal.tickets import actions
from portal.tickets.actions import Draft
from portal.tickets.models import Attachment, Message, Ticket
from portal.tickets.rules import ORIGINAL_KEPT
from tests import factories
from tests.tickets.conftest import Desk
from tests.tickets.mails import arrive, mail, take_in
from tests.tickets.pages import soup

OLD_OFFICE = b"%PDF-1.7\nnot quite a PDF"


def sheet(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


WITH_NUMBERS = sheet(["PersonalID", "SSN"], [20118, 219441873])
WITHOUT = sheet(["Project", "Beds"], ["Harbor ES", 24])


def of(ticket: Ticket) -> Message:
    return db.session.scalars(select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)).first()  # type: ignore[return-value]


def test_a_workbook_with_social_security_numbers_is_refused_and_nothing_of_it_kept(desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        desk.file(draft=Draft("See the list.", uploads=[Upload("list.xlsx", WITH_NUMBERS)]))

    assert refusal.value.sentence == (
        "The file “list.xlsx” seems to hold a Social Security number. Remove client data and attach it again."
    )
    assert db.session.scalar(select(func.count()).select_from(KeptFile)) == 0


def test_staff_are_told_which_file_was_not_looked_over_and_why_and_nobody_else_is(
    desk: Desk, client: FlaskClient, sign_in
) -> None:
    uploads = [Upload("beds.xlsx", WITHOUT), Upload("scan.pdf", OLD_OFFICE)]
    ticket = desk.file(draft=Draft("Both attached.", uploads=uploads))
    db.session.commit()

    assert [(one.name, one.unread) for one in of(ticket).attachments] == [
        ("beds.xlsx", None),
        ("scan.pdf", Unread.DAMAGED),
    ]
    remark = "“scan.pdf” was not looked over for client data: it is damaged, or not built as files of its kind are."
    for person, told in ((desk.staff, [remark]), (desk.user, [])):
        sign_in(client, person)
        page = soup(client.get(f"/tickets/{ticket.id}"))
        assert [note.get_text(" ", strip=True) for note in page.select(".message__note")] == told


def test_a_mail_whose_workbook_holds_client_data_is_taken_without_it_and_purged_early(desk: Desk) -> None:
    arrive(
        mail(desk.user.email, "Please import this.", files=(("list.xlsx", WITH_NUMBERS), ("beds.xlsx", WITHOUT))),
        desk.at,
    )
    take_in(desk.at)

    assert db.session.scalars(select(Attachment.name)).all() == ["beds.xlsx"]
    assert db.session.scalars(select(InboundMail.purge_at)).all() == [desk.at + ORIGINAL_KEPT]


def test_colleagues_of_the_agency_and_of_the_help_desk_may_be_named_and_clients_may_not(desk: Desk) -> None:
    factories.make_person(desk.agency, first_name="Nadia", last_name="Farah")
    factories.make_person(desk.other_agency, first_name="Lamar", last_name="Bell")
    db.session.flush()

    told = "Move the caseload of Nadia Farah now. The caseload of Ines Roe stays. The caseload of Lamar Bell too."
    ticket = desk.file(draft=Draft(f"{told} Client Nadia Gutierrez left."))

    assert of(ticket).text == (
        "Move the caseload of Nadia Farah now. The caseload of Ines Roe stays. "
        "The caseload of [client name removed] too. Client [client name removed] left."
    )


def test_what_was_said_with_a_file_goes_on_when_the_file_cannot_be_read(desk: Desk) -> None:
    ticket = desk.file()

    message = actions.comment(
        desk.act(desk.user), ticket, desk.user, Draft("The scan.", uploads=[Upload("scan.pdf", OLD_OFFICE)])
    )

    assert (message.text, [one.unread for one in message.attachments]) == ("The scan.", [Unread.DAMAGED])
