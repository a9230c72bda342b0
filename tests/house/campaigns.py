"""Rows of campaigns: a draft, one that runs, one of its members, and what it asks of each agency."""

from collections.abc import Mapping
from datetime import timedelta

from portal.audit import Act
from portal.campaigns import actions, queries
from portal.campaigns.rules import QUIET_FROM, QUIET_UNTIL, USUAL, MemberState
from portal.db import db
from portal.people.models import Organization, Person
from portal.standing.queries import requirement_by_code

Rows = dict[tuple[str, str, str], Mapping[str, int]]


class Campaigns:
    """Adds its rows for one visitor after the other; all see the same campaigns."""

    def __init__(self, rows: Rows, act: Act, places: Mapping[str, Organization]) -> None:
        self.rows, self.act, self.places = rows, act, places
        self.draft_id = self._draft("Asked later")
        self.running_id = self._draft("Asked now")
        running = queries.campaign(self.running_id)
        assert running is not None
        asked = queries.who(running, act.at)
        run = actions.launch_campaign(act, running, asks=len(asked))
        for _ in actions.launch_members(act, run):
            db.session.flush()
        found = db.session.scalars(queries.members_found(running))
        self.open_ids = [one.id for one in found if one.state is MemberState.OPEN]
        excused = queries.member(self.open_ids.pop())
        assert excused is not None
        actions.excuse(act, excused, reason="Retires.")
        self.excused_id = excused.id

    def _draft(self, title: str) -> int:
        made = actions.draft_campaign(
            self.act,
            title=title,
            about="Everybody signs anew.",
            requirement=requirement_by_code("end-user-agreement"),
            coc=None,
            counts_from=self.act.at.date(),
            due_on=self.act.at.date() + timedelta(days=30),
            joiner_days=14,
            ladder=USUAL,
            quiet_from=QUIET_FROM,
            quiet_until=QUIET_UNTIL,
        )
        db.session.flush()
        return made.id

    def rows_of(self, role: str, person: Person) -> None:
        alone = {
            "campaign_draft": {"campaign_id": self.draft_id},
            "campaign": {"campaign_id": self.running_id},
            "member": {"member_id": self.open_ids[0]},
            "excused_member": {"member_id": self.excused_id},
        }
        for kind, arguments in alone.items():
            self.rows[kind, role, "own"] = arguments
        places = {"own": person.home, **{one: self.places[one] for one in ("agency", "other_agency", "other_coc")}}
        for relation, place in places.items():
            self.rows["campaign_part", role, relation] = {"campaign_id": self.running_id, "agency_id": place.id}
