"""Invented HMIS CSV exports, by the specification and a seed, with what a reader must find in them.

The truth is counted while the rows are written, in plain Python: it shares no code with the portal.
"""

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

FIRST = date(2025, 1, 1)
DAYS = 365
WRITTEN = "2026-01-05 06:30:00"
LAGS = (-3, -1, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 9, 10, 11, 14, 45)
TYPES = (0, 1, 2, 3, 4, 6, 8, 11, 12, 13, 14)
CANARY = "Zyxwvutsrq"
"""Stands in every cell about a client; it may never come out."""

HOUSEKEEPING = "DateCreated,DateUpdated,UserID,DateDeleted,ExportID"
HEADERS = {
    "Export": (
        "ExportID,SourceType,SourceID,SourceName,SourceContactFirst,SourceContactLast,SourceContactPhone,"
        "SourceContactExtension,SourceContactEmail,ExportDate,ExportStartDate,ExportEndDate,SoftwareName,"
        "SoftwareVersion,CSVVersion,ExportPeriodType,ExportDirective,HashStatus,ImplementationID"
    ),
    "Organization": f"OrganizationID,OrganizationName,VictimServiceProvider,OrganizationCommonName,{HOUSEKEEPING}",
    "Project": (
        "ProjectID,OrganizationID,ProjectName,ProjectCommonName,OperatingStartDate,OperatingEndDate,ContinuumProject,"
        "ProjectType,HousingType,RRHSubType,ResidentialAffiliation,TargetPopulation,HOPWAMedAssistedLivingFac,PITCount,"
        f"{HOUSEKEEPING}"
    ),
    "ProjectCoC": (
        f"ProjectCoCID,ProjectID,CoCCode,Geocode,Address1,Address2,City,State,ZIP,GeographyType,{HOUSEKEEPING}"
    ),
    "Funder": f"FunderID,ProjectID,Funder,OtherFunder,GrantID,StartDate,EndDate,{HOUSEKEEPING}",
    "HMISParticipation": (
        "HMISParticipationID,ProjectID,HMISParticipationType,HMISParticipationStatusStartDate,"
        f"HMISParticipationStatusEndDate,{HOUSEKEEPING}"
    ),
    "CEParticipation": (
        "CEParticipationID,ProjectID,AccessPoint,PreventionAssessment,CrisisAssessment,HousingAssessment,DirectServices,"
        f"ReceivesReferrals,CEParticipationStatusStartDate,CEParticipationStatusEndDate,{HOUSEKEEPING}"
    ),
    "Inventory": (
        "InventoryID,ProjectID,CoCCode,HouseholdType,Availability,UnitInventory,BedInventory,CHVetBedInventory,"
        "YouthVetBedInventory,VetBedInventory,CHYouthBedInventory,YouthBedInventory,CHBedInventory,OtherBedInventory,"
        f"ESBedType,InventoryStartDate,InventoryEndDate,{HOUSEKEEPING}"
    ),
    "User": (
        "UserID,UserFirstName,UserLastName,UserPhone,UserExtension,UserEmail,DateCreated,DateUpdated,DateDeleted,ExportID"
    ),
    "Client": f"PersonalID,FirstName,LastName,SSN,DOB,{HOUSEKEEPING}",
    "Exit": f"ExitID,EnrollmentID,PersonalID,ExitDate,Destination,OtherDestination,{HOUSEKEEPING}",
    "Services": (
        f"ServicesID,EnrollmentID,PersonalID,DateProvided,RecordType,TypeProvided,OtherTypeProvided,{HOUSEKEEPING}"
    ),
    "CurrentLivingSituation": (
        f"CurrentLivingSitID,EnrollmentID,PersonalID,InformationDate,CurrentLivingSituation,LocationDetails,{HOUSEKEEPING}"
    ),
    "IncomeBenefits": f"IncomeBenefitsID,EnrollmentID,PersonalID,InformationDate,IncomeFromAnySource,{HOUSEKEEPING}",
}
ONLY_IN = {
    2024: "SexualOrientation,SexualOrientationOther,TranslationNeeded,PreferredLanguage,PreferredLanguageDifferent",
    2026: "MentalHealthConsultation",
}
ENROLLMENT = (
    "EnrollmentID,PersonalID,ProjectID,EntryDate,HouseholdID,RelationshipToHoH,EnrollmentCoC,LivingSituation,"
    "RentalSubsidyType,LengthOfStay,LOSUnderThreshold,PreviousStreetESSH,DateToStreetESSH,TimesHomelessPastThreeYears,"
    "MonthsHomelessPastThreeYears,DisablingCondition,DateOfEngagement,MoveInDate,DateOfPATHStatus,ClientEnrolledInPATH,"
    "ReasonNotEnrolled,PercentAMI,ReferralSource,CountOutreachReferralApproaches,DateOfBCPStatus,EligibleForRHY,"
    "ReasonNoServices,RunawayYouth,FormerWardChildWelfare,ChildWelfareYears,ChildWelfareMonths,FormerWardJuvenileJustice,"
    "JuvenileJusticeYears,JuvenileJusticeMonths,UnemploymentFam,MentalHealthDisorderFam,PhysicalDisabilityFam,"
    "AlcoholDrugUseDisorderFam,InsufficientIncome,IncarceratedParent,VAMCStation,TargetScreenReqd,TimeToHousingLoss,"
    "AnnualPercentAMI,LiteralHomelessHistory,ClientLeaseholder,HOHLeaseholder,SubsidyAtRisk,EvictionHistory,"
    "CriminalRecord,IncarceratedAdult,PrisonDischarge,SexOffender,DisabledHoH,CurrentPregnant,SingleParent,"
    "DependentUnder6,HH5Plus,CoCPrioritized,HPScreeningScore,ThresholdScore"
)


