"""A requirement's terms, the community's start, and the two dates of a standing page."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, DateField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.forms import FilterForm, Form, choices
from portal.people import queries as people
from portal.people.rules import PROJECT_TYPES, normal_address
from portal.policy import Role
from portal.standing import queries
from portal.standing.forms.fields import KIND_CHOICES, choice, key, line, month_day, text, when
from portal.standing.models import RequirementVersion
from portal.standing.rules import Audience, Authority, Place, Recurrence, SubjectKind
from portal.standing.rules.terms import MOST_DAYS, MOST_MONTHS

BINDABLE = (
    Role.END_USER,
    Role.AGENCY_ADMIN,
    Role.AGENCY_EXECUTIVE,
    Role.AGENCY_SECURITY_OFFICER,
    Role.LEAD_STAFF,
    Role.LEAD_ADMIN,
    Role.COC_GOVERNANCE,
    Role.SIGNED_IN,
)
ROLE_LABELS = {Role.SIGNED_IN: "Everybody who works there, with a license or not"}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _boxes(label: str, pairs: Any = (), description: str = "") -> SelectMultipleField:
    return SelectMultipleField(
        label,
        choices=choices(pairs),
        description=description,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def _days(label: str, description: str = "") -> IntegerField:
    limits = NumberRange(0, MOST_DAYS, f"Type a number of days up to {MOST_DAYS}.")
    return IntegerField(label, [InputRequired("Type a number of days, or 0."), limits], description=description)


def _recurs(recurrence: Recurrence) -> Any:
    return lambda form: form.recurrence.data == recurrence.value


def _number(label: str, recurrence: Recurrence, most: int, what: str) -> IntegerField:
    def check(_form: Any, field: Any) -> None:
        NumberRange(1, most, f"Type {what} from 1 to {most}.")(_form, field)

    return IntegerField(label, [when(_recurs(recurrence), check)])


class RequirementForm(Form):
    code = line("Code", 60, "Give it a short code.", "Small letters, digits and hyphens, such as privacy-training.")
    title = line("Title", 160, "Give the requirement a title.", "As it stands on everybody's page.")
    about = text("What it asks", description="For whoever has to meet it, in plain words.")
    authority = choice(
        "Authority",
        "Say where it gets its force from.",
        [(one.value, _capital(one.words)) for one in Authority],
        "Only a rule binds by law.",
    )
    source = line("Source", 300, description="Document and section.")
    kind = choice("Kind of evidence", "Choose which evidence meets it.", KIND_CHOICES)
    key = StringField(
        "Key of the evidence",
        [key],
        description="Evidence of this kind counts when it has the same key, such as privacy or end-user.",
    )
    subject_kind = choice(
        "Who has to meet it",
        "Choose who has to meet it.",
        [("person", "Each person"), ("organization", "The organization")],
    )
    roles = _boxes("Roles", [(role.value, ROLE_LABELS.get(role, _capital(role.words))) for role in BINDABLE])
    places = _boxes("Organizations", [(place.value, _capital(place.words)) for place in Place])
    cocs = _boxes("Continuums of Care")
    project_types = _boxes("Running projects of type", PROJECT_TYPES.items())
    people = TextAreaField(
        "Only these people",
        [Length(max=4000)],
        description="E-mail addresses, one a line. The boxes above are then left aside.",
    )
    organizations = TextAreaField(
        "Only these organizations", [Length(max=4000)], description="Names or IDs in the HMIS, one a line."
    )
    recurrence = choice(
        "How often", "Choose how often it is asked.", [(one.value, _capital(one.words)) for one in Recurrence]
    )
    months = _number("Months", Recurrence.ROLLING, MOST_MONTHS, "a number of months")
    opens = StringField(
        "Window opens", [when(_recurs(Recurrence.WINDOW), month_day)], description="Month/day, such as 9/1."
    )
    closes = StringField("Window closes", [when(_recurs(Recurrence.WINDOW), month_day)], description="Such as 9/30.")
    times = _number("Times each year", Recurrence.COUNT, 366, "a number")
    idle_days = _number("Days without a login", Recurrence.IDLE, MOST_DAYS, "a number of days")
    due_soon_days = _days("Due soon, days ahead", "Renewing in these days loses no day.")
    grace_days = _days("Grace, days after", "Late, but nobody has to stop working.")
    first_days = IntegerField(
        "Days for the first time",
        [Optional(), NumberRange(0, MOST_DAYS, f"Type a number of days up to {MOST_DAYS}.")],
        description="Left empty: at once, or in the first whole window or year.",
    )
    effective_on = DateField("Holds from", [InputRequired("Choose the day from which it holds.")])
    evidence_from = DateField(
        "Only evidence from",
        [Optional()],
        description="Older evidence then counts until the days for the first time are over.",
    )
    is_retired = BooleanField("No longer asked of anybody from that day on")

    def offer(self, is_new: bool) -> None:
        self.cocs.choices = choices([(coc.id, coc.name) for coc in people.cocs()])
        if not is_new:
            del self.code
            del self.subject_kind

    def validate(self, extra_validators: Any = None) -> bool:
        well_filled = bool(super().validate(extra_validators))
        self._people = self._found(self.people, normal_address, queries.people_by_address())
        self._places = self._found(self.organizations, str.lower, queries.organizations_by_name())
        return well_filled and not self.people.errors and not self.organizations.errors

    def _found(self, field: Any, spelled: Any, known: Mapping[str, int | None]) -> frozenset[int]:
        """The ids behind the lines of a field; a line that names nobody or two is an error of the field."""
        lines = [one.strip() for one in (field.data or "").splitlines() if one.strip()]
        unknown = [one for one in lines if known.get(spelled(one)) is None]
        if unknown:
            field.errors = [*field.errors, f"The register has nobody, or more than one, called “{unknown[0]}”."]
        return frozenset(found for one in lines if (found := known.get(spelled(one))) is not None)

    def terms(self, kind: SubjectKind | None = None) -> dict[str, Any]:
        """As keyword arguments of the actions; `kind` is that of a requirement that stands already."""
        opens, closes = self.opens.data or "1/1", self.closes.data or "12/31"
        recurrence = Recurrence(self.recurrence.data)
        (opens_month, opens_day), (closes_month, closes_day) = (
            [int(part) for part in (words if recurrence is Recurrence.WINDOW else default).split("/")]
            for words, default in ((opens, "1/1"), (closes, "12/31"))
        )
        plain = ("title", "about", "source", "kind", "key", "due_soon_days", "grace_days", "first_days")
        dates = ("effective_on", "evidence_from", "is_retired")
        return {
            **{name: self[name].data for name in (*plain, *dates)},
            "authority": Authority(self.authority.data),
            "subject_kind": kind or SubjectKind(self.subject_kind.data),
            "audience": self._audience(),
            "recurrence": recurrence,
            "months": self.months.data or 12,
            "times": self.times.data or 1,
            "idle_days": self.idle_days.data or 0,
            "opens_month": opens_month,
            "opens_day": opens_day,
            "closes_month": closes_month,
            "closes_day": closes_day,
        }

    def _audience(self) -> Audience:
        return Audience(
            roles=frozenset(Role(one) for one in self.roles.data or ()),
            places=frozenset(Place(one) for one in self.places.data or ()),
            project_types=frozenset(int(one) for one in self.project_types.data or ()),
            cocs=frozenset(int(one) for one in self.cocs.data or ()),
            people=self._people,
            organizations=self._places,
        )

    @staticmethod
    def defaults(version: RequirementVersion) -> dict[str, Any]:
        """The fields as they stand in this version."""
        audience = Audience.from_json(version.audience)
        names = queries.names_of(audience)
        addresses = (
            {found: address for address, found in queries.people_by_address().items()} if audience.people else {}
        )
        plain = ("title", "about", "source", "kind", "key", "months", "times", "idle_days", "due_soon_days")
        more = ("grace_days", "first_days", "effective_on", "evidence_from", "is_retired")
        return {
            **{name: getattr(version, name) for name in (*plain, *more)},
            "authority": version.authority.value,
            "recurrence": version.recurrence.value,
            "opens": f"{version.opens_month}/{version.opens_day}",
            "closes": f"{version.closes_month}/{version.closes_day}",
            "roles": [role.value for role in audience.roles],
            "places": [place.value for place in audience.places],
            "cocs": [str(one) for one in audience.cocs],
            "project_types": [str(one) for one in audience.project_types],
            "people": "\n".join(sorted(addresses[one] for one in audience.people if one in addresses)),
            "organizations": "\n".join(sorted(names["organizations"].get(one, "") for one in audience.organizations)),
        }


class StartForm(Form):
    starts_on = DateField("This community counts from", [InputRequired("Choose the day.")])
    catch_up_on = DateField(
        "Older gaps may be made up until",
        [Optional()],
        description="Left empty: 90 days later. Until then nobody is overdue for what ran out before.",
    )


class RequirementFilter(FilterForm):
    kind = choice("Evidence", "", KIND_CHOICES, first="Every kind")
    subject = choice("Who", "", [("person", "People"), ("organization", "Organizations")], first="Everybody")

    def chosen_facts(self) -> dict[str, Any]:
        chosen = self.chosen()
        subject = chosen.get("subject")
        return {"kind": SubjectKind(subject) if subject else None, "evidence_kind": chosen.get("kind", "")}


class DatesForm(FilterForm):
    """The two dates of a question about standing; what cannot be read is today."""

    as_of = DateField("As of", [Optional()])
    known_on = DateField("As known on", [Optional()])
