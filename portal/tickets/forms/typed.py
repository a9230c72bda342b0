"""What may be typed: checks and repairs that several forms share."""

from typing import Any

from wtforms import StringField
from wtforms.validators import Length, Regexp, ValidationError

from portal.people.rules import normal_address

NOT_BLANK = Regexp(r"(?s).*\S", message="Write something here.")
LARGEST_ID = 2**31 - 1


def whole(typed: Any) -> int | None:
    """The id that somebody's browser sent; None for what cannot be one."""
    text = str(typed or "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_ID))
    return int(text) if is_number and int(text) <= LARGEST_ID else None


def is_address(_form: Any, field: StringField) -> None:
    if not normal_address(field.data or ""):
        raise ValidationError("Write the address like name@agency.org.")


def room_for(most: int, *, else_attach: bool = False) -> Length:
    """No more characters than there is room for, and what to do about it."""
    rest = " Put the rest into a file." if else_attach else ""
    return Length(max=most, message=f"This is too long: {most:,} characters fit.{rest}")