@dataclass(frozen=True)
class Plan:
    """`full` adds Client and IncomeBenefits. `copied_exits` stamps exits with their enrollment's own DateCreated;
    `long_keys` gives enrollments keys of 32 characters."""

    organizations: int = 27
    enrollments: int = 16_000
    year: int = 2026
    seed: int = 1
    directive: int = 2
    full: bool = False
    copied_exits: bool = False
    folder: str = ""
    long_keys: bool = False


@dataclass
class Truth:
    """What a reader must find. `events` counts by project, month and kind; `days` by project and day of keying."""

    counts: Counter[str] = field(default_factory=Counter)
    entry_lags: Counter[int] = field(default_factory=Counter)
    exit_lags: Counter[int] = field(default_factory=Counter)
    events: Counter[tuple[str, date, str]] = field(default_factory=Counter)
    entry_lags_by_month: Counter[tuple[str, date, int]] = field(default_factory=Counter)
    days: Counter[tuple[str, date]] = field(default_factory=Counter)


def write(path: Path, plan: Plan) -> Truth:
    writer = _Writer(plan)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        writer.write(archive)
    return writer.truth


class _Writer:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.random = Random(plan.seed)
        self.truth = Truth()
        self.days = [FIRST + timedelta(days=number) for number in range(DAYS + 60)]
        self.texts = [day.isoformat() for day in self.days]
        self.projects = [
            (f"P-{organization:03}-{number}", f"{1000 + organization}", TYPES[(organization + number) % len(TYPES)])
            for organization in range(plan.organizations)
            for number in range(1 + organization % 7)
        ]
        self.project_of: dict[int, str] = {}
        """of the enrollments that have services and contacts"""
        self.tail = "2025-01-02 08:00:00,2025-01-02 08:00:00,u1,,X1"

    def write(self, archive: zipfile.ZipFile) -> None:
        self._roster(archive)
        with self._file(archive, "Enrollment", self._enrollment_header()) as line:
            exits = list(self._enrollments(line))
        with self._file(archive, "Exit", HEADERS["Exit"]) as line:
            for each in exits:
                self._exit(line, *each)
        self._bed_nights(archive, len(exits))
        self._contacts(archive)
        if self.plan.full:
            self._clients(archive)

    @contextmanager
    def _file(self, archive: zipfile.ZipFile, name: str, header: str) -> Iterator[Callable[[str], None]]:
        with archive.open(f"{self.plan.folder}{name}.csv", "w", force_zip64=True) as sink:
            waiting = [header]

            def line(text: str) -> None:
                waiting.append(text)
                if len(waiting) > 20_000:
                    sink.write(("\n".join(waiting) + "\n").encode())
                    waiting.clear()

            yield line
            sink.write(("\n".join(waiting) + "\n").encode())

    def _whole(self, archive: zipfile.ZipFile, name: str, rows: list[str]) -> None:
        with self._file(archive, name, HEADERS[name]) as line:
            for row in rows:
                line(row)
        self.truth.counts[name] += len(rows)

    def _roster(self, archive: zipfile.ZipFile) -> None:
        plan, tail = self.plan, self.tail
        projects = [key for key, _, _ in self.projects]
        keyed = list(enumerate(projects))
        last = FIRST + timedelta(days=DAYS - 1)
        export = (
            f"X1,1,S1,Example,,,,,,{WRITTEN},{FIRST},{last},Sample HMIS,1.0,{plan.year} v1.0,3,{plan.directive},1,I-1"
        )
        self._whole(archive, "Export", [export])
        del self.truth.counts["Export"]
        organizations = [
            f'{1000 + one},"Agency {one}, Inc.",{int(one % 9 == 8)},,{tail}' for one in range(plan.organizations)
        ]
        self._whole(archive, "Organization", organizations)
        self._whole(
            archive,
            "Project",
            [
                f"{key},{home},Project {key},,2020-01-01,,1,{kind},1,{'2' if kind == 13 else ''},,4,,,{tail}"
                for key, home, kind in self.projects
            ],
        )
        self._whole(archive, "ProjectCoC", [f"c{at},{key},CA-600,069037,,,,CA,90001,1,{tail}" for at, key in keyed])
        self._whole(archive, "Funder", [f"f{at},{key},46,Local,G{at},2020-01-01,,{tail}" for at, key in keyed])
        self._whole(
            archive,
            "HMISParticipation",
            [f"h{at},{key},{self.participation(at)},2020-01-01,,{tail}" for at, key in keyed],
        )
        self._whole(archive, "CEParticipation", [f"e{at},{key},0,0,0,0,0,0,2020-01-01,,{tail}" for at, key in keyed])
        self._whole(
            archive, "Inventory", [f"i{at},{key},CA-600,1,1,10,20,,,,,,,20,1,2020-01-01,,{tail}" for at, key in keyed]
        )
        user = "2025-01-02 08:00:00,2025-01-02 08:00:00,,X1"
        self._whole(
            archive, "User", [f"u{at},Sam,Sample,,,u{at}@example.org,{user}" for at in range(plan.organizations * 4)]
        )

    def key(self, number: int) -> str:
        """Of an enrollment; as long as the format allows, or short."""
        return f"{number * 2654435761 % (1 << 128):032x}" if self.plan.long_keys else f"E{number}"

    def participation(self, place: int) -> int:
        """Of a VSP's projects none is type 1; a few others keep a comparable database."""
        organization = int(self.projects[place][0].split("-")[1])
        return 2 if organization % 9 == 8 else int(place % 13 != 12)

    def _enrollment_header(self) -> str:
        return f"{ENROLLMENT},{ONLY_IN[self.plan.year]},{HOUSEKEEPING}"

    def _enrollments(self, line: Callable[[str], None]) -> Iterator[tuple[str, int, str, str]]:
        """Yields what the exits need: enrollment key, entry day, project, DateCreated."""
        blanks = "," * (self._enrollment_header().count(",") - 20)
        detailed = self.plan.enrollments < 100_000
        for number in range(self.plan.enrollments):
            project = self.projects[int(self.random.random() * len(self.projects))][0]
            entry = 5 + int(self.random.random() * (DAYS - 5))
            lag = LAGS[int(self.random.random() * len(LAGS))]
            created = f"{self.texts[entry + lag]} 09:{number % 60:02}:00"
            updated = created if number % 3 else f"{self.texts[entry + lag + 1]} 10:00:00"
            deleted = "2025-12-30 10:00:00" if number % 50 == 49 else ""
            quoted = "0" if number % 7 else '"8"'
            if number % 50 == 0:
                self.project_of[number] = project
            key, person = self.key(number), f"{CANARY}{number % 977}"
            line(
                f"{key},{person},{project},{self.texts[entry]},H{number},1,CA-600,116,,2,,,,1,101,"
                f"{quoted}{blanks},{created},{updated},u1,{deleted},X1"
            )
            if deleted:
                continue
            self.truth.counts["Enrollment"] += 1
            self.truth.entry_lags[lag] += 1
            if detailed:
                self._note(project, entry + lag, "entry")
                self.truth.entry_lags_by_month[project, self._month(entry + lag), lag] += 1
                if updated != created:
                    self.truth.events[project, self._month(entry + lag + 1), "update"] += 1
            if number % 5:
                yield key, entry, project, created

    def _exit(self, line: Callable[[str], None], key: str, entry: int, project: str, enrolled: str) -> None:
        left = min(entry + 1 + int(self.random.random() * 30), DAYS)
        lag = LAGS[int(self.random.random() * len(LAGS))]
        created = f"{self.texts[left + lag]} 15:30:00"
        if self.plan.copied_exits:
            created = enrolled
            lag = (date.fromisoformat(enrolled[:10]) - self.days[left]).days
        line(f"X{key},{key},{CANARY},{self.texts[left]},410,,{created},{created},u2,,X1")
        self.truth.counts["Exit"] += 1
        self.truth.exit_lags[lag] += 1
        self._note(project, left + lag, "exit")

    def _bed_nights(self, archive: zipfile.ZipFile, many: int) -> None:
        """Every other service is no bed night. Keys lead to enrollments that are not deleted."""
        with self._file(archive, "Services", HEADERS["Services"]) as line:
            for number in range(0, many, 2):
                key, day = number - number % 50, 5 + number % 300
                kind = 200 if number % 4 else 144
                told = f"{self.texts[day]},{kind},{kind},,{self.texts[day]} 22:00:00"
                line(f"S{number},{self.key(key)},{CANARY},{told},,u1,,X1")
                self.truth.counts["Services"] += 1
                if kind == 200:
                    self._note(self.project_of[key], day, "bed_night")

    def _contacts(self, archive: zipfile.ZipFile) -> None:
        with self._file(archive, "CurrentLivingSituation", HEADERS["CurrentLivingSituation"]) as line:
            for number in range(0, self.plan.enrollments, 50):
                day = 5 + number % 300
                told = f'116,"{CANARY}\n under a bridge"'
                keyed = f"{self.texts[day]} 12:00:00"
                line(f"L{number},{self.key(number)},{CANARY},{self.texts[day]},{told},{keyed},,u1,,X1")
                self.truth.counts["CurrentLivingSituation"] += 1
                self._note(self.project_of[number], day, "contact")

    def _clients(self, archive: zipfile.ZipFile) -> None:
        tail = self.tail
        clients = [f"{CANARY}{one},{CANARY},{CANARY},000-00-0000,1980-01-01,{tail}" for one in range(977)]
        self._whole(archive, "Client", clients)
        self._whole(
            archive, "IncomeBenefits", [f"B{one},{self.key(one)},{CANARY},2025-02-01,1,{tail}" for one in range(977)]
        )
        del self.truth.counts["Client"]

    def _note(self, project: str, day: int, kind: str) -> None:
        if self.plan.enrollments >= 100_000:
            return
        self.truth.events[project, self._month(day), kind] += 1
        self.truth.days[project, self.days[day]] += 1

    def _month(self, day: int) -> date:
        return self.days[day].replace(day=1)
