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
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

AGENCIES = [("", "Choose an agency"), ("1", "Harbor House"), ("2", "Prairie Light Shelter"), ("3", "Two Rivers Outreach")]


class TicketForm(FlaskForm):
    once = HiddenField(default="a-token")
    subject = StringField("Subject", [InputRequired("Say in one line what it is about."), Length(max=120)])
    category = RadioField(
        "What kind of question is it?",
        [InputRequired("Choose the kind that fits best.")],
        choices=[("login", "Password and login"), ("data", "Data entry question"), ("report", "Report question")],
    )
    agency = SelectField("Agency", [InputRequired("Choose your agency.")], choices=AGENCIES)
    urgency = SelectField("How urgent is it?", choices=[("normal", "Normal"), ("blocking", "I cannot work")])
    email = EmailField("Your e-mail address", [InputRequired("Give an address we can answer to.")])
    seen_on = DateField("When did you first see it?")
    affected = SelectMultipleField(
        "Who is affected?",
        choices=[("me", "Only me"), ("agency", "Others at my agency"), ("all", "Everyone I asked")],
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

    state = SelectField("State", choices=[("", "Any open"), ("waiting", "Waiting on requester")])
    queue = SelectField("Queue", choices=[("", "All queues"), ("access", "Access")])
    agency = SelectField("Agency", choices=[("", "All agencies"), *AGENCIES[1:]])
    owner = SelectField("Owner", choices=[("", "Anyone"), ("me", "Me"), ("none", "Nobody yet")])
    words = StringField("Words")


def refused(form: Any) -> Any:
    """The form as it looks after a refused submit."""
    form.validate()
    form.form_errors.append("Somebody answered this ticket while you were writing. Read the new answer below first.")
    return form
