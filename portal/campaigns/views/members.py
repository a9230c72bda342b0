"""Whom a campaign asks: the list, one agency's part, excuses."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.campaigns import actions, queries
from portal.campaigns.forms import ExcuseForm, MemberFilter, PressForm
from portal.campaigns.models import Campaign, CampaignMember
from portal.campaigns.queries import Part
from portal.campaigns.rules import Progress
from portal.campaigns.views.blueprint import blueprint
from portal.people import queries as people
from portal.policy import Permission, allows
from portal.standing.rules import SubjectKind
from portal.tables import Column, counted, export_links, exported, is_filtered, sliced
from portal.web import act, actor, page, requires

COLUMNS = (
    Column("Name", lambda one: one.subject_name),
    Column("E-mail", lambda one: one.person.email if one.person else ""),
    Column("Agency", lambda one: one.agency.name),
    Column("Due", lambda one: one.due_on),
    Column("State", lambda one: one.state.words),
    Column("Done", lambda one: one.done_on or ""),
    Column("Why excused", lambda one: one.why_excused),
)


@blueprint.get("/campaigns/<int:campaign_id>/members")
@requires(Permission.CAMPAIGN_READ, on=queries.campaign)
def list_members(campaign: Campaign) -> ResponseReturnValue:
    today = act().at.astimezone(people.zone_of_id(campaign.coc_id)).date()
    filters = MemberFilter.from_url()
    filters.offer_agencies([(one.agency_id, one.name) for one in queries.progress_by_agency(campaign.id, today)])
    found = queries.members_found(campaign, **filters.chosen_facts())
    order = queries.ORDERS[queries.subject_kind(campaign)]
    file = exported(found, order, COLUMNS, "campaign")
    if file is not None:
        return file
    return page(
        "campaigns/list_members.html",
        campaign=campaign,
        filters=filters,
        is_filtered=is_filtered(),
        members=sliced(found, order),
        count=counted(found),
        exports=export_links(),
        is_of_people=queries.subject_kind(campaign) is SubjectKind.PERSON,
        today=today,
        may_run=allows(actor(), Permission.CAMPAIGN_RUN, campaign),
    )


@blueprint.get("/campaigns/<int:campaign_id>/agencies/<int:agency_id>")
@requires(Permission.CAMPAIGN_PART_READ, on=queries.part)
def show_part(part: Part) -> ResponseReturnValue:
    """What a campaign asks of one agency, for those who answer for it."""
    campaign = part.campaign
    found = queries.members_found(campaign, agency_id=part.agency.id)
    order = queries.ORDERS[queries.subject_kind(campaign)]
    file = exported(found, order, COLUMNS[:-1], "campaign")
    if file is not None:
        return file
    today = act().at.astimezone(people.zone_of(part.agency)).date()
    mine = [one for one in queries.progress_by_agency(campaign.id, today) if one.agency_id == part.agency.id]
    return page(
        "campaigns/show_part.html",
        campaign=campaign,
        agency=part.agency,
        progress=mine[0].progress if mine else Progress(0, 0),
        members=sliced(found, order),
        exports=export_links(),
        ladder=[(rung, rung.on(campaign.due_on)) for rung in sorted(campaign.rungs)],
        today=today,
    )


@blueprint.route("/campaigns/members/<int:member_id>/excuse", methods=["GET", "POST"])
@requires(Permission.CAMPAIGN_RUN, on=queries.member)
def excuse_member(member: CampaignMember) -> ResponseReturnValue:
    form = ExcuseForm.from_request()
    if form.submitted():
        with form.refusing():
            actions.excuse(act(), member, **form.facts())
            flash(f"{member.subject_name} is excused.", "good")
            return redirect(url_for("campaigns.list_members", campaign_id=member.campaign_id))
    return page("campaigns/excuse_member.html", form=form, member=member)


@blueprint.post("/campaigns/members/<int:member_id>/ask-again")
@requires(Permission.CAMPAIGN_RUN, on=queries.member)
def ask_again(member: CampaignMember) -> ResponseReturnValue:
    form = PressForm.from_request()
    if form.submitted():
        actions.ask_again(act(), member)
        flash(f"{member.subject_name} is asked again.", "good")
    return redirect(url_for("campaigns.list_members", campaign_id=member.campaign_id))
