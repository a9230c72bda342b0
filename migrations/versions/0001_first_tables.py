"""The first tables: people, tickets, mail, record, jobs."""

import sqlalchemy as sa
from alembic import op

from portal.search import Index

revision = "0001"
down_revision = None

TICKETS = Index("ticket")


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Integer(), nullable=True),
        sa.Column(
            "via",
            sa.Enum("web", "mail", "job", "cli", "rule", name="via", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_by_person_id", ["by_person_id", "id"], unique=False)
        batch_op.create_index("ix_audit_event_subject", ["kind", "subject_id", "id"], unique=False)

    op.create_table(
        "bounced_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("last_status", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounced_address")),
        sa.UniqueConstraint("address", name=op.f("uq_bounced_address_address")),
    )
    op.create_table(
        "demo_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("made_for", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_mark")),
    )
    op.create_table(
        "desk_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name=op.f("ck_desk_hours_window")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_hours")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.create_index("ix_job_run_name_id", ["name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_run_started_at"), ["started_at"], unique=False)

    op.create_table(
        "kept_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_file")),
    )
    with op.batch_alter_table("kept_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice", sa.String(length=80), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=120), nullable=False),
        sa.Column("to_person_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=300), nullable=False),
        sa.Column("in_reply_to", sa.Text(), nullable=False),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("thread_kind", sa.String(length=40), nullable=True),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("dedupe_key", sa.String(length=300), nullable=False),
        sa.Column("still_due", sa.String(length=80), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column(
            "auto", sa.Enum("generated", "replied", "", name="auto", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "uncertain",
                "failed",
                "dead",
                "not_needed",
                "canceled",
                name="letterstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounce_status", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_letter_dedupe_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_about", ["about_kind", "about_id", "id"], unique=False)
        batch_op.create_index("ix_letter_due_at", ["due_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_sent_at"), ["sent_at"], unique=False)
        batch_op.create_index("ix_letter_state", ["state", "id"], unique=False)
        batch_op.create_index("ix_letter_thread", ["thread_kind", "thread_id", "to_address", "id"], unique=False)
        batch_op.create_index("ix_letter_to_address_made_at", ["to_address", "made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_to_person_id"), ["to_person_id"], unique=False)

    op.create_table(
        "link_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_asked")),
    )
    op.create_table(
        "mail_reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id_hash", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_reference")),
        sa.UniqueConstraint(
            "message_id_hash", "kind", "subject_id", name=op.f("uq_mail_reference_message_id_hash_kind_subject_id")
        ),
    )
    with op.batch_alter_table("mail_reference", schema=None) as batch_op:
        batch_op.create_index("ix_mail_reference_thread", ["kind", "subject_id", "id"], unique=False)

    op.create_table(
        "organization",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "hmis_lead", "coc", "agency", "vendor", "partner", name="organizationkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "participation",
            sa.Enum("participating", "vsp", "not_participating", name="participation", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("time_zone", sa.String(length=60), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("mail_domain", sa.String(length=120), nullable=False),
        sa.Column("link_only_letters", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'agency') = (participation IS NOT NULL)", name=op.f("ck_organization_participation_of_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization")),
    )
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.create_index("ix_organization_kind_name", ["kind", "name"], unique=False)

    op.create_table(
        "priority_target",
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("first_response_minutes", sa.Integer(), nullable=False),
        sa.Column("resolution_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("priority", name=op.f("pk_priority_target")),
    )
    op.create_table(
        "queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
        sa.UniqueConstraint("key", name=op.f("uq_queue_key")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "running", "done", "canceled", "failed", name="runstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_state"), ["state"], unique=False)

    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_try_bucket_at", ["bucket", "at"], unique=False)

    op.create_table(
        "submitted_form",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submitted_form")),
    )
    with op.batch_alter_table("submitted_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submitted_form_at"), ["at"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hint", sa.String(length=300), nullable=False),
        sa.Column("ask", sa.String(length=300), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_category_queue_id_queue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("key", name=op.f("uq_category_key")),
    )
    op.create_table(
        "holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("coc_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["coc_id"], ["organization.id"], name=op.f("fk_holiday_coc_id_organization")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("coc_id", "day", name=op.f("uq_holiday_coc_id_day")),
    )
    op.create_table(
        "inbound_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.Column("uidvalidity", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("raw_file_id", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("new", "taken", "parked", "ignored", name="inboundstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.String(length=320), nullable=False),
        sa.Column("sender_hash", sa.String(length=64), nullable=False),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_insisted", sa.Boolean(), nullable=False),
        sa.Column("may_be_acknowledged", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["raw_file_id"], ["kept_file.id"], name=op.f("fk_inbound_mail_raw_file_id_kept_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
        sa.UniqueConstraint("mailbox", "uidvalidity", "uid", name=op.f("uq_inbound_mail_mailbox_uidvalidity_uid")),
        sa.UniqueConstraint("sha256", name=op.f("uq_inbound_mail_sha256")),
    )
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        batch_op.create_index("ix_inbound_mail_about", ["about_kind", "about_id"], unique=False)
        batch_op.create_index("ix_inbound_mail_message_id", ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbound_mail_purge_at"), ["purge_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_inbound_mail_received_at"), ["received_at"], unique=False)
        batch_op.create_index("ix_inbound_mail_sender_hash_received_at", ["sender_hash", "received_at"], unique=False)
        batch_op.create_index("ix_inbound_mail_state_due_at", ["state", "due_at", "id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("coc_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coc_id"], ["organization.id"], name=op.f("fk_membership_coc_id_organization")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_membership_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("organization_id", "coc_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_coc_id"), ["coc_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("job_title", sa.String(length=120), nullable=False),
        sa.Column("home_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("shortcuts_on", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["home_id"], ["organization.id"], name=op.f("fk_person_home_id_organization")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_home_id"), ["home_id"], unique=False)
        batch_op.create_index("ix_person_last_name_first_name_id", ["last_name", "first_name", "id"], unique=False)

    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("coc_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hmis_id", sa.String(length=40), nullable=False),
        sa.Column("project_type", sa.Integer(), nullable=False),
        sa.Column("is_funded", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["organization.id"], name=op.f("fk_project_agency_id_organization")),
        sa.ForeignKeyConstraint(["coc_id"], ["organization.id"], name=op.f("fk_project_coc_id_organization")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index("ix_project_agency_id_name", ["agency_id", "name"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_coc_id"), ["coc_id"], unique=False)

    op.create_table(
        "canned_response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_canned_response_category_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_response")),
        sa.UniqueConstraint("title", name=op.f("uq_canned_response_title")),
    )
    with op.batch_alter_table("canned_response", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_canned_response_category_id"), ["category_id"], unique=False)

    op.create_table(
        "mailed_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("invitation", "reset", name="linkkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mailed_link_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailed_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "queue_member",
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_queue_member_person_id_person")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_queue_member_queue_id_queue")),
        sa.PrimaryKeyConstraint("queue_id", "person_id", name=op.f("pk_queue_member")),
    )
    with op.batch_alter_table("queue_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_queue_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "signed_in",
                "end_user",
                "agency_admin",
                "agency_executive",
                "agency_security_officer",
                "lead_staff",
                "lead_admin",
                "coc_governance",
                "funder",
                "vendor_contact",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_role_grant_organization_id_organization")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index("ix_role_grant_organization_id_role", ["organization_id", "role"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "signed_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signed_in_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signed_in_session_token_hash")),
    )
    with op.batch_alter_table("signed_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_in_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("new", "open", "waiting", "resolved", "closed", name="state", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "urgency",
            sa.Enum("can_wait", "normal", "slowed", "blocked", name="urgency", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "channel", sa.Enum("web", "mail", "phone", name="channel", native_enum=False, length=40), nullable=False
        ),
        sa.Column("requester_id", sa.Integer(), nullable=True),
        sa.Column("requester_name", sa.String(length=160), nullable=False),
        sa.Column("requester_address", sa.String(length=254), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("coc_id", sa.Integer(), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("possibly_about_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_response_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.CheckConstraint("is_open = (state IN ('new', 'open', 'waiting'))", name=op.f("ck_ticket_is_open_by_state")),
        sa.CheckConstraint("requester_id IS NOT NULL OR requester_address <> ''", name=op.f("ck_ticket_has_requester")),
        sa.CheckConstraint("is_open OR resolved_at IS NOT NULL", name=op.f("ck_ticket_resolved_when_not_open")),
        sa.ForeignKeyConstraint(["agency_id"], ["organization.id"], name=op.f("fk_ticket_agency_id_organization")),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_ticket_assignee_id_person")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_ticket_category_id_category")),
        sa.ForeignKeyConstraint(["coc_id"], ["organization.id"], name=op.f("fk_ticket_coc_id_organization")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["person.id"], name=op.f("fk_ticket_filed_by_id_person")),
        sa.ForeignKeyConstraint(["possibly_about_id"], ["ticket.id"], name=op.f("fk_ticket_possibly_about_id_ticket")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_ticket_project_id_project")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_ticket_queue_id_queue")),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"], name=op.f("fk_ticket_requester_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_agency", ["agency_id", "id"], unique=False)
        batch_op.create_index("ix_ticket_assignee", ["assignee_id", "id"], unique=False)
        batch_op.create_index("ix_ticket_category", ["category_id", "id"], unique=False)
        batch_op.create_index("ix_ticket_coc_opened", ["coc_id", "opened_at", "first_responded_at"], unique=False)
        batch_op.create_index("ix_ticket_coc_resolved", ["coc_id", "resolved_at"], unique=False)
        batch_op.create_index(
            "ix_ticket_open",
            ["next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("is_open"),
            sqlite_where=sa.text("is_open = 1"),
        )
        batch_op.create_index(
            "ix_ticket_open_agency",
            ["agency_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("is_open"),
            sqlite_where=sa.text("is_open = 1"),
        )
        batch_op.create_index(
            "ix_ticket_open_assignee",
            ["assignee_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("is_open"),
            sqlite_where=sa.text("is_open = 1"),
        )
        batch_op.create_index(
            "ix_ticket_open_queue",
            ["queue_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("is_open"),
            sqlite_where=sa.text("is_open = 1"),
        )
        batch_op.create_index("ix_ticket_queue", ["queue_id", "id"], unique=False)
        batch_op.create_index("ix_ticket_requester", ["requester_id", "id"], unique=False)
        batch_op.create_index("ix_ticket_resolved", ["state", "resolved_at"], unique=False)

    op.create_table(
        "triage_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("when", sa.JSON(), nullable=False),
        sa.Column("queue_id", sa.Integer(), nullable=True),
        sa.Column(
            "priority",
            sa.Enum("low", "normal", "high", "urgent", name="priority", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "assign", sa.Enum("by_load", "person", "none", name="assign", native_enum=False, length=40), nullable=True
        ),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_triage_rule_assignee_id_person")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_triage_rule_queue_id_queue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_rule")),
    )
    with op.batch_alter_table("triage_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_triage_rule_position"), ["position"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("opening", "reply", "note", name="messagekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "channel", sa.Enum("web", "mail", "phone", name="channel", native_enum=False, length=40), nullable=False
        ),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=True),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("sent_as_typed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_message_author_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_message_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("inbound_id", name=op.f("uq_message_inbound_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_ticket_id_id", ["ticket_id", "id"], unique=False)

    op.create_table(
        "participant",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id_person")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_participant_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", "person_id", name=op.f("pk_participant")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_pause_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pause_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=130), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name=op.f("fk_attachment_file_id_kept_file")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_attachment_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_message_id"), ["message_id"], unique=False)

    op.create_table(
        "sealed_original",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("purge_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["kept_file.id"], name=op.f("fk_sealed_original_file_id_kept_file")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_sealed_original_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_original")),
        sa.UniqueConstraint("message_id", name=op.f("uq_sealed_original_message_id")),
    )
    with op.batch_alter_table("sealed_original", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_original_purge_at"), ["purge_at"], unique=False)

    TICKETS.create(op.get_bind())


def downgrade() -> None:
    TICKETS.drop(op.get_bind())
    with op.batch_alter_table("sealed_original", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_original_purge_at"))

    op.drop_table("sealed_original")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_message_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pause_ticket_id"))

    op.drop_table("pause")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participant_person_id"))

    op.drop_table("participant")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_ticket_id_id")

    op.drop_table("message")
    with op.batch_alter_table("triage_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_triage_rule_position"))

    op.drop_table("triage_rule")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_resolved")
        batch_op.drop_index("ix_ticket_requester")
        batch_op.drop_index("ix_ticket_queue")
        batch_op.drop_index(
            "ix_ticket_open_queue", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1")
        )
        batch_op.drop_index(
            "ix_ticket_open_assignee", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1")
        )
        batch_op.drop_index(
            "ix_ticket_open_agency", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1")
        )
        batch_op.drop_index("ix_ticket_open", postgresql_where=sa.text("is_open"), sqlite_where=sa.text("is_open = 1"))
        batch_op.drop_index("ix_ticket_coc_resolved")
        batch_op.drop_index("ix_ticket_coc_opened")
        batch_op.drop_index("ix_ticket_category")
        batch_op.drop_index("ix_ticket_assignee")
        batch_op.drop_index("ix_ticket_agency")

    op.drop_table("ticket")
    with op.batch_alter_table("signed_in_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_in_session_person_id"))

    op.drop_table("signed_in_session")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))
        batch_op.drop_index("ix_role_grant_organization_id_role")

    op.drop_table("role_grant")
    with op.batch_alter_table("queue_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_queue_member_person_id"))

    op.drop_table("queue_member")
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailed_link_person_id"))

    op.drop_table("mailed_link")
    with op.batch_alter_table("canned_response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_canned_response_category_id"))

    op.drop_table("canned_response")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_coc_id"))
        batch_op.drop_index("ix_project_agency_id_name")

    op.drop_table("project")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_last_name_first_name_id")
        batch_op.drop_index(batch_op.f("ix_person_home_id"))

    op.drop_table("person")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_coc_id"))

    op.drop_table("membership")
    with op.batch_alter_table("inbound_mail", schema=None) as batch_op:
        batch_op.drop_index("ix_inbound_mail_state_due_at")
        batch_op.drop_index("ix_inbound_mail_sender_hash_received_at")
        batch_op.drop_index(batch_op.f("ix_inbound_mail_received_at"))
        batch_op.drop_index(batch_op.f("ix_inbound_mail_purge_at"))
        batch_op.drop_index("ix_inbound_mail_message_id")
        batch_op.drop_index("ix_inbound_mail_about")

    op.drop_table("inbound_mail")
    op.drop_table("holiday")
    op.drop_table("category")
    with op.batch_alter_table("submitted_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submitted_form_at"))

    op.drop_table("submitted_form")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_try_bucket_at")

    op.drop_table("sign_in_try")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_state"))

    op.drop_table("run")
    op.drop_table("queue")
    op.drop_table("priority_target")
    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_kind_name")

    op.drop_table("organization")
    with op.batch_alter_table("mail_reference", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_reference_thread")

    op.drop_table("mail_reference")
    op.drop_table("link_asked")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_to_person_id"))
        batch_op.drop_index("ix_letter_to_address_made_at")
        batch_op.drop_index("ix_letter_thread")
        batch_op.drop_index("ix_letter_state")
        batch_op.drop_index(batch_op.f("ix_letter_sent_at"))
        batch_op.drop_index("ix_letter_due_at")
        batch_op.drop_index("ix_letter_about")

    op.drop_table("letter")
    with op.batch_alter_table("kept_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_file_sha256"))

    op.drop_table("kept_file")
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_run_started_at"))
        batch_op.drop_index("ix_job_run_name_id")

    op.drop_table("job_run")
    op.drop_table("desk_hours")
    op.drop_table("demo_mark")
    op.drop_table("bounced_address")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")
        batch_op.drop_index("ix_audit_event_by_person_id")

    op.drop_table("audit_event")
