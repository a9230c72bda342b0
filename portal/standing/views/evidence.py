"""Evidence: the list, one of it, entering by hand, and the second person's yes or no."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import files
from portal.people import queries as people
from portal.people.models import Organization, Person
from portal.policy import Permission, allows
from portal.standing import actions, queries
from portal.standing.forms import CorrectForm, EvidenceFilter, EvidenceForm, PressForm, RefuseForm
from portal.standing.models import ClaimFile, Evidence, EvidenceClaim
from portal.standing.rules import ClaimState
from portal.standing.views.blueprint import blueprint
from portal.standing.views.shown import kind_words, kinds, standing_href, subject_kind, titles
from portal.tables import Column, counted, export_links, exported, is_filtered, sliced
from portal.web import act, actor, not_found, page, requires

COLUMNS = (
    Column("Who", lambda one: one.subject_name),
    Column("Kind", lambda one: kind_words(one.kind)),
    Column("Key", lambda one: one.key),
    Column("On", lambda one: one.on),
    Column("Until", lambda one: one.until),
    Column("Recorded", lambda one: one.recorded_at),
    Column("Imported", lambda one: "yes" if one.is_imported else ""),
)


@blueprint.get("/evidence")
@requires(Permission.EVIDENCE_READ)
def list_evidence() -> ResponseReturnValue:
    filters = EvidenceFilter.from_url()
    person_id, organization_id = (request.args.get(name, type=int) for name in ("person", "organization"))
    found = queries.evidence_found(
        actor(), person_id=person_id, organization_id=organization_id, **filters.chosen_facts()
    )
    file = exported(found, queries.LATEST_EVIDENCE, COLUMNS, "evidence")
    if file is not None:
        return file
    return page(
        "standing/list_evidence.html",
        filters=filters,
        is_filtered=is_filtered(),
        evidence=sliced(found, queries.LATEST_EVIDENCE),
        count=counted(found),
        exports=export_links(),
        kind_words=kind_words,
        title_of=titles(),
        may_enter=allows(actor(), Permission.EVIDENCE_ENTER),
    )


@blueprint.get("/evidence/<int:evidence_id>")
@requires(Permission.EVIDENCE_READ, on=queries.evidence)
def show_evidence(evidence: Evidence) -> ResponseReturnValue:
    kind = kinds().get(evidence.kind)
    later = queries.superseding(evidence.id)
    return page(
        "standing/show_evidence.html",
        evidence=evidence,
        later=later,
        kind=kind_words(evidence.kind),
        title=titles()(evidence),
        source_href=kind.source_link(evidence.source_id) if kind and kind.source_link and evidence.source_id else "",
        standing_href=standing_href(evidence.subject_kind, evidence.subject_id),
        may_correct=later is None and not evidence.is_void and allows(actor(), Permission.EVIDENCE_ENTER, evidence),
        note=evidence.claim.note if evidence.claim and allows(actor(), Permission.EVIDENCE_ENTER, evidence) else "",
    )


@blueprint.get("/evidence/<int:evidence_id>/files/<int:file_id>")
@requires(Permission.EVIDENCE_READ, on=queries.evidence)
def download_evidence_file(evidence: Evidence, file_id: int) -> ResponseReturnValue:
    held = evidence.claim.files if evidence.claim else []
    return _download(held, file_id)


def _download(held: list[ClaimFile], file_id: int) -> ResponseReturnValue:
    found = next((one for one in held if one.id == file_id), None) or not_found()
    return files.attachment(found.file, found.name)


def subject_of_url() -> Person | Organization:
    """The person or organization that the URL names; 404 for none, and for one that is not the reader's to see."""
    person_id, organization_id = (request.args.get(name, type=int) for name in ("person", "organization"))
    found: Person | Organization | None = None
    if person_id is not None:
        found = people.person(person_id)
    elif organization_id is not None:
        found = people.organization(organization_id)
    if found is None or not allows(actor(), Permission.STANDING_READ, found):
        not_found()
    return found


