"""What happens to campaigns and their members."""

from portal.campaigns.actions.following import escalate, follow, remind
from portal.campaigns.actions.life import (
    LAUNCH,
    change_campaign,
    discard_campaign,
    draft_campaign,
    end_campaign,
    launch_campaign,
    launch_members,
)
from portal.campaigns.actions.members import ask_again, excuse

__all__ = [
    "LAUNCH",
    "ask_again",
    "change_campaign",
    "discard_campaign",
    "draft_campaign",
    "end_campaign",
    "escalate",
    "excuse",
    "follow",
    "launch_campaign",
    "launch_members",
    "remind",
]
