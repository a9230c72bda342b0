"""What one can fill in about campaigns."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import DateField, Field, HiddenField, IntegerField, StringField, TimeField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from portal.campaigns.rules import MOST_DAYS, QUIET_FROM, QUIET_UNTIL, USUAL, Listener, MemberState, Rung
from portal.forms import FilterForm, Form, choices
from portal.people import queries as people
from portal.people.forms.fields import choice, id_of, offer, words
from portal.standing import queries as standing
from portal.standing.forms.fields import text
from portal.standing.models import Requirement

_DAYS = re.compile(r"[+-]?\d{1,3}")


def days(_form: Any, field: Field) -> None:
    for one in _split(field.data):
        if not _DAYS.fullmatch(one) or abs(int(one)) > MOST_DAYS:
            raise ValidationError(f"Type days from the due day, such as -14, -7, 1. At most {MOST_DAYS} either way.")


def _split(typed: str | None) -> list[str]:
    return [one for one in re.split(r"[,;\s]+", (typed or "").replace("−", "-")) if one]


def _rungs(label: str, to: Listener, description: str = "") -> StringField:
    usual = ", ".join(str(rung.days) for rung in USUAL if rung.to is to)
    return StringField(label, [days], default=usual, description=description)


class CampaignForm(Form):
    title = words("Title", 160, "Type a title.", "The subject of every letter, such as “Sign the new agreement”.")
    about = text("What is asked", "Say what is asked.", "Stands in every letter, without client data.", most=2000)
    requirement_id = choice("Requirement", "Choose the requirement.", description="Everybody whom it binds is asked.")
    coc_id = choice("CoC", description="Only its agencies, or all.")
    counts_from = DateField(
        "Counts from",
        [InputRequired("Choose the first day that counts.")],
        description="Who has evidence of this day or later has done it.",
    )
    due_on = DateField("Due on", [InputRequired("Choose the due day.")], description="By the end of this day.")
    joiner_days = IntegerField(
        "Days for whoever comes later",
        [InputRequired("Type the days."), NumberRange(0, 365, "Type 0 to 365 days.")],
        default=14,
        description="New people have at least this long.",
    )
    person = _rungs(
        "Remind whoever has not done it",
        Listener.PERSON,
        "Days from the due day: -7 is a week before, 1 the day after. The first letter goes out at once.",
    )
    agency_admin = _rungs("Tell the agency HMIS administrator", Listener.AGENCY_ADMIN)
    agency_executive = _rungs("Tell the agency executive", Listener.AGENCY_EXECUTIVE)
    hmis_lead = _rungs("Tell HMIS Lead administrators", Listener.HMIS_LEAD)
    quiet_from = TimeField("No letters from", [InputRequired("Type a time.")], default=QUIET_FROM)
    quiet_until = TimeField("until", [InputRequired("Type a time.")], default=QUIET_UNTIL)

    def offer(self, requirements: Sequence[Requirement]) -> None:
        self.requirement_id.choices = choices([(one.id, one.title) for one in requirements], "Choose")
        offer(self.coc_id, people.cocs(), "All")

    def fill(self, ladder: Sequence[Rung]) -> None:
        for to in Listener:
            self[to.value].data = ", ".join(str(rung.days) for rung in sorted(ladder) if rung.to is to)

    def facts(self) -> dict[str, Any]:
        named = ("title", "about", "counts_from", "due_on", "joiner_days", "quiet_from", "quiet_until")
        coc_id = id_of(self.coc_id)
        return {
            **{name: self[name].data for name in named},
            "requirement": standing.requirement(id_of(self.requirement_id) or 0),
            "coc": people.organization(coc_id) if coc_id else None,
            "ladder": [Rung(int(one), to) for to in Listener for one in _split(self[to.value].data)],
        }


class LaunchForm(Form):
    asks = HiddenField()
    """How many were shown, so that nobody is asked whom nobody saw."""

    def facts(self) -> dict[str, Any]:
        shown = self.asks.data or ""
        return {"asks": int(shown) if shown.isdecimal() else -1}


class PressForm(Form):
    """A button."""


class ExcuseForm(Form):
    reason = text("Why", "Say why.", "For colleagues who read this later. No names or facts of clients.")


class MemberFilter(FilterForm):
    q = words("Name or address", 100)
    agency = choice("Agency")
    state = choice("State", choices=(("", "Any"), *((one.value, one.words.capitalize()) for one in MemberState)))

    def offer_agencies(self, agencies: Sequence[tuple[int, str]]) -> None:
        self.agency.choices = choices(agencies, "Every agency")

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {
            "q": chosen.get("q", ""),
            "agency_id": id_of(self.agency) if "agency" in chosen else None,
            "state": MemberState(chosen["state"]) if "state" in chosen else None,
        }
