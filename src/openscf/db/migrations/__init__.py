"""From an empty database to today's schema.

Each capability describes its tables *as they are now* in `schema/*.sql` beside its store, and its server-side functions
in `functions/*.sql`. Tables change only by numbered Alembic revisions (`versions/`); a test compares the result of all
revisions with the descriptions, so neither can drift. Functions hold no data: they are replaced as a whole after every
upgrade, whenever their text has changed.
"""

from openscf.db.migrations.runner import current_schema, functions, migrate, newest_revision, revision_of

__all__ = ["current_schema", "functions", "migrate", "newest_revision", "revision_of"]
