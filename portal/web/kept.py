"""Forms whose session ended while they were written, and forms that were posted twice: nothing typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, current_app, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, db
from portal.web.asking import SAFE_METHODS, act, actor

SignInPage = Callable[[str], ResponseReturnValue]
"""Shows the sign-in page, carrying a sealed kept form ("" for none)."""


class SubmittedForm(Base):
    """A form that has been carried out, and where its sender was sent; answers the same form posted twice."""

    __tablename__ = "submitted_form"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    location: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class KeptForm:
    """What a person had typed when the session was found ended: where it was going and its fields, in order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    by: str
    """The token of the session in which it was written."""

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """The fields that a person typed, for reading over before sending."""
        hidden = {"csrf_token", "once", "seen"}
        return tuple((name, value) for name, value in self.fields if name not in hidden and value.strip())


def ask_to_sign_in(keep: bool = False) -> ResponseReturnValue:
    if keep or request.method not in SAFE_METHODS:
        page_of_people: SignInPage = current_app.extensions["portal.sign_in_page"]
        return page_of_people(_sealer().dumps([request.full_path, _typed(), _session_token()]))
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))


def kept_form(sealed: str) -> KeptForm | None:
    """The form that `ask_to_sign_in` kept; None when there is none or it was tampered with or is a day old."""
    try:
        path, fields, by = _sealer().loads(sealed, max_age=86400)
    except BadData:
        return None
    return KeptForm(path, tuple((name, value) for name, value in fields), by)


def _typed() -> list[tuple[str, str]]:
    """The posted fields without the token; a password is never kept."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name.lower()
    ]


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.extensions["portal.settings"].secret_key, salt="kept form")


def _session_token() -> str:
    return str(session.get("_user_id", ""))


def offered_again() -> ResponseReturnValue:
    """The token is of an earlier session (signed out and in again elsewhere): show the text, let the person send it."""
    if not current_user.is_authenticated:
        return ask_to_sign_in(keep=True)
    kept = KeptForm(request.full_path, tuple(_typed()), "")
    return make_response(render_template("kept_form.html", kept=kept), 409)


def already_done() -> ResponseReturnValue | None:
    """A form posted twice (double click, retried network) is answered as it was the first time."""
    token = request.form.get("once", "")
    if not token or not current_user.is_authenticated:
        return None
    done = db.session.get(SubmittedForm, _once_key(token))
    return redirect(done.location) if done else None


def _once_key(token: str) -> str:
    return f"{actor().person_id}:{token[:64]}"


def kept_once(response: Response) -> Response:
    token = request.form.get("once", "")
    try:
        if token and response.status_code in (302, 303) and current_user.is_authenticated:
            key = _once_key(token)
            db.session.add(SubmittedForm(key=key, location=response.headers["Location"], at=act().at))
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        first = db.session.get(SubmittedForm, _once_key(token)) if token else None
        if first is None:
            raise
        return current_app.make_response(redirect(first.location))
    return response
