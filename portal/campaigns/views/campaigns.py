"""Campaigns: list, record, draft, dry run, launch, end."""

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.campaigns import actions, queries
from portal.campaigns.forms import CampaignForm, LaunchForm, PressForm
from portal.campaigns.models import Campaign
from portal.campaigns.queries import Foreseen
from portal.campaigns.rules import CampaignState, Listener, Progress
from portal.campaigns.views.blueprint import blueprint
from portal.people import queries as people
from portal.policy import Permission, allows
from portal.scheduler import RunState
from portal.standing.rules import SubjectKind
from portal.tables import FORMATS, Column, counted, export, export_links, exported, sliced
from portal.web import act, actor, is_partial, page, requires
from portal.worktime import date_words

COLUMNS = (
    Column("Campaign", lambda one: one.title),
    Column("Requirement", lambda one: one.requirement.title),
    Column("CoC", lambda one: one.coc.name if one.coc else "All"),
    Column("Counts from", lambda one: one.counts_from),
    Column("Due", lambda one: one.due_on),
    Column("State", lambda one: one.state.words),
)
FORESEEN = (
    Column("Name", lambda one: one.name),
    Column("E-mail", lambda one: one.email),
    Column("Agency", lambda one: one.agency),
    Column("Done already", lambda one: one.done_on or ""),
)
NOBODY = Progress(0, 0)


@blueprint.get("/campaigns")
@requires(Permission.CAMPAIGN_READ)
def list_campaigns() -> ResponseReturnValue:
    found = queries.campaigns_visible_to(actor())
    file = exported(found, queries.BY_DUE, COLUMNS, "campaigns")
    if file is not None:
        return file
    campaigns = sliced(found, queries.BY_DUE)
    return page(
        "campaigns/list_campaigns.html",
        campaigns=campaigns,
        progress=queries.progress([one.id for one in campaigns.rows]),
        nobody=NOBODY,
        count=counted(found),
        exports=export_links(),
        may_run=allows(actor(), Permission.CAMPAIGN_RUN),
        today=act().at.date(),
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_RUN)
def add_campaign() -> ResponseReturnValue:
    form = CampaignForm.from_request(counts_from=act().at.date())
    form.offer(queries.requirements_in_force())
    if form.submitted():
        with form.refusing():
            made = actions.draft_campaign(act(), **form.facts())
            return redirect(url_for("campaigns.preview_campaign", campaign_id=made.id))
    return page("campaigns/add_campaign.html", form=form)


@blueprint.route("/campaigns/<int:campaign_id>/change", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_RUN, on=queries.campaign)
def change_campaign(campaign: Campaign) -> ResponseReturnValue:
    form = CampaignForm.from_request(
        title=campaign.title,
        about=campaign.about,
        requirement_id=str(campaign.requirement_id),
        coc_id=str(campaign.coc_id or ""),
        counts_from=campaign.counts_from,
        due_on=campaign.due_on,
        joiner_days=campaign.joiner_days,
        quiet_from=campaign.quiet_from,
        quiet_until=campaign.quiet_until,
    )
    form.offer(queries.requirements_in_force(campaign.requirement_id))
    if request.method == "GET":
        form.fill(campaign.rungs)
    if form.submitted():
        with form.refusing():
            actions.change_campaign(act(), campaign, **form.facts())
            flash("Saved.", "good")
            draft = campaign.state is CampaignState.DRAFT
            way = "campaigns.preview_campaign" if draft else "campaigns.show_campaign"
            return redirect(url_for(way, campaign_id=campaign.id))
    return page("campaigns/change_campaign.html", form=form, campaign=campaign)


@blueprint.get("/campaigns/<int:campaign_id>")
@requires(Permission.CAMPAIGN_READ, on=queries.campaign)
def show_campaign(campaign: Campaign) -> ResponseReturnValue:
    """The whole page, or only its progress while the launch goes on."""
    if campaign.state is CampaignState.DRAFT:
        return redirect(url_for("campaigns.preview_campaign", campaign_id=campaign.id))
    run = queries.run_of(campaign)
    today = act().at.astimezone(people.zone_of_id(campaign.coc_id)).date()
    return page(
        "campaigns/_progress.html" if is_partial() else "campaigns/show_campaign.html",
        campaign=campaign,
        run=run,
        is_launching=run is not None and run.state in (RunState.WAITING, RunState.RUNNING),
        progress=queries.progress([campaign.id]).get(campaign.id, NOBODY),
        agencies=queries.progress_by_agency(campaign.id, today),
        ladder=[(rung, rung.on(campaign.due_on)) for rung in sorted(campaign.rungs)],
        is_of_people=queries.subject_kind(campaign) is SubjectKind.PERSON,
        is_past=campaign.due_on < today,
        today=today,
        may_run=allows(actor(), Permission.CAMPAIGN_RUN, campaign),
        may_suspend=allows(actor(), Permission.SUSPENSION_PROPOSE),
    )


