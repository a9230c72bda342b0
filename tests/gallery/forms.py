"""One form with every kind of field, and one row of filters."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget


def choices(**words: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


AGENCIES = choices(a1="Harbor House", a2="Prairie Light Shelter", a3="Two Rivers Outreach")
ANY_AGENCY = [SelectChoice("", "All agencies"), *AGENCIES]


class TicketForm(FlaskForm):
    once = HiddenField(default="a-token")
    subject = StringField("Subject", [InputRequired("Say in one line what it is about."), Length(max=120)])
    category = RadioField(
        "What kind of question is it?",
        [InputRequired("Choose the kind that fits best.")],
        choices=choices(login="Password and login", data="Data entry question", report="Report question"),
    )
    agency = SelectField(
        "Agency", [InputRequired("Choose your agency.")], choices=[SelectChoice("", "Choose an agency"), *AGENCIES]
    )
    urgency = SelectField("How urgent is it?", choices=choices(normal="Normal", blocking="I cannot work"))
    email = EmailField("Your e-mail address", [InputRequired("Give an address we can answer to.")])
    seen_on = DateField("When did you first see it?")
    affected = SelectMultipleField(
        "Who is affected?",
        choices=choices(me="Only me", agency="Others at my agency", all="Everyone I asked"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    description = TextAreaField("What happened?", [InputRequired("Tell us what happened."), Length(max=5000)])
    files = MultipleFileField("Screenshots or files")
    copy = BooleanField("Send me a copy by e-mail")


class SignInForm(FlaskForm):
    email = EmailField("E-mail address", [InputRequired("Give your e-mail address.")])
    password = PasswordField("Password", [InputRequired("Give your password.")])


class QueueFilters(FlaskForm):
    class Meta:
        csrf = False

    state = SelectField(
        "State", choices=[SelectChoice("", "Any open"), SelectChoice("waiting", "Waiting on requester")]
    )
    queue = SelectField("Queue", choices=[SelectChoice("", "All queues"), SelectChoice("access", "Access")])
    agency = SelectField("Agency", choices=ANY_AGENCY)
    owner = SelectField("Owner", choices=[SelectChoice("", "Anyone"), SelectChoice("me", "Me")])
    words = StringField("Words")


def refused(form: Any) -> Any:
    """The form as it looks after a refused submit."""
    form.validate()
    form.form_errors.append("Somebody answered this ticket while you were writing. Read the new answer below first.")
    return form
