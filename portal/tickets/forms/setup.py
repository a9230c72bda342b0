"""Help desk settings."""

import re
from collections.abc import Collection
from datetime import time
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from portal.forms import Form, choices
from portal.people.rules import PROJECT_TYPES
from portal.tickets.forms.typed import NOT_BLANK, room_for
from portal.tickets.rules import Assign, Channel, Priority


class RemoveForm(Form):
    """Nothing to fill in: the second word before something goes."""


class CannedForm(Form):
    title = StringField("Title", validators=[InputRequired("Give it a title."), room_for(120)])
    category = SelectField("Category", validators=[Optional()])
    text = TextAreaField("Text", validators=[InputRequired("Write the text."), NOT_BLANK, room_for(20_000)])


class CategoryForm(Form):
    name = StringField("Name", validators=[InputRequired("Give it a name."), NOT_BLANK, room_for(80)])
    hint = StringField("Hint while choosing", validators=[room_for(300)])
    ask = StringField("What to ask for", validators=[room_for(300)])
    queue = SelectField("Goes to the queue")
    is_urgent = BooleanField("Urgent by nature")


class QueueForm(Form):
    name = StringField("Name", validators=[InputRequired("Give it a name."), NOT_BLANK, room_for(80)])
    words = StringField("Name that requesters read", validators=[InputRequired("Give it a name."), room_for(80)])
    purpose = StringField("What waits here", validators=[room_for(300)])
    is_restricted = BooleanField("Only its members and administrators see its tickets")
    members = SelectMultipleField("Members", validators=[Optional()])


class TriageRuleForm(Form):
    name = StringField("Name", validators=[InputRequired("Give the rule a name."), room_for(120)])
    categories = SelectMultipleField("Category is any of", validators=[Optional()])
    words = StringField(
        "Subject or text has any of these words",
        description="Separate words or phrases with commas. Whole words, upper and lower case alike.",
        validators=[room_for(1000)],
    )
    agencies = SelectMultipleField("Agency is any of", validators=[Optional()])
    cocs = SelectMultipleField("CoC is any of", validators=[Optional()])
    project_types = SelectMultipleField(
        "Project type is any of", choices=choices(list(PROJECT_TYPES.items())), validators=[Optional()]
    )
    channels = SelectMultipleField(
        "It came", choices=choices([(one.value, one.words) for one in Channel]), validators=[Optional()]
    )
    queue = SelectField("Move to the queue", validators=[Optional()])
    priority = SelectField(
        "Set the priority",
        choices=choices([(one.value, one.words) for one in Priority], "Leave it"),
        validators=[Optional()],
    )
    assign = SelectField(
        "Assign to", choices=choices([(one.value, one.words) for one in Assign], "Leave it"), validators=[Optional()]
    )
    assignee = SelectField("The one person", validators=[Optional()])

    def condition(self) -> dict[str, Any]:
        """As it is kept with the rule; empty parts are left out."""
        words = [word.strip() for word in (self.words.data or "").split(",") if word.strip()]
        parts = {
            "categories": [int(one) for one in self.categories.data or ()],
            "agencies": [int(one) for one in self.agencies.data or ()],
            "cocs": [int(one) for one in self.cocs.data or ()],
            "project_types": [int(one) for one in self.project_types.data or ()],
            "channels": list(self.channels.data or ()),
            "words": words,
        }
        return {name: values for name, values in parts.items() if values}


class TargetsForm(Form):
    """Hours of business time; one pair of fields for each priority is added by `targets_form`."""


def targets_form() -> type[TargetsForm]:
    fields: dict[str, Any] = {}
    for priority in reversed(Priority):
        limits = [InputRequired("Give a number of hours."), NumberRange(1, 1000)]
        fields[f"{priority.value}_first"] = IntegerField(f"{priority.words}: first response", validators=limits)
        fields[f"{priority.value}_resolution"] = IntegerField(f"{priority.words}: resolution", validators=limits)
    return type("PriorityTargetsForm", (TargetsForm,), fields)


class HoursForm(Form):
    """Opening and closing time of each weekday; empty is closed. Fields are added by `hours_form`."""

    def windows(self) -> list[tuple[int, int, int]]:
        """(weekday, opens, closes) of the days that are open, minutes after midnight."""
        typed = [(day, self[f"opens_{day}"].data, self[f"closes_{day}"].data) for day in range(7)]
        return [(day, _minutes(opens), _minutes(closes)) for day, opens, closes in typed if opens and closes]

    def validate(self, extra_validators: Any = None) -> bool:
        well_filled = bool(super().validate(extra_validators))
        for day in range(7):
            opens, closes = self[f"opens_{day}"], self[f"closes_{day}"]
            if bool(opens.data) != bool(closes.data):
                missing = closes if opens.data else opens
                missing.errors = ["Give both times of the day, or leave both empty."]
                well_filled = False
        return well_filled


_TIME = re.compile(
    r"(?:(?P<twelve>1[0-2]|0?[1-9])(?::(?P<past>[0-5]\d))? ?(?P<half>[ap])\.?m\.?|"
    r"(?P<hours>[01]?\d|2[0-3]):(?P<minutes>[0-5]\d)|(?P<midnight>24:00))\Z",
    re.IGNORECASE,
)


def _minutes(written: str) -> int:
    """After midnight, of a time that `_TIME` reads: "8:00 am", "5 pm", "17:30"; "24:00" is the end of the day."""
    found = _TIME.match(written.strip())
    if found is None:
        raise ValueError(written)
    if found["midnight"]:
        return 1440
    if found["half"]:
        hours = int(found["twelve"]) % 12 + (12 if found["half"] in "pP" else 0)
        return hours * 60 + int(found["past"] or 0)
    return int(found["hours"]) * 60 + int(found["minutes"])


def clock_words(moment: time) -> str:
    """As `_minutes` reads it back: "8:00 am"."""
    if moment == time.max:
        return "24:00"
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'am' if moment.hour < 12 else 'pm'}"


def key_of(name: str | None, taken: Collection[str]) -> str:
    """The lasting key of a queue or category, from its first name; unlike those that are taken."""
    key = re.sub(r"[^a-z0-9]+", "_", (name or "").lower()).strip("_")[:34] or "named"
    return next(one for one in (key, *(f"{key}_{number}" for number in range(2, 9999))) if one not in taken)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_form() -> type[HoursForm]:
    fields: dict[str, Any] = {}
    for number, name in enumerate(WEEKDAYS):
        is_time = Regexp(_TIME, message="Write a time like 8:00 am or 5:30 pm.")
        fields[f"opens_{number}"] = StringField(f"{name} from", validators=[Optional(), is_time])
        fields[f"closes_{number}"] = StringField(f"{name} to", validators=[Optional(), is_time])
    return type("DeskHoursForm", (HoursForm,), fields)
