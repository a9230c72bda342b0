"""Requirements: the list, one of them, its change with who would flip, and the community's start."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.people import queries as people
from portal.policy import Permission, allows
from portal.standing import actions, queries, rules
from portal.standing.forms import PressForm, RequirementFilter, RequirementForm, StartForm
from portal.standing.models import Requirement, RequirementVersion
from portal.standing.queries import Preview
from portal.standing.rules import Flip, SubjectKind
from portal.standing.views.blueprint import blueprint
from portal.standing.views.shown import kind_words
from portal.tables import Column, counted, export, export_links, exported, is_filtered, sliced
from portal.web import act, actor, page, requires

COLUMNS = (
    Column("Code", lambda one: one.code),
    Column("Title", lambda one: one.title),
    Column("Who", lambda one: one.latest.subject_kind.words),
    Column("How often", lambda one: rules.recurrence_words(one.latest.terms(one.added_at))),
    Column("Authority", lambda one: one.latest.authority.words),
    Column("Source", lambda one: one.latest.source),
    Column("Holds from", lambda one: one.latest.effective_on),
    Column("Version", lambda one: one.latest.number),
)
FLIPS_SHOWN = 100


@blueprint.get("/requirements")
@requires(Permission.REQUIREMENT_READ)
def list_requirements() -> ResponseReturnValue:
    filters = RequirementFilter.from_url()
    found = queries.requirements_found(**filters.chosen_facts())
    file = exported(found, queries.BY_CODE, COLUMNS, "requirements")
    if file is not None:
        return file
    starts = queries.community_starts()
    return page(
        "standing/list_requirements.html",
        filters=filters,
        is_filtered=is_filtered(),
        requirements=sliced(found, queries.BY_CODE),
        count=counted(found),
        exports=export_links(),
        start=starts[-1] if starts else None,
        may_edit=allows(actor(), Permission.REQUIREMENT_EDIT),
        recurrence_words=_recurrence_words,
    )


def _recurrence_words(version: RequirementVersion) -> str:
    return rules.recurrence_words(version.terms(version.drafted_at))


@blueprint.post("/requirements/shipped")
@requires(Permission.REQUIREMENT_EDIT)
def load_defaults() -> ResponseReturnValue:
    added = actions.load_defaults(act())
    flash(
        f"{added} requirements are published. Change them to fit your community." if added else "All are there.", "good"
    )
    return redirect(url_for("standing.list_requirements"))


@blueprint.route("/requirements/start", methods=["GET", "POST"])
@requires(Permission.REQUIREMENT_EDIT)
def set_start() -> ResponseReturnValue:
    starts = queries.community_starts()
    held = {"starts_on": starts[-1].starts_on, "catch_up_on": starts[-1].catch_up_on} if starts else {}
    form = StartForm.from_request(**held)
    if form.submitted():
        with form.refusing():
            actions.set_community_start(act(), **form.facts())
            flash("The community start is set.", "good")
            return redirect(url_for("standing.list_requirements"))
    return page("standing/set_start.html", form=form)


@blueprint.route("/requirements/new", methods=["GET", "POST"])
@requires(Permission.REQUIREMENT_EDIT)
def add_requirement() -> ResponseReturnValue:
    fresh = {"effective_on": act().at.date(), "months": 12, "due_soon_days": 30, "grace_days": 0, "times": 1}
    form = RequirementForm.from_request(**fresh)
    form.offer(is_new=True)
    if form.submitted():
        with form.refusing():
            made = actions.add_requirement(act(), code=str(form.code.data), **form.terms())
            return redirect(url_for("standing.preview_requirement", requirement_id=made.id))
    return page("standing/add_requirement.html", form=form)


@blueprint.get("/requirements/<int:requirement_id>")
@requires(Permission.REQUIREMENT_READ, on=queries.requirement)
def show_requirement(requirement: Requirement) -> ResponseReturnValue:
    counts = queries.counts_by_place(requirement, act().at)
    return page(
        "standing/show_requirement.html",
        requirement=requirement,
        version=requirement.latest,
        **_said(requirement.latest),
        counts=counts,
        places=people.organization_names([row.organization_id for row in counts]),
        may_edit=allows(actor(), Permission.REQUIREMENT_EDIT, requirement),
    )


def _said(version: RequirementVersion) -> dict[str, Any]:
    terms = version.terms(act().at)
    return {
        "recurrence": rules.recurrence_words(terms),
        "audience": rules.audience_words(terms, queries.names_of(terms.audience)),
        "kind": kind_words(version.kind),
    }


@blueprint.route("/requirements/<int:requirement_id>/change", methods=["GET", "POST"])
@requires(Permission.REQUIREMENT_EDIT, on=queries.requirement)
def change_requirement(requirement: Requirement) -> ResponseReturnValue:
    held = requirement.draft or requirement.latest
    form = RequirementForm.from_request(**RequirementForm.defaults(held))
    form.offer(is_new=False)
    if form.submitted():
        with form.refusing():
            actions.draft_change(act(), requirement, **form.terms(held.subject_kind))
            return redirect(url_for("standing.preview_requirement", requirement_id=requirement.id))
    return page("standing/change_requirement.html", form=form, requirement=requirement)


@blueprint.get("/requirements/<int:requirement_id>/preview")
@requires(Permission.REQUIREMENT_EDIT, on=queries.requirement)
def preview_requirement(requirement: Requirement) -> ResponseReturnValue:
    """Who would stand otherwise, by agency; with `place` only those of one agency; as a file with `format`."""
    preview, draft = queries.preview(requirement, act().at), requirement.draft
    if preview is None or draft is None:
        return redirect(url_for("standing.show_requirement", requirement_id=requirement.id))
    place = request.args.get("place", type=int)
    found = [flip for flip in preview.flips if place is None or flip.organization_id == place]
    names = _names(draft.subject_kind, found, preview)
    if request.args.get("format") in ("csv", "xlsx"):
        return export(found, _flip_columns(names), request.args["format"], f"{requirement.code}-preview")
    return page(
        "standing/preview_requirement.html",
        requirement=requirement,
        draft=draft,
        **_said(draft),
        preview=preview,
        flips=found[:FLIPS_SHOWN],
        flips_count=len(found),
        place=place,
        names=names,
        exports=export_links(),
        press=PressForm(),
        sentence=rules.sentence,
    )


def _names(kind: SubjectKind, found: list[Flip], preview: Preview) -> dict[str, dict[int, str]]:
    places = people.organization_names([row.organization_id for row in preview.places])
    subjects = people.person_names([flip.subject_id for flip in found]) if kind is SubjectKind.PERSON else places
    return {"places": places, "subjects": subjects}


def _flip_columns(names: dict[str, dict[int, str]]) -> tuple[Column, ...]:
    return (
        Column("Who", lambda flip: names["subjects"].get(flip.subject_id, "")),
        Column("Organization", lambda flip: names["places"].get(flip.organization_id, "")),
        Column("Now", lambda flip: flip.before.state.words),
        Column("Then", lambda flip: flip.after.state.words),
        Column("Why", lambda flip: rules.sentence(flip.after)),
    )


@blueprint.post("/requirements/<int:requirement_id>/publish")
@requires(Permission.REQUIREMENT_EDIT, on=queries.requirement)
def publish_requirement(requirement: Requirement) -> ResponseReturnValue:
    version = actions.publish(act(), requirement)
    flash(f"Version {version.number} of “{version.title}” is published.", "good")
    return redirect(url_for("standing.show_requirement", requirement_id=requirement.id))


@blueprint.post("/requirements/<int:requirement_id>/discard")
@requires(Permission.REQUIREMENT_EDIT, on=queries.requirement)
def discard_draft(requirement: Requirement) -> ResponseReturnValue:
    was_published = bool(requirement.published)
    actions.discard_draft(act(), requirement)
    flash("The draft is discarded.", "good")
    if not was_published:
        return redirect(url_for("standing.list_requirements"))
    return redirect(url_for("standing.show_requirement", requirement_id=requirement.id))