@blueprint.route("/evidence/new", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_ENTER)
def enter_evidence() -> ResponseReturnValue:
    subject = subject_of_url()
    kind = subject_kind(subject)
    form = EvidenceForm.from_request(which=request.args.get("which"))
    form.offer(queries.keys_by_kind(kind))
    if form.submitted():
        with form.refusing():
            evidence_kind, key = form.kind_and_key()
            actions.enter_evidence(
                act(), kind=evidence_kind, key=key, subject_kind=kind, subject_id=subject.id, **form.facts()
            )
            flash(f"Entered for {subject.name}. It counts once a second person has approved it.", "good")
            return redirect(standing_href(kind, subject.id))
    return page(
        "standing/enter_evidence.html", form=form, subject=subject, standing_href=standing_href(kind, subject.id)
    )


@blueprint.route("/evidence/<int:evidence_id>/correct", methods=["GET", "POST"])
@requires(Permission.EVIDENCE_ENTER, on=queries.evidence)
def correct_evidence(evidence: Evidence) -> ResponseReturnValue:
    form = CorrectForm.from_request(on=evidence.on, until=evidence.until)
    if form.submitted():
        with form.refusing():
            actions.enter_evidence(
                act(),
                kind=evidence.kind,
                key=evidence.key,
                subject_kind=evidence.subject_kind,
                subject_id=evidence.subject_id,
                corrects=evidence,
                **form.claimed(),
            )
            flash("The correction is entered. It counts once a second person has approved it.", "good")
            return redirect(url_for("standing.show_evidence", evidence_id=evidence.id))
    return page("standing/correct_evidence.html", form=form, evidence=evidence, kind=kind_words(evidence.kind))


@blueprint.get("/evidence/waiting")
@requires(Permission.EVIDENCE_APPROVE)
def list_waiting() -> ResponseReturnValue:
    """Single entries in the order in which they came, and whole files above them."""
    claims = queries.claims_waiting()
    return page(
        "standing/list_waiting.html",
        claims=sliced(claims, queries.OLDEST_CLAIMS),
        count=counted(claims),
        batches=people.listed(queries.batches(ClaimState.WAITING), 25),
        kind_words=kind_words,
        title_of=titles(),
        me=actor().person_id,
    )


@blueprint.get("/evidence/claims/<int:claim_id>")
@requires(Permission.EVIDENCE_APPROVE, on=queries.claim)
def show_claim(claim: EvidenceClaim) -> ResponseReturnValue:
    return _claim_page(claim, RefuseForm())


def _claim_page(claim: EvidenceClaim, form: RefuseForm) -> ResponseReturnValue:
    return page(
        "standing/show_claim.html",
        claim=claim,
        form=form,
        press=PressForm(prefix="approve"),
        kind=kind_words(claim.kind),
        title=titles()(claim),
        corrects=queries.evidence(claim.corrects_id) if claim.corrects_id else None,
        is_mine=claim.entered_by_id == actor().person_id,
        is_about_me=claim.person_id == actor().person_id,
        is_waiting=claim.state is ClaimState.WAITING and claim.batch_id is None,
        standing_href=standing_href(claim.subject_kind, claim.subject_id),
    )


@blueprint.get("/evidence/claims/<int:claim_id>/files/<int:file_id>")
@requires(Permission.EVIDENCE_APPROVE, on=queries.claim)
def download_claim_file(claim: EvidenceClaim, file_id: int) -> ResponseReturnValue:
    return _download(claim.files, file_id)


@blueprint.post("/evidence/claims/<int:claim_id>/approve")
@requires(Permission.EVIDENCE_APPROVE, on=queries.claim)
def approve_claim(claim: EvidenceClaim) -> ResponseReturnValue:
    actions.approve_claim(act(), claim)
    flash(f"Approved. It counts for {claim.subject_name} from now on.", "good")
    return redirect(url_for("standing.list_waiting"))


@blueprint.post("/evidence/claims/<int:claim_id>/refuse")
@requires(Permission.EVIDENCE_APPROVE, on=queries.claim)
def refuse_claim(claim: EvidenceClaim) -> ResponseReturnValue:
    form = RefuseForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.refuse_claim(act(), claim, **form.facts())
            flash("Refused. The entry stays on record with your reason.", "good")
            return redirect(url_for("standing.list_waiting"))
    return _claim_page(claim, form)


@blueprint.post("/evidence/claims/<int:claim_id>/withdraw")
@requires(Permission.EVIDENCE_APPROVE, on=queries.claim)
def withdraw_claim(claim: EvidenceClaim) -> ResponseReturnValue:
    actions.withdraw_claim(act(), claim)
    flash("Withdrawn.", "good")
    return redirect(url_for("standing.list_waiting"))
