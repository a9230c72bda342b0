"""A campaign from draft to end."""

from collections.abc import Iterator, Sequence
from datetime import date, time
from itertools import islice

from portal import audit
from portal.audit import Act
from portal.campaigns import queries
from portal.campaigns.models import Campaign, CampaignMember
from portal.campaigns.rules import MOST_DAYS, CampaignState, Listener, Rung, as_json
from portal.db import db
from portal.errors import Refused
from portal.people import queries as people
from portal.people.models import Organization
from portal.scheduler import Run
from portal.standing.models import Requirement, subject_columns

LAUNCH = "campaigns.launch"
AT_ONCE = 200
"""Members of one transaction."""


def draft_campaign(
    act: Act,
    *,
    title: str,
    about: str,
    requirement: Requirement | None,
    coc: Organization | None,
    counts_from: date,
    due_on: date,
    joiner_days: int,
    ladder: Sequence[Rung],
    quiet_from: time,
    quiet_until: time,
) -> Campaign:
    """Nobody hears of it before it is launched.

    Raises:
        Refused: no published requirement stands behind it, or its days do not fit together.
    """
    if requirement is None or not requirement.published or requirement.latest.is_retired:
        raise Refused("Choose a requirement that is in force.")
    _demand_days(counts_from, due_on, ladder)
    made = Campaign(
        title=title,
        about=about,
        requirement=requirement,
        coc=coc,
        counts_from=counts_from,
        due_on=due_on,
        joiner_days=joiner_days,
        ladder=as_json(ladder),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        state=CampaignState.DRAFT,
        drafted_at=act.at,
        drafted_by_id=act.by,
    )
    db.session.add(made)
    audit.record(act, "campaign.drafted", made, requirement=requirement.id, due=due_on)
    return made


def change_campaign(
    act: Act,
    campaign: Campaign,
    *,
    title: str,
    about: str,
    requirement: Requirement | None,
    coc: Organization | None,
    counts_from: date,
    due_on: date,
    joiner_days: int,
    ladder: Sequence[Rung],
    quiet_from: time,
    quiet_until: time,
) -> None:
    """A draft, in all; whom a running campaign asks for what is fixed, its words, ladder and due day are not.

    A later due day holds for everybody who had the old one.

    Raises:
        Refused: it has ended, the days do not fit together, or what is fixed would change.
    """
    if campaign.state is CampaignState.ENDED:
        raise Refused("This campaign has ended.")
    _demand_days(counts_from, due_on, ladder)
    if campaign.state is CampaignState.RUNNING:
        _demand_same(campaign, requirement, coc, counts_from, due_on)
        _move_due(campaign, due_on)
    elif requirement is None or not requirement.published or requirement.latest.is_retired:
        raise Refused("Choose a requirement that is in force.")
    else:
        campaign.requirement, campaign.coc, campaign.counts_from = requirement, coc, counts_from
    campaign.title, campaign.about, campaign.due_on = title, about, due_on
    campaign.joiner_days, campaign.ladder = joiner_days, as_json(ladder)
    campaign.quiet_from, campaign.quiet_until = quiet_from, quiet_until
    audit.record(act, "campaign.changed", campaign, due=due_on)


def _demand_days(counts_from: date, due_on: date, ladder: Sequence[Rung]) -> None:
    if due_on <= counts_from:
        raise Refused("The due day comes after the day from which evidence counts.")
    if not any(rung.to is Listener.PERSON for rung in ladder):
        raise Refused("Remind the people who have not done it at least once.")
    if any(abs(rung.days) > MOST_DAYS for rung in ladder):
        raise Refused(f"A step of the ladder lies at most {MOST_DAYS} days from the due day.")


def _demand_same(
    campaign: Campaign, requirement: Requirement | None, coc: Organization | None, counts_from: date, due_on: date
) -> None:
    asked = (requirement.id if requirement else None, coc.id if coc else None, counts_from)
    if asked != (campaign.requirement_id, campaign.coc_id, campaign.counts_from):
        raise Refused("It runs already: whom it asks for what stays as it is. End it and start another instead.")
    if due_on < campaign.due_on:
        raise Refused("It runs already: the due day can be put off, not brought forward.")


def _move_due(campaign: Campaign, due_on: date) -> None:
    for member in queries.open_members(campaign.id):
        member.due_on = max(member.due_on, due_on)


def discard_campaign(act: Act, campaign: Campaign) -> None:
    """Raises Refused when it was launched: then it can only be ended."""
    if campaign.state is not CampaignState.DRAFT:
        raise Refused("It was launched, so it stays on record. End it instead.")
    audit.record(act, "campaign.discarded", campaign)
    db.session.delete(campaign)


def launch_campaign(act: Act, campaign: Campaign, *, asks: int) -> Run:
    """Ask everybody, as long work; the letters follow outside the quiet hours. `asks` is the number that was shown.

    Raises:
        Refused: it was launched already, its due day is past, or other people would be asked than were shown.
    """
    if campaign.state is not CampaignState.DRAFT:
        raise Refused("It was launched already.")
    if campaign.due_on <= act.at.astimezone(people.zone_of_id(campaign.coc_id)).date():
        raise Refused("Its due day is past. Choose a later one first.")
    asked = queries.who(campaign, act.at)
    if not asked:
        raise Refused("The requirement binds nobody here, so there is nobody to ask.")
    if len(asked) != asks:
        raise Refused("Meanwhile the register has changed. Look the list over once more.")
    run = Run(kind=LAUNCH, asked_by_id=act.by, asked_at=act.at, total=len(asked), facts={"campaign": campaign.id})
    db.session.add(run)
    db.session.flush()
    campaign.state, campaign.launched_at, campaign.launched_by_id = CampaignState.RUNNING, act.at, act.by
    campaign.run_id = run.id
    audit.record(act, "campaign.launched", campaign, asks=len(asked), run=run.id)
    return run


def launch_members(act: Act, run: Run) -> Iterator[None]:
    """Those who are bound become members; who has done it already is done. A step of `scheduler.work_runs`."""
    campaign = queries.campaign(run.facts["campaign"])
    if campaign is None or campaign.state is not CampaignState.RUNNING:
        return
    kind = queries.subject_kind(campaign)
    asked = queries.who(campaign, act.at)
    done = queries.done(campaign, None)
    known = queries.member_ids(campaign)
    run.total = len(asked)
    missing = iter(sorted(set(asked) - set(known)))
    run.done = len(set(asked) & set(known))
    while portion := list(islice(missing, AT_ONCE)):
        db.session.add_all(
            CampaignMember.made(
                act.at, campaign, subject_columns(kind, one), asked[one], campaign.due_on, done.get(one)
            )
            for one in portion
        )
        run.done += len(portion)
        yield
    audit.record(act, "campaign.asked", campaign, number=run.done)


def end_campaign(act: Act, campaign: Campaign) -> None:
    """No more letters. What comes in late is still noted.

    Raises:
        Refused: it does not run.
    """
    if campaign.state is not CampaignState.RUNNING:
        raise Refused("Only a campaign that runs can be ended.")
    campaign.state, campaign.ended_at, campaign.ended_by_id = CampaignState.ENDED, act.at, act.by
    audit.record(act, "campaign.ended", campaign, open=len(queries.open_members(campaign.id)))
