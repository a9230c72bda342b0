"""What one can fill in about licenses, leavers, suspensions, seats, reports, lists and duties."""

from portal.licenses.forms.access import AccessFilter, AttestForm, ScheduleForm
from portal.licenses.forms.licenses import (
    ApproveForm,
    ClocksForm,
    ConfirmForm,
    DutyForm,
    DutyRunForm,
    LeaverForm,
    LicenseFilter,
    ReasonForm,
    SeatsForm,
    TickForm,
)
from portal.licenses.forms.lists import ListColumnsForm, LoadListForm, OutcomeFilter, RowsForm
from portal.licenses.forms.request import RequestForm
from portal.licenses.forms.responsibilities import AssignForm, EndAssignmentForm

__all__ = [
    "AccessFilter",
    "ApproveForm",
    "AssignForm",
    "AttestForm",
    "ClocksForm",
    "ConfirmForm",
    "DutyForm",
    "DutyRunForm",
    "EndAssignmentForm",
    "LeaverForm",
    "LicenseFilter",
    "ListColumnsForm",
    "LoadListForm",
    "OutcomeFilter",
    "ReasonForm",
    "RequestForm",
    "RowsForm",
    "ScheduleForm",
    "SeatsForm",
    "TickForm",
]
