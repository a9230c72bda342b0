"""Licenses: steps, work in the HMIS, leavers, suspensions, seats, clocks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "license_clock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "name",
            sa.Enum("leaver", "grant", "suspend", "restore", "revoke", name="clockname", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_clock")),
        sa.UniqueConstraint("name", name=op.f("uq_license_clock_name")),
    )
    op.create_table(
        "leaver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("told_at >= left_at", name=op.f("ck_leaver_told_after_left")),
        sa.ForeignKeyConstraint(["agency_id"], ["organization.id"], name=op.f("fk_leaver_agency_id_organization")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leaver_person_id_person")),
        sa.ForeignKeyConstraint(["told_by_id"], ["person.id"], name=op.f("fk_leaver_told_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaver")),
    )
    with op.batch_alter_table("leaver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaver_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_leaver_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_leaver_told_at_id", ["told_at", "id"], unique=False)

    op.create_table(
        "license",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("coc_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "declined",
                "withdrawn",
                "approved",
                "active",
                "suspended",
                "revoked",
                name="licensestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column("login_id", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["organization.id"], name=op.f("fk_license_agency_id_organization")),
        sa.ForeignKeyConstraint(["coc_id"], ["organization.id"], name=op.f("fk_license_coc_id_organization")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_license_person_id_person")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["person.id"], name=op.f("fk_license_requested_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license")),
    )
    with op.batch_alter_table("license", schema=None) as batch_op:
        batch_op.create_index("ix_license_agency_id_state", ["agency_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_license_coc_id"), ["coc_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_license_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_license_state_moved_at", ["state", "moved_at"], unique=False)
        batch_op.create_index(
            "uq_license_open",
            ["person_id", "agency_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('requested', 'approved', 'active', 'suspended')"),
            postgresql_where=sa.text("state IN ('requested', 'approved', 'active', 'suspended')"),
        )

    op.create_table(
        "seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("coc_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 0", name=op.f("ck_seats_number_not_negative")),
        sa.ForeignKeyConstraint(["agency_id"], ["organization.id"], name=op.f("fk_seats_agency_id_organization")),
        sa.ForeignKeyConstraint(["coc_id"], ["organization.id"], name=op.f("fk_seats_coc_id_organization")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_seats_recorded_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index("ix_seats_agency_id_coc_id_starts_on", ["agency_id", "coc_id", "starts_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_seats_coc_id"), ["coc_id"], unique=False)

    op.create_table(
        "license_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("license_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column(
            "move",
            sa.Enum(
                "request",
                "decline",
                "withdraw",
                "approve",
                "activate",
                "suspend",
                "restore",
                "revoke",
                name="move",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "declined",
                "withdrawn",
                "approved",
                "active",
                "suspended",
                "revoked",
                name="licensestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "new_colleague",
                "new_duties",
                "came_back",
                "no_need",
                "unmet",
                "unknown_person",
                "mistake",
                "all_met",
                "overridden",
                "done_in_hmis",
                "evidence_missing",
                "security",
                "away",
                "cleared",
                "left",
                "breach",
                name="reason",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_license_step_by_id_person")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_license_step_license_id_license")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_license_step")),
    )
    with op.batch_alter_table("license_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_license_step_license_id"), ["license_id"], unique=False)

    op.create_table(
        "suspension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("license_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("waiting", "approved", "dropped", name="proposalstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_suspension_decided_by_id_person")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_suspension_license_id_license")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_suspension_proposed_by_id_person")),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_suspension_requirement_id_requirement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_license_id"), ["license_id"], unique=False)
        batch_op.create_index(
            "uq_suspension_waiting",
            ["license_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "work_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("license_id", sa.Integer(), nullable=False),
        sa.Column("leaver_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("grant", "suspend", "restore", "revoke", name="workkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("half_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_work_item_done_by_id_person")),
        sa.ForeignKeyConstraint(["leaver_id"], ["leaver.id"], name=op.f("fk_work_item_leaver_id_leaver")),
        sa.ForeignKeyConstraint(["license_id"], ["license.id"], name=op.f("fk_work_item_license_id_license")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
    )
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.create_index("ix_work_item_due_at_id", ["due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_item_leaver_id"), ["leaver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_item_license_id"), ["license_id"], unique=False)
        batch_op.create_index(
            "uq_work_item_open",
            ["license_id"],
            unique=True,
            sqlite_where=sa.text("done_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dropped_at IS NULL"),
        )

    op.create_table(
        "license_step_note",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["license_step.id"], name=op.f("fk_license_step_note_step_id_license_step")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_license_step_note")),
    )

    op.create_table(
        "access_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attested_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["organization.id"], name=op.f("fk_access_review_agency_id_organization")
        ),
        sa.ForeignKeyConstraint(["attested_by_id"], ["person.id"], name=op.f("fk_access_review_attested_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_review")),
    )
    with op.batch_alter_table("access_review", schema=None) as batch_op:
        batch_op.create_index("ix_access_review_agency_id_id", ["agency_id", "id"], unique=False)

    op.create_table(
        "access_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer", sa.Enum("keep", "change", "end", name="answer", native_enum=False, length=40), nullable=False
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_answer_person_id_person")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["access_review.id"], name=op.f("fk_access_answer_review_id_access_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_answer")),
    )
    with op.batch_alter_table("access_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_answer_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_answer_review_id"), ["review_id"], unique=False)

    op.create_table(
        "audit_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("runner_id", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("told_for", sa.Date(), nullable=True),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name=op.f("ck_audit_duty_months_between_1_and_60")),
        sa.ForeignKeyConstraint(["runner_id"], ["person.id"], name=op.f("fk_audit_duty_runner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_duty")),
    )
    with op.batch_alter_table("audit_duty", schema=None) as batch_op:
        batch_op.create_index("ix_audit_duty_due_on_id", ["due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_duty_runner_id"), ["runner_id"], unique=False)

    op.create_table(
        "audit_duty_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ran_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "result", sa.Enum("clean", "findings", name="dutyresult", native_enum=False, length=40), nullable=False
        ),
        sa.Column("findings", sa.String(length=1000), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["audit_duty.id"], name=op.f("fk_audit_duty_run_duty_id_audit_duty")),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name=op.f("fk_audit_duty_run_file_id_kept_file")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_audit_duty_run_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_duty_run")),
    )
    with op.batch_alter_table("audit_duty_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_duty_run_duty_id"), ["duty_id"], unique=False)


def downgrade() -> None:
    op.drop_table("audit_duty_run")
    op.drop_table("audit_duty")
    op.drop_table("access_answer")
    op.drop_table("access_review")

    op.drop_table("license_step_note")
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_work_item_open",
            sqlite_where=sa.text("done_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL AND dropped_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_work_item_license_id"))
        batch_op.drop_index(batch_op.f("ix_work_item_leaver_id"))
        batch_op.drop_index("ix_work_item_due_at_id")

    op.drop_table("work_item")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_suspension_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_suspension_license_id"))

    op.drop_table("suspension")
    with op.batch_alter_table("license_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_license_step_license_id"))

    op.drop_table("license_step")
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seats_coc_id"))
        batch_op.drop_index("ix_seats_agency_id_coc_id_starts_on")

    op.drop_table("seats")
    with op.batch_alter_table("license", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_license_open",
            sqlite_where=sa.text("state IN ('requested', 'approved', 'active', 'suspended')"),
            postgresql_where=sa.text("state IN ('requested', 'approved', 'active', 'suspended')"),
        )
        batch_op.drop_index("ix_license_state_moved_at")
        batch_op.drop_index(batch_op.f("ix_license_person_id"))
        batch_op.drop_index(batch_op.f("ix_license_coc_id"))
        batch_op.drop_index("ix_license_agency_id_state")

    op.drop_table("license")
    with op.batch_alter_table("leaver", schema=None) as batch_op:
        batch_op.drop_index("ix_leaver_told_at_id")
        batch_op.drop_index(batch_op.f("ix_leaver_person_id"))
        batch_op.drop_index(batch_op.f("ix_leaver_agency_id"))

    op.drop_table("leaver")
    op.drop_table("license_clock")
