"""A comparable database, its checklist, and how often it is gone through."""

from collections.abc import Mapping
from typing import Any

from wtforms import DateField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from portal.forms import Form
from portal.forms import choices as offered
from portal.people.forms.fields import words
from portal.people.models import ComparableCheck, ComparableDatabase
from portal.people.rules import CheckAnswer, CheckItem, check_items

ANSWERS = tuple((one.value, one.words) for one in CheckAnswer)


class ComparableDatabaseForm(Form):
    product = words("Product", 120, "Type the name of the product.", "The name of the software.")
    vendor = words("Vendor", 120)

    @staticmethod
    def defaults(database: ComparableDatabase | None) -> Mapping[str, Any]:
        return {"product": database.product, "vendor": database.vendor} if database else {}


class CheckForm(Form):
    checked_on = DateField("Checked on", [InputRequired("Choose the day of the check.")])
    note = TextAreaField(
        "Note",
        [Length(max=1000, message="Use at most 1,000 characters.")],
        description="What is to be mended, by when. No client's name.",
    )

    def answer_to(self, item: CheckItem) -> Any:
        return self[_name(item)]

    def facts(self) -> dict[str, Any]:
        answers = {item.code: CheckAnswer(self.answer_to(item).data) for item in check_items()}
        return {"checked_on": self.checked_on.data, "note": self.note.data or "", "answers": answers}

    @staticmethod
    def defaults(latest: ComparableCheck | None) -> Mapping[str, Any]:
        """What the last check answered is where the next one starts."""
        given = latest.answers if latest else {}
        return {_name(item): given[item.code] for item in check_items() if item.code in given}


def _name(item: CheckItem) -> str:
    return f"item_{item.code}"


for _item in check_items():
    _field = SelectField(_item.words, choices=offered(ANSWERS), default=CheckAnswer.NOT_LOOKED_AT.value)
    setattr(CheckForm, _name(_item), _field)


class RegisterChoicesForm(Form):
    check_months = IntegerField(
        "Months between checks of a comparable database",
        [InputRequired("Type a number of months."), NumberRange(1, 60, "Type 1 to 60 months.")],
        description="No rule sets this. 12 months when nobody chose.",
    )
