"""Sorting tickets, one or many, and finding them."""

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional

from portal.forms import FilterForm, Form, choices
from portal.tickets import queries
from portal.tickets.forms.typed import is_address, whole
from portal.tickets.rules import Priority


class SortForm(Form):
    assignee = SelectField("Assigned to", validators=[Optional()])
    queue = SelectField("Queue")
    category = SelectField("Category")
    priority = SelectField("Priority", choices=choices([(one.value, one.words) for one in Priority]))
    project = SelectField("HMIS project", validators=[Optional()])


class ParticipantForm(Form):
    email = StringField(
        "E-mail address of somebody in the portal",
        validators=[InputRequired("Type an address."), is_address],
    )


class BulkForm(Form):
    ids = SelectMultipleField("Tickets", validate_choice=False)
    deed = SelectField("What to do", choices=choices([("assign", "Assign to"), ("resolve", "Resolve")]))
    assignee = SelectField("Assign to", validators=[Optional()])

    @property
    def ticket_ids(self) -> list[int]:
        return sorted({one for one in map(whole, self.ids.data or ()) if one is not None})[:200]


class TicketFilters(FilterForm):
    view = HiddenField(default="open")
    q = StringField("Words or number")
    queue = SelectField("Queue", validators=[Optional()])
    category = SelectField("Category", validators=[Optional()])
    agency = SelectField("Agency", validators=[Optional()])
    coc = SelectField("CoC", validators=[Optional()])
    priority = SelectField(
        "Priority",
        choices=choices([(one.value, one.words) for one in Priority], "Any priority"),
        validators=[Optional()],
    )
    assignee = SelectField("Assignee", validators=[Optional()])
    sort = HiddenField(default="")

    def filters(self) -> queries.Filters:
        chosen = self.chosen()
        view = chosen.get("view", "open")
        return queries.Filters(
            view=view if view in queries.VIEWS else "open",
            words=str(chosen.get("q", "")).strip(),
            queue_id=whole(chosen.get("queue")),
            category_id=whole(chosen.get("category")),
            agency_id=whole(chosen.get("agency")),
            coc_id=whole(chosen.get("coc")),
            priority=Priority(chosen["priority"]) if chosen.get("priority") else None,
            assignee=str(chosen.get("assignee", "")),
        )
