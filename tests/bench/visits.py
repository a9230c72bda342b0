"""What is asked of the portal, and the same of the bare app."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.audit import Act
from portal.db import db
from portal.people import actions as people
from portal.people.models import Organization, Person, RoleGrant
from portal.people.rules import OrganizationKind
from portal.policy import Role
from portal.tickets.models import Category, Queue, Ticket
from tests import factories
from tests.bench import texts
from tests.bench.load import Request, Visit

ANSWERED = 48
"""The newest tickets, all open, are answered in turn."""
_CSRF = re.compile(r'"X-CSRFToken":"([^"]+)"')


@dataclass(frozen=True)
class Reader:
    """Somebody signed in: the cookie and the token against forgery that a browser would send."""

    person_id: int
    cookie: str
    csrf: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Facts:
    """Ids that addresses and forms need."""

    queue_id: int
    category_id: int
    shown_id: int
    answered: tuple[int, ...]
    """Open tickets that are answered in turn, so that none of them grows long."""


@dataclass(frozen=True)
class Step:
    """One row of the table. A page has a path; a post has none. A first page has nothing bare to be held against."""

    name: str
    portal: Visit
    bare: Visit | None
    path: str = ""
    reader: Reader | None = None
    """Whose page it is, where it has one."""


def facts() -> Facts:
    last = db.session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(ANSWERED + 1)).all()
    return Facts(
        queue_id=db.session.scalars(select(Queue.id).order_by(Queue.id).limit(1)).one(),
        category_id=db.session.scalars(select(Category.id).where(Category.key == "other")).one(),
        shown_id=last[-1],
        answered=tuple(last[:-1]),
    )


def sign_in(app: Flask, role: Role) -> Reader:
    """The first person of this role, with a session of its own. Call it outside of an application context."""
    with app.app_context():
        holding = select(RoleGrant.person_id).where(RoleGrant.role == role)
        person = db.session.scalars(select(Person).where(Person.id.in_(holding)).order_by(Person.id).limit(1)).one()
        person_id, token = person.id, people.open_session(Act(at=clock.now(), by=person.id), person)
        db.session.commit()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    found = _CSRF.search(client.get("/tickets/new").get_data(as_text=True))
    assert found is not None
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    return Reader(person_id, f"{cookie.key}={cookie.value}", found[1])


FIRST_PAGES = (
    Role.LEAD_STAFF,
    Role.LEAD_ADMIN,
    Role.END_USER,
    Role.AGENCY_ADMIN,
    Role.AGENCY_EXECUTIVE,
    Role.AGENCY_SECURITY_OFFICER,
    Role.COC_GOVERNANCE,
    Role.FUNDER,
    Role.VENDOR_CONTACT,
)


def hire(app: Flask) -> None:
    """Somebody in each of the roles that few people hold, at places that have tickets."""
    with app.app_context():
        held = set(db.session.scalars(select(RoleGrant.role).distinct()))
        agency, coc = (
            db.session.scalars(select(Organization).where(Organization.kind == kind).order_by(Organization.id)).first()
            for kind in (OrganizationKind.AGENCY, OrganizationKind.COC)
        )
        for number, role in enumerate(role for role in FIRST_PAGES if role not in held):
            home = coc if role is Role.COC_GOVERNANCE else agency
            factories.make_person(home, role, email=f"first.page{number}@example.org")
        db.session.commit()


def first_pages(app: Flask) -> list[Step]:
    return [_first_page(role, sign_in(app, role)) for role in FIRST_PAGES]


def _first_page(role: Role, reader: Reader) -> Step:
    asked = Request("/", headers=reader.headers, shows=b"</html>")
    return Step(f"first page, {role.words}", lambda _client, _turn: asked, None, "/", reader)


def steps(staff: Reader, user: Reader, known: Facts) -> list[Step]:
    own = urlencode({"view": "open", "queue": known.queue_id, "assignee": "me"})
    mine = f"/filtered?{urlencode({'queue': known.queue_id})}"
    return [
        _page("list, open by due", "/tickets", staff, b"work-list__title", "/list"),
        _page("list, queue + assignee", f"/tickets?{own}", staff, b"work-list__title", mine),
        _search("search, rare word", texts.RARE_WORD, staff),
        _search("search, common word", texts.COMMON_WORD, staff),
        _page("ticket, 6 messages", f"/tickets/{known.shown_id}", staff, b"message__body", f"/ticket/{known.shown_id}"),
        Step("file a ticket (POST)", _filing(user, known), _bare_post("/file")),
        Step("answer (POST)", _answering(staff, known), _bare_answer(known)),
    ]


def _page(name: str, path: str, reader: Reader, shows: bytes, bare: str) -> Step:
    asked = Request(path, headers=reader.headers, shows=shows)
    plain = Request(f"{bare}{'&' if '?' in bare else '?'}by={reader.person_id}", shows=b"</html>")
    return Step(name, lambda _client, _turn: asked, lambda _client, _turn: plain, path, reader)


def _search(name: str, word: str, reader: Reader) -> Step:
    asked = urlencode({"view": "all", "q": word})
    return _page(name, f"/tickets?{asked}", reader, b"work-list__title", f"/search?{urlencode({'q': word})}")


def _filing(user: Reader, known: Facts) -> Visit:
    def visit(client: int, turn: int) -> Request:
        fields = {
            "category": str(known.category_id),
            "urgency": "normal",
            "subject": f"{texts.SUBJECTS[turn % len(texts.SUBJECTS)]} ({client}/{turn})",
            "text": " ".join(texts.SENTENCES[(turn + step) % len(texts.SENTENCES)] for step in range(5)),
            "project": "",
        }
        return _form("/tickets/new", user, fields)

    return visit


def _answering(staff: Reader, known: Facts) -> Visit:
    def visit(client: int, turn: int) -> Request:
        ticket_id = known.answered[(client * 6 + turn) % len(known.answered)]
        fields = {"text": f"{texts.ANSWERS[turn % len(texts.ANSWERS)]}\n\nTurn {turn}.", "then": "open"}
        return _form(f"/tickets/{ticket_id}/answer", staff, {**fields, "seen": "2000000000", "canned_id": ""})

    return visit


def _form(path: str, reader: Reader, fields: Mapping[str, str]) -> Request:
    """As a browser posts a form that may carry files."""
    boundary = secrets.token_hex(12)
    filled = {"csrf_token": reader.csrf, "once": secrets.token_urlsafe(18), **fields}
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in filled.items()
    ]
    headers = {**reader.headers, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return Request(path, f"{''.join(parts)}--{boundary}--\r\n".encode(), headers, status=302)


def _bare_post(path: str) -> Visit:
    return lambda client, turn: Request(path, f"turn={client}.{turn}".encode(), status=302)


def _bare_answer(known: Facts) -> Visit:
    def visit(client: int, turn: int) -> Request:
        ticket_id = known.answered[(client * 6 + turn) % len(known.answered)]
        return Request(f"/answer/{ticket_id}", f"turn={turn}".encode(), status=302)

    return visit
