"""The long work that people ask for about exports, and what is swept up behind it."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from portal.hmis_csv import actions, queries
from portal.scheduler import Job, Step

RUNS: Mapping[str, Step] = MappingProxyType({actions.READ: actions.read_export, actions.APPLY: actions.apply_changes})
"""For `scheduler.work_runs`, which app.py makes of every package's kinds."""

JOBS = (
    Job(
        "hmis_csv.settle",
        timedelta(seconds=10),
        queries.ended_runs,
        actions.settle_export,
        "Drops the copy of an export whose reading was stopped.",
    ),
)
