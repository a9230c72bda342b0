"""What one can fill in about licenses, leavers, suspensions, seats and clocks."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateField, FileField, IntegerField, SelectField
from wtforms.fields import DateTimeLocalField
from wtforms.validators import InputRequired, NumberRange

from portal.forms import FilterForm, Form, choices
from portal.licenses.rules import REASONS, ClockName, DutyResult, LicenseState, Move, Reason
from portal.people import queries as people
from portal.people.forms.fields import boxes, choice, id_of, offer, words
from portal.people.models import Organization, Person
from portal.policy import Actor
from portal.standing.forms.evidence import uploads
from portal.standing.forms.fields import text

NOTE = "For colleagues who read this later. No names or facts of clients."


def reasons(move: Move) -> Sequence[tuple[str, str]]:
    return [("", "Choose"), *((one.value, one.words[0].upper() + one.words[1:]) for one in REASONS[move])]


class ReasonForm(Form):
    reason = choice("Why", "Choose why.")
    note = text("Note", description=NOTE)

    def fit(self, move: Move) -> None:
        self.reason.choices = choices(reasons(move))

    def facts(self) -> dict[str, Any]:
        return {"reason": Reason(self.reason.data), "note": self.note.data or ""}


class ApproveForm(Form):
    override = BooleanField("Approve although requirements are not met")
    note = text("Why", description="Needed when requirements are not met. " + NOTE)

    def facts(self) -> dict[str, Any]:
        return {"override": self.override.data, "note": self.note.data or ""}


class ConfirmForm(Form):
    login_id = words("Login ID in the HMIS", 80, description="As the HMIS shows it. Never a password.")

    def facts(self) -> dict[str, Any]:
        return {"login_id": self.login_id.data or ""} if "login_id" in self else {}


class LeaverForm(Form):
    agency_id = choice("Left", "Choose the agency.")
    left_at = DateTimeLocalField("When did the person leave?", [InputRequired("Say when the person left.")])
    note = text("Note", description=NOTE)

    def offer_agencies(self, agencies: Sequence[Organization]) -> None:
        offer(self.agency_id, agencies)
        if len(agencies) == 1:
            self.agency_id.choices = choices([(agencies[0].id, agencies[0].name)])

    def agency(self) -> Organization | None:
        return people.organization(id_of(self.agency_id) or 0)

    def left_in(self, zone: ZoneInfo) -> datetime:
        """The moment, on the wall clocks of the agency."""
        typed = self.left_at.data
        if typed is None:
            raise ValueError("The form was not checked.")
        return typed.replace(tzinfo=zone).astimezone(UTC)


class TickForm(Form):
    """A list of licenses, each a box to tick."""

    ids = boxes("Licenses")

    def offer_ids(self, pairs: Sequence[tuple[int, str]]) -> None:
        self.ids.choices = choices(pairs)

    def chosen(self) -> set[int]:
        return {int(one) for one in self.ids.data or () if one.isdecimal()}


class SeatsForm(Form):
    agency_id = choice("Agency", "Choose the agency.")
    coc_id = choice("CoC", "Choose the CoC.")
    number = IntegerField(
        "Seats in all",
        [InputRequired("Type how many seats there are in all."), NumberRange(0, 100_000, "Type 0 or more.")],
    )
    starts_on = DateField("From", [InputRequired("Choose the first day.")])

    def offer_places(self, agencies: Sequence[Organization]) -> None:
        offer(self.agency_id, agencies)
        offer(self.coc_id, people.cocs())

    def facts(self) -> dict[str, Any]:
        return {
            "agency": people.organization(id_of(self.agency_id) or 0),
            "coc": people.organization(id_of(self.coc_id) or 0),
            "number": self.number.data,
            "starts_on": self.starts_on.data,
        }


def _hours(name: ClockName) -> IntegerField:
    return IntegerField(
        name.words, [InputRequired("Type the hours."), NumberRange(1, 720, "Type 1 to 720 hours.")], description="Hours"
    )


class ClocksForm(Form):
    leaver = _hours(ClockName.LEAVER)
    grant = _hours(ClockName.GRANT)
    suspend = _hours(ClockName.SUSPEND)
    restore = _hours(ClockName.RESTORE)
    revoke = _hours(ClockName.REVOKE)

    def facts(self) -> dict[str, Any]:
        return {"hours": {name: self[name.value].data for name in ClockName}}


class LicenseFilter(FilterForm):
    q = words("Name or address", 100)
    agency = choice("Agency")
    state: SelectField = choice(
        "State", choices=(("", "All that have not ended"), *((one.value, one.words) for one in LicenseState))
    )

    def offer_agencies(self, actor: Actor) -> None:
        offer(self.agency, people.agencies_listed(actor), "Every agency")

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {
            "q": chosen.get("q", ""),
            "agency_id": id_of(self.agency) if "agency" in chosen else None,
            "state": LicenseState(chosen["state"]) if "state" in chosen else None,
        }


class DutyForm(Form):
    title = words("Report", 120, "Type the name of the report.", "As the HMIS calls it.")
    about = text("How to run it", description="What to look for in it. No names or facts of clients.")
    runner_id = choice("Run by", "Choose who runs it.")
    months = IntegerField(
        "Every so many months", [InputRequired("Type the months."), NumberRange(1, 60, "Type 1 to 60 months.")]
    )
    due_on = DateField("First due on", [InputRequired("Choose the first due day.")])

    def offer_staff(self, staff: Sequence[Person]) -> None:
        self.runner_id.choices = choices([(one.id, one.name) for one in staff], "Choose")

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        facts.pop("runner_id")
        return {**facts, "about": self.about.data or "", "runner": people.person(id_of(self.runner_id) or 0)}


class DutyRunForm(Form):
    ran_on = DateField("Run on", [InputRequired("Choose the day on which it was run.")])
    result = choice(
        "What it shows", "Choose what it shows.", [("", "Choose"), *((one.value, one.words) for one in DutyResult)]
    )
    findings = text("What was found", description="And what comes of it. No names or facts of clients.")
    file = FileField("The report", description="PDF, Excel, CSV or a picture. A report without client data only.")

    def facts(self) -> dict[str, Any]:
        given = uploads([self.file.data]) if self.file.data else ()
        return {
            "ran_on": self.ran_on.data,
            "result": DutyResult(self.result.data),
            "findings": self.findings.data or "",
            "upload": given[0] if given else None,
        }
