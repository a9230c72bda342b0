"""Getting in and out: sign-in, mailed links, the demo's door, and what was typed when a session ended."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Response, abort, flash, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from portal import clock, web
from portal.people import actions, queries
from portal.people.actions import Answer, Origin
from portal.people.forms import WAIT, WRONG, AskLinkForm, SignInForm, UseLinkForm
from portal.people.models import Person
from portal.people.queries import SignedIn
from portal.people.rules import COUNTED_FOR, browser_words, local_path, network_of
from portal.people.views.blueprint import blueprint
from portal.people.views.devices import known_device, remember_device
from portal.web import act, installation, leaves_trace, page, public

login_manager = LoginManager()
login_manager.session_protection = None
"""Our sessions are rows; a fingerprint of address and browser would end them whenever a phone changes networks."""

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@login_manager.user_loader  # type: ignore[untyped-decorator]  # flask-login has no types
def signed_in(token: str) -> SignedIn | None:
    return queries.signed_in(token, clock.now(), installation())


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@leaves_trace("A failed try is counted although the request is refused.")
def sign_in() -> ResponseReturnValue:
    form = SignInForm.from_request()
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(local_path(request.args.get("next", "")))
    if form.submitted():
        facts = form.facts()
        address = facts["email"]
        answer = actions.sign_in(act(), address, facts["password"], _origin(address), installation())
        if answer.person is not None:
            return _welcomed(form, answer, answer.person)
        form.say(*((429, WAIT) if answer.must_wait else (401, WRONG)))
    return _sign_in_page(form)


def sign_in_page(kept: str) -> ResponseReturnValue:
    """In place of a page that needs a session: sign in, with what was typed kept in the form (sealed; "" for none)."""
    held = web.kept_form(kept)
    if held is None or not held.shown:
        kept = ""
    has_files = any(file.filename for file in request.files.values())
    form = SignInForm(None, kept=kept, lost_files="1" if kept and has_files else "")
    form.answer = 401
    return _sign_in_page(form)


def _sign_in_page(form: SignInForm) -> ResponseReturnValue:
    demo = queries.people_by_role_for_demo(act().at.date()) if _is_demo_door_open() else ()
    asked = local_path(request.args.get("next", ""))
    onward = url_for("people.sign_in", next=asked) if asked != "/" else url_for("people.sign_in")
    response = make_response(page("people/sign_in.html", form=form, demo=demo, action=onward))
    if response.status_code == 429:
        response.headers["Retry-After"] = str(int(COUNTED_FOR.total_seconds()))
    return response


def _origin(address: str) -> Origin:
    return Origin(network_of(request.remote_addr or ""), known_device(address, installation()), _browser())


def _browser() -> str:
    return browser_words(request.user_agent.string)


def _welcomed(form: SignInForm, answer: Answer, person: Person) -> Response:
    kept = web.kept_form(form.kept.data or "")
    is_own = kept is not None and queries.person_of_token(kept.by) == person.id
    response: Response
    enter(answer.token)
    if kept is not None and is_own:
        response = make_response(page("kept_form.html", kept=kept, lost_files=bool(form.lost_files.data)))
    else:
        if kept is not None:
            flash("What was typed before belongs to another person’s session and was not carried over.", "warn")
        response = make_response(redirect(local_path(request.args.get("next", ""))))
    remember_device(response, person.email, installation())
    return response


def enter(token: str) -> None:
    """Put a session's token into a cleared cookie: nothing that was planted before signing in lives on."""
    if current_user.is_authenticated:
        actions.sign_out(act(), current_user)
    session.clear()
    # Flask-WTF caches this request's token against forgery; it was made for the cookie that we have just cleared.
    g.pop("csrf_token", None)
    login_user(queries.signed_in(token, act().at, installation()))


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        token = current_user.token
        actions.sign_out(act(), current_user)
        logout_user()
        session.clear()
        # The dead token stays: by it a form still open in another tab is known to be of the same person.
        session["_user_id"] = token
        flash("You are signed out.", "good")
    return redirect(url_for("people.sign_in"))


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
@public
def ask_link() -> ResponseReturnValue:
    form = AskLinkForm.from_request()
    if form.submitted():
        actions.ask_link(act(), settings=installation(), **form.facts())
        return redirect(url_for("people.link_sent"))
    return page("people/ask_link.html", form=form)


@blueprint.get("/sign-in/link/sent")
@public
def link_sent() -> ResponseReturnValue:
    return page("people/link_sent.html")


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@public
def use_link(token: str) -> ResponseReturnValue:
    form = UseLinkForm.from_request()
    if form.submitted():
        with form.refusing():
            person = actions.use_link(act(), token, settings=installation(), **form.facts())
            enter(actions.open_session(act(), person, _browser()))
            flash("Your password is set and you are signed in.", "good")
            response = make_response(redirect("/"))
            remember_device(response, person.email, installation())
            return response
    link = queries.open_link(token, act().at)
    if link is None:
        return page("people/use_link.html", status=410, link=None)
    return page("people/use_link.html", form=form, link=link)


@blueprint.post("/sign-in/demo/<int:person_id>")
@public
def enter_demo(person_id: int) -> ResponseReturnValue:
    person = queries.person(person_id) if _is_demo_door_open() else None
    if person is None or not person.is_active:
        abort(404)
    enter(actions.enter_demo(act(), person, _browser()))
    return redirect("/")


def _is_demo_door_open() -> bool:
    """For an invented community only, asked from this very machine by its own name and not through a proxy."""
    is_near = (
        installation().is_loopback
        and _is_loopback(request.remote_addr or "")
        and urlsplit(request.host_url).hostname in LOOPBACK_HOSTS
        and not any(name in request.headers for name in FORWARDED)
    )
    return is_near and queries.demo_mark() is not None


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
