"""What a change of a requirement would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.people.queries import zone_of_id
from portal.standing.models import Requirement
from portal.standing.queries import register
from portal.standing.queries.verdicts import Asked, published, verdicts
from portal.standing.rules import Flip, FlipsOfPlace, State, SubjectKind, Verdict, by_place, by_state, day_of, flips


@dataclass(frozen=True)
class Preview:
    """On `as_of`, the first day on which the draft would hold: who would stand otherwise."""

    as_of: date
    flips: Sequence[Flip]
    places: Sequence[FlipsOfPlace]
    before: Mapping[State, int]
    after: Mapping[State, int]

    @property
    def worse(self) -> int:
        return sum(place.worse for place in self.places)

    @property
    def better(self) -> int:
        return sum(place.better for place in self.places)


def preview(requirement: Requirement, now: datetime) -> Preview | None:
    """None when there is no draft. Who leaves or joins the audience flips too."""
    draft = requirement.draft
    if draft is None:
        return None
    held = published((requirement.id,)).get(requirement.id, ())
    terms = draft.terms(published_at=now)
    kind = terms.subject_kind
    as_of = max(day_of(now, zone_of_id(None)), draft.effective_on)
    asked = Asked(now, as_of)
    after = _of_one(verdicts(kind, None, asked, {requirement.id: (*held, terms)}))
    before = _of_one(verdicts(kind, None, asked, {requirement.id: held})) if held else {}
    nobody = Verdict(requirement.id, None, State.NOT_REQUIRED)
    before = {one: before.get(one, nobody) for one in after}
    homes = register.homes(None) if kind is SubjectKind.PERSON else {one: one for one in after}
    found = flips(before, after, homes)
    return Preview(as_of, found, by_place(found), by_state(before.values()), by_state(after.values()))


def _of_one(found: Mapping[int, tuple[Verdict, ...]]) -> dict[int, Verdict]:
    return {subject_id: held[0] for subject_id, held in found.items()}


@dataclass(frozen=True)
class PlaceCount:
    """How the people of one organization stand to one requirement, or the organization itself."""

    organization_id: int
    states: Mapping[State, int]

    @property
    def unmet(self) -> int:
        return sum(number for state, number in self.states.items() if not state.is_met)


def counts_by_place(requirement: Requirement, now: datetime) -> Sequence[PlaceCount]:
    """Today, for each organization with anybody to whom it applies; most unmet first."""
    held = published((requirement.id,))
    if not held:
        return ()
    kind = requirement.latest.subject_kind
    found = _of_one(verdicts(kind, None, Asked(now), held))
    homes = register.homes(None) if kind is SubjectKind.PERSON else {one: one for one in found}
    states: dict[int, Counter[State]] = {}
    for subject_id, verdict in found.items():
        if verdict.state is not State.NOT_REQUIRED:
            states.setdefault(homes[subject_id], Counter())[verdict.state] += 1
    rows = [PlaceCount(place, {state: held[state] for state in State if held[state]}) for place, held in states.items()]
    return sorted(rows, key=lambda row: (-row.unmet, row.organization_id))
