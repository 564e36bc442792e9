"""The SQL of this capability: DuckDB's, over files, and PostgreSQL's, over what is remembered for a source."""
