"""Reports that only the vendor's HMIS can make, as dated duties. Pure."""

from datetime import date, timedelta
from enum import StrEnum

DUE_SOON = timedelta(days=7)


class DutyResult(StrEnum):
    CLEAN = "clean"
    FINDINGS = "findings"

    @property
    def words(self) -> str:
        return "Nothing found" if self is DutyResult.CLEAN else "Something found"


class DutyState(StrEnum):
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    PLANNED = "planned"

    @property
    def words(self) -> str:
        return {DutyState.OVERDUE: "Overdue", DutyState.DUE_SOON: "Due soon", DutyState.PLANNED: "Planned"}[self]


def duty_state(due_on: date, today: date) -> DutyState:
    if today > due_on:
        return DutyState.OVERDUE
    return DutyState.DUE_SOON if due_on - today <= DUE_SOON else DutyState.PLANNED
