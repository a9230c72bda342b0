"""Organizations, holidays and HMIS projects."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField
from wtforms.validators import InputRequired, Optional

from portal.forms import FilterForm, Form
from portal.forms import choices as offered
from portal.people import queries
from portal.people.forms.descriptors import fact_of, field_of, shown_of
from portal.people.forms.fields import boxes, choice, id_of, offer, words
from portal.people.models import Organization, Project
from portal.people.queries import PastFilter
from portal.people.rules import (
    PROJECT_ELEMENTS,
    PROJECT_TYPES,
    ZONES,
    OrganizationKind,
    Participation,
    PartInHmis,
    codes,
)
from portal.policy import Actor

KIND_CHOICES = tuple((kind.value, kind.words[0].upper() + kind.words[1:]) for kind in OrganizationKind)
PARTICIPATION_CHOICES = tuple((one.value, one.words[0].upper() + one.words[1:]) for one in Participation)
TYPE_CHOICES = tuple((str(code), name) for code, name in PROJECT_TYPES.items())
TAKES_PART_CHOICES = (
    ("", "Any"),
    *((str(code), said) for code, said in codes("2.08.1").items()),
    ("unknown", "Not on record"),
)
STATE_CHOICES = (("", "In force"), ("ended", "Ended"))


class OrganizationForm(Form):
    name = words("Name", 200, "Type the name of the organization.")
    short_name = words("Short name", 60, "Type a short name.", "As it stands in lists, such as “Oxbow House”.")
    participation = choice("Part in HMIS", "Choose how the agency stands to the HMIS.")
    code = words("Code", 40)
    coc_ids = boxes("Works in")
    time_zone = choice("Time zone", "Choose a time zone.", choices=tuple(ZONES.items()))
    city = words("City", 80)
    phone = words("Phone", 40)
    mail_domain = words("Mail domain", 120, description="The part of its people's addresses after the @.")
    link_only_letters = BooleanField(
        "Send links only",
        description="Letters to its people then only say that there is an answer, which stays in the portal.",
    )

    def fit(self, kind: OrganizationKind) -> None:
        """Leave only the fields that this kind of organization has."""
        self.participation.choices = offered(
            [(one.value, one.words[0].upper() + one.words[1:]) for one in Participation]
        )
        self.coc_ids.choices = offered([(str(coc.id), coc.name) for coc in queries.cocs()])
        self.code.label.text = "CoC number" if kind is OrganizationKind.COC else "ID in the HMIS"
        if kind is not OrganizationKind.AGENCY:
            del self.participation
            del self.link_only_letters
        if kind not in (OrganizationKind.COC, OrganizationKind.HMIS_LEAD):
            del self.time_zone
        if kind in (OrganizationKind.COC, OrganizationKind.HMIS_LEAD) or not self.coc_ids.choices:
            del self.coc_ids
        if kind not in (OrganizationKind.COC, OrganizationKind.AGENCY):
            del self.code

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        if "participation" in facts:
            facts["participation"] = Participation(facts["participation"])
        if "coc_ids" in facts:
            facts["coc_ids"] = tuple(int(coc_id) for coc_id in facts["coc_ids"])
        return facts

    @staticmethod
    def defaults(organization: Organization) -> Mapping[str, Any]:
        """The fields as they stand for this organization."""
        names = ("name", "short_name", "code", "time_zone", "city", "phone", "mail_domain", "link_only_letters")
        return {
            **{name: getattr(organization, name) for name in names},
            "participation": organization.participation.value if organization.participation else None,
            "coc_ids": [str(coc_id) for coc_id in sorted(organization.coc_ids)],
        }


class HolidayForm(Form):
    day = DateField("Day", [InputRequired("Choose the day.")])
    name = words("Name", 80, "Type the name of the holiday.")


class ProjectForm(Form):
    name = words("Name", 200, "Type the name of the project.")
    agency_id = choice("Agency", "Choose the agency.")
    coc_id = choice("Continuum of Care", "Choose the CoC.")
    project_type = choice("Project type", "Choose the project type.", (("", "Choose"), *TYPE_CHOICES))
    hmis_id = words("Project ID in the HMIS", 40)
    is_funded = BooleanField("Funded by the CoC or ESG program")
    starts_on = DateField("Operating since", [InputRequired("Choose the day on which the project started.")])

    def offer_places(self) -> None:
        offer(self.agency_id, queries.organizations_of_kind(OrganizationKind.AGENCY))
        offer(self.coc_id, queries.cocs())

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        facts.pop("agency_id")
        facts.pop("coc_id")
        return {
            **facts,
            **{element.name: fact_of(element, self[element.name]) for element in PROJECT_ELEMENTS},
            "project_type": int(facts["project_type"]),
            "agency": queries.organization(id_of(self.agency_id) or 0),
            "coc": queries.organization(id_of(self.coc_id) or 0),
        }

    @staticmethod
    def defaults(project: Project) -> Mapping[str, Any]:
        names = ("name", "hmis_id", "is_funded", "starts_on")
        return {
            **{name: getattr(project, name) for name in names},
            **{name: str(getattr(project, name)) for name in ("agency_id", "coc_id", "project_type")},
            **{element.name: shown_of(element, project) for element in PROJECT_ELEMENTS},
        }


for _element in PROJECT_ELEMENTS:
    setattr(ProjectForm, _element.name, field_of(_element))


class EndProjectForm(Form):
    ended_on = DateField("Last day of operation", [InputRequired("Choose the day on which the project ended.")])


class OrganizationFilter(FilterForm):
    q = words("Name or code", 100)
    kind = choice("Kind", choices=(("", "Every kind"), *KIND_CHOICES))
    part = choice("Part in HMIS", choices=(("", "Any"), *((one.value, one.words) for one in PartInHmis)))
    coc = choice("CoC")
    state = choice("State", choices=STATE_CHOICES)
    as_of = DateField("As of", [Optional()], render_kw={"type": "date"})

    def offer_places(self) -> None:
        offer(self.coc, queries.cocs(), "Every CoC")

    def chosen_facts(self, today: date) -> dict[str, Any]:
        chosen = self.chosen()
        return {
            "q": chosen.get("q", ""),
            "kind": OrganizationKind(chosen["kind"]) if "kind" in chosen else None,
            "part": (PartInHmis(chosen["part"]), today) if "part" in chosen else None,
            "coc_id": id_of(self.coc) if "coc" in chosen else None,
            "ended": chosen.get("state") == "ended",
        }

    def past_facts(self) -> PastFilter:
        """The same for a past day; what the past was not kept by is left out."""
        chosen = self.chosen()
        facts = {"kind": chosen.get("kind")}
        wanted = tuple((name, value) for name, value in facts.items() if value is not None)
        return PastFilter(chosen.get("q", ""), chosen.get("state") == "ended", wanted)


class ProjectFilter(FilterForm):
    q = words("Name or HMIS ID", 100)
    agency = choice("Agency")
    coc = choice("CoC")
    type = choice("Type", choices=(("", "Every type"), *TYPE_CHOICES))
    part = choice("HMIS", choices=TAKES_PART_CHOICES)
    state = choice("State", choices=STATE_CHOICES)
    as_of = DateField("As of", [Optional()], render_kw={"type": "date"})

    def offer_places(self, actor: Actor) -> None:
        offer(self.agency, queries.agencies_listed(actor), "Every agency")
        offer(self.coc, queries.cocs(), "Every CoC")

    def chosen_facts(self, today: date) -> dict[str, Any]:
        chosen = self.chosen()
        return {
            "q": chosen.get("q", ""),
            "agency_id": id_of(self.agency) if "agency" in chosen else None,
            "coc_id": id_of(self.coc) if "coc" in chosen else None,
            "project_type": int(chosen["type"]) if "type" in chosen else None,
            "takes_part": (id_of(self.part), today) if "part" in chosen else None,
            "ended": chosen.get("state") == "ended",
        }

    def past_facts(self) -> PastFilter:
        """The same for a past day; what the past was not kept by is left out."""
        chosen = self.chosen()
        facts = {"agency_id": id_of(self.agency), "coc_id": id_of(self.coc), "project_type": id_of(self.type)}
        wanted = tuple((name, value) for name, value in facts.items() if value is not None)
        return PastFilter(chosen.get("q", ""), chosen.get("state") == "ended", wanted)
