"""Licenses and their steps, work in the HMIS, leavers, suspensions, seats, clocks, reports."""

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

__all__ = [
    "AccessAnswer",
    "AccessReview",
    "AuditDuty",
    "AuditDutyRun",
    "ClockSetting",
    "Leaver",
    "License",
    "LicenseStep",
    "Seats",
    "StepNote",
    "Suspension",
    "WorkItem",
]
