"""The help desk's pages as a browser has them, for tests: forms found by where they go, filled in and sent."""

from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def soup(page: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(page.get_data(as_text=True), "html.parser")


def form_to(page: TestResponse, path: str) -> Tag:
    """The form that goes to this path; a form without an action goes to the page's own address."""
    forms = soup(page).select("main form[method=post], aside form[method=post]")
    own = urlsplit(page.request.path).path
    return next(form for form in forms if (form["action"] or own) == path)


def held(form: Tag) -> dict[str, Any]:
    """What a browser would send if nothing was touched; chosen files are never among it."""
    found: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type", field.name)
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        if kind == "file":
            continue
        if field.name == "select":
            chosen = [option["value"] for option in field.select("option[selected]")]
            first = [option["value"] for option in field.select("option")][:1]
            found[field["name"]] = chosen if field.has_attr("multiple") else (chosen or first or [""])[0]
        else:
            found[field["name"]] = field.get("value", "") if field.name == "input" else field.text.removeprefix("\r\n")
    return found


def send(client: FlaskClient, path: str, page: TestResponse | str, **fields: Any) -> TestResponse:
    """Send the form of a page (or of the page at an address) that goes to the path, with these fields filled in."""
    shown = client.get(page) if isinstance(page, str) else page
    return client.post(path, data={**held(form_to(shown, path)), **fields}, content_type="multipart/form-data")


def errors(page: TestResponse) -> list[str]:
    """The lines of the error summary."""
    return [line.get_text(" ", strip=True) for line in soup(page).select(".error-summary__list li")]


def words(page: TestResponse) -> str:
    main = soup(page).find("main")
    return " ".join((main or soup(page)).get_text(" ").split())


def notices(page: TestResponse) -> list[str]:
    """What the page says about what was just done."""
    return [" ".join(one.get_text(" ").split()) for one in soup(page).select("[role=status]")]
