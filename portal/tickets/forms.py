"""What people fill in at the help desk."""

import os
import re
from collections.abc import Collection
from typing import Any

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from portal import files, guard
from portal.errors import Refused
from portal.files import Upload
from portal.forms import FilterForm, Form, choices
from portal.people.rules import PROJECT_TYPES, normal_address
from portal.tickets import queries, rules
from portal.tickets.actions import Draft
from portal.tickets.rules import Assign, Channel, Choice, Priority, Urgency

NOT_BLANK = Regexp(r"(?s).*\S", message="Write something here.")
FILES_AGAIN = "Attach your files again: a browser lets go of them when a page is shown again."
LARGEST_ID = 2**31 - 1


def whole(typed: Any) -> int | None:
    """The id that somebody's browser sent; None for what cannot be one."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST_ID else None


def plain(typed: Any) -> Any:
    """Without control characters, which no database keeps alike; line breaks and tabs stay."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", typed) if isinstance(typed, str) else typed


def _is_address(_form: Any, field: StringField) -> None:
    if not normal_address(field.data or ""):
        raise ValidationError("Write the address like name@agency.org.")


def _fit(_form: Any, field: MultipleFileField) -> None:
    """Each file is looked at before it is read into memory."""
    chosen = [held for held in field.data or () if getattr(held, "filename", "")]
    if len(chosen) > rules.FILES_PER_MESSAGE:
        raise ValidationError(f"A message may carry {rules.FILES_PER_MESSAGE} files; you attached {len(chosen)}.")
    for held in chosen:
        size = held.stream.seek(0, os.SEEK_END)
        held.stream.seek(0)
        try:
            files.check_size(held.filename, size)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from None


GUARD_CHOICES = (
    (Choice.PERSONAL_ID, "Name the client by HMIS Personal ID instead, and remove the rest"),
    (Choice.MASK, "Remove it and send the rest"),
    (Choice.AS_TYPED, "It is not about a client. Send it as typed"),
)


class GuardedForm(Form):
    """A form whose texts are looked over for client data before anything is sent or stored."""

    guarded: tuple[str, ...] = ("text",)

    guard_choice = RadioField(
        "What should happen to it?",
        choices=choices([(choice.value, words) for choice, words in GUARD_CHOICES]),
        validators=[Optional()],
    )
    personal_id = StringField(
        "HMIS Personal ID",
        validators=[Optional(), Regexp(rules.PERSONAL_ID.pattern + r"\Z", message="Letters, digits and hyphens only.")],
    )
    allowed = guard.Allowed()
    found: tuple[tuple[str, str], ...] = ()
    """What the guard saw: kind in words, and the words themselves, for the writer alone."""

    def validate(self, extra_validators: Any = None) -> bool:
        well_filled = bool(super().validate(extra_validators))
        self.found = tuple(self._seen())
        decided = not self.found or self._decided()
        if not (well_filled and decided):
            self._ask_for_files_again()
        return well_filled and decided

    def _decided(self) -> bool:
        if not self.guard_choice.data:
            self.guard_choice.errors = ["This looks like client data. Choose what should happen to it."]
        elif self.guard_choice.data == Choice.PERSONAL_ID and not self.personal_id.data:
            self.personal_id.errors = ["Type the client's HMIS Personal ID, or choose another way."]
        return not self.guard_choice.errors and not self.personal_id.errors

    def refuse(self, sentence: str, field: str | None = None) -> None:
        super().refuse(sentence, field)
        self._ask_for_files_again()

    def _ask_for_files_again(self) -> None:
        if "files" in self and self._chosen() and FILES_AGAIN not in self["files"].errors:
            self["files"].errors = [*self["files"].errors, FILES_AGAIN]

    def _chosen(self) -> list[str]:
        """The names of the files that were chosen."""
        held = self["files"].data or () if "files" in self else ()
        return [one.filename for one in held if getattr(one, "filename", "")]

    def remind_of_files(self) -> None:
        """On a page that shows the form again although nothing was wrong."""
        if self._chosen():
            self["files"].description = FILES_AGAIN

    def _seen(self) -> list[tuple[str, str]]:
        texts = [str(self[name].data or "") for name in self.guarded]
        texts += [name.rpartition(".")[0].replace("_", " ") for name in self._chosen()]
        return [
            (finding.kind.label, text[finding.start : finding.end])
            for text in texts
            for finding in guard.findings(text, allowed=self.allowed)
        ]

    def draft(self) -> Draft:
        choice = Choice(self.guard_choice.data) if self.guard_choice.data else Choice.MASK
        return Draft(
            text=self["text"].data or "",
            uploads=uploads(self["files"].data) if "files" in self else (),
            choice=choice,
            personal_id=self.personal_id.data or "",
        )


def uploads(data: Any) -> tuple[Upload, ...]:
    """What was really chosen in a file field."""
    return tuple(Upload(held.filename, held.read()) for held in data or () if getattr(held, "filename", ""))


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
            Length(max=200),
        ],
        filters=[plain],
    )
    text = TextAreaField(
        "What happens, and what should happen?",
        validators=[InputRequired("Write what happens."), NOT_BLANK, Length(max=rules.TEXT_LENGTH)],
        filters=[plain],
    )
    files = MultipleFileField("Files", validators=[Optional(), _fit])


class FileForCallerForm(FileTicketForm):
    caller = StringField(
        "Caller's e-mail address",
        validators=[
            InputRequired("Type the caller's e-mail address."),
            _is_address,
        ],
    )
    caller_name = StringField(
        "Caller's name, if the portal does not know them", validators=[Length(max=160)], filters=[plain]
    )


