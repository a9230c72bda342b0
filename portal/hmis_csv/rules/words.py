"""What people read for the files, columns and codes of the format."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from portal.hmis_csv.rules.places import element_of
from portal.hmis_csv.rules.roster import Directive
from portal.people.rules import PROJECT_TYPES
from portal.worktime import date_words

FILE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "Organization": "Agencies",
        "Project": "HMIS projects",
        "ProjectCoC": "CoCs and locations",
        "Funder": "Funding sources",
        "HMISParticipation": "HMIS participation",
        "CEParticipation": "Coordinated entry",
        "Inventory": "Bed and unit inventory",
        "User": "Users of the HMIS",
    }
)
_ACTIVITY: Mapping[str, str] = MappingProxyType(
    {
        "Enrollment": "Enrollments",
        "Exit": "Exits",
        "Services": "Services and bed nights",
        "CurrentLivingSituation": "Living situations",
    }
)
_ONE: Mapping[str, str] = MappingProxyType(
    {
        "Organization": "Agency",
        "Project": "HMIS project",
        "ProjectCoC": "CoC and location",
        "Funder": "Funding source",
        "HMISParticipation": "HMIS participation",
        "CEParticipation": "Coordinated entry",
        "Inventory": "Beds and units",
        "User": "User of the HMIS",
    }
)
_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "OrganizationName": "Name",
        "OrganizationCommonName": "Known as",
        "VictimServiceProvider": "Victim service provider",
        "OrganizationID": "Agency in the HMIS",
        "ProjectID": "Project in the HMIS",
        "ProjectName": "Name",
        "OperatingStartDate": "In operation since",
        "OperatingEndDate": "In operation until",
        "ProjectType": "Project type",
        "UserFirstName": "First name",
        "UserLastName": "Last name",
        "UserPhone": "Phone",
        "UserExtension": "Extension",
        "UserEmail": "E-mail address",
    }
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
DIRECTIVE_WORDS: Mapping[int, str] = MappingProxyType(
    {
        Directive.DELTA.value: "Only what changed (a delta)",
        Directive.FULL_REFRESH.value: "Everything (a full refresh)",
        Directive.OTHER.value: "Other",
    }
)


def counted_words(file: str) -> str:
    """Of the rows of any file of the format."""
    return FILE_WORDS.get(file) or _ACTIVITY.get(file, file)


def one_of(file: str) -> str:
    return _ONE.get(file, file)


def column_words(file: str, column: str) -> str:
    element = element_of(file, column)
    return element.label if element else _COLUMNS.get(column, column)


def value_words(file: str, column: str, value: Any) -> str:
    """A fact as people read it; “nothing” where it is blank."""
    if value is None or value == "":
        return "nothing"
    element = element_of(file, column)
    if element is not None:
        return element.words(value)
    if column == "ProjectType":
        return PROJECT_TYPES.get(int(value), f"Unknown code {value}")
    if column == "VictimServiceProvider":
        return "Yes" if int(value) == 1 else "No"
    if isinstance(value, str) and _DATE.fullmatch(value):
        return date_words(date.fromisoformat(value))
    return date_words(value) if isinstance(value, date) and not isinstance(value, datetime) else str(value)
