"""Lists that come in as files, access reports that come round, duties that are given to somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "access_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "rhythm", sa.Enum("monthly", "quarterly", name="rhythm", native_enum=False, length=40), nullable=False
        ),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("days_to_answer", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("day BETWEEN 1 AND 28", name=op.f("ck_access_schedule_day_between_1_and_28")),
        sa.CheckConstraint(
            "days_to_answer BETWEEN 1 AND 60", name=op.f("ck_access_schedule_days_to_answer_between_1_and_60")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_access_schedule_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_schedule")),
    )
    op.create_table(
        "duty_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("duty", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= starts_on", name=op.f("ck_duty_assignment_ended_after_start")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_duty_assignment_ended_by_id_person")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_duty_assignment_given_by_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_assignment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["organization.id"], name=op.f("fk_duty_assignment_place_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_assignment")),
    )
    with op.batch_alter_table("duty_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_assignment_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_duty_assignment_place_id_duty", ["place_id", "duty", "id"], unique=False)

    op.create_table(
        "loaded_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("staff", "seats", "logins", name="listkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("is_complete", sa.Boolean(), nullable=False),
        sa.Column("report_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "reading",
                "read",
                "applying",
                "done",
                "failed",
                "withdrawn",
                name="liststate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("why_failed", sa.String(length=500), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_loaded_list_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name=op.f("fk_loaded_list_file_id_kept_file")),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["person.id"], name=op.f("fk_loaded_list_loaded_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loaded_list")),
    )
    with op.batch_alter_table("loaded_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_loaded_list_run_id"), ["run_id"], unique=False)

    op.create_table(
        "access_follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer", sa.Enum("keep", "change", "end", name="answer", native_enum=False, length=40), nullable=False
        ),
        sa.Column("wish", sa.String(length=500), nullable=False),
        sa.Column("leaver_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("late_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["organization.id"], name=op.f("fk_access_follow_up_agency_id_organization")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_access_follow_up_done_by_id_person")),
        sa.ForeignKeyConstraint(["leaver_id"], ["leaver.id"], name=op.f("fk_access_follow_up_leaver_id_leaver")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_access_follow_up_person_id_person")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["access_review.id"], name=op.f("fk_access_follow_up_review_id_access_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_follow_up")),
    )
    with op.batch_alter_table("access_follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_follow_up_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index("ix_access_follow_up_done_at_due_at_id", ["done_at", "due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_follow_up_leaver_id"), ["leaver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_follow_up_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_follow_up_review_id"), ["review_id"], unique=False)

    op.create_table(
        "access_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["organization.id"], name=op.f("fk_access_request_agency_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["access_review.id"], name=op.f("fk_access_request_review_id_access_review")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["access_schedule.id"], name=op.f("fk_access_request_schedule_id_access_schedule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
        sa.UniqueConstraint("agency_id", "since", "until", name=op.f("uq_access_request_agency_id_since_until")),
    )
    with op.batch_alter_table("access_request", schema=None) as batch_op:
        batch_op.create_index("ix_access_request_due_on_id", ["due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_request_review_id"), ["review_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_access_request_schedule_id"), ["schedule_id"], unique=False)

    op.create_table(
        "access_schedule_agency",
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["organization.id"], name=op.f("fk_access_schedule_agency_agency_id_organization")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["access_schedule.id"], name=op.f("fk_access_schedule_agency_schedule_id_access_schedule")
        ),
        sa.PrimaryKeyConstraint("schedule_id", "agency_id", name=op.f("pk_access_schedule_agency")),
    )
    with op.batch_alter_table("access_schedule_agency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_schedule_agency_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "list_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "new",
                "changed",
                "looks_like",
                "leaver",
                "refused",
                "unchanged",
                name="outcome",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("deeds", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum("same", "other", "end", "keep", name="decision", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["organization.id"], name=op.f("fk_list_row_agency_id_organization")),
        sa.ForeignKeyConstraint(["list_id"], ["loaded_list.id"], name=op.f("fk_list_row_list_id_loaded_list")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_list_row_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_row")),
    )
    with op.batch_alter_table("list_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_row_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index("ix_list_row_list_id_outcome_id", ["list_id", "outcome", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_row_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    for table in (
        "list_row",
        "access_schedule_agency",
        "access_request",
        "access_follow_up",
        "loaded_list",
        "duty_assignment",
        "access_schedule",
    ):
        op.drop_table(table)
