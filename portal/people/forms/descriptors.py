"""What describes an HMIS project, one form for each of HUD's elements, made from the rules' tables."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from wtforms import DateField, Field, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from portal.forms import Form
from portal.forms import choices as offered
from portal.people import queries
from portal.people.forms.fields import choice, id_of, words
from portal.people.models import OfProject, Project
from portal.people.rules import Descriptor, Element, Shape, codes
from portal.policy import Actor

MOST = 999_999


def field_of(element: Element) -> Any:
    """The field in which this element is filled in."""
    needed = f"Fill in “{element.label}”." if element.needed else ""
    description = f"Such as {element.example}." if element.example else ""
    if element.shape is Shape.CODE:
        nothing = "Choose" if element.needed else "Not said"
        listed = codes(element.codes)
        return choice(element.label, needed, (("", nothing), *((str(code), said) for code, said in listed.items())))
    if element.shape is Shape.PROJECT:
        return choice(element.label, needed)
    if element.shape is Shape.NUMBER:
        limits = NumberRange(0, MOST, f"Type a number from 0 to {MOST:,}.")
        return IntegerField(element.label, [InputRequired(needed) if needed else Optional(), limits])
    if element.shape is Shape.DATE:
        return DateField(element.label, [InputRequired(needed) if needed else Optional()])
    return words(element.label, element.most, needed, description)


def fact_of(element: Element, field: Field) -> Any:
    """What was filled in, as an action takes it."""
    if isinstance(field, SelectField):
        return id_of(field)
    return field.data or "" if element.shape is Shape.TEXT else field.data


def shown_of(element: Element, row: Any) -> Any:
    """How the row fills its field in."""
    value = getattr(row, element.name)
    return str(value) if value is not None and element.shape in (Shape.CODE, Shape.PROJECT) else value


def keep_code(field: Any, element: Element, held: Any) -> None:
    """A code that HUD has retired stays choosable where it stands."""
    if element.shape is Shape.CODE and held is not None and held not in codes(element.codes):
        field.choices = [*field.choices, *offered([(str(held), element.words(held))])]


class DescriptorForm(Form):
    kind: Descriptor
    hmis_id = words("ID in the HMIS", 32, description="Its key in the vendor's export, if you know it.")

    def offer(self, actor: Actor, project: Project, row: OfProject | None) -> None:
        """Fill in what can be chosen; `row` is the one that is edited."""
        self.row = row
        if "residential_id" in self._fields:
            others = [(str(one.id), one.name) for one in queries.listed(queries.projects_found(actor), 1000)]
            self["residential_id"].choices = offered([("", "Choose"), *others])
        for element in self.kind.elements if row is not None else ():
            keep_code(self[element.name], element, getattr(row, element.name))

    def validate_hmis_id(self, field: Any) -> None:
        held = queries.descriptor_in_hmis(self.kind, field.data) if field.data else None
        if held is not None and held is not self.row:
            raise ValidationError(f"A row of {held.project.name} has this ID already.")

    def facts(self) -> dict[str, Any]:
        facts = {element.name: fact_of(element, self[element.name]) for element in self.kind.elements}
        return {**facts, "hmis_id": self.hmis_id.data or None}

    @classmethod
    def defaults(cls, row: OfProject) -> Mapping[str, Any]:
        return {"hmis_id": row.hmis_id or "", **{one.name: shown_of(one, row) for one in cls.kind.elements}}


@cache
def descriptor_form(kind: Descriptor) -> type[DescriptorForm]:
    fields = {element.name: field_of(element) for element in kind.elements}
    return type(f"{kind.name.title()}Form", (DescriptorForm,), {"kind": kind, **fields})


class EndDescriptorForm(Form):
    ended_on = DateField("Last day", [InputRequired("Choose the last day.")])
