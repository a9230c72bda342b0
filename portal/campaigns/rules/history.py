"""What happened to campaigns, as half sentences that follow whoever did it. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

EVENT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "campaign.drafted": "planned the campaign",
        "campaign.changed": "changed the campaign",
        "campaign.discarded": "discarded the draft",
        "campaign.launched": "launched the campaign for {asks}",
        "campaign.asked": "{number} were asked",
        "campaign.joined": "{number} more were asked",
        "campaign.told": "letters of the ladder went out",
        "campaign.ended": "ended the campaign with {open} still to do",
        "campaign_member.open": "it is open again",
        "campaign_member.done": "it is done",
        "campaign_member.left": "is no longer asked",
        "campaign_member.excused": "excused somebody",
        "campaign_member.asked_again": "asked somebody again",
    }
)
KINDS: Mapping[str, str] = MappingProxyType({"campaign": "Campaign", "campaign_member": "Asked by a campaign"})
"""A word for each table to which things happen."""
