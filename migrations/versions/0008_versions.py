"""How rows of the register stood at any time; comparable databases and their checks; kinds of jobs."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal import clock

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "register_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "name", sa.Enum("check_months", name="registerchoicename", native_enum=False, length=40), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_choice")),
        sa.UniqueConstraint("name", name=op.f("uq_register_choice_name")),
    )

    op.create_table(
        "comparable_database",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("product", sa.String(length=120), nullable=False),
        sa.Column("vendor", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["organization.id"], name=op.f("fk_comparable_database_agency_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparable_database")),
        sa.UniqueConstraint("agency_id", name=op.f("uq_comparable_database_agency_id")),
    )

    op.create_table(
        "comparable_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("database_id", sa.Integer(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("next_due_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("next_due_on > checked_on", name=op.f("ck_comparable_check_due_after_check")),
        sa.ForeignKeyConstraint(
            ["database_id"],
            ["comparable_database.id"],
            name=op.f("fk_comparable_check_database_id_comparable_database"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_comparable_check_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparable_check")),
    )

    with op.batch_alter_table("comparable_check", schema=None) as batch_op:
        batch_op.create_index("ix_comparable_check_database_id_checked_on", ["database_id", "checked_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_comparable_check_recorded_by_id"), ["recorded_by_id"], unique=False)

    op.create_table(
        "register_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("organization", "project", "person", name="registerkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("until > since", name=op.f("ck_register_version_until_after_since")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_register_version_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_version")),
    )

    with op.batch_alter_table("register_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_version_by_id"), ["by_id"], unique=False)
        batch_op.create_index("ix_register_version_kind_title_id", ["kind", "title", "id"], unique=False)
        batch_op.create_index("ix_register_version_subject_since", ["kind", "subject_id", "since"], unique=True)
        batch_op.create_index(
            "uq_register_version_open",
            ["kind", "subject_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "job_kind",
                sa.Enum(
                    "intake",
                    "case_management",
                    "analysis",
                    "supervision",
                    "leadership",
                    "technology",
                    "other",
                    name="jobkind",
                    native_enum=False,
                    length=40,
                ),
                nullable=True,
            )
        )
    _keep_what_stands()


def _keep_what_stands() -> None:
    """One version of every row, from now on: how it stood before is not known."""
    bind, now = op.get_bind(), clock.now()
    since = now if bind.dialect.name == "postgresql" else now.replace(tzinfo=None)
    for kind, made in (("organization", _organizations), ("project", _projects), ("person", _people)):
        kept = [{"kind": kind, "since": since, **one} for one in made(bind)]
        if kept:
            bind.execute(VERSION.insert(), kept)


VERSION = sa.table(
    "register_version",
    *(sa.column(name) for name in ("kind", "subject_id", "title")),
    sa.column("since", sa.DateTime(timezone=True)),
    sa.column("facts", sa.JSON()),
    sa.column("words", sa.JSON()),
)
DESCRIPTORS = {
    "participation": ("project_participation", "type starts_on ended_on"),
    "funding": ("funding", "funder other_funder grant_id starts_on ended_on"),
    "location": ("project_location", "coc_code geocode address1 address2 city state zip geography_type"),
    "inventory": (
        "inventory",
        """coc_code household_type availability es_bed_type units beds chronic_veteran_beds youth_veteran_beds
        veteran_beds chronic_youth_beds youth_beds chronic_beds other_beds starts_on ended_on""",
    ),
    "coordinated-entry": (
        "coordinated_entry",
        """access_point prevention_assessment crisis_assessment housing_assessment direct_services receives_referrals
        starts_on ended_on""",
    ),
    "affiliation": ("affiliation", "residential_id"),
}
Row = dict[str, Any]


def _organizations(bind: sa.Connection) -> Iterator[Row]:
    cocs, holidays = (
        _grouped(bind, "membership", "organization_id", "coc_id"),
        _grouped(bind, "holiday", "coc_id", "day, id"),
    )
    for row in _rows(bind, "organization"):
        facts = _part(row, "kind participation code time_zone link_only_letters ended_on")
        facts["link_only_letters"] = bool(facts["link_only_letters"])
        facts["cocs"] = sorted(one["coc_id"] for one in cocs.get(row["id"], ()))
        if row["kind"] == "coc":
            facts["holidays"] = [list(_part(one, "day name").values()) for one in holidays.get(row["id"], ())]
        if row["participation"] == "vsp":
            facts["comparable"] = None
        yield _version(row, row["name"], facts, "name short_name city phone mail_domain")


def _projects(bind: sa.Connection) -> Iterator[Row]:
    described = {kind: _grouped(bind, table, "project_id", _order(kind)) for kind, (table, _) in DESCRIPTORS.items()}
    for row in _rows(bind, "project"):
        facts = _part(
            row,
            "agency_id coc_id project_type hmis_id is_funded starts_on ended_on continuum_project housing_type "
            "rrh_subtype residential_affiliation target_population hopwa_assisted_living pit_count",
        )
        facts["is_funded"] = bool(facts["is_funded"])
        facts["descriptors"] = {
            kind: [_part(one, f"id hmis_id {DESCRIPTORS[kind][1]}") for one in rows[row["id"]]]
            for kind, rows in described.items()
            if row["id"] in rows
        }
        yield _version(row, row["name"], facts, "name common_name")


def _people(bind: sa.Connection) -> Iterator[Row]:
    roles = _grouped(bind, "role_grant", "person_id", "id")
    for row in _rows(bind, "person"):
        held = [_part(one, "id role organization_id starts_on ended_on") for one in roles.get(row["id"], ())]
        facts = {**_part(row, "home_id job_kind ended_on"), "roles": held}
        title = f"{row['last_name']}, {row['first_name']}"
        yield _version(row, title, facts, "first_name last_name email phone job_title")


def _version(row: Row, title: str, facts: Row, words: str) -> Row:
    return {"subject_id": row["id"], "title": title, "facts": facts, "words": _part(row, words)}


def _order(kind: str) -> str:
    return "starts_on DESC, id DESC" if "starts_on" in DESCRIPTORS[kind][1] else "id"


def _rows(bind: sa.Connection, table: str, order: str = "id") -> Iterator[Row]:
    found = bind.execute(sa.text(f"SELECT * FROM {table} ORDER BY {order}"))
    yield from (dict(row) for row in found.mappings())


def _grouped(bind: sa.Connection, table: str, key: str, order: str) -> dict[int, list[Row]]:
    held: dict[int, list[Row]] = {}
    for row in _rows(bind, table, order):
        held.setdefault(row[key], []).append(row)
    return held


def _part(row: Row, names: str) -> Row:
    """As JSON has it: SQLite gives days as text, PostgreSQL as dates."""
    values = {name: row[name] for name in names.split()}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("job_kind")
    op.drop_table("register_version")
    op.drop_table("comparable_check")
    op.drop_table("comparable_database")
    op.drop_table("register_choice")
