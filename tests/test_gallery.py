"""Every macro in every state, in a real browser: axe finds nothing, nothing overflows, the keyboard reaches it all."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.gallery.app import create_gallery

PAGES = (
    "home",
    "work-list",
    "empty-list",
    "ticket",
    "form",
    "refused-form",
    "sign-in",
    "matrix",
    "report",
    "article",
    "parts",
)
WIDTHS = (1360, 768, 360)
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, gallery: str) -> Iterator:
    """Opens a page of the gallery at a width; fails the test on any script error or refusal by the security policy."""
    contexts, faults = [], []

    def open_at(name: str, width: int = 1360, **options) -> Page:
        contexts.append(
            browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce", **options)
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(5000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        answer = page.goto(f"{gallery}/{name}")
        assert answer.status in (200, 422)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_the_page_reflows_to_320_pixels(open_page, name, width):
    page = open_page(name, width)

    assert violations(page) == []
    assert overflow(page) == 0
    page.set_viewport_size({"width": 320, "height": 640})  # a window of 1280 pixels at 400 percent
    assert overflow(page) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_opened_menus_and_sheets(open_page, width):
    page = open_page("work-list", width)
    for menu in ("person", "new", *(["places"] if width < 1024 else [])):
        page.locator(f".menu--{menu} > summary").click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(page.locator(f".menu--{menu} > summary")).to_be_focused()

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_opened_components(open_page, width):
    page = open_page("form", width)
    page.locator(".usa-combo-box__toggle-list").first.click()
    expect(page.get_by_role("option", name="Two Rivers Outreach")).to_be_visible()
    assert violations(page) == []

    page = open_page("report", width)
    for fold in page.locator("details.more > summary").all():
        fold.click()
    assert violations(page) == []


def test_the_bulk_bar_stands_only_while_something_is_ticked(open_page):
    page = open_page("work-list")
    bar = page.locator(".bulk")
    expect(bar).to_be_hidden()

    page.locator("label[for=tickets-1041]").click()
    page.locator("label[for=tickets-1040]").click()

    expect(bar).to_contain_text("2 ticked")
    assert violations(page) == []
    page.get_by_role("button", name="Untick all").click()
    expect(bar).to_be_hidden()


def test_j_k_x_walk_and_tick_a_list_and_g_goes_to_a_place(open_page):
    page = open_page("work-list")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")

    expect(page.locator("[data-row-link]").nth(1)).to_be_focused()
    assert page.locator("[data-tick]:checked").evaluate_all("boxes => boxes.map(box => box.value)") == ["1041"]
    page.keyboard.press("k")
    expect(page.locator("[data-row-link]").first).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/h")


def test_single_keys_write_in_fields_and_sleep_when_switched_off(open_page):
    page = open_page("ticket")
    answer = page.get_by_label("Your answer")

    page.keyboard.press("r")
    expect(answer).to_be_focused()
    page.keyboard.type("j?gt")
    expect(answer).to_have_value("j?gt")
    expect(page.locator("#keys")).to_be_hidden()

    page.evaluate("document.body.dataset.shortcuts = 'off'; document.activeElement.blur()")
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.get_by_role("searchbox").first).not_to_be_focused()


def test_the_sheet_names_the_keys_of_the_page(open_page):
    page = open_page("ticket")

    page.keyboard.press("?")

    assert page.locator("[data-keys-here] div").all_inner_texts() == ["e\nResolve", "r\nYour answer"]


def test_a_swapped_fragment_gets_its_components_the_focus_and_a_word(open_page):
    page = open_page("parts")

    page.get_by_role("button", name="Bring the form").click()

    expect(page.get_by_role("heading", name="The form")).to_be_focused()
    expect(page.locator("#live")).to_have_text("The form is here.")
    page.locator("#slot .usa-combo-box__toggle-list").click()
    expect(page.get_by_role("option", name="Harbor House")).to_be_visible()
    assert violations(page) == []


def test_a_refused_form_takes_the_focus_to_its_errors_and_they_lead_to_the_fields(open_page):
    page = open_page("refused-form")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: File a ticket")

    for words, field in (("Subject", "subject"), ("What kind", "category-0"), ("Agency", "agency")):
        summary.get_by_role("link", name=words).click()
        expect(page.locator(f"[id='{field}']")).to_be_focused()

    agency = page.get_by_role("combobox", name="Agency")
    assert agency.get_attribute("aria-invalid") == "true"
    assert agency.get_attribute("aria-describedby") == "agency-error"


def test_a_second_form_on_a_page_keeps_its_own_ids(open_page):
    page = open_page("ticket")
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")

    assert sorted({one for one in ids if ids.count(one) > 1}) == []
    page.locator("label[for=note-text]").click()
    expect(page.locator("#note-text")).to_be_focused()
    assert page.locator("#note-text").get_attribute("aria-describedby") == "note-text-hint"


def test_a_draft_comes_back_until_it_is_discarded(open_page):
    page = open_page("ticket")
    page.get_by_label("Your answer").fill("Half an answer")
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("Half an answer")
    expect(page.get_by_text("Your unsent draft is back.")).to_be_visible()
    assert violations(page) == []

    page.get_by_role("button", name="Discard it").click()
    page.reload()

    expect(page.get_by_label("Your answer")).to_have_value("")


@pytest.mark.parametrize(("status", "kept"), [(200, ""), (500, "Half an answer"), (422, "Half an answer")])
def test_a_draft_is_forgotten_only_when_the_form_was_answered_well(open_page, gallery, status, kept):
    page = open_page("ticket")
    page.get_by_label("Your answer").fill("Half an answer")

    page.evaluate(f"document.getElementById('reply').action = '/posted/{status}'")
    page.get_by_role("button", name="Send answer").click()
    page.wait_for_url(f"**/posted/{status}")
    page.goto(f"{gallery}/ticket")

    expect(page.get_by_label("Your answer")).to_have_value(kept)


def test_signing_out_forgets_the_drafts(open_page):
    page = open_page("ticket")
    page.get_by_label("Your answer").fill("Half an answer")

    page.locator(".menu--person > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-out")

    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_form_is_sent_once_however_often_the_button_is_pressed(open_page):
    page = open_page("ticket")
    page.route("**/reply", lambda route: route.abort())

    sent, marked = page.get_by_role("button", name="Send answer").evaluate("""button => {
        let sent = 0;
        window.addEventListener("submit", event => { sent += event.defaultPrevented ? 0 : 1; });
        for (let press = 0; press < 3; press += 1) button.click();
        return [sent, button.getAttribute("aria-disabled")];
    }""")

    assert (sent, marked) == (1, "true")


def test_without_javascript_menus_filters_and_the_bulk_bar_stand(open_page):
    page = open_page("work-list", 360, java_script_enabled=False)

    expect(page.get_by_label("State")).to_be_visible()
    expect(page.get_by_role("button", name="Assign")).to_be_visible()
    page.locator(".menu--places > summary").click()
    expect(page.get_by_role("link", name="Training")).to_be_visible()


def test_a_password_can_be_shown(open_page):
    page = open_page("sign-in")
    page.locator("#password").fill("open sesame")

    page.get_by_role("button", name="Show password").click()

    expect(page.locator("#password")).to_have_attribute("type", "text")
    expect(page.get_by_role("button", name="Hide password")).to_be_visible()
