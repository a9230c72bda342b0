"""Who is named for a duty, and until when."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import DateField
from wtforms.validators import InputRequired

from portal.forms import Form, choices
from portal.people import queries as people
from portal.people.forms.fields import choice, id_of
from portal.people.models import Person


class AssignForm(Form):
    duty = choice("Duty", "Choose the duty.")
    person_id = choice("Who answers for it", "Choose who answers for it.")
    starts_on = DateField("From", [InputRequired("Choose the first day.")])

    def offer(self, duties: Mapping[str, str], persons: Sequence[Person]) -> None:
        self.duty.choices = choices(list(duties.items()), "Choose")
        self.person_id.choices = choices([(one.id, one.name) for one in persons], "Choose")

    def facts(self) -> dict[str, Any]:
        return {
            "duty": self.duty.data,
            "person": people.person(id_of(self.person_id) or 0),
            "starts_on": self.starts_on.data,
        }


class EndAssignmentForm(Form):
    ended_on = DateField("No more from", [InputRequired("Choose the first day without this duty.")])
