"""Licenses and their steps, work in the HMIS, leavers, suspensions, seats, clocks, reports."""

from portal.licenses.models.asked import AccessRequest, AccessSchedule, FollowUp
from portal.licenses.models.imports import ListRow, LoadedList
from portal.licenses.models.licenses import (
    ClockSetting,
    Leaver,
    License,
    LicenseStep,
    Seats,
    StepNote,
    Suspension,
    WorkItem,
)
from portal.licenses.models.reports import AccessAnswer, AccessReview, AuditDuty, AuditDutyRun
from portal.licenses.models.responsibilities import Assignment

__all__ = [
    "AccessAnswer",
    "AccessRequest",
    "AccessReview",
    "AccessSchedule",
    "Assignment",
    "AuditDuty",
    "AuditDutyRun",
    "ClockSetting",
    "FollowUp",
    "Leaver",
    "License",
    "LicenseStep",
    "ListRow",
    "LoadedList",
    "Seats",
    "StepNote",
    "Suspension",
    "WorkItem",
]
