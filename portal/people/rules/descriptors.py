"""HUD's project descriptor data elements: which facts each kind of row has, and what makes one unfit.

Names, lengths and code lists are those of the FY2026 HMIS CSV Format Specifications; the numbers are those of the
HMIS Data Standards. A field's own number stands where HUD's list of its codes carries it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.people.rules.elements import Element, Shape
from portal.worktime import date_words


class Descriptor(StrEnum):
    """A kind of row that describes a project; a project may have several of each."""

    PARTICIPATION = "participation"
    FUNDING = "funding"
    LOCATION = "location"
    INVENTORY = "inventory"
    COORDINATED_ENTRY = "coordinated-entry"
    AFFILIATION = "affiliation"

    @property
    def words(self) -> str:
        return _KINDS[self].words

    @property
    def heading(self) -> str:
        """Over all rows of the kind."""
        return _KINDS[self].heading

    @property
    def number(self) -> str:
        """Of the element in the HMIS Data Standards."""
        return _KINDS[self].number

    @property
    def file(self) -> str:
        """In the HMIS CSV export."""
        return _KINDS[self].file

    @property
    def elements(self) -> tuple["Element", ...]:
        return ELEMENTS[self]

    @property
    def shown(self) -> tuple["Element", ...]:
        """What a table of the rows has columns for, besides one for their days; the others are folded away."""
        return tuple(element for element in self.elements if element.name in _SHOWN[self])

    @property
    def folded(self) -> tuple["Element", ...]:
        hidden = (*_SHOWN[self], "starts_on", "ended_on")
        return tuple(element for element in self.elements if element.name not in hidden)

    @property
    def is_dated(self) -> bool:
        return any(element.name == "starts_on" for element in self.elements)

    @property
    def is_exclusive(self) -> bool:
        """Only one of its rows holds on one day."""
        return self in (Descriptor.PARTICIPATION, Descriptor.COORDINATED_ENTRY)


@dataclass(frozen=True)
class _Kind:
    words: str
    heading: str
    number: str
    file: str


_KINDS = MappingProxyType(
    {
        Descriptor.PARTICIPATION: _Kind("HMIS participation", "HMIS participation", "2.08", "HMISParticipation"),
        Descriptor.FUNDING: _Kind("funding source", "Funding sources", "2.06", "Funder"),
        Descriptor.LOCATION: _Kind("CoC and location", "CoC and location", "2.03", "ProjectCoC"),
        Descriptor.INVENTORY: _Kind("bed and unit inventory", "Bed and unit inventory", "2.07", "Inventory"),
        Descriptor.COORDINATED_ENTRY: _Kind(
            "coordinated entry participation", "Coordinated entry participation", "2.09", "CEParticipation"
        ),
        Descriptor.AFFILIATION: _Kind("affiliated project", "Affiliated residential projects", "2.02", "Affiliation"),
    }
)

_SHOWN = MappingProxyType(
    {
        Descriptor.PARTICIPATION: ("type",),
        Descriptor.FUNDING: ("funder", "grant_id"),
        Descriptor.LOCATION: ("coc_code", "city", "geography_type"),
        Descriptor.INVENTORY: ("household_type", "beds", "units"),
        Descriptor.COORDINATED_ENTRY: ("access_point", "receives_referrals"),
        Descriptor.AFFILIATION: ("residential_id",),
    }
)


def _text(name: str, column: str, label: str, most: int, needed: bool = False) -> Element:
    return Element(name, column, label, Shape.TEXT, most=most, needed=needed)


def _code(name: str, column: str, label: str, listed: str, needed: bool = False) -> Element:
    return Element(name, column, label, Shape.CODE, codes=listed, needed=needed)


def _number(name: str, column: str, label: str, needed: bool = False) -> Element:
    return Element(name, column, label, Shape.NUMBER, needed=needed)


def _dates(prefix: str) -> tuple[Element, Element]:
    return (
        Element("starts_on", f"{prefix}StartDate", "First day", Shape.DATE, needed=True),
        Element("ended_on", f"{prefix}EndDate", "Last day", Shape.DATE),
    )


_YES_NO = "1.10"
_COC_CODE = Element(
    "coc_code", "CoCCode", "CoC number", Shape.TEXT, most=6, needed=True, pattern=r"[A-Z]{2}-\d{3}", example="XX-501"
)

PROJECT_ELEMENTS = (
    _text("common_name", "ProjectCommonName", "Known as", 200),
    _code("continuum_project", "ContinuumProject", "Continuum project", _YES_NO),
    _code("housing_type", "HousingType", "Housing type", "2.02.D"),
    _code("rrh_subtype", "RRHSubType", "Kind of rapid re-housing", "2.02.A"),
    _code("residential_affiliation", "ResidentialAffiliation", "Affiliated with a residential project", _YES_NO),
    _code("target_population", "TargetPopulation", "Target population", "2.02.7"),
    _code("hopwa_assisted_living", "HOPWAMedAssistedLivingFac", "HOPWA medically assisted living facility", "2.02.8"),
    _number("pit_count", "PITCount", "Point-in-Time count (kept from older exports)"),
)
"""Of the project itself, besides its name, type and operating dates (2.02)."""

ELEMENTS: Mapping[Descriptor, tuple[Element, ...]] = MappingProxyType(
    {
        Descriptor.PARTICIPATION: (
            _code("type", "HMISParticipationType", "Takes part by", "2.08.1", needed=True),
            *_dates("HMISParticipationStatus"),
        ),
        Descriptor.FUNDING: (
            _code("funder", "Funder", "Funder and program", "2.06.1", needed=True),
            _text("other_funder", "OtherFunder", "Name of the other funder", 100),
            _text("grant_id", "GrantID", "Grant number", 100),
            *_dates(""),
        ),
        Descriptor.LOCATION: (
            _COC_CODE,
            Element("geocode", "Geocode", "Geocode", Shape.TEXT, most=6, pattern=r"\d{6}", example="123456"),
            _text("address1", "Address1", "Street address", 100),
            _text("address2", "Address2", "Second line of the address", 100),
            _text("city", "City", "City", 50),
            Element("state", "State", "State", Shape.TEXT, most=2, pattern="[A-Z]{2}", example="CO"),
            Element("zip", "ZIP", "ZIP code", Shape.TEXT, most=5, pattern=r"\d{5}", example="80000"),
            _code("geography_type", "GeographyType", "Kind of area", "2.03.4"),
        ),
        Descriptor.INVENTORY: (
            _COC_CODE,
            _code("household_type", "HouseholdType", "Household type", "2.07.4", needed=True),
            _code("availability", "Availability", "Availability", "2.07.6"),
            _code("es_bed_type", "ESBedType", "Emergency shelter bed type", "2.07.5"),
            _number("units", "UnitInventory", "Units", needed=True),
            _number("beds", "BedInventory", "Beds", needed=True),
            _number("chronic_veteran_beds", "CHVetBedInventory", "Beds for chronically homeless veterans"),
            _number("youth_veteran_beds", "YouthVetBedInventory", "Beds for youth veterans"),
            _number("veteran_beds", "VetBedInventory", "Beds for other veterans"),
            _number("chronic_youth_beds", "CHYouthBedInventory", "Beds for chronically homeless youth"),
            _number("youth_beds", "YouthBedInventory", "Beds for other youth"),
            _number("chronic_beds", "CHBedInventory", "Beds for other chronically homeless people"),
            _number("other_beds", "OtherBedInventory", "Beds for anybody"),
            *_dates("Inventory"),
        ),
        Descriptor.COORDINATED_ENTRY: (
            _code("access_point", "AccessPoint", "Access point", _YES_NO, needed=True),
            _code("prevention_assessment", "PreventionAssessment", "Prevention assessment or screening", _YES_NO),
            _code("crisis_assessment", "CrisisAssessment", "Crisis assessment", _YES_NO),
            _code("housing_assessment", "HousingAssessment", "Housing assessment", _YES_NO),
            _code("direct_services", "DirectServices", "Direct services", _YES_NO),
            _code("receives_referrals", "ReceivesReferrals", "Receives referrals", _YES_NO),
            *_dates("CEParticipationStatus"),
        ),
        Descriptor.AFFILIATION: (
            Element("residential_id", "ResProjectID", "Residential project", Shape.PROJECT, needed=True),
        ),
    }
)


def problem_of(elements: Iterable[Element], facts: Mapping[str, Any], year: int | None = None) -> str | None:
    """The first thing wrong with the facts of one row, as a sentence."""
    problems = (element.problem(facts.get(element.name), year) for element in elements)
    first = next((problem for problem in problems if problem), None)
    return first or span_problem(facts.get("starts_on"), facts.get("ended_on"))


def span_problem(starts_on: date | None, ended_on: date | None) -> str | None:
    if starts_on and ended_on and ended_on < starts_on:
        return f"The last day ({date_words(ended_on)}) lies before the first day ({date_words(starts_on)})."
    return None


def covers(starts_on: date, ended_on: date | None, day: date) -> bool:
    """A descriptor's row holds on its first day, on its last, and between."""
    return starts_on <= day and (ended_on is None or day <= ended_on)


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Do two periods share more than the day on which one hands over to the other?"""
    (start, end), (other_start, other_end) = one, other
    if start == other_start:
        return True
    return (end is None or other_start < end) and (other_end is None or start < other_end)
