"""Forms whose words and files are looked over for client data before anything is kept."""

import os
from typing import Any

from wtforms import MultipleFileField, RadioField, StringField
from wtforms.validators import Optional, Regexp, ValidationError

from portal import files, guard
from portal.errors import Refused
from portal.files import Upload
from portal.forms import Form, choices
from portal.tickets import rules
from portal.tickets.actions import Draft
from portal.tickets.rules import Choice

FILES_AGAIN = "Attach your files again: a browser lets go of them when a page is shown again."

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


def fit(_form: Any, field: MultipleFileField) -> None:
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
