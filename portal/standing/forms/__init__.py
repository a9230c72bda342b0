"""What one can fill in about requirements, evidence, files of it, and waivers."""

from portal.standing.forms.evidence import (
    ColumnsForm,
    CorrectForm,
    EndWaiverForm,
    EvidenceFilter,
    EvidenceForm,
    PressForm,
    RefuseForm,
    ScansForm,
    StartImportForm,
    WaiverForm,
)
from portal.standing.forms.requirements import DatesForm, RequirementFilter, RequirementForm, StartForm

__all__ = [
    "ColumnsForm",
    "CorrectForm",
    "DatesForm",
    "EndWaiverForm",
    "EvidenceFilter",
    "EvidenceForm",
    "PressForm",
    "RefuseForm",
    "RequirementFilter",
    "RequirementForm",
    "ScansForm",
    "StartForm",
    "StartImportForm",
    "WaiverForm",
]
