"""Exports of the HMIS that were loaded: what they propose, users, months as counts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "hmis_import_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("most_change", sa.Integer(), nullable=False),
        sa.CheckConstraint("most_change BETWEEN 0 AND 100", name=op.f("ck_hmis_import_setting_percent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hmis_import_setting")),
    )
    op.create_table(
        "hmis_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "loading",
                "ready",
                "applying",
                "applied",
                "discarded",
                "refused",
                "stopped",
                name="exportstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("software", sa.String(length=100), nullable=False),
        sa.Column("source_name", sa.String(length=50), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("directive", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("lags", sa.JSON(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=True),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_hmis_export_decided_by_id_person")),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["person.id"], name=op.f("fk_hmis_export_loaded_by_id_person")),
        sa.ForeignKeyConstraint(["roster_id"], ["kept_file.id"], name=op.f("fk_hmis_export_roster_id_kept_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hmis_export")),
    )
    with op.batch_alter_table("hmis_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hmis_export_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hmis_export_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_hmis_export_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_hmis_export_written_on"), ["written_on"], unique=False)
    op.create_table(
        "hmis_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("first_name", sa.String(length=50), nullable=False),
        sa.Column("last_name", sa.String(length=50), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("linked_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["linked_by_id"], ["person.id"], name=op.f("fk_hmis_user_linked_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hmis_user_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hmis_user")),
        sa.UniqueConstraint("key", name=op.f("uq_hmis_user_key")),
    )
    with op.batch_alter_table("hmis_user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hmis_user_email"), ["email"], unique=False)
        batch_op.create_index("ix_hmis_user_last_name", ["last_name", "first_name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hmis_user_person_id"), ["person_id"], unique=False)
    op.create_table(
        "hmis_export_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["hmis_export.id"], name=op.f("fk_hmis_export_part_export_id_hmis_export")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name=op.f("fk_hmis_export_part_file_id_kept_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hmis_export_part")),
        sa.UniqueConstraint("file_id", name=op.f("uq_hmis_export_part_file_id")),
    )
    with op.batch_alter_table("hmis_export_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hmis_export_part_export_id"), ["export_id"], unique=False)
    op.create_table(
        "hmis_export_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=60), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(length=80), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column(
            "severity",
            sa.Enum("error", "warning", "note", name="severity", native_enum=False, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["hmis_export.id"], name=op.f("fk_hmis_export_problem_export_id_hmis_export")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hmis_export_problem")),
    )
    with op.batch_alter_table("hmis_export_problem", schema=None) as batch_op:
        batch_op.create_index("ix_hmis_export_problem_export_id", ["export_id", "severity", "id"], unique=False)
    op.create_table(
        "hmis_project_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("agency_key", sa.String(length=32), nullable=False),
        sa.Column("project_key", sa.String(length=32), nullable=False),
        sa.Column("project_name", sa.String(length=200), nullable=False),
        sa.Column("project_type", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("is_expected", sa.Boolean(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "seen",
                "late",
                "batch",
                "silent",
                "not_measurable",
                "not_expected",
                name="verdict",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "victim_service_provider",
                "comparable_database",
                "not_participating",
                "not_operating",
                "few_days",
                "delta",
                name="reason",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("exits", sa.Integer(), nullable=False),
        sa.Column("bed_nights", sa.Integer(), nullable=False),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.Column("updates", sa.Integer(), nullable=False),
        sa.Column("busiest_day", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["export_id"], ["hmis_export.id"], name=op.f("fk_hmis_project_month_export_id_hmis_export")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hmis_project_month")),
        sa.UniqueConstraint(
            "export_id", "project_key", "month", name=op.f("uq_hmis_project_month_export_id_project_key_month")
        ),
    )
    with op.batch_alter_table("hmis_project_month", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hmis_project_month_agency_key"), ["agency_key"], unique=False)
    op.create_table(
        "hmis_proposed_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("new", "changed", "retired", "waiting", name="changekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("project", sa.String(length=200), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["export_id"], ["hmis_export.id"], name=op.f("fk_hmis_proposed_change_export_id_hmis_export")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hmis_proposed_change")),
    )
    with op.batch_alter_table("hmis_proposed_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hmis_proposed_change_export_id", ["export_id", "agency", "project", "id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("hmis_proposed_change")
    op.drop_table("hmis_project_month")
    op.drop_table("hmis_export_problem")
    op.drop_table("hmis_export_part")
    op.drop_table("hmis_user")
    op.drop_table("hmis_export")
    op.drop_table("hmis_import_setting")
