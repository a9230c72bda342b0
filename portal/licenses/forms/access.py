"""User-access reports: which to show, when they come round, and the answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from portal import guard
from portal.errors import Refused
from portal.forms import FilterForm, Form, choices, plain
from portal.licenses.rules import Answer, Rhythm
from portal.people import queries as people
from portal.people.forms.fields import boxes, choice, offer
from portal.people.models import Organization
from portal.people.rules import one_line

LONGEST_WISH = 500


class AccessFilter(FilterForm):
    agency = choice("Agency")
    since = DateField("From", [Optional()])
    until = DateField("Through", [Optional()])

    def offer_agencies(self, agencies: Sequence[Organization]) -> None:
        offer(self.agency, agencies)


class AttestForm(Form):
    """One answer for each person, with what should change; the fields are named person-17 and wish-17."""

    def answers(self, posted: Mapping[str, str]) -> dict[int, Answer]:
        """What was posted; an answer that is none is left out."""
        given = _by_person(posted, "person-")
        return {person_id: Answer(value) for person_id, value in given.items() if value in list(Answer)}

    def wishes(self, posted: Mapping[str, str]) -> dict[int, str]:
        given = _by_person(posted, "wish-")
        return {person_id: one_line(plain(value)) for person_id, value in given.items() if value.strip()}

    def demand_no_client_data(self, wishes: Mapping[int, str]) -> None:
        """Raises Refused where a wish holds what is certainly client data, or is too long."""
        for words in wishes.values():
            certain = sorted({found.kind.label for found in guard.findings(words) if found.kind.certain})
            if certain:
                raise Refused(f"“What should change” holds what looks like a client's {certain[0]}. Leave it out.")
            if len(words) > LONGEST_WISH:
                raise Refused(f"Use at most {LONGEST_WISH} characters to say what should change.")


def _by_person(posted: Mapping[str, str], prefix: str) -> dict[int, str]:
    numbers = {name: name.removeprefix(prefix) for name in posted if name.startswith(prefix)}
    return {int(number): posted[name] for name, number in numbers.items() if number.isdecimal() and len(number) < 10}


class ScheduleForm(Form):
    rhythm = choice("How often", "Choose how often.", [(one.value, one.words) for one in Rhythm])
    day = IntegerField(
        "Day of the month",
        [InputRequired("Type the day of the month."), NumberRange(1, 28, "Type a day from 1 to 28.")],
    )
    days_to_answer = IntegerField(
        "Days to answer", [InputRequired("Type the days."), NumberRange(1, 60, "Type 1 to 60 days.")]
    )
    agency_ids = boxes(
        "Only these agencies", description="Tick none to ask every participating agency, also those that join later."
    )

    def offer_agencies(self, agencies: Sequence[Organization]) -> None:
        self.agency_ids.choices = choices([(one.id, one.name) for one in agencies])

    def facts(self) -> dict[str, Any]:
        found = [people.organization(int(one)) for one in self.agency_ids.data or () if one.isdecimal()]
        return {
            "rhythm": Rhythm(self.rhythm.data),
            "day": self.day.data,
            "days_to_answer": self.days_to_answer.data,
            "agencies": [one for one in found if one is not None],
        }
