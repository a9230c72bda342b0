"""Standing: requirements, evidence, waivers, and what was known when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "column_map",
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_column_map")),
    )
    op.create_table(
        "requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        sa.UniqueConstraint("code", name=op.f("uq_requirement_code")),
    )
    op.create_table(
        "community_start_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("catch_up_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_community_start_set_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_start_set")),
    )
    op.create_table(
        "evidence_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("of_people", sa.Boolean(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "waiting", "approved", "refused", "withdrawn", name="claimstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("why_refused", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_evidence_batch_decided_by_id_person")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_evidence_batch_entered_by_id_person")),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name=op.f("fk_evidence_batch_file_id_kept_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_batch")),
    )
    with op.batch_alter_table("evidence_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_batch_run_id"), ["run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_evidence_batch_state"), ["state"], unique=False)

    op.create_table(
        "login_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_login_report_recorded_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_report")),
    )
    op.create_table(
        "register_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organization_id IS NULL)", name=op.f("ck_register_note_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_register_note_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_register_note_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_note")),
    )
    with op.batch_alter_table("register_note", schema=None) as batch_op:
        batch_op.create_index("ix_register_note_organization_id", ["organization_id", "id"], unique=False)
        batch_op.create_index("ix_register_note_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "requirement_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column(
            "authority",
            sa.Enum(
                "rule",
                "standards_2004",
                "guidance_should",
                "guidance_strategy",
                "local_policy",
                name="authority",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum("person", "organization", name="subjectkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column(
            "recurrence",
            sa.Enum(
                "once",
                "rolling",
                "window",
                "count",
                "idle",
                "role_change",
                name="recurrence",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("opens_month", sa.Integer(), nullable=False),
        sa.Column("opens_day", sa.Integer(), nullable=False),
        sa.Column("closes_month", sa.Integer(), nullable=False),
        sa.Column("closes_day", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("idle_days", sa.Integer(), nullable=False),
        sa.Column("due_soon_days", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("first_days", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("evidence_from", sa.Date(), nullable=True),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_requirement_version_drafted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_requirement_version_published_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_requirement_version_requirement_id_requirement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_version")),
        sa.UniqueConstraint("requirement_id", "number", name=op.f("uq_requirement_version_requirement_id_number")),
    )
    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (organization_id IS NULL)", name=op.f("ck_waiver_one_subject")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["person.id"], name=op.f("fk_waiver_granted_by_id_person")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_waiver_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiver_person_id_person")),
        sa.ForeignKeyConstraint(
            ["requirement_id"], ["requirement.id"], name=op.f("fk_waiver_requirement_id_requirement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index("ix_waiver_organization_id", ["organization_id"], unique=False)
        batch_op.create_index("ix_waiver_person_id", ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiver_requirement_id"), ["requirement_id"], unique=False)

    op.create_table(
        "evidence_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("scan_name", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "waiting", "approved", "refused", "withdrawn", name="claimstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("why_refused", sa.String(length=1000), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organization_id IS NULL)", name=op.f("ck_evidence_claim_one_subject")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["evidence_batch.id"], name=op.f("fk_evidence_claim_batch_id_evidence_batch")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_evidence_claim_decided_by_id_person")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_evidence_claim_entered_by_id_person")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_evidence_claim_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_claim_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_claim")),
    )
    with op.batch_alter_table("evidence_claim", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_claim_batch_id", ["batch_id", "id"], unique=False)
        batch_op.create_index("ix_evidence_claim_organization_id", ["organization_id"], unique=False)
        batch_op.create_index("ix_evidence_claim_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_evidence_claim_state", ["state", "id"], unique=False)

    op.create_table(
        "last_login",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_last_login_person_id_person")),
        sa.ForeignKeyConstraint(["report_id"], ["login_report.id"], name=op.f("fk_last_login_report_id_login_report")),
        sa.PrimaryKeyConstraint("report_id", "person_id", name=op.f("pk_last_login")),
    )
    with op.batch_alter_table("last_login", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_last_login_person_id"), ["person_id"], unique=False)

    op.create_table(
        "waiver_ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("waiver_id", sa.Integer(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_waiver_ending_recorded_by_id_person")),
        sa.ForeignKeyConstraint(["waiver_id"], ["waiver.id"], name=op.f("fk_waiver_ending_waiver_id_waiver")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver_ending")),
    )
    with op.batch_alter_table("waiver_ending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_ending_waiver_id"), ["waiver_id"], unique=False)

    op.create_table(
        "waiver_reason",
        sa.Column("waiver_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["waiver_id"], ["waiver.id"], name=op.f("fk_waiver_reason_waiver_id_waiver")),
        sa.PrimaryKeyConstraint("waiver_id", name=op.f("pk_waiver_reason")),
    )
    op.create_table(
        "claim_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["evidence_claim.id"], name=op.f("fk_claim_file_claim_id_evidence_claim")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name=op.f("fk_claim_file_file_id_kept_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_file")),
    )
    with op.batch_alter_table("claim_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_file_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source_kind", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (organization_id IS NULL)", name=op.f("ck_evidence_one_subject")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_evidence_approved_by_id_person")),
        sa.ForeignKeyConstraint(["claim_id"], ["evidence_claim.id"], name=op.f("fk_evidence_claim_id_evidence_claim")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_evidence_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_person_id_person")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_evidence_recorded_by_id_person")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["evidence.id"], name=op.f("fk_evidence_supersedes_id_evidence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_evidence_claim_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_organization_id", ["organization_id", "kind", "key"], unique=False)
        batch_op.create_index("ix_evidence_person_id", ["person_id", "kind", "key"], unique=False)
        batch_op.create_index("ix_evidence_source", ["source_kind", "source_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_source")
        batch_op.drop_index("ix_evidence_person_id")
        batch_op.drop_index("ix_evidence_organization_id")

    op.drop_table("evidence")
    with op.batch_alter_table("claim_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_file_claim_id"))

    op.drop_table("claim_file")
    op.drop_table("waiver_reason")
    with op.batch_alter_table("waiver_ending", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_ending_waiver_id"))

    op.drop_table("waiver_ending")
    with op.batch_alter_table("last_login", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_last_login_person_id"))

    op.drop_table("last_login")
    with op.batch_alter_table("evidence_claim", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_claim_state")
        batch_op.drop_index("ix_evidence_claim_person_id")
        batch_op.drop_index("ix_evidence_claim_organization_id")
        batch_op.drop_index("ix_evidence_claim_batch_id")

    op.drop_table("evidence_claim")
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiver_requirement_id"))
        batch_op.drop_index("ix_waiver_person_id")
        batch_op.drop_index("ix_waiver_organization_id")

    op.drop_table("waiver")
    op.drop_table("requirement_version")
    with op.batch_alter_table("register_note", schema=None) as batch_op:
        batch_op.drop_index("ix_register_note_person_id")
        batch_op.drop_index("ix_register_note_organization_id")

    op.drop_table("register_note")
    op.drop_table("login_report")
    with op.batch_alter_table("evidence_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_batch_state"))
        batch_op.drop_index(batch_op.f("ix_evidence_batch_run_id"))

    op.drop_table("evidence_batch")
    op.drop_table("community_start_set")
    op.drop_table("requirement")
    op.drop_table("column_map")
