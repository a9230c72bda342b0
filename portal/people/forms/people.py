"""People and their roles."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Optional

from portal.forms import FilterForm, Form
from portal.people import queries
from portal.people.forms.fields import boxes, choice, id_of, offer, words
from portal.people.models import Organization, Person
from portal.people.queries import PastFilter, PersonState
from portal.people.rules import ADDRESS_LENGTH, JobKind
from portal.policy import Actor, Role

ROLE_CHOICES = tuple(
    (role.value, role.words[0].upper() + role.words[1:]) for role in Role if role is not Role.SIGNED_IN
)


JOB_CHOICES = tuple((one.value, one.words[0].upper() + one.words[1:]) for one in JobKind)


class PersonForm(Form):
    first_name = words("First name", 80, "Type the first name.")
    last_name = words("Last name", 80, "Type the last name.")
    email = words(
        "E-mail address", ADDRESS_LENGTH, "Type the e-mail address.", "The name to sign in with. Letters go there."
    )
    phone = words("Phone", 40)
    job_title = words("Job title", 120)
    job_kind = choice("Kind of job", choices=(("", "Not said"), *JOB_CHOICES))
    home_id = choice("Works at", "Choose the organization.")

    def offer_places(self, held: Organization | None = None) -> None:
        """`held` can be chosen although it may have ended."""
        places = queries.organizations_of_kind()
        offer(self.home_id, [*places, *([held] if held is not None and held not in places else [])])

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        facts.pop("home_id")
        facts["job_kind"] = JobKind(facts["job_kind"]) if facts.get("job_kind") else None
        return {**facts, "home": queries.organization(id_of(self.home_id) or 0)}

    @staticmethod
    def defaults(person: Person) -> Mapping[str, Any]:
        names = ("first_name", "last_name", "email", "phone", "job_title")
        job = person.job_kind.value if person.job_kind else ""
        return {**{name: getattr(person, name) for name in names}, "home_id": str(person.home_id), "job_kind": job}


class AddPersonForm(PersonForm):
    roles = boxes(
        "Roles there", choices=ROLE_CHOICES, description="Roles that do not fit the organization are refused."
    )
    invite = BooleanField("Send the invitation now", default=True)

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        facts.pop("invite")
        return {**facts, "roles": tuple(Role(role) for role in facts.get("roles") or ())}


class GrantRoleForm(Form):
    role = choice("Role", "Choose the role.", (("", "Choose"), *ROLE_CHOICES))
    organization_id = choice("At", "Choose the organization.")
    starts_on = DateField("From", [InputRequired("Choose the first day.")])

    def offer_places(self) -> None:
        offer(self.organization_id, queries.organizations_of_kind())

    def facts(self) -> dict[str, Any]:
        return {
            "role": Role(self.role.data),
            "organization": queries.organization(id_of(self.organization_id) or 0),
            "starts_on": self.starts_on.data,
        }


class PersonFilter(FilterForm):
    q = words("Name or address", 100)
    organization = choice("Works at")
    role = choice("Role", choices=(("", "Every role"), *ROLE_CHOICES))
    job = choice("Kind of job", choices=(("", "Every kind"), *JOB_CHOICES))
    state = choice("State", choices=(("", "All but ended"), *((one.value, one.words) for one in PersonState)))

    as_of = DateField("As of", [Optional()], render_kw={"type": "date"})

    def offer_places(self, actor: Actor) -> None:
        offer(self.organization, queries.organizations_listed(actor), "Every organization")

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        return {
            "q": chosen.get("q", ""),
            "organization_id": id_of(self.organization) if "organization" in chosen else None,
            "role": Role(chosen["role"]) if "role" in chosen else None,
            "job_kind": JobKind(chosen["job"]) if "job" in chosen else None,
            "state": PersonState(chosen["state"]) if "state" in chosen else None,
        }

    def past_facts(self) -> PastFilter:
        """The same for a past day; what the past was not kept by is left out."""
        chosen = self.chosen()
        facts = {"home_id": id_of(self.organization), "job_kind": chosen.get("job")}
        wanted = tuple((name, value) for name, value in facts.items() if value is not None)
        return PastFilter(chosen.get("q", ""), chosen.get("state") == PersonState.ENDED, wanted)
