"""HUD's descriptors of projects: participation, funding, location, inventory, coordinated entry, affiliation."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "affiliation",
        sa.Column("residential_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hmis_id", sa.String(length=32), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_affiliation_project_id_project")),
        sa.ForeignKeyConstraint(["residential_id"], ["project.id"], name=op.f("fk_affiliation_residential_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
        sa.UniqueConstraint("hmis_id", name=op.f("uq_affiliation_hmis_id")),
    )

    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_affiliation_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_affiliation_residential_id"), ["residential_id"], unique=False)

    op.create_table(
        "coordinated_entry",
        sa.Column("access_point", sa.Integer(), nullable=False),
        sa.Column("prevention_assessment", sa.Integer(), nullable=True),
        sa.Column("crisis_assessment", sa.Integer(), nullable=True),
        sa.Column("housing_assessment", sa.Integer(), nullable=True),
        sa.Column("direct_services", sa.Integer(), nullable=True),
        sa.Column("receives_referrals", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hmis_id", sa.String(length=32), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_on >= starts_on", name=op.f("ck_coordinated_entry_last_after_first")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_coordinated_entry_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinated_entry")),
        sa.UniqueConstraint("hmis_id", name=op.f("uq_coordinated_entry_hmis_id")),
    )

    with op.batch_alter_table("coordinated_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coordinated_entry_project_id"), ["project_id"], unique=False)

    op.create_table(
        "funding",
        sa.Column("funder", sa.Integer(), nullable=False),
        sa.Column("other_funder", sa.String(length=100), nullable=False),
        sa.Column("grant_id", sa.String(length=100), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hmis_id", sa.String(length=32), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_on >= starts_on", name=op.f("ck_funding_last_after_first")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_funding_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding")),
        sa.UniqueConstraint("hmis_id", name=op.f("uq_funding_hmis_id")),
    )

    with op.batch_alter_table("funding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_funding_project_id"), ["project_id"], unique=False)

    op.create_table(
        "inventory",
        sa.Column("coc_code", sa.String(length=6), nullable=False),
        sa.Column("household_type", sa.Integer(), nullable=False),
        sa.Column("availability", sa.Integer(), nullable=True),
        sa.Column("es_bed_type", sa.Integer(), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("beds", sa.Integer(), nullable=False),
        sa.Column("chronic_veteran_beds", sa.Integer(), nullable=True),
        sa.Column("youth_veteran_beds", sa.Integer(), nullable=True),
        sa.Column("veteran_beds", sa.Integer(), nullable=True),
        sa.Column("chronic_youth_beds", sa.Integer(), nullable=True),
        sa.Column("youth_beds", sa.Integer(), nullable=True),
        sa.Column("chronic_beds", sa.Integer(), nullable=True),
        sa.Column("other_beds", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hmis_id", sa.String(length=32), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_on >= starts_on", name=op.f("ck_inventory_last_after_first")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_inventory_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory")),
        sa.UniqueConstraint("hmis_id", name=op.f("uq_inventory_hmis_id")),
    )

    with op.batch_alter_table("inventory", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inventory_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_location",
        sa.Column("coc_code", sa.String(length=6), nullable=False),
        sa.Column("geocode", sa.String(length=6), nullable=False),
        sa.Column("address1", sa.String(length=100), nullable=False),
        sa.Column("address2", sa.String(length=100), nullable=False),
        sa.Column("city", sa.String(length=50), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("zip", sa.String(length=5), nullable=False),
        sa.Column("geography_type", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hmis_id", sa.String(length=32), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_location_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_location")),
        sa.UniqueConstraint("hmis_id", name=op.f("uq_project_location_hmis_id")),
    )

    with op.batch_alter_table("project_location", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_location_project_id"), ["project_id"], unique=False)

    op.create_table(
        "project_participation",
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hmis_id", sa.String(length=32), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("ended_on >= starts_on", name=op.f("ck_project_participation_last_after_first")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_participation_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_participation")),
        sa.UniqueConstraint("hmis_id", name=op.f("uq_project_participation_hmis_id")),
    )

    with op.batch_alter_table("project_participation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_participation_project_id"), ["project_id"], unique=False)

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("common_name", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("continuum_project", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("housing_type", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("rrh_subtype", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("residential_affiliation", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("target_population", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("hopwa_assisted_living", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("pit_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_column("pit_count")
        batch_op.drop_column("hopwa_assisted_living")
        batch_op.drop_column("target_population")
        batch_op.drop_column("residential_affiliation")
        batch_op.drop_column("rrh_subtype")
        batch_op.drop_column("housing_type")
        batch_op.drop_column("continuum_project")
        batch_op.drop_column("common_name")
    op.drop_table("project_participation")
    op.drop_table("project_location")
    op.drop_table("inventory")
    op.drop_table("funding")
    op.drop_table("coordinated_entry")
    op.drop_table("affiliation")