@blueprint.get("/campaigns/<int:campaign_id>/preview")
@requires(Permission.CAMPAIGN_RUN, on=queries.campaign)
def preview_campaign(campaign: Campaign) -> ResponseReturnValue:
    """The dry run: every person and every letter, as it would be if it were launched now."""
    if campaign.state is not CampaignState.DRAFT:
        return redirect(url_for("campaigns.show_campaign", campaign_id=campaign.id))
    return _preview(campaign, LaunchForm())


def _preview(campaign: Campaign, form: LaunchForm) -> ResponseReturnValue:
    asked = queries.who(campaign, act().at)
    found = queries.foreseen(campaign, asked, queries.done(campaign, None))
    kind = request.args.get("format", "")
    if kind in FORMATS:
        return export(found, FORESEEN, kind, "campaign-preview")
    form.asks.data = str(len(asked))
    agency = request.args.get("agency", "")
    return page(
        "campaigns/preview_campaign.html",
        campaign=campaign,
        form=form,
        asked=len(asked),
        to_do=[one for one in found if one.done_on is None],
        agencies=_by_agency(found),
        shown=[one for one in found if str(one.agency_id) == agency] if agency else [],
        letters=_letters(campaign, found),
        is_of_people=queries.subject_kind(campaign) is SubjectKind.PERSON,
        exports=export_links(),
        press=PressForm(),
    )


def _by_agency(found: Sequence[Foreseen]) -> list[tuple[int, str, Progress]]:
    counted_up: dict[tuple[int, str], list[Foreseen]] = {}
    for one in found:
        counted_up.setdefault((one.agency_id, one.agency), []).append(one)
    return [
        (place, name, Progress(len(group), sum(one.done_on is not None for one in group)))
        for (place, name), group in counted_up.items()
    ]


def _letters(campaign: Campaign, found: Sequence[Foreseen]) -> list[tuple[str, str, str]]:
    """When, to whom, and how many at most: nobody who has done it is reminded."""
    to_do = [one for one in found if one.done_on is None]
    agencies = len({one.agency_id for one in to_do})
    most = {Listener.PERSON: len(to_do), Listener.HMIS_LEAD: 1}
    told = [("At once, outside the quiet hours", Listener.PERSON.words, f"{len(to_do):,}")]
    for rung in sorted(campaign.rungs):
        number = most.get(rung.to, agencies)
        told.append((date_words(rung.on(campaign.due_on)), rung.to.words, f"at most {number:,}"))
    return told


@blueprint.post("/campaigns/<int:campaign_id>/launch")
@requires(Permission.CAMPAIGN_RUN, on=queries.campaign)
def launch_campaign(campaign: Campaign) -> ResponseReturnValue:
    form = LaunchForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.launch_campaign(act(), campaign, **form.facts())
            flash(f"{campaign.title} is launched. The first letters go out within minutes.", "good")
            return redirect(url_for("campaigns.show_campaign", campaign_id=campaign.id))
    return _preview(campaign, form)


@blueprint.post("/campaigns/<int:campaign_id>/discard")
@requires(Permission.CAMPAIGN_RUN, on=queries.campaign)
def discard_campaign(campaign: Campaign) -> ResponseReturnValue:
    actions.discard_campaign(act(), campaign)
    flash("The draft is gone. Nobody had heard of it.", "good")
    return redirect(url_for("campaigns.list_campaigns"))


@blueprint.route("/campaigns/<int:campaign_id>/end", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_RUN, on=queries.campaign)
def end_campaign(campaign: Campaign) -> ResponseReturnValue:
    form = PressForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.end_campaign(act(), campaign)
            flash(f"{campaign.title} has ended. What comes in late is still noted.", "good")
            return redirect(url_for("campaigns.show_campaign", campaign_id=campaign.id))
    progress = queries.progress([campaign.id]).get(campaign.id, NOBODY)
    return page("campaigns/end_campaign.html", form=form, campaign=campaign, progress=progress)
