"""The timetable of campaigns, and their launch as long work."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from portal.campaigns import actions, queries
from portal.scheduler import Job, Step

RUNS: Mapping[str, Step] = MappingProxyType({actions.LAUNCH: actions.launch_members})

JOBS = (
    Job(
        "campaigns.follow",
        timedelta(minutes=5),
        queries.to_follow,
        actions.follow,
        "Notes who has done what a campaign asks, who left, and who came.",
    ),
    Job(
        "campaigns.remind",
        timedelta(minutes=10),
        queries.to_remind,
        actions.remind,
        "Reminds whoever has not done what a campaign asks, outside the quiet hours.",
    ),
    Job(
        "campaigns.escalate",
        timedelta(minutes=10),
        queries.to_escalate,
        actions.escalate,
        "Tells agency administrators, executives and the HMIS Lead who has not done what a campaign asks.",
    ),
)
