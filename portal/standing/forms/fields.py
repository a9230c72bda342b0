"""Fields that the forms of standing share."""

import re
from collections.abc import Callable
from typing import Any

from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from portal import guard
from portal.forms import choices
from portal.people.rules import one_line
from portal.standing.rules import KINDS

KIND_CHOICES = tuple((kind.code, kind.words) for kind in KINDS)
_MONTH_DAY = re.compile(r"(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])")
_KEY = re.compile(r"[a-z0-9][a-z0-9.:-]{0,79}")
_LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def required(sentence: str) -> DataRequired:
    return DataRequired(message=sentence)


def line(label: str, most: int, needed: str = "", description: str = "") -> StringField:
    """One line of words; `needed` is the sentence for an empty one."""
    longest = Length(max=most, message=f"Use at most {most} characters.")
    checks = [required(needed), longest] if needed else [Optional(), longest]
    return StringField(label, checks, filters=[one_line], description=description)


def text(label: str, needed: str = "", description: str = "", most: int = 1000) -> TextAreaField:
    """A few sentences without client data."""
    longest = Length(max=most, message=f"Use at most {most} characters.")
    checks: list[Any] = [required(needed), longest] if needed else [Optional(), longest]
    return TextAreaField(label, [*checks, no_client_data], description=description)


def no_client_data(_form: Any, field: Field) -> None:
    """What is certainly client data is not stored at all."""
    certain = {found.kind.label for found in guard.findings(field.data or "") if found.kind.certain}
    if certain:
        raise ValidationError(f"This looks like a client's {sorted(certain)[0]}. Leave it out.")


def choice(label: str, needed: str, pairs: Any = (), description: str = "", first: str | None = None) -> SelectField:
    return SelectField(
        label, [required(needed)] if needed else [Optional()], choices=choices(pairs, first), description=description
    )


def month_day(_form: Any, field: Field) -> None:
    found = _MONTH_DAY.fullmatch(field.data or "")
    if not found or int(found[2]) > _LAST_DAYS[int(found[1]) - 1]:
        raise ValidationError("Type month and day, such as 9/1.")


def key(_form: Any, field: Field) -> None:
    if not _KEY.fullmatch(field.data or ""):
        raise ValidationError("Use small letters, digits and hyphens, such as end-user.")


def when(condition: Callable[[Any], bool], *checks: Callable[[Any, Field], None]) -> Callable[[Any, Field], None]:
    """Checks that hold only for some answers to other fields."""

    def check(form: Any, field: Field) -> None:
        if condition(form):
            for one in checks:
                one(form, field)

    return check
