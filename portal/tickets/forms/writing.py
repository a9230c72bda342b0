"""Filing a ticket, and writing on one."""

from wtforms import HiddenField, MultipleFileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from portal.forms import choices
from portal.tickets import rules
from portal.tickets.forms.guarded import GuardedForm, fit
from portal.tickets.forms.typed import NOT_BLANK, is_address, room_for, whole
from portal.tickets.rules import Urgency


class FileTicketForm(GuardedForm):
    guarded = ("subject", "text")

    category = SelectField("What is it about?", validators=[InputRequired("Choose what it is about.")])
    project = SelectField("HMIS project", validators=[Optional()])
    urgency = RadioField(
        "How urgent is it?", choices=choices([(one.value, one.words) for one in Urgency]), default=Urgency.NORMAL.value
    )
    subject = StringField(
        "Subject",
        validators=[
            InputRequired("Give the ticket a subject: a few words that say what it is about."),
            NOT_BLANK,
            room_for(200),
        ],
    )
    text = TextAreaField(
        "What happens, and what should happen?",
        validators=[InputRequired("Write what happens."), NOT_BLANK, room_for(rules.TEXT_LENGTH, else_attach=True)],
    )
    files = MultipleFileField("Files", validators=[Optional(), fit])


class FileForCallerForm(FileTicketForm):
    caller = StringField(
        "Caller's e-mail address",
        validators=[
            InputRequired("Type the caller's e-mail address."),
            is_address,
        ],
    )
    caller_name = StringField("Caller's name, if the portal does not know them", validators=[room_for(160)])


class AnswerForm(GuardedForm):
    text = TextAreaField(
        "Your answer",
        validators=[InputRequired("Write an answer first."), NOT_BLANK, room_for(rules.TEXT_LENGTH, else_attach=True)],
    )
    files = MultipleFileField("Files", validators=[Optional(), fit])
    then = RadioField(
        "After sending",
        choices=choices(
            [("open", "Keep it open"), ("wait", "Wait for the requester"), ("resolve", "Resolve it")],
        ),
        default="open",
    )
    canned_id = HiddenField(default="")
    seen = HiddenField(default="0")

    @property
    def last_seen(self) -> int:
        return whole(self.seen.data) or 0


class NoteForm(GuardedForm):
    text = TextAreaField(
        "Internal note",
        validators=[InputRequired("Write the note first."), NOT_BLANK, room_for(rules.TEXT_LENGTH, else_attach=True)],
    )
    files = MultipleFileField("Files", validators=[Optional(), fit])


class CommentForm(GuardedForm):
    text = TextAreaField(
        "Your message",
        validators=[InputRequired("Write a message first."), NOT_BLANK, room_for(rules.TEXT_LENGTH, else_attach=True)],
    )
    files = MultipleFileField("Files", validators=[Optional(), fit])
