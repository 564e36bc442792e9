"""The end of a day: ten million claims in columns beside one DuckDB pass, and ten thousand deals in PostgreSQL."""
