"""The rules of campaigns; pure."""

from portal.campaigns.rules.done import done_on
from portal.campaigns.rules.ladder import (
    ANNOUNCED,
    ESCALATIONS,
    MOST_DAYS,
    QUIET_FROM,
    QUIET_UNTIL,
    USUAL,
    Listener,
    Rung,
    as_json,
    due_of_joiner,
    from_json,
    rung_due,
)
from portal.campaigns.rules.progress import Progress
from portal.campaigns.rules.states import CampaignState, MemberState

__all__ = [
    "ANNOUNCED",
    "ESCALATIONS",
    "MOST_DAYS",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "USUAL",
    "CampaignState",
    "Listener",
    "MemberState",
    "Progress",
    "Rung",
    "as_json",
    "done_on",
    "due_of_joiner",
    "from_json",
    "rung_due",
]
