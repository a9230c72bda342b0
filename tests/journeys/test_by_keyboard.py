"""The whole way of a ticket once more, by the keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.keyboard import Keys
from tests.journeys.town import Town, mail, reply

pytestmark = pytest.mark.once

FILED = "The APR of March shows no exits for our shelter."
MAILED = "The exit report stops at page two. What should I do?"
REPLIED = "That helped, all exits are there now. Thank you."


def test_a_ticket_goes_all_the_way_through_by_keyboard_alone(town: Town, enter: Callable[..., Page]) -> None:
    admin, user, staff = Keys(enter()), Keys(enter()), Keys(enter())
    a_rule_is_made(town, admin)
    filed = filed_with_keys(town, user)
    town.arrives(mail(town.writer, "Exit report stops", MAILED))
    mailed = town.latest_ticket()
    opened_from_the_list(town, staff, filed)
    answered_with_shortcuts(town, staff, mailed)
    replied_and_resolved(town, staff, mailed)

    assert admin.unseen + user.unseen + staff.unseen == []


def a_rule_is_made(town: Town, keys: Keys) -> None:
    keys.sign_in(town.admin)
    keys.press("g", "s")
    expect(keys.page).to_have_url(f"{town.settings.base_url}/settings")
    keys.page.goto("/settings/desk")
    keys.enter("Add a rule")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Add a triage rule")
    keys.fill("Name", "Reports to the reports team")
    keys.fill("Subject or text has any of these words", "APR, exit report")
    keys.choose("Move to the queue", "Reports")
    keys.choose("Set the priority", "High")
    keys.choose("Assign to", "the least")
    keys.enter("Add rule")
    expect(keys.page.get_by_text("stands last and sorts tickets")).to_be_visible()


def filed_with_keys(town: Town, keys: Keys) -> int:
    keys.sign_in(town.user)
    keys.enter("New")
    keys.enter("File a ticket")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("File a ticket")
    keys.choose("What is it about?", "Reports")
    keys.pick("In the next day or two", "It slows my work today")
    keys.fill("Subject", "No exits in the APR")
    keys.fill("What happens, and what should happen?", FILED)
    keys.enter("File ticket")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("No exits in the APR")
    return town.latest_ticket()


def opened_from_the_list(town: Town, keys: Keys, ticket_id: int) -> None:
    keys.sign_in(town.staff)
    keys.press("g", "t")
    expect(keys.page.get_by_role("link", name="Exit report stops")).to_be_visible()
    keys.press("j")
    keys.press("j")
    keys.press("k")
    keys.press("Enter")
    expect(keys.page.get_by_role("link", name="History")).to_be_visible()
    assert keys.page.url.startswith(f"{town.settings.base_url}/tickets/")


def answered_with_shortcuts(town: Town, keys: Keys, ticket_id: int) -> None:
    keys.press("/")
    keys.type(f"HMIS-{ticket_id}")
    keys.press("Enter")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Exit report stops")
    keys.press("n")
    keys.type("Asked the vendor once before.")
    keys.enter("Keep note")
    expect(keys.page.get_by_text("Your note is kept; only staff see it.")).to_be_visible()
    keys.press("c")
    expect(keys.page.get_by_role("link", name="Exits are missing from a report")).to_be_visible()
    keys.to("Exits are missing from a report")
    keys.press("Enter")
    answer = keys.page.get_by_role("textbox", name="Your answer")
    expect(answer).to_have_value(f"Hello Sam,\n\nplease run the exit report once more for HMIS-{ticket_id}.")
    keys.page.wait_for_load_state()
    keys.press("r")
    expect(answer).to_be_focused()
    keys.press("Control+End")
    keys.type(" Then write to us.")
    keys.pick("Keep it open", "Wait for the requester")
    keys.enter("Send answer")
    expect(keys.page.get_by_text("Your answer is on its way to Sam Lind")).to_be_visible()


def replied_and_resolved(town: Town, keys: Keys, ticket_id: int) -> None:
    town.arrives(reply(town.letters_to(town.writer)[-1], town.writer, REPLIED))
    keys.page.reload()
    expect(keys.page.locator(".message__body").last).to_have_text(REPLIED)
    keys.press("e")
    expect(keys.page.get_by_text(f"HMIS-{ticket_id} is resolved.")).to_be_visible()
    keys.enter("History")
    expect(keys.page.get_by_text("resolved it")).to_be_visible()
    told = " / ".join(steps.history(keys.page, ticket_id))
    assert "added an internal note" in told
    assert "answered" in told
