"""The roster as typed rows, and what it would change in the register."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.hmis_csv.reading.check import read
from portal.hmis_csv.rules.dates import moment
from portal.hmis_csv.rules.difference import (
    EMPTY,
    FieldChange,
    Proposal,
    Retired,
    RosterSnapshot,
    Suggestion,
    Why,
    diff,
    plain_name,
    snapshot_after,
)
from portal.hmis_csv.rules.problems import Problems
from portal.hmis_csv.rules.roster import ROWS, Directive, Organization, Project, Roster, SetAside, columns_of
from portal.hmis_csv.rules.rows import Cells, Rows
from portal.hmis_csv.rules.specification import Kind, roster_files
from portal.people.rules import codes
from tests.hmis_csv.generator import HEADERS, Truth

pytestmark = pytest.mark.pure
FULL = Directive.FULL_REFRESH
THEN = datetime.fromisoformat("2025-03-01 10:00")


def organization(key: str, name: str = "Harbor House", *, deleted: bool = False) -> Organization:
    return Organization(
        key=key,
        updated=THEN,
        deleted=THEN if deleted else None,
        organization_name=name,
        common_name="",
        victim_service_provider=0,
    )


def roster(*rows: Organization, set_aside: tuple[SetAside, ...] = ()) -> Roster:
    return Roster({"Organization": rows}, set_aside)


def known(*rows: Organization, retired: tuple[str, ...] = ()) -> RosterSnapshot:
    return RosterSnapshot({"Organization": {row.key: row for row in rows}}, {"Organization": frozenset(retired)})


def only(proposal: Proposal):
    (file,) = proposal.files
    return file


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rows_are_typed_and_keys_stay_text(export: tuple[Path, Truth]):
    files = read(export[0]).roster.files

    first = files["Project"][0]
    assert first == Project(
        key="P-000-0",
        updated=datetime.fromisoformat("2025-01-02 08:00"),
        deleted=None,
        organization="1000",
        project_name="Project P-000-0",
        common_name="",
        operating_start=date(2020, 1, 1),
        operating_end=None,
        continuum_project=1,
        type=0,
        housing_type=1,
        rrh_subtype=None,
        residential_affiliation=None,
        target_population=4,
        hopwa_assisted_living=None,
        pit_count=None,
    )
    assert {name: len(rows) for name, rows in files.items()} == {name: export[1].counts[name] for name in ROWS}


@pytest.mark.parametrize("year", [2024, 2026])
def test_every_column_of_the_specification_has_its_place_in_a_row(year: int):
    for spec in roster_files(year):
        columns = {column.name for column in spec.columns}
        assert columns == set(HEADERS[spec.name].split(","))
        typed = set(columns_of(ROWS[spec.name])) | {spec.key, "DateCreated", "UserID", "ExportID"}
        assert columns <= typed
        for column in spec.columns:
            assert column.kind is Kind.NUMBER or column.codes is None
            assert column.codes is None or codes(column.codes, year)


def test_the_years_differ_in_funders_and_lengths():
    assert set(codes("2.06.1", 2024)) - set(codes("2.06.1", 2026)) == {12, 47, 48, 49}
    assert set(codes("2.06.1", 2026)) - set(codes("2.06.1", 2024)) == {56}
    lengths = [
        next(column.length for spec in roster_files(year) for column in spec.columns if column.name == "OtherFunder")
        for year in (2024, 2026)
    ]
    assert lengths == [50, 100]


def test_a_row_that_cannot_be_read_is_set_aside_with_its_reason():
    problems = Problems()
    spec = roster_files(2026)[0]
    rows = Rows(spec, 2026, problems)
    good = {"organizationid": "7", "organizationname": "Harbor House", "victimserviceprovider": "0"}

    read = rows.read(
        [
            Cells(2, good),
            Cells(3, good),
            Cells(4, {**good, "organizationid": ""}),
            Cells(5, {**good, "organizationid": "8", "victimserviceprovider": "99"}),
            Cells(6, {**good, "organizationid": "9", "victimserviceprovider": "x"}),
            Cells(7, {**good, "organizationid": "x" * 33}),
            Cells(8, {**good, "organizationid": "10", "datedeleted": "soon"}),
            Cells(9, {**good, "organizationid": "11", "organizationname": "n" * 201}),
        ]
    )

    assert [row.key for row in read] == ["7", "10", "11"]
    assert rows.set_aside == [
        SetAside("Organization", 3, "7", "OrganizationID: the same key stands in row 2. The row is set aside."),
        SetAside("Organization", 4, "", "OrganizationID: it may not be blank. The row is set aside."),
        SetAside(
            "Organization",
            5,
            "8",
            "VictimServiceProvider: the code is not in the FY2026 list 1.10. The row is set aside.",
        ),
        SetAside("Organization", 6, "9", "VictimServiceProvider: it is not a whole number. The row is set aside."),
        SetAside("Organization", 7, "x" * 33, "OrganizationID: a key has at most 32 characters. The row is set aside."),
    ]
    assert [(one.row, one.code, one.severity.value) for one in problems.all()[5:]] == [
        (8, "bad_date", "warning"),
        (9, "too_long", "warning"),
    ]
    assert len(read[2].name) == 200


def test_what_rows_say_against_each_other_is_told(spoiled: Callable[..., Path]):
    path = spoiled(
        Project=lambda body: body.replace(b"P-001-0,1001,", b"P-001-0,gone,"),
        ProjectCoC=lambda body: body.replace(b"c0,P-000-0,", b"c0,P-001-1,"),
        HMISParticipation=lambda body: body.replace(b",P-000-0,", b",P-001-1,").replace(b"P-008-0,2", b"P-008-0,1"),
    )

    told = [(one.code, one.file, one.row) for one in read(path).result.problems]

    assert told == [
        ("unknown_parent", "Project.csv", 3),
        ("overlapping_participation", "HMISParticipation.csv", 4),
        ("project_without_coc", "Project.csv", 2),
        ("project_without_participation", "Project.csv", 2),
        ("vsp_participates", "Project.csv", 31),
    ]


@pytest.mark.parametrize(
    ("text", "read", "month_first"),
    [
        ("2025-03-01", "2025-03-01 00:00", False),
        (" 2025-03-01 14:05:09.1234567 ", "2025-03-01 14:05:09", False),
        ("2025-03-01T14:05", "2025-03-01 14:05", False),
        ("02-07-2023 12:00:00", "2023-02-07 12:00", True),
        ("2/7/2023 12:30 AM", "2023-02-07 00:30", True),
        ("2/7/2023 1:30 pm", "2023-02-07 13:30", True),
    ],
)
def test_dates_are_read_in_named_forms(text: str, read: str, month_first: bool):
    found = moment(text)

    assert found is not None
    assert (found.at, found.month_first) == (datetime.fromisoformat(read), month_first)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "03-11-21",
        "13/13/2025",
        "2025-02-30",
        "20250301",
        "1899-12-31",
        "2149-01-01",
        "2/7-2023",
        "1/2/2023 13:00 PM",
    ],
)
def test_what_no_form_names_is_no_date(text: str):
    assert moment(text) is None


# ── What would change ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_load_is_all_new_and_a_second_is_nothing(export: tuple[Path, Truth]):
    incoming = read(export[0]).roster

    first = diff(EMPTY, incoming, FULL)

    assert {one.file: len(one.new) for one in first.files} == {name: export[1].counts[name] for name in ROWS}
    assert first.above(0.0) == ()
    assert diff(snapshot_after(EMPTY, first), incoming, FULL).is_empty


def test_changes_are_told_field_by_field_and_housekeeping_is_none():
    before = organization("1")
    later = replace(before, updated=datetime.fromisoformat("2025-09-09 09:00"))
    renamed = replace(before, organization_name="Harbor Home", victim_service_provider=1)

    assert diff(known(before), roster(later), FULL).is_empty
    (change,) = only(diff(known(before), roster(renamed), FULL)).changed
    assert change.fields == (
        FieldChange("OrganizationName", "Harbor House", "Harbor Home"),
        FieldChange("VictimServiceProvider", 0, 1),
    )


@pytest.mark.parametrize("directive", [Directive.DELTA, Directive.OTHER, None])
def test_only_a_full_refresh_retires_what_is_absent(directive: Directive | None):
    register = known(organization("1"), organization("2"))

    assert only(diff(register, roster(organization("1")), FULL)).retired == (Retired("2", Why.ABSENT),)
    assert diff(register, roster(organization("1")), directive).is_empty


def test_a_deleted_row_is_retired_once_and_may_come_back():
    register = known(organization("1"))
    gone = roster(organization("1", deleted=True))

    proposal = diff(register, gone, Directive.DELTA)
    assert only(proposal).retired == (Retired("1", Why.DELETED),)
    after = snapshot_after(register, proposal)
    assert diff(after, gone, FULL).is_empty

    (back,) = only(diff(after, roster(organization("1")), FULL)).changed
    assert (back.restored, back.fields) == (True, ())


def test_a_row_set_aside_is_not_taken_for_absent():
    register = known(organization("1"), organization("2"))
    unread = SetAside("Organization", 3, "2", "unreadable")

    assert diff(register, roster(organization("1"), set_aside=(unread,)), FULL).is_empty
    assert diff(register, roster(organization("1"), set_aside=(replace(unread, key=""),)), FULL).is_empty


def test_a_file_that_is_missing_changes_nothing():
    assert diff(known(organization("1")), Roster({}), FULL).files == ()


def test_names_never_match_they_are_only_suggested():
    register = known(organization("1", "The Harbor House, Inc."), organization("3", "Elsewhere"))

    found = only(diff(register, roster(organization("2", "HARBOR HOUSE"), organization("3", "Elsewhere")), FULL))

    assert [row.key for row in found.new] == ["2"]
    assert found.retired == (Retired("1", Why.ABSENT),)
    assert found.suggestions == (Suggestion("2", "1", "HARBOR HOUSE"),)
    assert plain_name("Saint Mary's & Co") == "saint marys and co"


def test_rows_of_nothing_known_wait(export: tuple[Path, Truth]):
    incoming = read(export[0]).roster
    without = Roster({**incoming.files, "Organization": incoming.files["Organization"][1:]})

    found = {one.file: [row.key for row in one.waiting] for one in diff(EMPTY, without, FULL).files}

    assert found["Project"] == ["P-000-0"]
    assert [found["ProjectCoC"], found["HMISParticipation"], found["User"]] == [["c0"], ["h0"], []]


def test_more_than_a_set_share_of_change_is_seen():
    register = known(*(organization(str(number)) for number in range(10)))
    half = roster(*(organization(str(number)) for number in range(5)))

    proposal = diff(register, half, FULL)

    assert only(proposal).share == 0.5
    assert [proposal.above(0.4), proposal.above(0.5), proposal.above(0.4, at_least=6)] == [("Organization",), (), ()]


rows = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.sampled_from(["North", "South"]), st.booleans()), max_size=6
).map(lambda found: roster(*(organization(key, name, deleted=gone) for key, (name, gone) in found.items())))


@given(rows, rows, st.sampled_from([*Directive, None]))
def test_what_is_applied_is_never_proposed_again(first: Roster, second: Roster, directive: Directive | None):
    register = snapshot_after(EMPTY, diff(EMPTY, first, FULL))

    after = snapshot_after(register, diff(register, second, directive))

    assert diff(after, second, directive).is_empty
    alive = {row.key for row in second.alive("Organization")}
    assert alive <= {key for key in after.rows("Organization") if not after.is_retired("Organization", key)}
