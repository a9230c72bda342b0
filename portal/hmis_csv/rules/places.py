"""Where each column of a roster file stands in the register."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from portal.hmis_csv.rules.roster import ROWS, Project, RosterRow, columns_of
from portal.people.rules import PROJECT_ELEMENTS, Descriptor, Element

OF_PROJECT: Mapping[str, str] = MappingProxyType(
    {
        "project_name": "name",
        "operating_start": "starts_on",
        "operating_end": "ended_on",
        "type": "project_type",
        **{
            name: one.name
            for one in PROJECT_ELEMENTS
            for column, name in columns_of(Project).items()
            if column == one.column
        },
    }
)
"""Attribute of a project in the register, by attribute of its row."""

DESCRIPTORS: Mapping[str, Descriptor] = MappingProxyType({one.file: one for one in Descriptor if one.file in ROWS})
"""By file."""

NOT_KEPT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"Organization": ("common_name",), "User": ("phone", "extension")}
)
"""What the register does not hold of a row, so that it never counts as a change."""


@cache
def of_descriptor(file: str) -> Mapping[str, str]:
    """Attribute of a descriptor in the register, by attribute of its row."""
    elements = {one.column: one.name for one in DESCRIPTORS[file].elements}
    return MappingProxyType(
        {name: elements[column] for column, name in columns_of(ROWS[file]).items() if column in elements}
    )


def descriptor_facts(file: str, row: RosterRow) -> dict[str, Any]:
    return {there: getattr(row, here) for here, there in of_descriptor(file).items()}


@cache
def element_of(file: str, column: str) -> Element | None:
    """How the register words a column."""
    elements = PROJECT_ELEMENTS if file == "Project" else DESCRIPTORS[file].elements if file in DESCRIPTORS else ()
    return next((one for one in elements if one.column == column), None)
