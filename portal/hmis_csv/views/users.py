"""Users of the HMIS: who is who, said by a person; and what the licenses say against it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.hmis_csv import actions, queries
from portal.hmis_csv.forms import LinkForm, UserFilter
from portal.hmis_csv.models import HmisUser
from portal.hmis_csv.queries import UserLine
from portal.hmis_csv.rules.loading import UserState
from portal.hmis_csv.views.blueprint import blueprint, nav
from portal.policy import Permission
from portal.tables import FORMATS, Column, counted, everything, export, export_links, is_filtered, sliced
from portal.web import act, page, requires

USER_COLUMNS = (
    Column("State", lambda line: line.state.words),
    Column("ID in the HMIS", lambda line: line.user.key),
    Column("Last name", lambda line: line.user.last_name),
    Column("First name", lambda line: line.user.first_name),
    Column("E-mail address", lambda line: line.user.email),
    Column("Person", lambda line: line.user.person.name if line.user.person else ""),
    Column("Proposed", lambda line: line.proposed.name if line.proposed else ""),
    Column("Why", lambda line: line.conflict or line.why),
)


@blueprint.get("/hmis-users")
@requires(Permission.HMIS_USER_READ)
def list_users() -> ResponseReturnValue:
    filters = UserFilter.from_url()
    found = queries.users(**filters.chosen_facts())
    kind = request.args.get("format", "")
    if kind in FORMATS:
        return export(queries.lines_of(list(everything(found, queries.BY_NAME))), USER_COLUMNS, kind, "hmis-users")
    users = sliced(found, queries.BY_NAME)
    return page(
        "hmis_csv/list_users.html",
        users=users,
        lines=queries.lines_of(users.rows),
        count=counted(found),
        counts=queries.user_counts(),
        filters=filters,
        is_filtered=is_filtered(),
        exports=export_links(),
        without=queries.people_without_user(),
        nav=nav("hmis_csv.list_users"),
        States=UserState,
    )


@blueprint.post("/hmis-users/link")
@requires(Permission.HMIS_USER_LINK)
def link_proposed() -> ResponseReturnValue:
    chosen = {int(one) for one in request.form.getlist("ids") if one.isdecimal() and len(one) < 10}
    number = actions.link_proposed(act(), chosen)
    if number:
        flash(f"{number} {'user is' if number == 1 else 'users are'} linked.", "good")
    else:
        flash("Tick at least one user with a proposed link.", "warn")
    return redirect(url_for("hmis_csv.list_users"))


@blueprint.get("/hmis-users/<int:user_id>")
@requires(Permission.HMIS_USER_READ, on=queries.user)
def show_user(user: HmisUser) -> ResponseReturnValue:
    (line,) = queries.lines_of([user])
    return _user_page(line, LinkForm.from_request(email=line.proposed.email if line.proposed else ""))


def _user_page(line: UserLine, form: LinkForm) -> ResponseReturnValue:
    return page("hmis_csv/show_user.html", user=line.user, line=line, form=form, States=UserState)


@blueprint.post("/hmis-users/<int:user_id>/link")
@requires(Permission.HMIS_USER_LINK, on=queries.user)
def link_user(user: HmisUser) -> ResponseReturnValue:
    """To the person of the address that was typed."""
    form = LinkForm.from_request()
    if form.submitted():
        person = queries.person_by_address(form.email.data or "")
        if person is None:
            form.refuse("Nobody in the register has this address. Add the person first.", "email")
        else:
            with form.refusing():
                actions.link_user(act(), user, person)
                flash(f"{user.name or user.key} is {person.name}.", "good")
                return _to(user)
    (line,) = queries.lines_of([user])
    return _user_page(line, form)


@blueprint.post("/hmis-users/<int:user_id>/unlink")
@requires(Permission.HMIS_USER_LINK, on=queries.user)
def unlink_user(user: HmisUser) -> ResponseReturnValue:
    actions.unlink_user(act(), user)
    flash("The link is undone.", "good")
    return _to(user)


@blueprint.post("/hmis-users/<int:user_id>/aside")
@requires(Permission.HMIS_USER_LINK, on=queries.user)
def set_user_aside(user: HmisUser) -> ResponseReturnValue:
    """The software's own user; pressed again, a person after all."""
    actions.set_user_aside(act(), user, aside=not user.is_set_aside)
    flash("Noted: not a person." if user.is_set_aside else "Noted: a person.", "good")
    return _to(user)


def _to(user: HmisUser) -> ResponseReturnValue:
    return redirect(url_for("hmis_csv.show_user", user_id=user.id))
