"""The revisions, each a pair: `NNNN_name.py` for Alembic's chain, `NNNN_name.sql` for what it does."""
