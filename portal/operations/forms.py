"""Filters of the lists that operators read, and the buttons they press."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.audit import Via
from portal.forms import FilterForm, Form, choices
from portal.mail.choices import BOUNDS, ChoiceName
from portal.mail.fetch import InboundState
from portal.mail.letters import UNDELIVERED, LetterState
from portal.operations.queries import TrailFilters
from portal.operations.rules import INBOUND_LOOKS, KINDS, LETTER_LOOKS, VIA_WORDS, job_words
from portal.people import queries as people

NOT_DELIVERED = "undelivered"
NOBODY = 0
"""The id of no person: an address that nobody has finds nothing."""


class LetterFilters(FilterForm):
    state = SelectField(
        "State",
        choices=choices(
            [(NOT_DELIVERED, "Not delivered"), *((state.value, LETTER_LOOKS[state].words) for state in LetterState)],
            "Any state",
        ),
        validators=[Optional()],
    )
    to = StringField("Sent to", validators=[Length(max=254)])

    def states(self) -> tuple[LetterState, ...]:
        asked = self.chosen().get("state", "")
        if asked == NOT_DELIVERED:
            return UNDELIVERED
        return (LetterState(asked),) if asked else ()

    def address(self) -> str:
        return str(self.chosen().get("to", "")).strip()


class InboundFilters(FilterForm):
    state = SelectField(
        "State",
        choices=choices([(state.value, INBOUND_LOOKS[state].words) for state in InboundState], "Any state"),
        validators=[Optional()],
    )

    def states(self) -> tuple[InboundState, ...]:
        asked = self.chosen().get("state", "")
        return (InboundState(asked),) if asked else ()


class JobFilters(FilterForm):
    name = SelectField("Job", validators=[Optional()])
    failed = BooleanField("Only failures")

    def offer(self, names: list[str]) -> None:
        self.name.choices = choices([(name, job_words(name)) for name in names], "Every job")


class TrailForm(FilterForm):
    who = StringField("Who, by e-mail address", validators=[Length(max=254)])
    kind = SelectField("What", choices=choices(list(KINDS.items()), "Anything"), validators=[Optional()])
    id = StringField("Number", validators=[Optional(), Length(max=9)])
    via = SelectField(
        "How",
        choices=choices([(via.value, VIA_WORDS[via].capitalize()) for via in Via], "Any way"),
        validators=[Optional()],
    )
    since = DateField("From", validators=[Optional()])
    until = DateField("Until", validators=[Optional()])

    def filters(self, zone: ZoneInfo) -> TrailFilters:
        """Days are those of the reader's zone; the last one is included."""
        chosen = self.chosen()
        number = str(chosen.get("id", "")).upper().removeprefix("HMIS-")
        until = chosen.get("until")
        return TrailFilters(
            by_person_id=_id_of(str(chosen.get("who", ""))),
            kind=str(chosen.get("kind", "")),
            subject_id=int(number) if number.isdecimal() else None,
            via=Via(chosen["via"]) if "via" in chosen else None,
            since=datetime.combine(chosen["since"], time(), zone) if "since" in chosen else None,
            until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        )


def _id_of(address: str) -> int | None:
    if not address.strip():
        return None
    person = people.person_by_email(address.strip().lower())
    return person.id if person else NOBODY


def _number(name: ChoiceName) -> IntegerField:
    bounds = BOUNDS[name]
    refusal = f"Type a number from {bounds.least:,} to {bounds.most:,}."
    checks = [InputRequired(refusal), NumberRange(bounds.least, bounds.most, refusal)]
    return IntegerField(name.words, checks, description=f"From {bounds.least:,} to {bounds.most:,}")


class MailLimitsForm(Form):
    text_days = _number(ChoiceName.TEXT_DAYS)
    letters_an_hour = _number(ChoiceName.LETTERS_AN_HOUR)

    def numbers(self) -> dict[ChoiceName, int]:
        return {name: self[name.value].data for name in ChoiceName}
