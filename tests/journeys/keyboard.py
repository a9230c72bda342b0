"""Somebody without a mouse: Tab, Enter, Space, arrows, letters; always able to see where they are."""

from playwright.sync_api import Page, expect

from tests.journeys.town import PASSWORD

FARTHEST = 120
"""Presses of Tab after which a thing counts as out of reach."""

_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return {name: "", shown: true};
  const box = one.getBoundingClientRect(), style = getComputedStyle(one), label = one.labels && one.labels[0];
  const around = label ? getComputedStyle(label, "::before") : style;
  const ringed = (look) =>
    (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== "none";
  return {
    name: (one.getAttribute("aria-label") || (label ? label.innerText : "") || one.innerText || one.value || "").trim(),
    shown: (ringed(style) || ringed(around)) && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keys:
    """The keyboard of one person on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []
        """Where the focus was and could not be seen."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def to(self, words: str, back: bool = False) -> None:
        """Tab until the focus stands on the control with this name."""
        for _ in range(FARTHEST):
            self.press("Shift+Tab" if back else "Tab")
            here = self.page.evaluate(_FOCUSED)
            if here["name"] and not here["shown"]:
                self.unseen.append(f"{self.page.url}: {here['name'][:60]}")
            if here["name"].removesuffix(" *").startswith(words):
                return
        raise AssertionError(f"Tab does not reach “{words}” on {self.page.url}")

    def fill(self, label: str, words: str) -> None:
        self.to(label)
        self.type(words)

    def choose(self, label: str, words: str) -> None:
        """Of a list: type its beginning, as one does."""
        self.to(label)
        self.type(words)

    def pick(self, first: str, words: str) -> None:
        """Of radio buttons: Tab to the chosen one, arrows to another."""
        self.to(first)
        for _ in range(10):
            if self.page.evaluate(_FOCUSED)["name"].startswith(words):
                return
            self.press("ArrowDown")
        raise AssertionError(f"The arrows do not reach “{words}” on {self.page.url}")

    def enter(self, words: str) -> None:
        self.to(words)
        self.press("Enter")

    def sign_in(self, address: str) -> None:
        self.page.goto("/sign-in")
        self.fill("E-mail address", address)
        self.fill("Password", PASSWORD)
        self.press("Enter")
        expect(self.page.get_by_role("button", name="Search", exact=True).first).to_be_attached()
        expect(self.page).not_to_have_url(self.page.url.partition("/sign-in")[0] + "/sign-in")
