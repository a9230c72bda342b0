"""How a request begins and ends: CSRF, what is kept and what is dropped, security headers."""

from typing import Any

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from portal import audit
from portal.db import db, read_only
from portal.errors import Refused
from portal.settings import Settings
from portal.web import errors
from portal.web.access import Access, trace, view_asked
from portal.web.asking import SAFE_METHODS, act, installation
from portal.web.kept import SignInPage, already_done, ask_to_sign_in, kept_once, offered_again

csrf = CSRFProtect()


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
    app.register_error_handler(Refused, errors.refused_page)
    app.register_error_handler(HTTPException, errors.error_for)
    app.register_error_handler(OperationalError, errors.database_away)


def _open() -> ResponseReturnValue | None:
    if request.endpoint == "static":
        return None
    if request.endpoint is None:
        read_only()
        return None
    if request.method in SAFE_METHODS:
        if trace() is None:
            read_only()
        return None
    return _open_unsafe()


def _open_unsafe() -> ResponseReturnValue | None:
    """CSRF for every form; a form whose session ended while it was written is kept and offered again after sign-in."""
    access: Access | None = getattr(view_asked(), "portal_access", None)
    try:
        csrf.protect()
    except CSRFError:
        may_keep = access is not None and not access.is_public and _is_same_origin()
        return offered_again() if may_keep and request.form else _csrf_page()
    if access is not None and not access.is_public and not current_user.is_authenticated:
        return ask_to_sign_in(keep=True)
    return already_done()


def _is_same_origin() -> bool:
    return request.headers.get("Origin", "").rstrip("/") == request.host_url.rstrip("/")


def _csrf_page() -> ResponseReturnValue:
    return errors.error_page(400, "This page was open too long", "Go back, reload the page, and send it again.")


def settle(response: Response) -> Response:
    """Keep what a genuine request changed if it ended well; drop everything else."""
    if request.endpoint == "static":
        return response
    if g.get("denied"):
        db.session.rollback()
        audit.record_without_subject(act(), "access.denied", "permission", code=g.denied.value)
        db.session.commit()
    elif trace() is not None or (request.method not in SAFE_METHODS and response.status_code < 400):
        response = kept_once(response)
    else:
        db.session.rollback()
    return response


def _secure(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if installation().is_https:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response
