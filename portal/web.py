"""The edge: who may enter a view, what a request leaves behind, and what a refusal looks like.

An endpoint is marked `@requires(permission)` or `@public`, or the portal does not start. An unsafe request answered
below 400 is kept, all else is dropped; a view that must leave a trace all the same is marked `@leaves_trace("why")`.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, NoReturn

import structlog
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import String
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from portal import audit, clock
from portal.audit import Act, Via
from portal.db import Base, db, read_only
from portal.errors import Refused
from portal.policy import STRANGER, Actor, Permission, Scoped, allows, reading
from portal.settings import Settings

csrf = CSRFProtect()
SignInPage = Callable[[str], ResponseReturnValue]
"""Shows the sign-in page, carrying a sealed kept form ("" for none)."""

log = structlog.get_logger("portal.web")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Access:
    """How one view is guarded; read by the access matrix."""

    permission: Permission | None
    loads: Callable[..., Scoped | None] | None = None

    @property
    def is_public(self) -> bool:
        return self.permission is None


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


def public(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Anyone may enter, signed in or not."""
    return _marked(view, Access(permission=None))


def requires(
    permission: Permission, on: Callable[..., Scoped | None] | None = None
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Only who holds the permission; with `on`, only on the row that `on` loads from the URL's arguments.

    The row goes to the view as its first argument in place of the arguments it was loaded from. A row that one may
    not even read is 404, the same as one that does not exist; a row one may read but not so use is 403.
    """

    def mark(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        names = tuple(inspect.signature(on).parameters) if on else ()

        @wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            if actor().person_id is None:
                return ask_to_sign_in()
            if on is None:
                _demand(permission, None)
                return view(**arguments)
            row = on(*(arguments.pop(name) for name in names))
            if row is None or not allows(actor(), reading(permission), row):
                abort(404)
            _demand(permission, row)
            return view(row, **arguments)

        return _marked(guarded, Access(permission, on))

    return mark


def leaves_trace(why: str) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """What the view writes is kept although the request only reads or is refused. `why` is listed by the house test."""

    def mark(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        view.portal_trace = why  # type: ignore[attr-defined]  # a mark on a function has no static type
        return view

    return mark


def _marked(view: Callable[..., ResponseReturnValue], access: Access) -> Callable[..., ResponseReturnValue]:
    view.portal_access = access  # type: ignore[attr-defined]  # a mark on a function has no static type
    return view


def _demand(permission: Permission, row: Scoped | None) -> None:
    if not allows(actor(), permission, row):
        g.denied = permission
        abort(403)


def actor() -> Actor:
    """Who asks: the signed-in person's id and roles, or a stranger."""
    return current_user.actor if current_user.is_authenticated else STRANGER


def act() -> Act:
    """The act that this request's actions begin with."""
    if "act" not in g:
        g.act = Act(at=clock.now(), by=actor().person_id, via=Via.WEB)
    held: Act = g.act
    return held


def page(template: str, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """A page; 422 where its form has errors, 409 where an action refused."""
    form = facts.get("form")
    return make_response(render_template(template, **facts), form.status if form is not None else status)


def link(endpoint: str, **values: Any) -> str:
    """An absolute URL for letters and documents, from the settings: a request's Host header is not to be trusted."""
    settings: Settings = current_app.extensions["portal.settings"]
    scheme, _, host = settings.base_url.partition("://")
    adapter = current_app.url_map.bind(host, url_scheme=scheme)
    return adapter.build(endpoint, values, force_external=True)


def installation() -> Settings:
    """The settings of this installation, for whoever was not handed them."""
    settings: Settings = current_app.extensions["portal.settings"]
    return settings


def not_found() -> NoReturn:
    """What is not there, or not for this reader: both look the same."""
    abort(404)


def is_partial() -> bool:
    """htmx asks for a fragment."""
    return request.headers.get("HX-Request-Type") == "partial"


class RowId(IntegerConverter):
    """An id in a URL: no larger than a column of ids can hold, so that a silly number is simply not found."""

    def __init__(self, url_map: Map, *args: Any, **limits: Any) -> None:
        super().__init__(url_map, *args, **{"max": 2**31 - 1, **limits})


def init_app(app: Flask, settings: Settings, sign_in_page: SignInPage) -> None:
    app.extensions["portal.sign_in_page"] = sign_in_page
    app.url_map.converters["int"] = RowId
    app.secret_key = settings.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="__Host-portal" if settings.is_https else "portal",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=settings.session_limit * 4,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=31536000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["portal.settings"] = settings
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way
    csrf.init_app(app)
    app.before_request(_open)
    app.after_request(settle)
    app.after_request(_secure)
    app.register_error_handler(Refused, _refused_page)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(OperationalError, _database_away)


def demand_marks(app: Flask) -> None:
    """Refuse to start with an endpoint that nobody decided about.

    Raises:
        RuntimeError: names the endpoints that are neither @requires nor @public.
    """
    bare = [
        name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "portal_access")
    ]
    if bare:
        raise RuntimeError(f"Mark these endpoints @requires or @public: {', '.join(sorted(bare))}")


def _view() -> Any:
    return current_app.view_functions.get(request.endpoint or "")


def _trace() -> str | None:
    return getattr(_view(), "portal_trace", None)


def _open() -> ResponseReturnValue | None:
    if request.endpoint == "static" or request.endpoint is None:
        return None
    if request.method in SAFE_METHODS:
        if _trace() is None:
            read_only()
        return None
    return _open_unsafe()


def _open_unsafe() -> ResponseReturnValue | None:
    """CSRF for every form; a form whose session ended while it was written is kept and offered again after sign-in."""
    access: Access | None = getattr(_view(), "portal_access", None)
    try:
        csrf.protect()
    except CSRFError:
        may_keep = access is not None and not access.is_public and _is_same_origin()
        return _offered_again() if may_keep and request.form else _csrf_page()
    if access is not None and not access.is_public and not current_user.is_authenticated:
        return ask_to_sign_in(keep=True)
    return _already_done()


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


def _offered_again() -> ResponseReturnValue:
    """The token is of an earlier session (signed out and in again elsewhere): show the text, let the person send it."""
    if not current_user.is_authenticated:
        return ask_to_sign_in(keep=True)
    kept = KeptForm(request.full_path, tuple(_typed()), "")
    return make_response(render_template("kept_form.html", kept=kept), 409)


def _is_same_origin() -> bool:
    return request.headers.get("Origin", "").rstrip("/") == request.host_url.rstrip("/")


def _csrf_page() -> ResponseReturnValue:
    return error_page(400, "This page was open too long", "Go back, reload the page, and send it again.")


def _already_done() -> ResponseReturnValue | None:
    """A form posted twice (double click, retried network) is answered as it was the first time."""
    token = request.form.get("once", "")
    if not token or not current_user.is_authenticated:
        return None
    done = db.session.get(SubmittedForm, _once_key(token))
    return redirect(done.location) if done else None


def _once_key(token: str) -> str:
    return f"{actor().person_id}:{token[:64]}"


def settle(response: Response) -> Response:
    """Keep what a genuine request changed if it ended well; drop everything else."""
    if request.endpoint == "static":
        return response
    if g.get("denied"):
        db.session.rollback()
        audit.record_without_subject(act(), "access.denied", "permission", code=g.denied.value)
        db.session.commit()
    elif _trace() is not None or (request.method not in SAFE_METHODS and response.status_code < 400):
        response = _kept(response)
    else:
        db.session.rollback()
    return response


def _kept(response: Response) -> Response:
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


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.extensions["portal.settings"].is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def error_page(status: int, title: str, sentence: str) -> ResponseReturnValue:
    facts = {"status": status, "title": title, "sentence": sentence}
    if is_partial():
        return make_response(render_template("error_fragment.html", **facts), status)
    return make_response(render_template("error.html", **facts), status)


ERROR_WORDS: dict[int, tuple[str, str]] = {
    400: ("We could not read that request", "Go back, reload the page, and try again."),
    403: ("Your role does not allow this", "If you need it for your work, ask the HMIS Lead."),
    404: (
        "We found nothing here",
        "It may have moved, or it may not be yours to see. Search, or go back to your home page.",
    ),
    405: ("That is not how this page works", "Go back and use the buttons on the page."),
    413: ("That is too large to send", "Send fewer or smaller files: up to 10 at a time, each up to 25 MB."),
    429: ("Too many tries", "Wait a few minutes and try again."),
}


def _error_page(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    title, sentence = ERROR_WORDS.get(
        status, ("Something went wrong on our side", "We have noted it. Try again shortly.")
    )
    if status >= 500:
        db.session.rollback()
    return error_page(status, title, sentence)


def _refused_page(refusal: Refused) -> ResponseReturnValue:
    db.session.rollback()
    return error_page(409, "This could not be done", refusal.sentence)


_OUR_OWN_FAULTS = ("no such table", "no such column", "near ")
"""SQLite calls a mistaken statement operational too; that is ours to mend, and no database is away."""


def _database_away(error: OperationalError) -> ResponseReturnValue:
    if str(error.orig).startswith(_OUR_OWN_FAULTS):
        raise error
    log.error("database.away", kind=type(error.orig).__name__)
    db.session.rollback()
    g._login_user = AnonymousUserMixin()  # noqa: SLF001  # flask-login would ask the database again who reads the page
    return make_response(render_template("away.html"), 503)
