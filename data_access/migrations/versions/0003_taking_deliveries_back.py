"""Which deliveries were taken back, and what each lacks. Which load stands in the place of superseded rows is worked out when it is needed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Tables of which a replacing delivery of a kind is the whole truth.
REPLACED = (("visits", "visits"), ("visits", "anonymous_visits"), ("sessions", "sessions"))


def upgrade() -> None:
    op.create_table(
        "load_tables",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=32), nullable=False),
        sa.Column("lacks", sa.Text(), nullable=False, comment="columns that the delivery lacks, with commas between: there stands what another said"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_load_tables_load_id")),
        sa.PrimaryKeyConstraint("load_id", "table_name", name=op.f("pk_load_tables")),
        comment="Which tables a delivery speaks of, with or without rows.",
    )
    op.create_table(
        "withdrawals",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False, comment="role that took it back, and for a branch which: steward, branch:TRA"),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=False, comment="UTC"),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"], name=op.f("fk_withdrawals_load_id")),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_withdrawals")),
        comment="Deliveries that were taken back: the store is as if they had never come.",
    )
    for kind, table in REPLACED:
        op.execute(f"INSERT INTO load_tables (load_id, table_name, lacks) SELECT load_id, '{table}', '' FROM loads WHERE kind = '{kind}'")  # noqa: S608
    with op.batch_alter_table("superseded") as batch:
        batch.drop_index(op.f("ix_superseded_by_load_id"))
        batch.drop_constraint(op.f("fk_superseded_by_load_id"), type_="foreignkey")
        batch.drop_column("by_load_id")


def downgrade() -> None:
    with op.batch_alter_table("superseded") as batch:
        batch.add_column(sa.Column("by_load_id", sa.Integer(), nullable=True))
    op.execute("UPDATE superseded SET by_load_id = load_id")
    with op.batch_alter_table("superseded") as batch:
        batch.alter_column("by_load_id", nullable=False, comment="load whose row stands in their place, or that took them away")
        batch.create_foreign_key(op.f("fk_superseded_by_load_id"), "loads", ["by_load_id"], ["load_id"])
        batch.create_index(op.f("ix_superseded_by_load_id"), ["by_load_id"])
    op.drop_table("withdrawals")
    op.drop_table("load_tables")
