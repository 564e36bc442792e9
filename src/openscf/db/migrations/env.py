"""Alembic's entry: one connection as the owner, one transaction per revision."""

import psycopg
from alembic import context
from sqlalchemy import create_engine, pool

owner: str = context.config.attributes["owner"]
engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(owner), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        version_table_schema="public",
        transaction_per_migration=True,
        version_table="alembic_version",
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
