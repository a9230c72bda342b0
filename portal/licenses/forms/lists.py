"""Loading a list: the file, its columns, and what to do with its rows."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, DateField, FileField, SelectField
from wtforms.validators import Optional

from portal.files import Upload
from portal.forms import FilterForm, Form, choices
from portal.licenses.rules import ListKind, Outcome
from portal.licenses.rules.columns import NEEDED, WANTED, ListColumn
from portal.people.forms.fields import boxes, choice
from portal.sheets import Sheet
from portal.standing.forms.evidence import uploads


class LoadListForm(Form):
    kind = choice(
        "What the file holds",
        "Choose what the file holds.",
        [(one.value, one.words) for one in ListKind],
    )
    file = FileField("The file", description="CSV or Excel (.xlsx), with the names of the columns in its first row.")
    report_on = DateField(
        "As of",
        [Optional()],
        description="For a last-login report, the day on which the vendor made it. For seats, the first day on which "
        "they count, where the file says none.",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        well_filled = bool(super().validate(extra_validators))
        if not getattr(self.file.data, "filename", ""):
            self.file.errors = ["Choose the file."]
            return False
        return well_filled

    def facts(self) -> dict[str, Any]:
        upload: Upload = uploads(self.file.data)[0]
        return {"kind": ListKind(self.kind.data), "upload": upload, "report_on": self.report_on.data}


class ListColumnsForm(Form):
    """A choice for each column that the kind of list can hold."""

    email = SelectField(ListColumn.EMAIL.words)
    login_id = SelectField(ListColumn.LOGIN_ID.words)
    first_name = SelectField(ListColumn.FIRST_NAME.words)
    last_name = SelectField(ListColumn.LAST_NAME.words)
    name = SelectField(ListColumn.NAME.words)
    agency = SelectField(ListColumn.AGENCY.words)
    roles = SelectField(ListColumn.ROLES.words)
    license = SelectField(ListColumn.LICENSE.words)
    coc = SelectField(ListColumn.COC.words)
    job_title = SelectField(ListColumn.JOB_TITLE.words)
    phone = SelectField(ListColumn.PHONE.words)
    number = SelectField(ListColumn.NUMBER.words)
    starts_on = SelectField(ListColumn.STARTS_ON.words)
    last_login = SelectField(ListColumn.LAST_LOGIN.words)
    is_complete = BooleanField(
        "This is the complete list of everybody at the agencies in it",
        description="Then whoever is in the register and missing from the file is proposed as a leaver. Without it, "
        "nobody is missed.",
    )

    def offer(self, kind: ListKind, sheet: Sheet) -> None:
        """Each field offers the file's headings with a sample cell."""
        samples = {heading: sheet.sample(heading)[:40] for heading in sheet.headings}
        pairs = [(one, f"{one} ({samples[one]})" if samples[one] else one) for one in sheet.headings]
        for column in ListColumn:
            if column not in WANTED[kind]:
                del self[column.value]
                continue
            field = self[column.value]
            field.choices = choices(pairs, "No such column")
            field.flags.required = (column,) in NEEDED[kind]
        if kind is not ListKind.STAFF:
            del self.is_complete

    @property
    def columns(self) -> list[SelectField]:
        return [self[column.value] for column in ListColumn if column.value in self]

    def chosen(self) -> dict[ListColumn, str]:
        return {
            column: self[column.value].data for column in ListColumn if column.value in self and self[column.value].data
        }

    @property
    def says_complete(self) -> bool:
        return "is_complete" in self and bool(self.is_complete.data)


class RowsForm(Form):
    """Rows of one page, each a box to tick."""

    ids = boxes("Rows")

    def offer(self, row_ids: Sequence[int]) -> None:
        self.ids.choices = choices([(one, str(one)) for one in row_ids])

    def ticked(self) -> set[int]:
        return {int(one) for one in self.ids.data or () if one.isdecimal()}


class OutcomeFilter(FilterForm):
    outcome = choice("Rows", choices=[(one.value, one.words) for one in Outcome])
