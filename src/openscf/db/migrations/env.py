"""Alembic's entry: one connection as the owner, one transaction per revision."""

import psycopg
from alembic import context
from sqlalchemy import create_engine, pool


def run() -> None:
    """Run the revisions that Alembic has chosen."""
    owner: str = context.config.attributes["owner"]
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(owner), poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, version_table_schema="public", transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


if hasattr(context, "config"):  # Alembic runs this file with its context set; whoever else imports it gets a function
    run()
