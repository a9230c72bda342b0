"""Evidence by hand and from files, and waivers."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField, FileField, MultipleFileField, SelectField
from wtforms.validators import InputRequired, Optional

from portal.files import Upload
from portal.forms import FilterForm, Form, choices
from portal.standing.forms.fields import KIND_CHOICES, choice, text
from portal.standing.rules import KINDS
from portal.standing.rules.importing import Column, needed, wanted

KIND_WORDS = {kind.code: kind.words for kind in KINDS}


class PressForm(Form):
    """A button and nothing else."""


def uploads(data: Any) -> tuple[Upload, ...]:
    """What was really chosen in a file field."""
    many = data if isinstance(data, (list, tuple)) else [data]
    return tuple(Upload(held.filename, held.read()) for held in many if getattr(held, "filename", ""))


class _WithKey(Form):
    """Which evidence: one choice for kind and key together, named by the requirement that asks for it."""

    which = choice("What it shows", "Choose what it shows.", first="Choose")

    def offer(self, keys: Mapping[str, Sequence[tuple[str, str]]], only: str = "") -> None:
        pairs = [
            (f"{kind}/{key}", f"{title} ({KIND_WORDS.get(kind, kind).lower()})")
            for kind, held in sorted(keys.items())
            for key, title in held
        ]
        self.which.choices = choices([pair for pair in pairs if not only or pair[0] == only], "Choose")

    def kind_and_key(self) -> tuple[str, str]:
        kind, _, key = str(self.which.data).partition("/")
        return kind, key


class EvidenceForm(_WithKey):
    on = DateField("Done or signed on", [InputRequired("Choose the day on which it was done.")])
    until = DateField("Counts until", [Optional()], description="Only if the paper itself says so.")
    note = text("Note", description="How you know, for whoever approves it. Nothing about clients.")
    files = MultipleFileField("Scans or other files", description="PDF, PNG, JPEG or Word, at most 10.")

    def facts(self) -> dict[str, Any]:
        return {
            "on": self.on.data,
            "until": self.until.data,
            "note": self.note.data or "",
            "uploads": uploads(self.files.data),
        }


class CorrectForm(Form):
    on = DateField("Done or signed on", [InputRequired("Choose the right day.")])
    until = DateField("Counts until", [Optional()], description="Only if the paper itself says so.")
    deed = choice(
        "What is wrong",
        "Choose what is wrong.",
        [("correct", "The dates: these are right"), ("void", "All of it: it never happened")],
    )
    note = text("Why", "Say why it is corrected.", "For whoever approves it. Nothing about clients.")
    files = MultipleFileField("Scans or other files")

    def claimed(self) -> dict[str, Any]:
        """The dates that are right, or that it never happened."""
        return {
            "on": self.on.data,
            "until": self.until.data,
            "note": self.note.data or "",
            "uploads": uploads(self.files.data),
            "is_void": self.deed.data == "void",
        }


class RefuseForm(Form):
    why = text("Why not", "Say why, so that it can be mended.")


class StartImportForm(_WithKey):
    of = choice(
        "Whose evidence it is", "Choose whose it is.", [("people", "People, by e-mail address"), ("places", "Agencies")]
    )
    file = FileField("The file", description="CSV or Excel (.xlsx) with one row for each piece of evidence.")

    def validate(self, extra_validators: Any = None) -> bool:
        well_filled = bool(super().validate(extra_validators))
        if not getattr(self.file.data, "filename", ""):
            self.file.errors = ["Choose the file."]
            return False
        return well_filled

    def upload(self) -> Upload:
        return uploads(self.file.data)[0]


class ColumnsForm(Form):
    email = SelectField(Column.EMAIL.words)
    agency = SelectField(Column.AGENCY.words)
    on = SelectField(Column.ON.words)
    until = SelectField(Column.UNTIL.words)
    scan = SelectField(Column.SCAN.words)

    def offer(self, headings: Sequence[str], samples: Mapping[str, str], of_people: bool) -> None:
        """Each field offers the file's headings with a sample cell."""
        pairs = [(heading, f"{heading} ({samples[heading]})" if samples[heading] else heading) for heading in headings]
        for column in Column:
            if column not in wanted(of_people):
                del self[column.value]
                continue
            field = self[column.value]
            field.choices = choices(pairs, "No such column")
            if column in needed(of_people):
                field.validators = (InputRequired("Choose the column."),)
                field.flags.required = True

    def columns(self) -> dict[Column, str]:
        return {
            column: self[column.value].data for column in Column if column.value in self and self[column.value].data
        }


class ScansForm(Form):
    files = MultipleFileField("Scans", description="The files that the rows name, or one ZIP of them.")

    def uploads(self) -> tuple[Upload, ...]:
        return uploads(self.files.data)


class WaiverForm(Form):
    requirement_id = choice("Requirement", "Choose what is waived.", first="Choose")
    starts_on = DateField("From", [InputRequired("Choose the first day.")])
    ends_on = DateField("Through", [InputRequired("Choose the last day. A waiver always ends.")])
    reason = text("Reason", "Say why it is waived.", "Nothing about clients or anybody's health.")


class EndWaiverForm(Form):
    last_day = DateField("Last day", [InputRequired("Choose the last day.")])


class EvidenceFilter(FilterForm):
    kind = choice("Kind", "", KIND_CHOICES, first="Every kind")
    imported = choice("From", "", [("yes", "Imported files"), ("no", "Everything else")], first="Anywhere")

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {"kind": chosen.get("kind", ""), "imported": {"yes": True, "no": False}.get(chosen.get("imported", ""))}
