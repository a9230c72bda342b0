"""What a person does at the portal's door, for tests."""

from datetime import datetime
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.audit import Act
from portal.db import db
from portal.mail.letters import Letter
from portal.people import actions, jobs
from portal.people.actions import Origin
from portal.people.models import Person
from portal.scheduler import run_job
from portal.settings import Settings
from tests.conftest import form_of

PASSWORD = "quiet otters paint barns"
OTHER_PASSWORD = "seven lamps and a kettle"


def give_password(person: Person, settings: Settings, at: datetime, password: str = PASSWORD) -> Person:
    actions.set_password(Act(at=at, by=person.id), person, password, settings)
    db.session.commit()
    return person


def send(client: FlaskClient, path: str, page: str = "", **fields: Any) -> TestResponse:
    """Open the page with the form (the same path unless said), fill it in and send it, as a browser would."""
    hidden = form_of(client.get(page or path))
    return client.post(path, data={**hidden, **fields})


def try_to_enter(client: FlaskClient, email: str, password: str, address: str = "203.0.113.9") -> TestResponse:
    hidden = form_of(client.get("/sign-in"))
    fields = {**hidden, "email": email, "password": password}
    return client.post("/sign-in", data=fields, environ_base={"REMOTE_ADDR": address})


def is_inside(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def text(page: TestResponse, selector: str) -> list[str]:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [found.get_text(" ", strip=True) for found in soup.select(selector)]


def facts(page: TestResponse) -> dict[str, str]:
    return dict(zip(text(page, ".facts dt"), text(page, ".facts dd"), strict=True))


def headings(page: TestResponse) -> list[str]:
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [heading.get_text(" ", strip=True) for heading in soup.find_all("h1")]


def rows(page: TestResponse) -> list[str]:
    """The titles of a work list, in order."""
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    return [link.get_text(strip=True) for link in soup.select(".work-list__title a")]


def complaint(page: TestResponse) -> str:
    """The words of the error summary."""
    soup = BeautifulSoup(page.get_data(as_text=True), "html.parser")
    summary = soup.select_one(".error-summary__list")
    return summary.get_text(" ", strip=True) if summary else ""


def letters_to(address: str) -> list[Letter]:
    return list(db.session.scalars(db.select(Letter).where(Letter.to_address == address).order_by(Letter.id)))


def token_in(letter: Letter) -> str:
    line = next(line for line in letter.text.splitlines() if "/link/" in line)
    return line.rpartition("/")[2]


def mail_what_was_asked(at: datetime) -> int:
    """Run the job that mails links; gives how many requests it worked on."""
    return run_job(jobs.JOBS[0], at).done


NOWHERE = Origin(network="198.51.100.0/24")
