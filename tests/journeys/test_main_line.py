"""The whole way of a ticket: filed in the browser or by mail, sorted, answered, answered back, resolved, on record.

Mail comes in through a real IMAP server and goes out through a real SMTP server.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.town import Town, mail, reply

FILED = "The APR of March shows no exits for our shelter."
MAILED = "The exit report stops at page two. What should I do?"
REPLIED = "That helped, all exits are there now. Thank you."


@pytest.mark.parametrize(
    "window",
    [
        {"width": 1360},
        pytest.param({"width": 375}, marks=pytest.mark.once),
        pytest.param({"width": 1360, "java_script_enabled": False}, marks=pytest.mark.once),
        pytest.param({"width": 375, "java_script_enabled": False}, marks=pytest.mark.once),
    ],
    ids=["wide", "narrow", "wide without JavaScript", "narrow without JavaScript"],
)
def test_a_ticket_goes_all_the_way_through(town: Town, enter: Callable[..., Page], window: dict[str, Any]) -> None:
    rules_are_made(town, enter(**window))
    filed = filed_in_the_browser(town, enter(**window))
    mailed = arrived_by_mail(town)
    staff = enter(**window)
    both_are_sorted(town, staff, filed, mailed)
    answered_with_a_canned_response(town, staff, mailed)
    the_reply_goes_on_the_thread(town, staff, mailed)
    resolved_and_on_record(town, staff, mailed)
    the_requester_reads_the_answer(town, enter(**window), staff, filed)


def rules_are_made(town: Town, page: Page) -> None:
    steps.sign_in(page, town.admin)
    steps.add_rule(page, "Reports to the reports team", words="APR, exit report", queue="Reports", priority="High")
    steps.add_rule(page, "Mail finds somebody", channel="by e-mail", priority="Urgent")
    steps.demand_accessible(page)


def filed_in_the_browser(town: Town, page: Page) -> int:
    steps.sign_in(page, town.user)
    page.goto("/tickets/new")
    steps.demand_accessible(page)
    steps.file_ticket(page, "No exits in the APR", FILED)
    steps.demand_accessible(page)
    ticket_id = town.latest_ticket()
    received = town.letters_to(town.user)
    assert [f"HMIS-{ticket_id}" in str(letter["Subject"]) for letter in received] == [True]
    return ticket_id


def arrived_by_mail(town: Town) -> int:
    town.arrives(mail(town.writer, "Exit report stops", MAILED))
    return town.latest_ticket()


def both_are_sorted(town: Town, page: Page, filed: int, mailed: int) -> None:
    steps.sign_in(page, town.staff)
    steps.demand_accessible(page)
    page.goto("/tickets?view=mine")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="No exits in the APR")).to_be_visible()
    expect(main.get_by_role("link", name="Exit report stops")).to_be_visible()
    steps.demand_accessible(page)
    for ticket_id, channel in ((filed, "in the browser"), (mailed, "by e-mail")):
        told = " / ".join(steps.history(page, ticket_id))
        assert f"filed the ticket {channel}" in told
        assert "moved it to Reports" in told
        assert "Reports to the reports team" in told
        assert "assigned it to Dana Whit" in told


def answered_with_a_canned_response(town: Town, page: Page, ticket_id: int) -> None:
    page.goto(f"/tickets/{ticket_id}")
    main = page.get_by_role("main")
    main.get_by_role("link", name="Canned responses").click()
    main.get_by_role("link", name="Exits are missing from a report").click()
    answer = main.get_by_role("textbox", name="Your answer")
    expect(answer).to_have_value(f"Hello Sam,\n\nplease run the exit report once more for HMIS-{ticket_id}.")
    answer.press("Control+End")
    answer.type(" Then write to us.")
    steps.press(page, "Preview")
    expect(main.get_by_role("heading", name="As the requester will read it")).to_be_visible()
    steps.choose(page, "Wait for the requester")
    steps.press(page, "Send answer")
    expect(page.get_by_text("Your answer is on its way to Sam Lind")).to_be_visible()
    expect(main.get_by_text("Waiting on requester").first).to_be_visible()
    steps.demand_accessible(page)


def the_reply_goes_on_the_thread(town: Town, page: Page, ticket_id: int) -> None:
    letter = town.letters_to(town.writer)[-1]
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert "please run the exit report once more" in plain.get_content()
    assert f"HMIS-{ticket_id}" in str(letter["Subject"])

    town.arrives(reply(letter, town.writer, REPLIED))

    assert town.latest_ticket() == ticket_id
    assert (town.mailbox.lies_in("INBOX"), town.mailbox.lies_in("Processed")) == (0, 2)
    page.goto(f"/tickets/{ticket_id}")
    assert [steps.said(page)[0], steps.said(page)[2]] == [MAILED, REPLIED]
    expect(page.get_by_role("main").get_by_text("Open", exact=True).first).to_be_visible()


def resolved_and_on_record(town: Town, page: Page, ticket_id: int) -> None:
    steps.press(page, "Resolve")
    expect(page.get_by_text(f"HMIS-{ticket_id} is resolved.")).to_be_visible()
    told = steps.history(page, ticket_id)
    assert in_order(told, ["filed the ticket by e-mail", "assigned it to", "answered", "wrote", "resolved it"])
    steps.demand_accessible(page)
    assert "resolved" in str(town.letters_to(town.writer)[-1]["Subject"])


def in_order(told: list[str], words: list[str]) -> bool:
    """Does each of these stand in a line, each further down than the one before? Newest first counts as well."""
    places = [next((n for n, line in enumerate(told) if one in line), -1) for one in words]
    return -1 not in places and places in (sorted(places), sorted(places, reverse=True))


def the_requester_reads_the_answer(town: Town, reader: Page, staff: Page, ticket_id: int) -> None:
    staff.goto(f"/tickets/{ticket_id}")
    staff.get_by_role("main").get_by_role("textbox", name="Your answer").fill("The exits are back.")
    steps.choose(staff, "Resolve it")
    steps.press(staff, "Send answer")
    expect(staff.get_by_text("and the ticket is resolved")).to_be_visible()
    steps.sign_in(reader, town.user)
    reader.goto(f"/tickets/{ticket_id}")
    assert steps.said(reader) == [FILED, "The exits are back."]
    steps.demand_accessible(reader)
