"""An HMIS CSV export of the community as its vendor would write it, in the slim form: rows of the roster, and dates."""

import io
import zipfile
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from portal.demo.rules.calendar import DAY
from portal.hmis_csv.rules.specification import activity_files, export_file, roster_files
from portal.standing.rules import add_months

YEAR = 2026
MONTHS_TOLD = 12
OPENED = date(2019, 10, 1)
RESIDENTIAL = frozenset({0, 1, 2, 3, 8, 9, 10, 13})
SHELTER = frozenset({0, 1, 8})
PERMANENT = frozenset({3, 9, 10, 13})
ENTRIES: Mapping[int, int] = {0: 15, 1: 16, 3: 3, 4: 12, 6: 14, 9: 3, 10: 3, 11: 16, 12: 9, 13: 6, 14: 16}
"""New stays in a usual month, by project type; 7 in others."""
EPOCH = (1980, 1, 1, 0, 0, 0)
Row = dict[str, Any]


@dataclass(frozen=True)
class Keying:
    """How a project keys what happens: days late, all on the last day of the month, or not at all lately."""

    late: bool = False
    batch: bool = False
    silent: bool = False


@dataclass
class ExportRows:
    """Rows by file; `written` is the evening on which the vendor wrote it, which tells of the twelve months before."""

    community: Mapping[str, Any]
    users: Sequence[Row]
    written: datetime
    keying: Mapping[str, Keying]
    """By project key; others key on time."""
    rng: Random
    files: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.ends_on = self.written.date().replace(day=1) - DAY
        self.starts_on = add_months(self.ends_on + DAY, -MONTHS_TOLD)
        self._export()
        for number, agency in enumerate(self.community["agencies"], start=101):
            self._organization(str(number), agency)
        for number, project in enumerate(self.community["projects"], start=2001):
            self._project(str(number), project)
        for user in self.users:
            self.files["User"].append({**self._kept(), **user})

    def _kept(self) -> Row:
        day = f"{OPENED} 08:00:00"
        return {"DateCreated": day, "DateUpdated": day, "UserID": "u1", "ExportID": "X1"}

    def _export(self) -> None:
        self.files["Export"].append(
            {
                "ExportID": "X1",
                "SourceType": 1,
                "SourceID": "crossfield",
                "SourceName": self.community["hmis_lead"]["name"][:50],
                "ExportDate": f"{self.written:%Y-%m-%d %H:%M:%S}",
                "ExportStartDate": self.starts_on,
                "ExportEndDate": self.ends_on,
                "SoftwareName": self.community["vendor"]["product"],
                "SoftwareVersion": self.community["vendor"]["version"],
                "CSVVersion": f"{YEAR} v1.0",
                "ExportPeriodType": 3,
                "ExportDirective": 2,
                "HashStatus": 1,
                "ImplementationID": "kestrel",
            }
        )

    def _organization(self, key: str, agency: Mapping[str, Any]) -> None:
        row = {"OrganizationID": key, "OrganizationName": agency["name"]}
        row["VictimServiceProvider"] = int(agency["victim_service_provider"])
        self.files["Organization"].append({**self._kept(), **row})

    def _project(self, key: str, row: Mapping[str, Any]) -> None:
        number = next(n for n, one in enumerate(self.community["agencies"], 101) if one["key"] == row["agency"])
        kind = row["type"]
        self.files["Project"].append(
            {
                **self._kept(),
                "ProjectID": key,
                "OrganizationID": str(number),
                "ProjectName": row["name"],
                "OperatingStartDate": OPENED,
                "ContinuumProject": int(row["funded"]),
                "ProjectType": kind,
                "HousingType": (3 if kind in (9, 13) else 1) if kind in RESIDENTIAL else None,
                "RRHSubType": row.get("rrh_subtype"),
                "ResidentialAffiliation": 0 if kind == 6 else None,
                "TargetPopulation": 1 if row["participation"] == 2 else 4,
            }
        )
        self._descriptors(key, row)
        if row["participation"] == 1:
            self._activity(key, row)

    def _descriptors(self, key: str, row: Mapping[str, Any]) -> None:
        kind, held = row["type"], {**self._kept(), "ProjectID": key}
        agency = next(one for one in self.community["agencies"] if one["key"] == row["agency"])
        place = {"CoCCode": row["coc"], "Geocode": "990100", "City": agency["city"], "State": "XX", "ZIP": "00000"}
        self.files["ProjectCoC"].append({**held, "ProjectCoCID": f"c{key}", **place, "GeographyType": 1})
        for funder in row["funders"]:
            grant = {"FunderID": f"f{key}-{funder}", "Funder": funder, "GrantID": f"XX-{key}-{funder}"}
            other = "County housing levy" if funder == 46 else ""
            self.files["Funder"].append({**held, **grant, "OtherFunder": other, "StartDate": OPENED})
        since = {"HMISParticipationStatusStartDate": OPENED, "HMISParticipationType": row["participation"]}
        self.files["HMISParticipation"].append({**held, "HMISParticipationID": f"h{key}", **since})
        entry = {"AccessPoint": int(kind == 14), "ReceivesReferrals": int(kind in PERMANENT)}
        entry |= dict.fromkeys(("PreventionAssessment", "CrisisAssessment", "HousingAssessment"), int(kind == 14))
        started = {"DirectServices": 0, "CEParticipationStatusStartDate": OPENED}
        self.files["CEParticipation"].append({**held, "CEParticipationID": f"e{key}", **entry, **started})
        if row["beds"]:
            self.files["Inventory"].append({**held, "InventoryID": f"i{key}", **_beds(row), "CoCCode": row["coc"]})

    def _activity(self, key: str, row: Mapping[str, Any]) -> None:
        keying = self.keying.get(row["key"], Keying())
        month = self.starts_on
        while month <= self.ends_on:
            last = _last_of(month)
            if last <= self._keyed_until(keying):
                self._month(key, row["type"], month, last, keying)
            month = last + DAY

    def _keyed_until(self, keying: Keying) -> date:
        if not keying.silent:
            return self.written.date() - DAY
        return add_months(self.ends_on + DAY, -2) - DAY

    def _month(self, key: str, kind: int, first: date, last: date, keying: Keying) -> None:
        number, until = ENTRIES.get(kind, 7), self._keyed_until(keying)
        for place in range(number + self.rng.randint(0, 2)):
            entry = (
                self.rng.choice((last, last - DAY)) if keying.batch else first + timedelta(self.rng.randrange(last.day))
            )
            created = last if keying.batch else entry + timedelta(days=self._lag(kind, keying))
            created = min(created, until)
            stay = f"{key}-{first:%y%m}-{place}"
            updated = min(created + timedelta(days=self.rng.randint(0, 25)), until)
            self._add("Enrollment", created, updated, EnrollmentID=stay, ProjectID=key, EntryDate=entry)
            left = entry + timedelta(days=self.rng.randint(1, 40))
            if kind not in PERMANENT and left <= self.ends_on:
                keyed = _last_of(left) if keying.batch else left + timedelta(days=self._lag(kind, keying))
                if keyed <= until:
                    self._add("Exit", keyed, keyed, EnrollmentID=stay, ExitDate=left)
            if kind == 4:
                self._add("CurrentLivingSituation", created, created, EnrollmentID=stay, InformationDate=entry)

    def _lag(self, kind: int, keying: Keying) -> int:
        """Days until it is keyed; outreach has one day for it, others three or more."""
        if keying.late:
            return self.rng.choice((0, 2, 6, 8, 11, 15))
        return self.rng.choice((0, 0, 0, 1)) if kind == 4 else self.rng.choice((0, 0, 0, 1, 1, 2, 3))

    def _add(self, file: str, created: date, updated: date, **facts: Any) -> None:
        times = {"DateCreated": f"{created} 10:00:00", "DateUpdated": f"{max(created, updated)} 16:00:00"}
        self.files[file].append({**times, "UserID": "u1", "ExportID": "X1", **facts})

    def packed(self) -> bytes:
        """A zip without clients; the same rows give the same bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, columns in _columns():
                lines = [",".join(columns), *(_line(columns, row) for row in self.files[name])]
                archive.writestr(zipfile.ZipInfo(f"{name}.csv", EPOCH), "\r\n".join(lines) + "\r\n")
        return out.getvalue()


def _last_of(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _beds(row: Mapping[str, Any]) -> Row:
    kind, beds = row["type"], row["beds"]
    is_family = "Family" in row["name"]
    shelter = {"Availability": 2 if "Winter" in row["name"] else 1, "ESBedType": 1} if kind in SHELTER - {8} else {}
    units = beds // 3 if is_family else beds
    counted = {"UnitInventory": units, "BedInventory": beds, "OtherBedInventory": beds}
    return {"HouseholdType": 3 if is_family else 1, **counted, **shelter, "InventoryStartDate": OPENED}


def _columns() -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Export", tuple(one.name for one in export_file(YEAR).columns)
    for spec in roster_files(YEAR):
        yield spec.name, tuple(one.name for one in spec.columns)
    for name, kept in activity_files().items():
        yield name, kept.keep


def _line(columns: Sequence[str], row: Row) -> str:
    cells = ("" if row.get(column) is None else str(row[column]) for column in columns)
    return ",".join(f'"{cell}"' if "," in cell or '"' in cell else cell for cell in cells)


def evening(day: date) -> datetime:
    """When the vendor writes an export."""
    return datetime.combine(day, time(21, 30))
