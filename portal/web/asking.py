"""What a view asks of its request and its installation: who acts, when, and where a page lies."""

from typing import Any, NoReturn

from flask import abort, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal import clock
from portal.audit import Act, Via
from portal.policy import STRANGER, Actor
from portal.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


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
