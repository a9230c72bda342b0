"""One's own account: data, sessions, password, shortcuts."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.people import actions, queries
from portal.people.forms import WAIT, ChangePasswordForm
from portal.people.rules import browser_words
from portal.people.views.blueprint import blueprint
from portal.people.views.sign_in import enter
from portal.policy import Permission
from portal.web import act, actor, installation, leaves_trace, page, requires


@blueprint.get("/account")
@requires(Permission.HOME_READ)
def account() -> ResponseReturnValue:
    reader = current_user
    sessions = queries.open_sessions(reader.person_id, act().at, installation(), actor().is_staff)
    return page("people/account.html", person=reader.person, sessions=sessions, here=reader.session_id)


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires(Permission.HOME_READ)
@leaves_trace("A wrong current password is counted although the request is refused.")
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm.from_request()
    if form.submitted():
        with form.refusing():
            browser = browser_words(request.user_agent.string)
            answer = actions.change_password(
                act(), current_user.person, browser=browser, settings=installation(), **form.facts()
            )
            if answer.token:
                enter(answer.token)
                flash("Your password is changed. All other sessions were signed out.", "good")
                return redirect(url_for("people.account"))
            form.refuse(WAIT if answer.must_wait else "This is not your current password.", field="current_password")
    return page("people/change_password.html", form=form)


@blueprint.post("/account/sessions/<int:session_id>/end")
@requires(Permission.HOME_READ)
def end_session(session_id: int) -> ResponseReturnValue:
    held = queries.session_of(current_user.person_id, session_id)
    if held is None:
        abort(404)
    actions.end_session(act(), held)
    flash(f"{held.browser or 'That session'} is signed out.", "good")
    return redirect(url_for("people.account"))


@blueprint.post("/account/sessions/end")
@requires(Permission.HOME_READ)
def end_other_sessions() -> ResponseReturnValue:
    actions.end_sessions(act(), current_user.person, but=current_user.session_id)
    flash("All other sessions are signed out.", "good")
    return redirect(url_for("people.account"))


@blueprint.post("/account/shortcuts")
@requires(Permission.HOME_READ)
def switch_shortcuts() -> ResponseReturnValue:
    on = request.form.get("on") == "1"
    actions.switch_shortcuts(act(), current_user.person, on)
    flash(f"Single-key shortcuts are {'on' if on else 'off'}.", "good")
    return redirect(url_for("people.account"))
