"""Who would stand otherwise if a requirement were changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.standing.rules.verdicts import Verdict
from portal.standing.rules.words import State


@dataclass(frozen=True)
class Flip:
    """One subject whose state would change; `organization_id` is where it is counted."""

    subject_id: int
    organization_id: int
    before: Verdict
    after: Verdict

    @property
    def is_worse(self) -> bool:
        return self.before.state.is_met and not self.after.state.is_met

    @property
    def is_better(self) -> bool:
        return not self.before.state.is_met and self.after.state.is_met


@dataclass(frozen=True)
class FlipsOfPlace:
    organization_id: int
    worse: int
    better: int
    other: int

    @property
    def all(self) -> int:
        return self.worse + self.better + self.other


def flips(before: Mapping[int, Verdict], after: Mapping[int, Verdict], homes: Mapping[int, int]) -> list[Flip]:
    """Those whose state differs, most pressing first; subjects by id, `homes` their organizations."""
    changed = (
        Flip(one, homes[one], before[one], after[one]) for one in after if before[one].state is not after[one].state
    )
    return sorted(changed, key=lambda flip: (not flip.is_worse, flip.after.state.need, flip.subject_id))


def by_place(found: Sequence[Flip]) -> list[FlipsOfPlace]:
    """Counts for each organization, the most worse first."""
    worse = Counter(flip.organization_id for flip in found if flip.is_worse)
    better = Counter(flip.organization_id for flip in found if flip.is_better)
    everybody = Counter(flip.organization_id for flip in found)
    rows = [
        FlipsOfPlace(place, worse[place], better[place], number - worse[place] - better[place])
        for place, number in everybody.items()
    ]
    return sorted(rows, key=lambda row: (-row.worse, -row.all, row.organization_id))


def by_state(verdicts: Iterable[Verdict]) -> Mapping[State, int]:
    counts = Counter(one.state for one in verdicts)
    return {state: counts[state] for state in State if counts[state]}
