"""Fields as this package uses them: one line of words, a choice by id, a choice by code."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.forms import choices as offered
from portal.people.models import Organization
from portal.people.rules import one_line

Choices = Sequence[tuple[str, str]]


def required(sentence: str) -> DataRequired:
    return DataRequired(message=sentence)


def words(label: str, most: int, needed: str = "", description: str = "") -> StringField:
    """One line of at most so many characters; `needed` is the sentence for an empty one."""
    longest = Length(max=most, message=f"Use at most {most} characters.")
    checks = [required(needed), longest] if needed else [longest]
    return StringField(label, checks, filters=[one_line], description=description)


def choice(label: str, needed: str = "", choices: Choices = (), description: str = "") -> SelectField:
    """One of some codes or ids, as text; the form's `facts` give them their type."""
    checks = [required(needed), one_of_the_list] if needed else [one_of_the_list]
    return SelectField(label, checks, choices=offered(choices), description=description, validate_choice=False)


def one_of_the_list(_form: Any, field: SelectField) -> None:
    """WTForms' own check, in plain words."""
    if field.data and field.data not in {row[0] for row in field.iter_choices()}:
        raise ValidationError("Choose one of the list.")


def boxes(label: str, choices: Choices = (), description: str = "") -> SelectMultipleField:
    """Several of a list, each a box to tick."""
    return SelectMultipleField(
        label,
        choices=offered(choices),
        description=description,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def id_of(field: SelectField) -> int | None:
    """The chosen id; None for nothing or for what is no id."""
    return int(field.data) if field.data and field.data.isdecimal() else None


def offer(field: SelectField, rows: Iterable[Organization], nothing: str = "Choose") -> None:
    """Fill a select with organizations; `nothing` words the choice of none."""
    field.choices = offered([("", nothing), *((str(row.id), row.name) for row in rows)])
