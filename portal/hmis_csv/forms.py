"""Loading, looking over and confirming exports; finding changes, users and months."""

from typing import IO, Any

from wtforms import FileField, IntegerField, SearchField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal.forms import FilterForm, Form, choices
from portal.hmis_csv.rules.loading import ChangeKind, UserState
from portal.hmis_csv.rules.problems import Severity
from portal.hmis_csv.rules.words import FILE_WORDS


class LargeFileField(FileField):
    """A file of hundreds of megabytes: the kit's own field would read it whole to show a picture of it."""


class LoadForm(Form):
    file = LargeFileField("The export", description="The zip file as the vendor's software wrote it.")

    def validate(self, extra_validators: Any = None) -> bool:
        well_filled = bool(super().validate(extra_validators))
        if not getattr(self.file.data, "filename", ""):
            self.file.errors = ["Choose the zip file of the export."]
            return False
        return well_filled

    def upload(self) -> tuple[str, IO[bytes]]:
        """Name, and the bytes as they came in: in memory or in a file without a name."""
        return self.file.data.filename, self.file.data.stream


class ConfirmForm(Form):
    confirmed = IntegerField("Number of rows", [Optional()])


class ShareForm(Form):
    most_change = IntegerField(
        "Percent of a file's rows",
        [InputRequired("Type a number from 0 to 100."), NumberRange(0, 100, "Type a number from 0 to 100.")],
        description="Above this, whoever confirms must type how many rows change.",
    )


class LinkForm(Form):
    email = StringField(
        "E-mail address of the person",
        [DataRequired("Type the address that the person has in the register."), Length(max=254)],
    )


class ChangeFilter(FilterForm):
    q = SearchField("Agency, project or ID", [Length(max=100)])
    file = SelectField("What", choices=choices(tuple(FILE_WORDS.items()), "Everything"))
    kind = SelectField("Change", choices=choices([(one.value, one.words) for one in ChangeKind], "Every change"))
    same = SelectField("Names", choices=choices([("yes", "Perhaps known by name")], "All"))

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {
            "q": chosen.get("q", ""),
            "file": chosen.get("file"),
            "kind": ChangeKind(chosen["kind"]) if "kind" in chosen else None,
            "same": chosen.get("same") == "yes",
        }


class ProblemFilter(FilterForm):
    severity = SelectField("Kind", choices=choices([(one.value, f"{one.words}s") for one in Severity], "All"))

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {"severity": Severity(chosen["severity"]) if "severity" in chosen else None}


class UserFilter(FilterForm):
    q = SearchField("Name, address or ID", [Length(max=100)])
    state = SelectField("State", choices=choices([(one.value, one.words) for one in UserState], "Every state"))

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {"q": chosen.get("q", ""), "state": UserState(chosen["state"]) if "state" in chosen else None}


class CommunityFilter(FilterForm):
    coc = SelectField("CoC")

    def offer(self, cocs: Any) -> None:
        self.coc.choices = choices(cocs, "Every CoC")

    @property
    def coc_id(self) -> int | None:
        found = self.chosen().get("coc")
        return int(found) if found else None
