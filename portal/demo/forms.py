"""Answering a letter in the demo's mailbox."""

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.forms import Form


class AnswerLetterForm(Form):
    text = TextAreaField("Your answer", validators=[InputRequired("Write an answer first."), Length(max=20_000)])
