"""${message}."""

from alembic import op

from openscf.db.migrations.runner import script_of

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    op.get_bind().connection.cursor().execute(script_of(revision).encode())