class AnswerForm(GuardedForm):
    text = TextAreaField(
        "Your answer",
        validators=[InputRequired("Write an answer first."), NOT_BLANK, Length(max=rules.TEXT_LENGTH)],
        filters=[plain],
    )
    files = MultipleFileField("Files", validators=[Optional(), _fit])
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
        validators=[InputRequired("Write the note first."), NOT_BLANK, Length(max=rules.TEXT_LENGTH)],
        filters=[plain],
    )
    files = MultipleFileField("Files", validators=[Optional(), _fit])


class CommentForm(GuardedForm):
    text = TextAreaField(
        "Your message",
        validators=[InputRequired("Write a message first."), NOT_BLANK, Length(max=rules.TEXT_LENGTH)],
        filters=[plain],
    )
    files = MultipleFileField("Files", validators=[Optional(), _fit])


class SortForm(Form):
    assignee = SelectField("Assigned to", validators=[Optional()])
    queue = SelectField("Queue")
    category = SelectField("Category")
    priority = SelectField("Priority", choices=choices([(one.value, one.words) for one in Priority]))
    project = SelectField("HMIS project", validators=[Optional()])


class ParticipantForm(Form):
    email = StringField(
        "E-mail address of somebody in the portal",
        validators=[InputRequired("Type an address."), _is_address],
    )


class BulkForm(Form):
    ids = SelectMultipleField("Tickets", validate_choice=False)
    deed = SelectField("What to do", choices=choices([("assign", "Assign to"), ("resolve", "Resolve")]))
    assignee = SelectField("Assign to", validators=[Optional()])

    @property
    def ticket_ids(self) -> list[int]:
        return sorted({one for one in map(whole, self.ids.data or ()) if one is not None})[:200]


class TicketFilters(FilterForm):
    view = HiddenField(default="open")
    q = StringField("Words or number", filters=[plain])
    queue = SelectField("Queue", validators=[Optional()])
    category = SelectField("Category", validators=[Optional()])
    agency = SelectField("Agency", validators=[Optional()])
    coc = SelectField("CoC", validators=[Optional()])
    priority = SelectField(
        "Priority",
        choices=choices([(one.value, one.words) for one in Priority], "Any priority"),
        validators=[Optional()],
    )
    assignee = SelectField("Assignee", validators=[Optional()])
    sort = HiddenField(default="")

    def filters(self) -> queries.Filters:
        chosen = self.chosen()
        view = chosen.get("view", "open")
        return queries.Filters(
            view=view if view in queries.VIEWS else "open",
            words=str(chosen.get("q", "")).strip(),
            queue_id=whole(chosen.get("queue")),
            category_id=whole(chosen.get("category")),
            agency_id=whole(chosen.get("agency")),
            coc_id=whole(chosen.get("coc")),
            priority=Priority(chosen["priority"]) if chosen.get("priority") else None,
            assignee=str(chosen.get("assignee", "")),
        )


class CannedForm(Form):
    title = StringField("Title", validators=[InputRequired("Give it a title."), Length(max=120)])
    category = SelectField("Category", validators=[Optional()])
    text = TextAreaField("Text", validators=[InputRequired("Write the text."), NOT_BLANK, Length(max=20_000)])


class CategoryForm(Form):
    name = StringField("Name", validators=[InputRequired("Give it a name."), NOT_BLANK, Length(max=80)])
    hint = StringField("Hint while choosing", validators=[Length(max=300)])
    ask = StringField("What to ask for", validators=[Length(max=300)])
    queue = SelectField("Goes to the queue")
    is_urgent = BooleanField("Urgent by nature")


class QueueForm(Form):
    name = StringField("Name", validators=[InputRequired("Give it a name."), NOT_BLANK, Length(max=80)])
    words = StringField("Name that requesters read", validators=[InputRequired("Give it a name."), Length(max=80)])
    purpose = StringField("What waits here", validators=[Length(max=300)])
    is_restricted = BooleanField("Only its members and administrators see its tickets")
    members = SelectMultipleField("Members", validators=[Optional()])


class TriageRuleForm(Form):
    name = StringField("Name", validators=[InputRequired("Give the rule a name."), Length(max=120)])
    categories = SelectMultipleField("Category is any of", validators=[Optional()])
    words = StringField(
        "Subject or text has any of these words",
        description="Separate words or phrases with commas. Whole words, upper and lower case alike.",
        validators=[Length(max=1000)],
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


def _minutes(written: str) -> int:
    hours, _, minutes = written.partition(":")
    return int(hours) * 60 + int(minutes)


def key_of(name: str | None, taken: Collection[str]) -> str:
    """The lasting key of a queue or category, from its first name; unlike those that are taken."""
    key = re.sub(r"[^a-z0-9]+", "_", (name or "").lower()).strip("_")[:34] or "named"
    return next(one for one in (key, *(f"{key}_{number}" for number in range(2, 9999))) if one not in taken)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_form() -> type[HoursForm]:
    fields: dict[str, Any] = {}
    for number, name in enumerate(WEEKDAYS):
        is_time = Regexp(r"(([01]?\d|2[0-3]):[0-5]\d|24:00)\Z", message="Write a time like 8:00 or 17:30.")
        fields[f"opens_{number}"] = StringField(f"{name} from", validators=[Optional(), is_time])
        fields[f"closes_{number}"] = StringField(f"{name} to", validators=[Optional(), is_time])
    return type("DeskHoursForm", (HoursForm,), fields)
