"""The request for a license: for whom, and what is asked back before it goes out."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField

from portal.forms import Form
from portal.licenses import queries
from portal.licenses.forms.licenses import NOTE, reasons
from portal.licenses.rules import Move, Reason, is_foreign
from portal.people import queries as people
from portal.people.forms.fields import choice, id_of, offer, words
from portal.people.models import Organization, Person
from portal.people.rules import ADDRESS_LENGTH, normal_address
from portal.policy import Actor, Permission, allows
from portal.standing.forms.fields import text

OUTSIDE = "This address belongs to somebody outside your agency. Ask the help desk."
"""Says nothing of who it is, whether the access has ended, or where the person works."""


class RequestForm(Form):
    agency_id = choice("Agency", "Choose the agency.")
    coc_id = choice("CoC", description="In which CoC the license takes a seat.")
    email = words(
        "E-mail address",
        ADDRESS_LENGTH,
        "Type the e-mail address.",
        "The person's own address at work, never a shared one.",
    )
    first_name = words("First name", 80)
    last_name = words("Last name", 80)
    job_title = words("Job title", 120)
    reason = choice("Why", "Choose why.", reasons(Move.REQUEST))
    note = text("Note", description=NOTE)
    sure = BooleanField("Yes, this is right")
    asked = HiddenField()
    """The doubts that the page showed: a tick answers these and no others."""

    asker: Actor
    doubts = ""

    def fit(self, asker: Actor, agencies: Sequence[Organization]) -> None:
        """The CoC is asked only where one of the agencies works in several."""
        self.asker = asker
        offer(self.agency_id, agencies)
        if any(len(one.coc_ids) > 1 for one in agencies):
            wanted = {coc_id for one in agencies for coc_id in one.coc_ids}
            offer(self.coc_id, [one for one in people.cocs() if one.id in wanted], "The only one of the agency")
        else:
            del self.coc_id

    def validate(self, extra_validators: Any = None) -> bool:
        """All that is wrong is told at once."""
        super().validate(extra_validators)
        agency = None if self.agency_id.errors else self._agency()
        if agency and "coc_id" in self and len(agency.coc_ids) > 1 and not self.coc_id.data:
            self.coc_id.errors = [f"{agency.name} works in several CoCs. Choose one."]
        address = normal_address(self.email.data or "")
        if not address and not self.email.errors:
            self.email.errors = ["Type the e-mail address in full, such as dana@agency.example.org."]
        known = people.person_by_email(address) if address else None
        if known is None:
            self._check_names()
            self._ask_back(agency, address)
        elif not allows(self.asker, Permission.LICENSE_REQUEST, known):
            self.email.errors = [OUTSIDE]
        return not self.errors

    def _check_names(self) -> None:
        for field, which in ((self.first_name, "first"), (self.last_name, "last")):
            if not field.data and not field.errors:
                field.errors = [f"Type the {which} name. Only who is in the register is found by the address."]

    def _ask_back(self, agency: Organization | None, address: str) -> None:
        """Whoever is new may be mistyped, or known by another address."""
        if agency is None or not address:
            return
        namesakes = queries.namesakes(agency.id, self.first_name.data or "", self.last_name.data or "")
        self.doubts = " ".join([*_foreign(agency, address), *(_namesake(agency, one) for one in namesakes)])
        if self.doubts and not (self.sure.data and self.asked.data == self.doubts):
            self.sure.errors = [f"{self.doubts} Tick the box if the request is right all the same."]
            self.sure.data = False
        self.asked.data = self.doubts

    def _agency(self) -> Organization | None:
        return people.organization(id_of(self.agency_id) or 0)

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        coc = people.organization(id_of(self.coc_id) or 0) if "coc_id" in self else None
        for name in ("agency_id", "coc_id", "sure", "asked"):
            facts.pop(name, None)
        agency, reason = self._agency(), Reason(facts["reason"])
        return {**facts, "agency": agency, "coc": coc, "reason": reason, "note": self.note.data or ""}


def _foreign(agency: Organization, address: str) -> list[str]:
    if not is_foreign(address, agency.mail_domain):
        return []
    return [f"Addresses of {agency.name} end in @{agency.mail_domain}; {address} does not."]


def _namesake(agency: Organization, one: Person) -> str:
    return f"{one.name} is at {agency.name} already, with the address {one.email}."
