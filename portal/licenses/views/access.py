"""The register's own user-access report, and the agency's answer to it."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.licenses import actions, queries
from portal.licenses.forms import AccessFilter, AttestForm
from portal.licenses.rules import Answer
from portal.licenses.views.blueprint import access_pages, agencies_with, blueprint, may_end_at, nav
from portal.people import queries as people
from portal.people.forms.fields import id_of
from portal.people.models import Organization
from portal.people.rules import OrganizationKind
from portal.policy import Permission, allows
from portal.tables import FORMATS, Column, export, export_links
from portal.web import act, actor, not_found, page, requires
from portal.worktime import date_words

PERIOD = timedelta(days=90)
COLUMNS = (
    Column("Last name", lambda one: one.person.last_name),
    Column("First name", lambda one: one.person.first_name),
    Column("E-mail address", lambda one: one.person.email),
    Column("Role or license", lambda one: one.what),
    Column("From", lambda one: one.starts_on),
    Column("Until", lambda one: one.ended_on),
    Column("Changed in the period", lambda one: one.change),
    Column("Last sign-in to this portal", lambda one: one.last_sign_in),
)


def _period(form: AccessFilter) -> tuple[date, date]:
    """As the URL says, else the last 90 days."""
    chosen = form.chosen()
    until: date = chosen.get("until") or act().at.date()
    since: date = chosen.get("since") or until - PERIOD
    return min(since, until), until


@blueprint.get("/licenses/access")
@requires(Permission.ACCESS_REPORT_READ)
def show_access() -> ResponseReturnValue:
    agencies = agencies_with(Permission.ACCESS_REPORT_READ)
    form = AccessFilter.from_url()
    form.offer_agencies(agencies)
    since, until = _period(form)
    wanted = id_of(form.agency) if "agency" in form.chosen() else agencies[0].id if len(agencies) == 1 else None
    agency = next((one for one in agencies if one.id == wanted), None)
    found = queries.access_report(agency.id, since, until) if agency else []
    kind = request.args.get("format", "")
    if agency and kind in FORMATS:
        return export(found, COLUMNS, kind, "user-access")
    form.agency.data = str(agency.id) if agency else ""
    form.since.data, form.until.data = since, until
    return page(
        "licenses/show_access.html",
        filters=form,
        agency=agency,
        found=found,
        people=len({one.person.id for one in found}),
        period=f"{date_words(since)} through {date_words(until)}",
        since=since,
        until=until,
        reviews=queries.access_reviews(agency.id) if agency else [],
        answers=tuple(Answer),
        exports=export_links(),
        nav=nav("licenses.show_access"),
        access_pages=access_pages("licenses.show_access"),
        may_attest=agency is not None and _may_attest(agency),
    )


def _may_attest(agency: Organization) -> bool:
    return may_end_at(agency) and allows(actor(), Permission.ACCESS_REPORT_ATTEST, agency)


@blueprint.route("/organizations/<int:organization_id>/access/attest", methods=["GET", "POST"])
@requires(Permission.ACCESS_REPORT_ATTEST, on=people.organization)
def attest_access(agency: Organization) -> ResponseReturnValue:
    since, until = _period(AccessFilter.from_url())
    if agency.kind not in (OrganizationKind.AGENCY, OrganizationKind.HMIS_LEAD):
        not_found()
    if not _may_attest(agency):
        abort(403)
    found = [one for one in queries.access_report(agency.id, since, until) if one.is_current]
    form = AttestForm.from_request()
    given, wishes = form.answers(request.form), form.wishes(request.form)
    if form.submitted():
        with form.refusing():
            form.demand_no_client_data(wishes)
            actions.attest_access(act(), agency, since=since, until=until, answers=given, wishes=wishes)
            flash(_said(given), "good")
            return redirect(url_for("licenses.show_access", agency=agency.id))
    by_person: dict[int, list[queries.AccessLine]] = {}
    for line in found:
        by_person.setdefault(line.person.id, []).append(line)
    return page(
        "licenses/attest_access.html",
        form=form,
        agency=agency,
        lines=tuple(by_person.values()),
        given=given,
        wishes=wishes,
        me=actor().person_id,
        answers=tuple(Answer),
        period=f"{date_words(since)} through {date_words(until)}",
    )


def _said(given: Mapping[int, Answer]) -> str:
    more = sum(one is not Answer.KEEP for one in given.values())
    if not more:
        return "The report is attested."
    return f"The report is attested. {more} {'answer is' if more == 1 else 'answers are'} followed up until it is done."
