"""The pages of licenses: the list and one license, work in the HMIS, leavers, suspensions, seats, compliance."""

from portal.licenses.views import (
    access,
    asked,
    compliance,
    duties,
    licenses,
    lists,
    panels,
    responsibilities,
    setup,
    suspensions,
    work,
)
from portal.licenses.views.blueprint import blueprint
from portal.licenses.views.panels import end_person_panel, organization_panel, person_panel

__all__ = [
    "access",
    "asked",
    "blueprint",
    "compliance",
    "duties",
    "end_person_panel",
    "licenses",
    "lists",
    "organization_panel",
    "panels",
    "person_panel",
    "responsibilities",
    "setup",
    "suspensions",
    "work",
]
