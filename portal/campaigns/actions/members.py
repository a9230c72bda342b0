"""One member of a campaign, by a person's decision."""

from portal import audit
from portal.audit import Act
from portal.campaigns.models import CampaignMember
from portal.campaigns.rules import CampaignState, MemberState
from portal.errors import Refused


def excuse(act: Act, member: CampaignMember, *, reason: str) -> None:
    """This campaign no longer asks; the requirement still holds. A waiver would lift the requirement itself.

    Raises:
        Refused: there is nothing to be excused from, somebody excuses herself, or no reason is given.
    """
    if member.state is not MemberState.OPEN:
        raise Refused("Only who still has to do it can be excused.")
    if act.by is not None and act.by == member.person_id:
        raise Refused("Nobody excuses themselves. Ask a colleague.")
    if not reason.strip():
        raise Refused("Say why, for whoever reads this later.")
    member.state, member.why_excused = MemberState.EXCUSED, reason.strip()
    member.settled_at, member.settled_by_id = act.at, act.by
    audit.record(act, "campaign_member.excused", member, campaign=member.campaign_id)


def ask_again(act: Act, member: CampaignMember) -> None:
    """Take an excuse back.

    Raises:
        Refused: nobody was excused, or the campaign has ended.
    """
    if member.state is not MemberState.EXCUSED:
        raise Refused("Only who was excused can be asked again.")
    if member.campaign.state is not CampaignState.RUNNING:
        raise Refused("This campaign does not run.")
    member.state, member.why_excused = MemberState.OPEN, ""
    member.settled_at = member.settled_by_id = None
    audit.record(act, "campaign_member.asked_again", member, campaign=member.campaign_id)
