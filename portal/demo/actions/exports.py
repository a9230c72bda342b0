"""Exports of the HMIS on their real way: loaded, read as the worker reads them, looked over, applied.

Reading ends transactions, so this comes after the community is kept. Interrupted, it leaves an export to the worker.
"""

import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit import Act, Via
from portal.db import db
from portal.demo.actions.office import Office
from portal.demo.rules import ExportRows, Keying, evening
from portal.demo.rules.calendar import DAY
from portal.hmis_csv import actions as hmis
from portal.hmis_csv import queries
from portal.hmis_csv.models import HmisExport
from portal.hmis_csv.rules.proposal import moved_rows
from portal.licenses.models import License
from portal.licenses.rules import LicenseState
from portal.scheduler import Run, RunState, Step

APPLIED_AGO, READY_AGO = 33, 2
"""Days: when the last export was applied, and when the one came that waits for somebody to look it over."""
BY = "achterberg"
LINKED = 0.9
"""Of the users of the HMIS, whom somebody has found among the people."""


def take_in(office: Office, community: Mapping[str, Any]) -> None:
    first = _loaded(office, community, office.ago(APPLIED_AGO))
    act = _by(office, office.ago(APPLIED_AGO), 17)
    _work(hmis.apply_changes, act, hmis.apply_export(act, first, confirmed=moved_rows(first.totals)))
    lines = queries.user_lines()
    linked = {one.user.id for one in lines[: round(len(lines) * LINKED)]}
    hmis.link_proposed(replace(act, at=act.at + timedelta(hours=1)), linked)
    db.session.commit()
    _loaded(office, _changed(community), office.ago(READY_AGO))


def _loaded(office: Office, community: Mapping[str, Any], on: date) -> HmisExport:
    """Written the evening before, loaded in the morning and read at once."""
    told = ExportRows(
        community=community,
        users=_users(office, on),
        written=evening(on - DAY),
        keying={key: Keying(**how) for key, how in office.content["keying"].items()},
        rng=office.rng(f"export {on}"),
    )
    act = _by(office, on, 16)
    export = hmis.load_export(act, name=f"hmis-csv-{on - DAY}-slim.zip", stream=io.BytesIO(told.packed()))
    db.session.commit()
    _work(hmis.read_export, act, db.session.get_one(Run, export.run_id))
    return export


def _by(office: Office, on: date, hour: int) -> Act:
    return office.act(datetime.combine(on, time(hour), UTC), BY)


def _work(step: Step, act: Act, run: Run) -> None:
    """As the worker does it, at the time of the act."""
    db.session.commit()
    for _ in step(replace(act, via=Via.JOB), run):
        db.session.commit()
    run.state, run.ended_at = RunState.DONE, act.at
    db.session.commit()


def _users(office: Office, on: date) -> list[dict[str, Any]]:
    """Who has a login, the vendor's own, and two whom nobody in the register knows."""
    found = select(License).where(License.state.in_((LicenseState.ACTIVE, LicenseState.SUSPENDED)))
    held = db.session.scalars(found.order_by(License.id).options(joinedload(License.person)))
    rows = [
        _user(one.login_id, one.person.first_name, one.person.last_name, one.person.email)
        for one in held
        if one.requested_at.date() <= on
    ]
    others = [_user(**one) for one in office.content["other_users"]]
    return [*rows, *others]


def _user(key: str, first: str, last: str, email: str) -> dict[str, Any]:
    return {"UserID": key, "UserFirstName": first, "UserLastName": last, "UserEmail": email}


def _changed(community: Mapping[str, Any]) -> dict[str, Any]:
    """A month later: a project has another name, another more beds, and one is new."""
    changed = deepcopy(dict(community))
    by_key = {one["key"]: one for one in changed["projects"]}
    by_key["kfhp-oph"]["name"] = "Elm Bank Senior Apartments"
    by_key["millrace-rrh"]["beds"] += 14
    by_key["redstem-es"]["funders"] = [8, 46]
    respite = {"key": "oxbow-respite", "name": "Oxbow Medical Respite", "agency": "oxbow", "coc": "XX-501", "type": 7}
    changed["projects"].append({**respite, "funded": False, "funders": [46], "participation": 1, "beds": 0})
    return changed
