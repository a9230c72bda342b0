"""What people do on the portal's pages, by the words they read there."""

from weakref import WeakSet

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.town import PASSWORD

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

UNSCRIPTED: WeakSet[Page] = WeakSet()
"""Pages of browsers in which JavaScript is off; axe is a script, so it cannot look at them."""


def press(page: Page, words: str) -> None:
    page.get_by_role("main").get_by_role("button", name=words, exact=True).click()


def choose(page: Page, words: str) -> None:
    """A radio button, by the label that a person clicks on."""
    page.get_by_role("main").locator("label").get_by_text(words, exact=True).click()
    expect(page.get_by_role("main").get_by_role("radio", name=words, exact=True)).to_be_checked()


def fill(page: Page, label: str, words: str) -> None:
    page.get_by_role("main").get_by_label(label, exact=False).first.fill(words)


def sign_in(page: Page, address: str) -> None:
    page.goto("/sign-in")
    fill(page, "E-mail address", address)
    page.get_by_role("main").get_by_role("textbox", name="Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page).to_have_url(page.url.split("/sign-in")[0].rstrip("/") + "/")


def demand_accessible(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    if page in UNSCRIPTED:
        return
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"


def add_rule(page: Page, name: str, words: str = "", channel: str = "", queue: str = "", priority: str = "") -> None:
    page.goto("/settings/desk")
    page.get_by_role("main").get_by_role("link", name="Add a rule").first.click()
    main = page.get_by_role("main")
    main.get_by_role("textbox", name="Name").fill(name)
    main.get_by_label("Subject or text has any of these words").fill(words)
    if channel:
        main.get_by_label("It came").select_option(label=channel)
    if queue:
        main.get_by_label("Move to the queue").select_option(label=queue)
    if priority:
        main.get_by_label("Set the priority").select_option(label=priority)
    main.get_by_label("Assign to", exact=True).select_option(label="the least loaded person of the queue")
    press(page, "Add rule")
    expect(page.get_by_text(f"The rule “{name}” stands last")).to_be_visible()


def file_ticket(page: Page, subject: str, text: str) -> None:
    page.goto("/tickets/new")
    main = page.get_by_role("main")
    main.get_by_label("What is it about?").select_option(label="Reports")
    choose(page, "It slows my work today")
    main.get_by_role("textbox", name="Subject").fill(subject)
    main.get_by_role("textbox", name="What happens, and what should happen?").fill(text)
    press(page, "File ticket")
    expect(page.get_by_role("heading", level=1)).to_contain_text(subject)


def said(page: Page) -> list[str]:
    """The conversation: what each message says, in order."""
    return [words.strip() for words in page.locator(".message__body").all_inner_texts()]


def history(page: Page, ticket_id: int) -> list[str]:
    """What the ticket's history tells, oldest first as it stands there."""
    page.goto(f"/tickets/{ticket_id}/history")
    return [" ".join(words.split()) for words in page.get_by_role("main").locator(".timeline li").all_inner_texts()]
