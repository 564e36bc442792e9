"""Everything that the first version has: tenants, audit, outbox, idempotency, parties, the ledger."""

from alembic import op

from openscf.db.migrations.runner import script_of

revision = "0001_foundation"
down_revision = None


def upgrade() -> None:
    op.execute("GRANT SELECT ON public.alembic_version TO openscf_app, openscf_read")
    # Straight to the driver, without parameters: the script is many statements, and its % signs are its own.
    op.get_bind().connection.cursor().execute(script_of(revision).encode())
